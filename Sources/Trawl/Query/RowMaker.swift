import Synchronization
import TrawlCompiler
import TrawlEvents
import TrawlMatcher
import TrawlQuery
import TrawlRows

/// Makes the rows of one query and one table out of the events of one kind that match.
struct RowMaker: Sendable {
  /// The query's number.
  let query: Int
  let table: String
  let rows: SourceRows
  private let sources: [String: EventRow.ColumnSource]

  init(query: Int, table: String, _ rows: SourceRows, _ columns: EventColumns, _ fields: FieldTable) {
    self.query = query
    self.table = table
    self.rows = rows
    sources = columns.sources.compactMapValues { RowMaker.source($0, fields) }
  }

  private static func source(_ source: EventColumns.Source, _ fields: FieldTable) -> EventRow.ColumnSource? {
    switch source {
    case .field(let name): fields.find(name).map { .field($0) }
    case .part(let part, let name): fields.find(name).map { .part(part, $0) }
    case .constant(let text): .constant(text)
    }
  }

  /// The event of a finding as a row.
  func row(_ finding: Finding) -> EventRow {
    let values = Dictionary(finding.values.map { ($0.field, $0) }, uniquingKeysWith: { first, _ in first })
    return EventRow(sources: sources, values: values, time: finding.time)
  }
}

/// The columns that had a value in some row, over all workers.
final class FilledColumns: Sendable {
  private let filled = Mutex<[Int: Set<String>]>([:])

  /// Notes columns of the maker with a number.
  func note(_ columns: Set<String>, of maker: Int) {
    filled.withLock { $0[maker, default: []].formUnion(columns) }
  }

  func columns(of maker: Int) -> Set<String> { filled.withLock { $0[maker] ?? [] } }
}
