import Synchronization
import TrawlKQL
import TrawlQuery
import TrawlRows
import TrawlScanner

/// What queries gave.
public struct QueryResult: Sendable {
  public var tables: [QueryTable]
  public var summary: ScanSummary
  /// Whether the logs were not read to their end, since no further row could have changed anything.
  public var endsEarly: Bool
}

/// What one query gave.
public struct QueryTable: Sendable {
  public var query: KQLQuery
  public var table: ResultTable
  /// Rows that its operators got.
  public var rowsRead: Int
  /// Columns that it looks at and that no row had a value in, by table.
  public var emptyColumns: [(table: String, columns: [String])]
}

/// Takes rows in the order of the input and makes tables of them.
final class RowCollector: Sendable {
  private struct State {
    var builders: [TableBuilder]
    var counts: [Int]
    var failure: QueryLimit?
  }

  private let state: Mutex<State>

  init(_ queries: [KQLQuery], _ budget: MemoryBudget) {
    let builders = queries.compactMap { query in query.plan.map { TableBuilder($0, budget: budget) } }
    state = Mutex(State(builders: builders, counts: queries.map { _ in 0 }))
  }

  /// Takes rows as bytes; whether no more are needed.
  func take(_ bytes: [UInt8]) -> Bool {
    state.withLock { state in
      do throws(QueryLimit) {
        try SourceRows.forEach(in: bytes) { query, row throws(QueryLimit) in
          guard state.builders.indices.contains(query), !state.builders[query].isSatisfied else { return }
          state.counts[query] += 1
          try state.builders[query].add(row)
        }
      } catch {
        state.failure = error
      }
      return state.failure != nil || state.builders.allSatisfy(\.isSatisfied)
    }
  }

  var isSatisfied: Bool { state.withLock { $0.builders.allSatisfy(\.isSatisfied) } }

  var rowCounts: [Int] { state.withLock { $0.counts } }

  func finish() throws(QueryLimit) -> [ResultTable] {
    try state.withLock { state throws(QueryLimit) in
      if let failure = state.failure { throw failure }
      var tables: [ResultTable] = []
      for index in state.builders.indices { tables.append(try state.builders[index].finish()) }
      return tables
    }
  }
}
