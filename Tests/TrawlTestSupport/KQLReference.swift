import TrawlKQL
import TrawlRows

/// What a query says of a row, read from its text as written and by the words of the documentation: slow, plain, and
/// apart from Trawl's own reading of names, types and lists. It knows the operators that keep rows, `where` and `union`.
public struct KQLReference {
  /// A value that does not fit its column.
  public struct RowError: Error {
    public var column: String
  }

  private let statements: [Statement]

  /// Throws if the text is not KQL.
  public init(_ text: String) throws { statements = try KQLSyntax.statements(of: text) }

  /// Whether the row is among what the query's filters leave.
  public func matches(table: String, row: [String: JSONValue]) throws -> Bool {
    var scope = KQLScope(table: table, row: try KQLReference.values(of: row, table))
    for statement in statements {
      switch statement {
      case .binding(let name, let value, _): scope.lets[name] = value
      case .query(let expression): return try scope.rows(expression) != nil
      case .ignored: break
      case .function: throw KQLUnsupported(what: "functions")
      }
    }
    return false
  }

  /// The values of a row's columns; those that it lacks are empty strings or null.
  static func values(of row: [String: JSONValue], _ table: String) throws -> [String: KQLValue] {
    var values: [String: KQLValue] = [:]
    for (name, type) in KQLSyntax.columns(of: table) ?? [] {
      values[name] = type == .string ? .string("") : .null(type)
      guard let json = row[name] else { continue }
      guard let value = KQLValue(json, type) else { throw RowError(column: name) }
      values[name] = value
    }
    return values
  }

  static func all(_ parts: [Bool?]) -> Bool? {
    parts.contains(false) ? false : parts.contains(nil) ? nil : true
  }

  static func any(_ parts: [Bool?]) -> Bool? {
    parts.contains(true) ? true : parts.contains(nil) ? nil : false
  }
}

/// The names that an expression may use, and the row.
struct KQLScope {
  let table: String
  var row: [String: KQLValue]
  var lets: [String: Expression] = [:]

  /// The row as a pipeline leaves it, nil if it is filtered out or of another table.
  func rows(_ expression: Expression) throws -> [String: KQLValue]? {
    switch expression.kind {
    case .name(let name):
      if let bound = lets[name] { return try rows(bound) }
      return name == table ? row : nil
    case .call("materialize", let arguments): return try rows(arguments[0].value)
    case .wildcard(let pattern): return table.hasPrefix(pattern.dropLast()) ? row : nil
    case .source(let step):
      guard case .union(let tables, _, _) = step.kind else { throw KQLUnsupported(what: step.name) }
      return try tables.lazy.compactMap { try rows($0) }.first
    case .pipeline(let pipeline):
      guard let start = try rows(pipeline.source) else { return nil }
      var scope = self
      scope.row = start
      for step in pipeline.steps where try !scope.apply(step) { return nil }
      return scope.row
    default: throw KQLUnsupported(what: "source")
    }
  }

  /// Whether the row stays.
  private mutating func apply(_ step: Step) throws -> Bool {
    switch step.kind {
    case .filter(let condition): return try truth(condition) == true
    case .extend(let columns):
      for column in columns { row[name(of: column)] = try value(column.value) }
    case .project(let columns):
      var new: [String: KQLValue] = [:]
      for column in columns { new[name(of: column)] = try value(column.value) }
      row = new
    case .sort, .top, .take, .nothing, .name, .projectReorder: break
    case .summarize(_, let groups) where !groups.isEmpty: break
    default: throw KQLUnsupported(what: step.name)
    }
    return true
  }

  private func name(of column: NamedExpression) -> String {
    column.names.first ?? KQLSyntax.columnName(of: column.value)
  }

  func truth(_ expression: Expression) throws -> Bool? {
    if case .bool(let value) = try value(expression) { value } else { nil }
  }

  private func bool(_ value: Bool?) -> KQLValue { value.map { .bool($0) } ?? .null(.bool) }

  func value(_ expression: Expression) throws -> KQLValue {
    switch expression.kind {
    case .literal(let value): return value
    case .name(let name):
      if let value = row[name] { return value }
      guard let bound = lets[name] else { throw KQLUnsupported(what: "name \(name)") }
      return try value(bound)
    case .member(let base, let name): return try value(base).member(name)
    case .element(let base, let index): return try value(base).element(value(index))
    case .sign(let isNegative, let operand):
      return isNegative
        ? try KQLFunctions.apply(.subtract, [.integer(0), value(operand)]) : try value(operand)
    case .all(let parts): return bool(KQLReference.all(try parts.map { try truth($0) }))
    case .any(let parts): return bool(KQLReference.any(try parts.map { try truth($0) }))
    case .binary(let op, let left, let right): return try binary(op, left, right)
    case .list(let op, let left, let values): return try bool(list(op, left, values))
    case .between(let middle, let low, let high, let isNegated):
      let parts = try [
        value(middle).compares(.greaterOrEqual, value(low)),
        value(middle).compares(.lessOrEqual, value(high)),
      ]
      let inside = KQLReference.all(parts)
      return bool(isNegated ? inside.map { !$0 } : inside)
    case .call(let name, let arguments): return try call(name, arguments.map(\.value))
    default: throw KQLUnsupported(what: "expression")
    }
  }
}
