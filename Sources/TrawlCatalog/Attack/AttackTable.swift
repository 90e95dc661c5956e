/// MITRE ATT&CK's tactics and techniques, as far as a page of a rule names them.
public struct AttackTable: Sendable {
  /// `v19 (2026-04-14)`
  public private(set) var version = ""
  /// In the order of the matrix.
  public private(set) var tactics: [AttackEntry.Tactic] = []
  private var techniques: [String: Entry] = [:]
  private var retired: [String: Entry] = [:]
  /// Places in `tactics` by short name, such as `defense-evasion`.
  private var places: [String: Int] = [:]

  private struct Entry {
    var name: String
    /// Short names of tactics; of a retired technique the id that took its place, if one did.
    var others: [String]

    init(_ name: String, _ others: String) {
      self.name = name
      self.others = others.split(separator: " ").map(String.init)
    }
  }

  /// What those who copy ATT&CK are asked to say.
  public static let notice =
    "© 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation."

  /// The table that comes with Trawl.
  public static let standard = AttackTable(TableLines.of("attack.tsv"))

  init(_ lines: [[String]]) {
    for columns in lines {
      switch (columns.first, columns.count) {
      case ("version", 2): version = columns[1]
      case ("tactic", 4):
        places[columns[2]] = tactics.count
        tactics.append(AttackEntry.Tactic(id: columns[1], name: columns[3]))
      case ("alias", 3): places[columns[1]] = tactics.firstIndex { $0.id == columns[2] }
      case ("technique", 4): techniques[columns[1]] = Entry(columns[2], columns[3])
      case ("retired", 4): retired[columns[1]] = Entry(columns[2], columns[3])
      default: preconditionFailure("a line of attack.tsv that is not understood: \(columns)")
      }
    }
  }
}

extension AttackTable {
  /// Ids of all techniques that are in use, sorted.
  public var techniqueIDs: [String] { techniques.keys.sorted() }

  /// A technique by its id, in capitals or not.
  public func technique(_ id: String) -> AttackEntry.Technique {
    let id = id.uppercased()
    let parent = id.firstIndex(of: ".").map { String(id[..<$0]) }
    let old = retired[id]
    return AttackEntry.Technique(
      id: id, name: techniques[id]?.name ?? old?.name,
      parentName: parent.flatMap { techniques[$0]?.name ?? retired[$0]?.name }, successor: old?.others.first)
  }

  /// The id that is in use for a technique: its own, or that of what took its place; nil if there is none.
  public func current(_ id: String) -> String? {
    let id = id.uppercased()
    if techniques[id] != nil { return id }
    return retired[id]?.others.first
  }

  /// The tactics that a technique, or what took its place, serves, in the order of the matrix.
  public func tactics(of id: String) -> [AttackEntry.Tactic] {
    let entry = current(id).flatMap { techniques[$0] }
    return (entry?.others ?? []).compactMap { places[$0] }.map { tactics[$0] }
  }

  /// A tactic by its id or short name: `TA0005`, `defense_evasion`, `Defense Evasion`.
  public func tactic(_ name: String) -> AttackEntry.Tactic? {
    let short = name.lowercased().map { $0 == "_" || $0 == " " ? "-" : $0 }
    if let place = places[String(short)] { return tactics[place] }
    return tactics.first { $0.id == name.uppercased() }
  }
}

extension AttackTable {
  /// What the tags of a rule say, as Sigma writes them: `attack.execution`, `attack.t1059.001`. Techniques in the order of
  /// the tags, each with its tactics, the rule's own first; then the tactics that no technique of the rule serves.
  public func entries(tags: [String]) -> [AttackEntry] {
    let names = tags.compactMap { tag in
      tag.lowercased().hasPrefix("attack.") ? String(tag.dropFirst("attack.".count)) : nil
    }
    return entries(
      techniques: names.filter(AttackTable.isTechnique), tactics: names.compactMap(tactic))
  }

  /// The same of ids of techniques, and tactics.
  public func entries(techniques ids: [String], tactics own: [AttackEntry.Tactic] = []) -> [AttackEntry] {
    var entries: [AttackEntry] = []
    var unserved = own.reduce(into: [AttackEntry.Tactic]()) { if !$0.contains($1) { $0.append($1) } }
    let named = unserved
    for id in ids where !entries.contains(where: { $0.technique?.id == id.uppercased() }) {
      let served = tactics(of: id)
      let tactics = named.filter(served.contains) + served.filter { !named.contains($0) }
      entries.append(AttackEntry(tactics: tactics, technique: technique(id)))
      unserved.removeAll(where: served.contains)
    }
    return entries + unserved.map { AttackEntry(tactics: [$0], technique: nil) }
  }

  /// `t1059` and `t1059.001`.
  public static func isTechnique(_ text: String) -> Bool {
    let parts = text.lowercased().dropFirst().split(separator: ".", omittingEmptySubsequences: false)
    guard text.lowercased().hasPrefix("t"), (1...2).contains(parts.count) else { return false }
    let isDigits = { (part: Substring) in part.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    return parts.allSatisfy(isDigits) && parts[0].utf8.count == 4
      && (parts.count == 1 || parts[1].utf8.count == 3)
  }
}
