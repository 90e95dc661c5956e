import TrawlRows

/// A source and the operators behind it.
package struct Pipeline: Sendable {
  package var source: Expression
  package var steps: [Step]
}

/// A tabular operator at its place.
package struct Step: Sendable {
  package indirect enum Kind: Sendable {
    case filter(Expression)
    case extend([NamedExpression])
    case project([NamedExpression])
    case projectAway([ColumnPattern])
    case projectKeep([ColumnPattern])
    case projectReorder([ColumnPattern])
    case projectRename([NamedExpression])
    case distinct([NamedExpression])
    case summarize([NamedExpression], by: [NamedExpression])
    case join(Join)
    case lookup(Join)
    case union([Expression], sourceColumn: String?, isFuzzy: Bool)
    case sort([SortKey])
    case top(Expression, by: [SortKey])
    /// `take`, `limit` or `sample`.
    case take(Expression)
    case count(as: String?)
    case expand([Expansion], limit: Expression?)
    /// `mv-apply`, with the steps behind `on`.
    case apply([Expansion], [Step])
    case parse(Expression, [ColumnDeclaration], keepsAll: Bool)
    case makeSeries([NamedExpression], on: Expression, by: [NamedExpression])
    case evaluate(String, [Argument])
    case invoke(Expression)
    case print([NamedExpression])
    case range(String, from: Expression, to: Expression, step: Expression)
    /// `serialize` with the columns that it adds.
    case serialize([NamedExpression])
    case name(as: String)
    /// What changes no row: `render`, `consume`.
    case nothing
    /// An operator whose text is only skipped: `search`, `find`, `scan`, `partition` and others.
    case opaque
  }

  /// As written: `mv-expand`.
  package var name: String
  package var kind: Kind
  package var range: SourceRange
}

/// What rows are sorted by.
package struct SortKey: Sendable {
  package var value: Expression
  /// Only `asc` says so.
  package var isAscending: Bool
  /// As written; nil leaves it to the direction.
  package var isNullsFirst: Bool?
}

/// `Name = expression`, or an expression that names itself.
package struct NamedExpression: Sendable {
  /// Several for `(a, b) = f(x)`.
  package var names: [String]
  package var value: Expression
}

/// A column, or several by a pattern with stars.
package struct ColumnPattern: Sendable {
  package var pattern: String
  package var range: SourceRange
}

/// The right side of `join` or `lookup`.
package struct Join: Sendable {
  /// As written; nil for the default.
  package var kind: String?
  package var right: Expression
  package var on: [Expression]
}

/// A column that `mv-expand` or `mv-apply` spreads.
package struct Expansion: Sendable {
  package var name: String?
  package var value: Expression
  package var type: KQLType?
}

/// A statement of a query.
package enum Statement: Sendable {
  case binding(String, Expression, SourceRange)
  case function(String, Function, SourceRange)
  case query(Expression)
  /// `set`, `declare` and the like: read, of no effect on what rows match.
  case ignored
}

/// `(a: string, T: (*)) { ... }`
package struct Function: Sendable {
  package var parameters: [Parameter]
  package var body: [Statement]
}

/// A parameter of a function; tabular if it has no type.
package struct Parameter: Sendable {
  package var name: String
  package var type: KQLType?
  package var standard: Expression?
}
