/// How the table of a query is made: rows out of events, and operators that look at all rows, one behind the other.
public struct KQLPlan: Equatable, Sendable {
  /// The tables of events that it reads; the rows of all are one table, in the order of the input.
  public var sources: [KQLSourceTable]
  /// What is done to that table, in order.
  public var steps: [KQLTableStep]
  /// The columns of the result.
  public var columns: [KQLResultColumn]

  public init(sources: [KQLSourceTable], steps: [KQLTableStep], columns: [KQLResultColumn]) {
    self.sources = sources
    self.steps = steps
    self.columns = columns
  }
}

/// The rows that a query takes from a table of events.
public struct KQLSourceTable: Equatable, Sendable {
  /// The name of a Defender table, or of SecurityEvent or Event.
  public var table: String
  /// Of the events that give a row.
  public var predicate: KQLPredicate
  /// Over the table's own columns; all sources of a plan have the same names in the same order.
  public var columns: [KQLColumn]

  public init(table: String, predicate: KQLPredicate, columns: [KQLColumn]) {
    self.table = table
    self.predicate = predicate
    self.columns = columns
  }
}

/// A column that is computed from the row below it.
public struct KQLColumn: Equatable, Sendable {
  public var name: String
  public var operand: KQLOperand

  public init(_ name: String, _ operand: KQLOperand) {
    self.name = name
    self.operand = operand
  }
}

/// A column of a result.
public struct KQLResultColumn: Equatable, Sendable {
  public var name: String
  public var type: KQLType

  public init(_ name: String, _ type: KQLType) {
    self.name = name
    self.type = type
  }
}

/// An operator on a table. Operands are over the columns that the step before it left.
public enum KQLTableStep: Equatable, Sendable {
  /// Keeps the rows of which it is true.
  case filter(KQLPredicate)
  /// Makes other columns of the row's.
  case columns([KQLColumn])
  /// Orders the rows; those that compare equal stay in their order.
  case sort([KQLSortKey])
  /// The first so many rows.
  case take(Int)
  /// The first so many rows of those sorted.
  case top(Int, [KQLSortKey])
  /// One row of those that are equal.
  case distinct
  /// One row with the number of rows, under this name.
  case count(String)
  /// One row for each group of rows that are equal in the second list, or one for all if that is empty: the groups'
  /// columns, then those of the aggregates.
  case summarize([KQLAggregation], by: [KQLColumn])
  case join(KQLJoin)
  /// Rows of another table behind these, with its columns; what one of the two has no column for is empty there, by the
  /// types of the columns of these.
  case append([KQLResultColumn], [[KQLValue]], leftTypes: [String: KQLType])
}

/// What rows are sorted by.
public struct KQLSortKey: Equatable, Sendable {
  public var operand: KQLOperand
  public var isAscending: Bool
  public var isNullsFirst: Bool

  public init(_ operand: KQLOperand, isAscending: Bool, isNullsFirst: Bool) {
    self.operand = operand
    self.isAscending = isAscending
    self.isNullsFirst = isNullsFirst
  }
}
