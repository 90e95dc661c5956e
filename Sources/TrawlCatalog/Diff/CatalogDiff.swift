/// What became of the rules from one catalogue to another.
public struct CatalogDiff: Sendable, Equatable {
  /// A rule whose text, or what is read from it, is another.
  public struct Change: Sendable, Equatable {
    public var rule: CatalogSnapshot.Rule
    /// Sorted by field, kind and value, as all lists of keys.
    public var gained: [IndicatorKey]
    public var lost: [IndicatorKey]
  }

  /// Sorted by corpus, title and id, as all lists of rules.
  public private(set) var added: [CatalogSnapshot.Rule]
  public private(set) var removed: [CatalogSnapshot.Rule]
  public private(set) var changed: [Change]
  /// Keys that no rule had before, and keys that no rule has any more.
  public private(set) var gained: [IndicatorKey] = []
  public private(set) var lost: [IndicatorKey] = []
  /// Whether both catalogues say what their rules ask; else no key is named.
  public let comparesKeys: Bool

  public init(from old: CatalogSnapshot, to new: CatalogSnapshot) {
    comparesKeys = old.hasKeys && new.hasKeys
    let (before, after) = (CatalogDiff.byReference(old), CatalogDiff.byReference(new))
    added = CatalogDiff.sorted(new.rules.filter { before[$0.reference] == nil })
    removed = CatalogDiff.sorted(old.rules.filter { after[$0.reference] == nil })
    changed = []
    for rule in CatalogDiff.sorted(new.rules) {
      guard let earlier = before[rule.reference] else { continue }
      let (had, has) = (keys(old, rule), keys(new, rule))
      guard earlier.hash != rule.hash || had != has else { continue }
      changed.append(
        Change(
          rule: rule, gained: CatalogDiff.sorted(has.subtracting(had)),
          lost: CatalogDiff.sorted(had.subtracting(has))))
    }
    guard comparesKeys else { return }
    let (had, has) = (CatalogDiff.allKeys(old), CatalogDiff.allKeys(new))
    gained = CatalogDiff.sorted(has.subtracting(had))
    lost = CatalogDiff.sorted(had.subtracting(has))
  }

  public var isEmpty: Bool {
    added.isEmpty && removed.isEmpty && changed.isEmpty && gained.isEmpty && lost.isEmpty
  }

  private func keys(_ snapshot: CatalogSnapshot, _ rule: CatalogSnapshot.Rule) -> Set<IndicatorKey> {
    comparesKeys ? snapshot.keys[rule.reference] ?? [] : []
  }

  private static func allKeys(_ snapshot: CatalogSnapshot) -> Set<IndicatorKey> {
    snapshot.keys.values.reduce(into: []) { $0.formUnion($1) }
  }

  private static func byReference(_ snapshot: CatalogSnapshot) -> [String: CatalogSnapshot.Rule] {
    Dictionary(snapshot.rules.map { ($0.reference, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private static func sorted(_ rules: [CatalogSnapshot.Rule]) -> [CatalogSnapshot.Rule] {
    rules.sorted { ($0.corpus.place, $0.title, $0.id) < ($1.corpus.place, $1.title, $1.id) }
  }

  private static func sorted(_ keys: Set<IndicatorKey>) -> [IndicatorKey] {
    keys.sorted(by: IndicatorKey.isBefore)
  }
}

extension CatalogDiff {
  /// For other programs; in the same order as the lists.
  public var json: JSON {
    .object([
      "added": .array(added.map(\.json)),
      "changed": .array(
        changed.map { change in
          .object([
            "gained": .array(change.gained.map(\.json)), "lost": .array(change.lost.map(\.json)),
            "rule": change.rule.json,
          ])
        }),
      "compares_indicators": .bool(comparesKeys), "gained": .array(gained.map(\.json)),
      "lost": .array(lost.map(\.json)), "removed": .array(removed.map(\.json)),
    ])
  }
}

extension CatalogSnapshot.Rule {
  fileprivate var json: JSON {
    .object([
      "corpus": corpus.rawValue.json, "id": id.json, "level": level?.json, "page": page.json,
      "title": title.json,
    ])
  }
}

extension IndicatorKey {
  fileprivate var json: JSON {
    .object(["field": field.json, "kind": kind.json, "value": value.json])
  }
}
