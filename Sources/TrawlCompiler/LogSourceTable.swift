import TrawlRules

/// Which events a rule's log source means: the table of the package, extended by the user's.
public struct LogSourceTable: Sendable {
  /// Channels of Windows and the event ids in them that a category or service stands for.
  struct Entry: Sendable {
    var channels: [String]
    /// Empty: every id.
    var eventIDs: Set<String>
  }

  /// Further events that the rules of a category read, with fields renamed.
  struct Route: Sendable {
    var name: String
    var category: String
    /// Of Windows; not of a route that reads rows.
    var events: Entry?
    /// The table whose rows are read, folded.
    var table: String?
    var fields: RouteFields
  }

  /// Fields that only events of one log source have.
  struct Shape: Sendable {
    var logSource: LogSource
    var conditions: [(field: String, value: String?)]
  }

  /// Events that hold others of these categories.
  struct Envelope: Sendable {
    /// What stands before the category of what is in it, in lower case.
    var prefix: String
    var member: String
    var categories: Set<String>
  }

  /// Categories that a log's name may say its events are of, folded.
  private(set) var tables: Set<String> = []
  private(set) var envelopes: [Envelope] = []
  private(set) var categories: [String: Entry] = [:]
  private(set) var services: [String: Entry] = [:]
  private(set) var routes: [Route] = []
  private(set) var shapes: [Shape] = []
  /// Services of Linux that the events of a program in syslog are of, by its name in lower case.
  private(set) var programs: [String: [String]] = [:]
  /// Log sources of other products that rules are known to name.
  private(set) var sources: Set<LogSource> = []

  /// An empty table.
  public init() {}

  /// The table that comes with Trawl.
  public static let standard: LogSourceTable = {
    var table = LogSourceTable()
    for file in embeddedFiles where file.name == "logsources.tsv" {
      let diagnostics = table.add(file.text, file: "logsources.tsv (built in)")
      precondition(diagnostics.isEmpty, "the table of the package has no mistakes: \(diagnostics)")
    }
    return table
  }()

  /// The names of the routes.
  public var routeNames: [String] { routes.map(\.name) }

  /// Whether the table or a rule of SigmaHQ knows the log source.
  public func knows(_ source: LogSource) -> Bool {
    if source.product ?? "windows" == "windows" {
      let isKnownCategory = source.category.map { name in
        categories[name] != nil || routes.contains { $0.category == name }
      }
      let isKnownService = source.service.map { services[$0] != nil }
      if isKnownCategory ?? true, isKnownService ?? true { return true }
    }
    return sources.contains(source)
  }
}

extension LogSourceTable {
  /// Adds entries in the form of `logsources.tsv`; those of the same kind and name are replaced. What is wrong with a line
  /// is reported, and the line left out.
  public mutating func add(_ text: String, file: String) -> [Diagnostic] {
    var diagnostics: [Diagnostic] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = line.hasSuffix("\r") ? line.dropLast() : line
      if line.isEmpty || line.hasPrefix("#") { continue }
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      if let (message, advice) = add(columns) {
        diagnostics.append(
          Diagnostic(
            at: Location(file: file, line: index + 1), reason: "log source table", message: message,
            excerpt: String(line), advice: advice))
      }
    }
    return diagnostics
  }

  /// What is wrong with a line, and what to write; nil when it was added.
  private mutating func add(_ columns: [String]) -> (message: String, advice: String)? {
    func column(_ index: Int) -> String { columns.indices.contains(index) ? columns[index] : "" }
    switch (columns[0], columns.count) {
    case ("category", 3...4): categories[column(1).lowercased()] = entry(column(2), column(3))
    case ("service", 3...4): services[column(1).lowercased()] = entry(column(2), column(3))
    case ("route", 5):
      guard var route = route(column(1), column(4)), !route.fields.hasJoint else {
        return (
          "a route that is not understood",
          "write: route, NAME CATEGORY, CHANNELS, EVENT_IDS, RULE_FIELD=EVENT_FIELD ..."
        )
      }
      route.events = entry(column(2), column(3))
      add(route)
    case ("rows", 4):
      guard var route = route(column(1), column(3)), !route.fields.hasHolding else {
        return ("rows that are not understood", "write: rows, NAME CATEGORY, TABLE, RULE_FIELD=COLUMN ...")
      }
      route.table = column(2).lowercased()
      add(route)
    case ("shape", 3):
      guard let source = logSource(column(1)) else { return LogSourceTable.badSource(column(1)) }
      let conditions = column(2).split(separator: "|").map { condition in
        let parts = condition.split(separator: "=", maxSplits: 1).map(String.init)
        return (field: parts[0], value: parts.count > 1 ? parts[1] : nil)
      }
      shapes.append(Shape(logSource: source, conditions: conditions))
    case ("envelope", 4):
      envelopes.append(
        Envelope(
          prefix: column(1).lowercased(), member: column(2),
          categories: Set(column(3).lowercased().split(separator: " ").map(String.init))))
    case ("table", 2):
      tables.formUnion(column(1).lowercased().split(separator: " ").map(String.init))
    case ("program", 3):
      let services = column(2).lowercased().split(separator: " ").map(String.init)
      guard !column(1).isEmpty, !services.isEmpty else {
        return ("a program without a name or services", "write: program, NAME, SERVICE ...")
      }
      programs[column(1).lowercased()] = services
    case ("source", 2):
      guard let source = logSource(column(1)) else { return LogSourceTable.badSource(column(1)) }
      sources.insert(source)
    case ("category", _), ("service", _), ("route", _), ("rows", _), ("shape", _), ("program", _),
      ("table", _), ("envelope", _), ("source", _):
      return (
        "\(columns.count) columns, which is not what '\(columns[0])' has",
        "separate the columns with tabs, as in the head of the built-in table"
      )
    default:
      return (
        "unknown kind of entry '\(columns[0])'",
        "the kinds are category, service, route, rows, shape, program, table, envelope and source"
      )
    }
    return nil
  }

  /// A route by its name and category, and what it says of fields; it still reads nothing.
  private func route(_ names: String, _ fields: String) -> Route? {
    let names = names.split(separator: " ").map(String.init)
    guard names.count == 2, let fields = RouteFields(parsing: fields) else { return nil }
    return Route(name: names[0], category: names[1].lowercased(), fields: fields)
  }

  /// Adds a route, in place of one of the same name.
  private mutating func add(_ route: Route) {
    routes.removeAll { $0.name == route.name }
    routes.append(route)
  }

  private static func badSource(_ text: String) -> (message: String, advice: String) {
    ("'\(text)' is not a log source", "write product=NAME category=NAME service=NAME, or some of these")
  }

  private func entry(_ channels: String, _ eventIDs: String) -> Entry {
    Entry(
      channels: channels.split(separator: "|").map(String.init),
      eventIDs: Set(eventIDs.split(separator: " ").map(String.init)))
  }

  private func pairs(_ text: String) -> [String: String]? {
    var pairs: [String: String] = [:]
    for pair in text.split(separator: " ") {
      let parts = pair.split(separator: "=").map(String.init)
      guard parts.count == 2 else { return nil }
      pairs[parts[0]] = parts[1]
    }
    return pairs
  }

  private func logSource(_ text: String) -> LogSource? {
    guard let pairs = pairs(text), !pairs.isEmpty,
      pairs.keys.allSatisfy({ ["product", "category", "service"].contains($0) })
    else { return nil }
    return LogSource(product: pairs["product"], category: pairs["category"], service: pairs["service"])
  }
}
