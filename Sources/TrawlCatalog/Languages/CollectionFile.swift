/// A file of a vendor's collection, already in memory.
package struct CollectionFile: Sendable {
  /// Below the root of the collection, with `/`.
  package var path: String
  package var bytes: [UInt8]

  package init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  /// Whether a folder of that name is in the path.
  func isBelow(_ folder: String) -> Bool {
    path.split(separator: "/").dropLast().contains { $0 == folder }
  }
}

/// What the files of a vendor's collection hold.
package struct CollectionReading: Sendable {
  /// Sorted by path; indicators, techniques and events are left to the catalogue.
  package private(set) var rules: [CatalogRule] = []
  /// Files without a rule of the catalogue, and why.
  package private(set) var skipped: [CorpusSummary.Skipped] = []
  private var pathOfID: [String: String] = [:]

  init() {}

  /// Adds a rule, unless one of its id is there.
  mutating func add(_ rule: CatalogRule) {
    if let path = pathOfID[rule.id] { return skip(rule.path, "its id \(rule.id) is already that of \(path)") }
    pathOfID[rule.id] = rule.path
    rules.append(rule)
  }

  mutating func skip(_ path: String, _ reason: String) {
    skipped.append(CorpusSummary.Skipped(path: path, reason: reason))
  }
}
