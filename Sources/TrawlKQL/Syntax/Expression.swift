import TrawlRows

/// An expression as written, scalar or tabular.
package struct Expression: Sendable {
  package indirect enum Kind: Sendable {
    case literal(KQLValue)
    /// `now()` as a literal: `datetime()`.
    case now
    case name(String)
    /// `*`: any column, or all.
    case star
    /// `Device*` in a union.
    case wildcard(String)
    case member(Expression, String)
    case element(Expression, Expression)
    case call(String, [Argument])
    /// `-x` or `+x`.
    case sign(isNegative: Bool, Expression)
    case binary(BinaryOperator, Expression, Expression)
    case all([Expression])
    case any([Expression])
    case list(ListOperator, Expression, [Expression])
    case between(Expression, Expression, Expression, isNegated: Bool)
    /// A pipeline in parentheses or as an argument.
    case pipeline(Pipeline)
    case datatable([ColumnDeclaration], [Expression])
    case externalData(ExternalTable)
    /// An operator that stands first: `union`, `print`, `range`, `search`, `find`, `evaluate`.
    case source(Step)
  }

  package var kind: Kind
  package var range: SourceRange

  init(_ kind: Kind, _ range: SourceRange) {
    self.kind = kind
    self.range = range
  }
}

/// An argument of a call, named as in `f(x, since=1d)` or not.
package struct Argument: Sendable {
  package var name: String?
  package var value: Expression
}

/// A column of a `datatable` or the like.
package struct ColumnDeclaration: Sendable {
  package var name: String
  package var type: KQLType
}

/// Operators with two operands.
package enum BinaryOperator: String, Sendable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case modulo = "%"
  case equalAnyCase = "=~"
  case notEqualAnyCase = "!~"
  case contains, has
  case startsWith = "startswith"
  case endsWith = "endswith"
  case hasPrefix = "hasprefix"
  case hasSuffix = "hassuffix"
  case containsCased = "contains_cs"
  case hasCased = "has_cs"
  case startsWithCased = "startswith_cs"
  case endsWithCased = "endswith_cs"
  case hasPrefixCased = "hasprefix_cs"
  case hasSuffixCased = "hassuffix_cs"
  case notContains = "!contains"
  case notHas = "!has"
  case notStartsWith = "!startswith"
  case notEndsWith = "!endswith"
  case notHasPrefix = "!hasprefix"
  case notHasSuffix = "!hassuffix"
  case notContainsCased = "!contains_cs"
  case notHasCased = "!has_cs"
  case notStartsWithCased = "!startswith_cs"
  case notEndsWithCased = "!endswith_cs"
  case notHasPrefixCased = "!hasprefix_cs"
  case notHasSuffixCased = "!hassuffix_cs"
  case matchesRegex = "matches regex"
}

/// Operators with a list on the right.
package enum ListOperator: String, Sendable {
  case isIn = "in"
  case isNotIn = "!in"
  case isInAnyCase = "in~"
  case isNotInAnyCase = "!in~"
  case hasAny = "has_any"
  case hasAll = "has_all"
}
