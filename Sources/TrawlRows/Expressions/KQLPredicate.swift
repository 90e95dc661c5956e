/// What must hold of a row: a formula in three values, true, false and null. A row matches when it is true.
///
/// `not` of null is null, `all` and `any` are Kleene's. Tests of text are never null: what has no value has the text "".
public indirect enum KQLPredicate: Equatable, Sendable {
  /// Nil is null.
  case constant(Bool?)
  case all([KQLPredicate])
  case any([KQLPredicate])
  case not(KQLPredicate)
  /// The operand's text passes for one (or each) of the needles.
  case text(KQLOperand, KQLTextTest, [String], KQLQuantifier, isCased: Bool)
  /// The same with one needle that is computed from the row.
  case related(KQLOperand, KQLTextTest, KQLOperand, isCased: Bool)
  /// The expression is found in the operand's text.
  case matches(KQLOperand, KQLRegularExpression)
  /// The operands compare so. Null on one side: false for `==`, true for `!=`, null for the rest; on both: null.
  case compare(KQLOperand, KQLComparison, KQLOperand)
  /// The operand equals one of these, which are not null; false for null.
  case member(KQLOperand, [KQLValue])
  /// The operands' values, together, are in a long list; false where one is null.
  case listed([KQLOperand], KQLList)
  /// The operand is null or "".
  case isEmpty(KQLOperand)
  /// The operand is null, which a string never is.
  case isNull(KQLOperand)
  /// The operand, a bool, is true; null where it is null.
  case truth(KQLOperand)
}

/// How a needle must lie in a text. Without regard to case means ASCII letters only.
public enum KQLTextTest: String, Sendable {
  case equals, contains
  case startsWith = "startswith"
  case endsWith = "endswith"
  /// At an edge of the needle that is a letter or digit, the text must not go on with a letter or digit.
  case has
  /// As `has`, but only its leading edge counts.
  case hasPrefix = "hasprefix"
  /// As `has`, but only its trailing edge counts.
  case hasSuffix = "hassuffix"
}

/// Whether one needle suffices. Of no needles, `any` is false and `all` true.
public enum KQLQuantifier: Sendable {
  case any, all
}

/// How two values compare.
public enum KQLComparison: String, Sendable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
}

/// Where the value comes from that a predicate looks at.
public indirect enum KQLOperand: Equatable, Sendable {
  case constant(KQLValue)
  /// A column of the table's rows.
  case column(String, KQLType)
  /// `*`: any column; the predicate holds if it holds of the text of one.
  case anyColumn
  /// A member of a property bag; null if there is none.
  case member(KQLOperand, String)
  /// An element of a dynamic array (from 0; negative from the end) or bag; null if there is none.
  case element(KQLOperand, KQLOperand)
  case call(KQLFunction, [KQLOperand])
  /// The value of a predicate, as a bool.
  case condition(KQLPredicate)

  /// The type that its values have.
  public var type: KQLType {
    switch self {
    case .constant(let value): value.type
    case .column(_, let type): type
    case .anyColumn: .string
    case .member, .element: .dynamic
    case .call(let function, let arguments): function.type(of: arguments)
    case .condition: .bool
    }
  }
}
