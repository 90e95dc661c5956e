/// What the files of a catalogue say of its rules, as far as two catalogues are compared and links are made.
public struct CatalogSnapshot: Sendable {
  public struct Rule: Sendable, Equatable {
    public var corpus: Corpus
    public var id: String
    public var title: String
    public var level: String?
    /// Below the folder of the catalogue.
    public var page: String
    public var hash: String

    /// Unique among all collections.
    public var reference: String { "\(corpus.rawValue)/\(id)" }
  }

  public private(set) var rules: [Rule] = []
  /// What each rule asks, by its reference; empty without `indicators.jsonl`.
  public private(set) var keys: [String: Set<IndicatorKey>] = [:]
  /// Whether `keys` is known.
  public private(set) var hasKeys = false

  /// Reads `catalog.json` and, if it is there, the `indicators.jsonl` beside it.
  public init(_ catalog: [UInt8], indicators: [UInt8]?) throws(SnapshotProblem) {
    let json = try SnapshotProblem.reading("catalog.json") { () throws(JSONProblem) in try JSON(catalog[...])
    }
    guard let version = json["version"]?.number, let rules = json["rules"]?.elements else {
      throw SnapshotProblem("it is no catalogue of Trawl: there is no version, or there are no rules")
    }
    guard version == CatalogFiles.version else {
      throw SnapshotProblem(
        "it has version \(version), this program reads version \(CatalogFiles.version): build the catalogue anew"
      )
    }
    for (index, rule) in rules.enumerated() { self.rules.append(try CatalogSnapshot.rule(rule, index)) }
    if let indicators { try read(indicators) }
  }

  private static func rule(_ json: JSON, _ index: Int) throws(SnapshotProblem) -> Rule {
    guard let corpus = json["corpus"]?.text.flatMap(Corpus.init), let id = json["id"]?.text,
      let title = json["title"]?.text, let page = json["page"]?.text, let hash = json["hash"]?.text
    else { throw SnapshotProblem("rule \(index + 1) lacks its corpus, id, title, page or hash") }
    return Rule(corpus: corpus, id: id, title: title, level: json["level"]?.text, page: page, hash: hash)
  }

  private mutating func read(_ indicators: [UInt8]) throws(SnapshotProblem) {
    hasKeys = true
    for (index, line) in indicators.split(separator: UInt8(ascii: "\n")).enumerated() {
      let place = "indicators.jsonl, line \(index + 1)"
      let json = try SnapshotProblem.reading(place) { () throws(JSONProblem) in try JSON(line) }
      guard let field = json["field"]?.text, let kind = json["kind"]?.text, let value = json["value"]?.text
      else {
        throw SnapshotProblem("\(place): field, kind or value is missing")
      }
      let key = IndicatorKey(field: field, kind: kind, spelledValue: value)
      for rule in json["rules"]?.texts ?? [] { keys[rule, default: []].insert(key) }
    }
  }
}

/// Why the files of a catalogue cannot be used.
public struct SnapshotProblem: Error, Sendable, Equatable {
  public var message: String

  init(_ message: String) { self.message = message }

  fileprivate static func reading(
    _ place: String, _ body: () throws(JSONProblem) -> JSON
  ) throws(SnapshotProblem) -> JSON {
    do { return try body() } catch {
      throw SnapshotProblem("\(place), byte \(error.offset): \(error.message)")
    }
  }
}
