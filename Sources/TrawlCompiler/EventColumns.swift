import TrawlMatcher
import TrawlRules

/// What the columns of a table are in the events of one kind that are rows of it.
package struct EventColumns: Sendable {
  /// Where the value of a column comes from.
  package enum Source: Sendable {
    case field(String)
    /// A part of a field, or what it is taken for.
    case part(TrawlMatcher.ValuePart, String)
    /// The same in every event.
    case constant(String)
  }

  /// Those that the events have; a column of which only parts can be asked is none of them.
  package let sources: [String: Source]

  /// For columns of a table, which is the category of rules about it: one for each kind of events, in the order of the
  /// variants that `RulesetCompiler.Options.variants` counts.
  package static func variants(
    _ columns: Set<String>, of table: String, _ logSources: LogSourceTable, disabledRoutes: Set<String>
  ) -> [EventColumns] {
    logSources.variants(of: LogSource(category: table), disabledRoutes: disabledRoutes).map { variant in
      var sources: [String: Source] = [:]
      for column in columns { sources[column] = variant.fields.source(of: column).flatMap { Source($0) } }
      return EventColumns(sources: sources)
    }
  }

  /// The fields of events that are read.
  package var fieldNames: Set<String> {
    var names: Set<String> = []
    for source in sources.values {
      switch source {
      case .field(let name), .part(_, let name): names.insert(name)
      case .constant: break
      }
    }
    return names
  }
}

extension EventColumns.Source {
  fileprivate init?(_ source: FieldNames.Source) {
    switch source {
    case .field(let name): self = .field(name)
    case .part(let part, let name): self = .part(part.stored, name)
    case .constant(let text): self = .constant(text)
    case .holding, .joined: return nil
    }
  }
}
