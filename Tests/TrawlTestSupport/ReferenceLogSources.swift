import TrawlRules

/// The table of log sources (SEMANTICS 21, 22), read line by line and asked line by line.
public struct ReferenceLogSources: Sendable {
  struct Channels: Sendable {
    var names: [String]
    var eventIDs: [String]

    func fit(_ channel: String, _ eventID: String?) -> Bool {
      names.contains(channel) && (eventIDs.isEmpty || eventIDs.contains { $0 == eventID })
    }
  }

  struct Route: Sendable {
    var name: String
    var category: String
    var channels: Channels
    /// Field of the rule -> field of the event.
    var fields: [String: String]
  }

  struct Shape: Sendable {
    var logSource: LogSource
    /// Each a field, with the value it must have, if any.
    var fields: [(name: String, value: String?)]
  }

  var categories: [String: Channels] = [:]
  var services: [String: Channels] = [:]
  var routes: [Route] = []
  var shapes: [Shape] = []
  var known: [LogSource] = []

  /// `table` has the form of `logsources.tsv`. Routes named in `withoutRoutes` are left out.
  public init(table: String, withoutRoutes: Set<String> = []) {
    for line in table.split(separator: "\n") where !line.hasPrefix("#") {
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      switch columns[0] {
      case "category": categories[columns[1]] = channels(columns[2...])
      case "service": services[columns[1]] = channels(columns[2...])
      case "route": addRoute(columns)
      case "shape":
        let fields = columns[2].split(separator: "|").map { field in
          let sides = field.split(separator: "=", maxSplits: 1).map(String.init)
          return (name: sides[0], value: sides.count > 1 ? sides[1] : nil)
        }
        shapes.append(Shape(logSource: LogSource(parsing: columns[1]), fields: fields))
      case "source": known.append(LogSource(parsing: columns[1]))
      default: break
      }
    }
    routes.removeAll { withoutRoutes.contains($0.name) }
  }

  private func channels(_ columns: ArraySlice<String>) -> Channels {
    let names = columns.first!.split(separator: "|").map { $0.lowercased() }
    return Channels(names: names, eventIDs: columns.dropFirst().first.map(words) ?? [])
  }

  /// `route NAME CATEGORY` stand together, divided by a blank or a tab.
  private mutating func addRoute(_ columns: [String]) {
    let name = words(columns[1])
    let rest = name.count > 1 ? columns[2...] : columns[3...]
    // Other words are of tables that the reference matcher does not know.
    let pairs = words(rest.last!).map { $0.split(separator: "=").map(String.init) }.filter { $0.count == 2 }
    routes.append(
      Route(
        name: name[0], category: name.count > 1 ? name[1] : columns[2], channels: channels(rest.dropLast()),
        fields: Dictionary(uniqueKeysWithValues: pairs.map { ($0[0], $0[1]) })))
  }

  private func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}

extension LogSource {
  /// `product=aws service=cloudtrail`, as the table writes it, or with commas, as `--logsource` does.
  public init(parsing text: String) {
    var parts: [String: String] = [:]
    for part in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
      let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
      parts[sides[0]] = sides[1]
    }
    self.init(product: parts["product"], category: parts["category"], service: parts["service"])
  }
}

extension ReferenceLogSources {
  /// How a rule may look at an event: once for the event as it is, and once for each route that leads to it, with the
  /// route's names for fields. Empty: the event is not of the rule's log source. `others`: the log sources of all rules.
  func readings(
    of event: ReferenceEvent, by rule: LogSource, given: LogSource?, others: [LogSource]
  ) -> [[String: String]] {
    if let channel = event.recordText("Channel"), !channel.isEmpty {
      return windowsReadings(channel.lowercased(), event.recordText("EventID"), by: rule)
    }
    let source = given ?? ownLogSource(of: event, others + [rule]) ?? shape(of: event) ?? LogSource()
    let parts = [
      (rule.product, source.product), (rule.category, source.category), (rule.service, source.service),
    ]
    return parts.allSatisfy { $0 == nil || $0 == $1 } ? [[:]] : []
  }

  /// A category or service of the table means the same with and without its product.
  private func windowsReadings(
    _ channel: String, _ eventID: String?, by rule: LogSource
  ) -> [[String: String]] {
    guard rule.product == "windows" || rule.product == nil && (rule.category ?? rule.service) != nil else {
      return []
    }
    let fitsService = rule.service.map { services[$0]?.fit(channel, eventID) ?? false } ?? true
    let fitsCategory = rule.category.map { categories[$0]?.fit(channel, eventID) ?? false } ?? true
    let direct: [[String: String]] = fitsCategory && fitsService ? [[:]] : []
    let taken = routes.filter {
      $0.category == rule.category && fitsService && $0.channels.fit(channel, eventID)
    }
    return direct + taken.map(\.fields)
  }

  /// What the event says of itself, as far as the table or a rule knows it: many logs have such fields of their own.
  private func ownLogSource(of event: ReferenceEvent, _ rules: [LogSource]) -> LogSource? {
    let sources = known + shapes.map(\.logSource) + rules + [LogSource(product: "windows")]
    let own = LogSource(
      product: event.ownText("product"), category: event.ownText("category"),
      service: event.ownText("service"))
    let categories = self.categories.keys + routes.map(\.category)
    let source = LogSource(
      product: own.product.flatMap { name in sources.contains { $0.product == name } ? name : nil },
      category: own.category.flatMap { name in
        categories.contains(name) || sources.contains { $0.category == name } ? name : nil
      },
      service: own.service.flatMap { name in
        services.keys.contains(name) || sources.contains { $0.service == name } ? name : nil
      })
    return source == LogSource() ? nil : source
  }

  private func shape(of event: ReferenceEvent) -> LogSource? {
    shapes.first { shape in
      shape.fields.allSatisfy { name, value in
        guard let values = event.values(of: name) else { return false }
        return value == nil || values.contains { $0.scalarText == value }
      }
    }?.logSource
  }
}

extension ReferenceEvent {
  /// Text of a field of the record. An event id that is several values is none.
  fileprivate func recordText(_ name: String) -> String? {
    let values = (recordValues(of: name) ?? []).filter { if case .object = $0 { false } else { true } }
    if name == "EventID" { return values.count == 1 ? values[0].scalarText : nil }
    return values.lazy.compactMap(\.scalarText).first
  }
}
