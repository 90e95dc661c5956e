import TrawlRules

extension LogSourceTable {
  /// The channels of Windows that a rule's log source names by category or service, with the ids of the events in them;
  /// no ids: all of the channel. Without the routes, whose events stand in for those of a category.
  public func channels(of source: LogSource) -> [(channel: String, eventIDs: [Int])] {
    guard source.product == "windows" else { return [] }
    let ofService = source.service.map { services[$0]?.channels ?? [] }
    if let category = source.category {
      guard let entry = categories[category] else { return [] }
      let ids = entry.eventIDs.compactMap { Int($0) }.sorted()
      return entry.channels.filter { ofService?.contains($0) ?? true }.map { ($0, ids) }
    }
    let ids = source.service.flatMap { services[$0] }?.eventIDs.compactMap { Int($0) }.sorted() ?? []
    return (ofService ?? []).map { ($0, ids) }
  }
}
