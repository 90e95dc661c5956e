import TrawlRows

/// A table as far as it is known before the query runs: for each table of events that feeds it, the columns and what
/// has been asked of them so far.
struct Relation {
  var legs: [Leg]
  /// The rows of a `datatable`, whose columns are those of the only leg.
  var rows: [[KQLValue]]?
  /// What is made of the rows of all legs; nil while they are its table as they are.
  var shape: Shape?
  /// Why its table is not computed, if it is not. Which events match may be known all the same.
  var unshaped: Problem?

  /// Whether all that feeds it may have columns of any name.
  var isOpen: Bool { legs.contains { $0.openness.isOpen } }

  mutating func forEachLeg(_ body: (inout Leg) -> Void) {
    for index in legs.indices { body(&legs[index]) }
  }
}

/// One way from a table of events to the result.
struct Leg {
  /// What a name may stand for that is not among the columns.
  enum Openness {
    case closed
    /// A column of the source, of unknown type.
    case source
    /// Something that an operator adds; it says which.
    case computed(Problem)

    var isOpen: Bool {
      if case .closed = self { false } else { true }
    }
  }

  struct Column {
    var name: String
    var value: Lowered
  }

  /// The table of events; nil if these are rows of another kind.
  var table: String?
  var columns: [Column]
  var openness = Openness.closed
  /// What must hold of an event, besides its time.
  var predicates: [KQLPredicate] = []
  /// What must hold besides, and depends on the time of the run.
  var times: [TimeCondition] = []
  /// Why the events that match are not known exactly.
  var limit: Problem?
  /// The operator behind which a filter looks at fewer rows than all that matched.
  var cut: String?
  /// Operators whose effect on rows and columns is not computed.
  var tail: [String] = []
  /// What its groups are made by, each of which has a value for every event; nil where there are none.
  var groups: [Lowered]?
  /// The operator that chose the columns, for messages.
  var shapedBy: String?

  func column(_ name: String) -> Lowered? { columns.first { $0.name == name }?.value }

  mutating func set(_ name: String, _ value: Lowered) {
    if let index = columns.firstIndex(where: { $0.name == name }) {
      columns[index].value = value
    } else {
      columns.append(Column(name: name, value: value))
    }
  }

  /// Whether it lets only some rows of its table through before its limit.
  var isFiltered: Bool { table != nil && !predicates.isEmpty }

  mutating func limit(_ problem: Problem) { limit = limit ?? problem }

  /// A condition such as `Timestamp > ago(7d)`, and the operator it stands in.
  struct TimeCondition {
    var predicate: KQLPredicate
    var range: SourceRange
    var step: SourceRange
  }
}

/// An expression with its type and, if Trawl can compute it for one row, its meaning.
struct Lowered {
  var type: KQLType
  /// Nil where it cannot be computed; `blame` says why.
  var operand: KQLOperand?
  var blame: Problem?
  /// Nodes of the operand, and how deep they lie.
  var size = 1
  var depth = 1

  init(_ operand: KQLOperand) {
    self.operand = operand
    type = operand.type
  }

  init(opaque blame: Problem, _ type: KQLType = .unknown) {
    self.blame = blame
    self.type = type
  }

  /// An operand that is made of others; opaque if one of them is.
  init(_ parts: [Lowered], type: KQLType, _ make: ([KQLOperand]) -> KQLOperand) {
    self.type = type
    size = parts.reduce(1) { $0 + $1.size }
    depth = 1 + (parts.map(\.depth).max() ?? 0)
    let operands = parts.compactMap(\.operand)
    if operands.count == parts.count {
      operand = make(operands)
      if let operand, type == .unknown { self.type = operand.type }
    } else {
      blame = parts.compactMap(\.blame).first
    }
  }

  var constant: KQLValue? {
    if case .constant(let value) = operand { value } else { nil }
  }

  /// As the truth of a row.
  var predicate: KQLPredicate? {
    switch operand {
    case nil: nil
    case .condition(let predicate): predicate
    case .constant(.bool(let value)): .constant(value)
    case .constant(.null): .constant(nil)
    case .some(let operand): .truth(operand)
    }
  }
}

/// What a name means that `let` binds.
indirect enum Binding {
  case scalar(Lowered)
  case table(Relation)
  case function(Function, Scope)
}

/// The names bound so far.
struct Scope {
  var bindings: [String: Binding] = [:]
}

/// The rows that an expression is about: one leg's, of a relation with these legs; nil for none.
struct Row {
  var leg: Leg
  var relation: Relation
}
