import TrawlMatcher
import TrawlRules

/// What the columns of a table are in the events of each log source that has rows of it.
package struct EventColumns: Sendable {
  /// Where the value of a column comes from.
  package enum Source: Sendable {
    case field(String)
    /// What stands behind the last backslash or slash of a field.
    case fileName(String)
    /// The same in every event.
    case constant(String)
  }

  /// The columns in events of one kind.
  package struct Variant: Sendable {
    let selector: LogSourceSelection.Selector
    package let sources: [String: Source]
  }

  /// The first is of events that name their fields as the table does.
  package let variants: [Variant]

  /// For columns of a table, which is the category of rules about it.
  package init(
    _ columns: Set<String>, of table: String, _ logSources: LogSourceTable, disabledRoutes: Set<String>
  ) {
    let source = LogSource(category: table)
    variants = logSources.variants(of: source, disabledRoutes: disabledRoutes).map { variant in
      let sources = columns.map { ($0, Source(variant.fields.source(of: $0))) }
      return Variant(
        selector: variant.selector, sources: Dictionary(sources, uniquingKeysWith: { first, _ in first }))
    }
  }

  /// The fields of events that are read.
  package var fieldNames: Set<String> {
    var names: Set<String> = []
    for source in variants.lazy.flatMap(\.sources.values) {
      switch source {
      case .field(let name), .fileName(let name): names.insert(name)
      case .constant: break
      }
    }
    return names
  }

  /// The number of the variant that an event is of, by what it says of itself; "" for what it does not say.
  package func variant(channel: String, eventID: String, category: String) -> Int {
    let (channel, category) = (EventColumns.folded(channel), EventColumns.folded(category))
    let index = variants.firstIndex { variant in
      guard channel.isEmpty else {
        return variant.selector.windows?.contains { events in
          (events.channel ?? channel) == channel && events.eventIDs?.contains(eventID) != false
        } == true
      }
      return !category.isEmpty && variant.selector.named?[.category] == category
    }
    return index ?? 0
  }

  private static func folded(_ text: String) -> String {
    String(decoding: Fold.lowercase(text), as: UTF8.self)
  }
}

extension EventColumns.Source {
  fileprivate init(_ source: FieldNames.Source) {
    switch source {
    case .field(let name): self = .field(name)
    case .fileName(let name): self = .fileName(name)
    case .constant(let text): self = .constant(text)
    }
  }
}
