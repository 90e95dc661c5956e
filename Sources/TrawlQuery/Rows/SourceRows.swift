import TrawlRows

/// Makes rows of events for the sources of a plan that read one table.
public struct SourceRows: Sendable {
  private let sources: [KQLSourceTable]
  /// Whether it must be asked which of the sources an event is for.
  private let decides: Bool
  /// The columns of the table that are looked at.
  public let columns: Set<String>

  /// Of a plan, for the events of a table that match one of its sources.
  public init(_ plan: KQLPlan, table: String) {
    let sources = plan.sources.filter { $0.table == table }
    var names: Set<String> = []
    for source in sources {
      for column in source.columns { names.formUnion(column.operand.columnNames) }
      if sources.count > 1 { names.formUnion(source.predicate.columnNames) }
    }
    self.sources = sources
    decides = sources.count > 1
    columns = names
  }

  /// Appends the rows of an event as bytes, each behind the number of the query that they are for.
  package func append(_ event: some KQLRow, query: Int, to output: inout [UInt8]) {
    for source in sources where !decides || source.predicate.truth(in: event) == true {
      let values = source.columns.map { $0.operand.value(in: event) }
      RowCode.append(.integer(Int64(query)), to: &output)
      RowCode.append(.list(values), to: &output)
    }
  }

  /// Calls a function with each row that `append` wrote, and the number of its query.
  public static func forEach<Failure: Error>(
    in bytes: [UInt8], _ body: (Int, [KQLValue]) throws(Failure) -> Void
  ) throws(Failure) {
    var reader = RowCode.Reader(bytes)
    while !reader.isAtEnd {
      guard case .integer(let query)? = reader.value(), case .list(let values)? = reader.value() else {
        return
      }
      try body(Int(query), values)
    }
  }
}
