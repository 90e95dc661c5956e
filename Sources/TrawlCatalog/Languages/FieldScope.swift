/// Which fields of a query are indicators, and which are only its scope or its own results.
struct FieldScope {
  /// Fields that say where to look.
  private let outside: Set<String>
  private let outsidePrefixes: [String]
  /// Results of a command before this one.
  private var computed: Set<String> = []
  /// New names, with the names they were given to.
  private var originals: [String: String] = [:]

  init(outside: Set<String>, prefixes: [String] = []) {
    self.outside = outside
    outsidePrefixes = prefixes
  }

  /// The name under which the events have a field; nil if it is no indicator.
  func original(_ field: String) -> String? {
    // A column without a name is called as its calculation: `count(x)`.
    if computed.contains(field) || field.utf8.contains(UInt8(ascii: "(")) { return nil }
    let name = originals[field] ?? field
    let bare = FieldScope.withoutDataModel(name)
    guard !outside.contains(String(bare)), !outsidePrefixes.contains(where: bare.hasPrefix) else {
      return nil
    }
    return name
  }

  mutating func compute(_ field: String) {
    computed.insert(field)
    originals[field] = nil
  }

  mutating func rename(_ field: String, to name: String) {
    if computed.contains(field) { return compute(name) }
    originals[name] = originals[field] ?? field
    computed.remove(name)
  }

  /// `Processes.process_name` is `process_name`: Splunk's data models are named in capitals.
  private static func withoutDataModel(_ name: String) -> Substring {
    guard let first = name.utf8.first, (65...90).contains(first), let dot = name.firstIndex(of: ".") else {
      return name[...]
    }
    return name[name.index(after: dot)...]
  }
}

extension FieldScope {
  /// Splunk's (catalog.md 5.2, point 6). Names differ by capitals there: `eventtype` is scope, Okta's `eventType` a field.
  static let splunk = FieldScope(outside: [
    "source", "sourcetype", "eventtype", "index", "host", "earliest", "latest", "channel", "Channel",
    "nodename",
    "_time",
  ])

  /// Elastic's (catalog.md 5.2, point 6).
  static let elastic = FieldScope(
    outside: [
      "host.os.type", "host.os.family", "host.os.platform", "event.category", "event.type", "event.kind",
      "event.module", "event.dataset", "_index", "@timestamp",
    ], prefixes: ["data_stream."])
}
