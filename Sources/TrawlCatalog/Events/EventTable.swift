/// Which events there are: providers of Windows by channel, and titles of their events.
public struct EventTable: Sendable {
  private var providers: [String: String] = [:]
  private var channels: [String: String] = [:]
  /// By provider and id.
  private var titles: [String: String] = [:]
  /// By other names of a provider, in lower case.
  private var names: [String: String] = [:]

  /// The table that comes with Trawl.
  public static let standard = EventTable(TableLines.of("events.tsv"))

  init(_ lines: [[String]]) {
    for columns in lines {
      switch (columns.first, columns.count) {
      case ("provider", 3):
        providers[columns[2].lowercased()] = columns[1]
        if channels[columns[1]] == nil { channels[columns[1]] = columns[2] }
        names[columns[1].lowercased()] = columns[1]
      case ("name", 3): names[columns[2].lowercased()] = columns[1]
      case ("event", 4): titles["\(columns[1]) \(columns[2])"] = columns[3]
      default: preconditionFailure("a line of events.tsv that is not understood: \(columns)")
      }
    }
  }

  /// An event of a channel; without an id all of the channel.
  public func entry(channel: String, eventID: Int?) -> EventEntry {
    let provider = providers[channel.lowercased()] ?? EventTable.shortName(channel)
    return EventEntry(
      provider: provider, channel: channel, eventID: eventID,
      title: eventID.flatMap { titles["\(provider) \($0)"] })
  }

  /// Events as a Splunk detection names its data source: `Sysmon EventID 1`, `Windows Event Log Security 4688`, two of
  /// them with `AND` between. Names without the id of an event give nothing.
  public func entries(dataSource name: String) -> [EventEntry] {
    name.split(separator: " AND ").compactMap { entry(words: $0.split(separator: " ")) }
  }

  private func entry(words: [Substring]) -> EventEntry? {
    var words = words
    guard let last = words.popLast(), let id = Int(last), id >= 0 else { return nil }
    if words.last == "EventID" || words.last == "EventCode" { words.removeLast() }
    if words.starts(with: ["Windows", "Event", "Log"]) { words.removeFirst(3) }
    guard !words.isEmpty else { return nil }
    let written = words.joined(separator: " ")
    let provider = names[written.lowercased()] ?? written
    return EventEntry(
      provider: provider, channel: channels[provider], eventID: id, title: titles["\(provider) \(id)"])
  }

  /// `Microsoft-Windows-Bits-Client/Operational` is `Bits-Client`.
  private static func shortName(_ channel: String) -> String {
    let name = channel.prefix { $0 != "/" }
    for prefix in ["Microsoft-Windows-", "Microsoft-"]
    where name.hasPrefix(prefix) && name.count > prefix.count {
      return String(name.dropFirst(prefix.count))
    }
    return name.isEmpty ? channel : String(name)
  }
}
