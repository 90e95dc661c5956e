import TrawlMatcher
import TrawlRules

/// One program of a rule: which events it looks at, and what it calls their fields.
struct RuleVariant {
  var selector: LogSourceSelection.Selector
  var fields = FieldNames()
  /// The name of the route that it is of, if it is of one.
  var route: String?
  /// What must be so of the events besides.
  var conditions: [RouteFields.Condition] = []
}

/// Rows of a table in one form, and what the rules of a category call their columns.
struct MappedRows {
  var mapping: LogSourceSelection.RowMapping
  var fields: FieldNames
  /// What must be so of a row.
  var conditions: [RouteFields.Condition]
}

extension LogSource {
  /// The category whose rules read rows, if it is one of them: they are of Windows or of no product, and of no service.
  var categoryOfRows: String? { service == nil && product ?? "windows" == "windows" ? category : nil }
}

extension LogSourceTable {
  /// The programs that a log source gives a rule: one of its own, and one for each route.
  func variants(of source: LogSource, disabledRoutes: Set<String>) -> [RuleVariant] {
    var variants = [
      RuleVariant(selector: LogSourceSelection.Selector(windows: windowsEvents(source), named: named(source)))
    ]
    for route in routes where !disabledRoutes.contains(route.name) {
      guard source.product ?? "windows" == "windows", source.category == route.category,
        let events = route.events
      else { continue }
      let selector = LogSourceSelection.Selector(
        windows: common(self.events(events), source.service), named: nil)
      variants.append(variant(selector, route))
    }
    for envelope in enveloped(source.category ?? "") {
      var outer = source
      outer.category = envelope.category
      let selector = LogSourceSelection.Selector(windows: nil, named: named(outer))
      variants.append(RuleVariant(selector: selector, fields: FieldNames(member: envelope.member)))
    }
    return variants
  }

  private func variant(_ selector: LogSourceSelection.Selector, _ route: Route) -> RuleVariant {
    RuleVariant(
      selector: selector, fields: route.fields.names(member: nil), route: route.name,
      conditions: route.fields.conditions)
  }

  /// The rows that rules read as events of their category, as they are and in envelopes.
  func mappedRows(disabledRoutes: Set<String>) -> [MappedRows] {
    routes.filter { !disabledRoutes.contains($0.name) }.flatMap { route -> [MappedRows] in
      guard let table = route.table else { return [] }
      let forms =
        [(category: table, member: String?.none)] + enveloped(table).map { ($0.category, $0.member) }
      return forms.map { category, member in
        MappedRows(
          mapping: LogSourceSelection.RowMapping(name: route.name, table: category, category: route.category),
          fields: route.fields.names(member: member), conditions: route.fields.conditions)
      }
    }
  }

  /// The categories of events that have a row of a table in them, each with the member that it is.
  private func enveloped(_ table: String) -> [(category: String, member: String)] {
    envelopes.filter { $0.categories.contains(table) }.map { ($0.prefix + table, $0.member) }
  }

  private func named(_ source: LogSource) -> [LogSourceSelection.Part: String] {
    var parts: [LogSourceSelection.Part: String] = [:]
    parts[.product] = source.product
    parts[.category] = source.category
    parts[.service] = source.service
    return parts
  }

  private func events(_ entry: Entry) -> [LogSourceSelection.WindowsEvents] {
    entry.channels.map { channel in
      LogSourceSelection.WindowsEvents(
        channel: channel == "*" ? nil : String(decoding: Fold.lowercase(channel), as: UTF8.self),
        eventIDs: entry.eventIDs.isEmpty ? nil : entry.eventIDs)
    }
  }

  /// The Windows events that a log source means; nil when it means none.
  private func windowsEvents(_ source: LogSource) -> [LogSourceSelection.WindowsEvents]? {
    guard source.product ?? "windows" == "windows" else { return nil }
    if source.product != nil, source.category == nil, source.service == nil {
      return [LogSourceSelection.WindowsEvents(channel: nil, eventIDs: nil)]
    }
    guard let category = source.category else {
      return source.service.map { services[$0].map(events) ?? [] }
    }
    return common(categories[category].map(events) ?? [], source.service)
  }

  /// Those of the events that a service means too.
  private func common(
    _ events: [LogSourceSelection.WindowsEvents], _ service: String?
  ) -> [LogSourceSelection.WindowsEvents] {
    guard let service else { return events }
    let ofService = services[service].map(self.events) ?? []
    return events.flatMap { events in
      ofService.filter { $0.channel == events.channel }.map { other in
        var common = events
        if let ids = other.eventIDs { common.eventIDs = events.eventIDs?.intersection(ids) ?? ids }
        return common
      }
    }
  }

  /// What is known to be a product, a category or a service.
  var names: [LogSourceSelection.Part: Set<String>] {
    var products: Set<String> = ["windows"]
    var categories = Set(self.categories.keys).union(routes.map(\.category))
    var services = Set(self.services.keys)
    for source in sources.union(shapes.map(\.logSource)) {
      if let product = source.product { products.insert(product) }
      if let category = source.category { categories.insert(category) }
      if let service = source.service { services.insert(service) }
    }
    for envelope in envelopes { categories.formUnion(envelope.categories.map { envelope.prefix + $0 }) }
    categories.formUnion(tables)
    for program in programs.values { services.formUnion(program) }
    return [.product: products, .category: categories, .service: services]
  }
}
