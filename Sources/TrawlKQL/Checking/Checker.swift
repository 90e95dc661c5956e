import TrawlRows

/// Checks names and types of a query and finds out which events match. Throws the first mistake; what Trawl cannot
/// compute is no mistake, and stays with the legs it is in.
struct Checker {
  /// Nodes of one expression, with all that `let` and `extend` put into it.
  static let maximumSize = 20_000
  static let maximumDepth = 300
  static let maximumLegs = 200
  /// Expressions and steps that are looked at, functions and tables counted each time they are used.
  static let maximumWork = 200_000

  let text: [UInt8]
  let schema: Schema
  /// The contents of local files, by the addresses for which they stand.
  let externals: [String: String]
  /// What stands for the data of `FileProfile()`.
  let profiles: FileProfiles?
  var warnings: [Problem] = []
  /// The aggregates of the `summarize` that is looked at, while its table is computed.
  var collected: [KQLAggregation]?
  private var work = 0
  /// Functions that are being looked into, and relations within expressions.
  private var depth = 0

  init(
    _ text: [UInt8], _ schema: Schema, externals: [String: String] = [:], profiles: FileProfiles? = nil
  ) {
    self.text = text
    self.schema = schema
    self.externals = externals
    self.profiles = profiles
  }

  func text(_ range: SourceRange) -> String { String(decoding: text[range.start..<range.end], as: UTF8.self) }

  /// The relation of each statement that is a query.
  mutating func check(_ statements: [Statement]) throws(Problem) -> [(relation: Relation, range: SourceRange)]
  {
    var scope = Scope()
    var results: [(relation: Relation, range: SourceRange)] = []
    for statement in statements {
      if let expression = try bind(statement, &scope) {
        results.append((try relation(expression, scope), expression.range))
      }
    }
    return results
  }

  /// Takes a `let` into the scope; hands back the expression of a query.
  mutating func bind(_ statement: Statement, _ scope: inout Scope) throws(Problem) -> Expression? {
    switch statement {
    case .ignored: break
    case .query(let expression): return expression
    case .function(let name, let function, _):
      scope.bindings[name] = .function(function, scope)
    case .binding(let name, let value, _):
      if isTabular(value, scope) {
        scope.bindings[name] = .table(try relation(value, scope))
      } else {
        scope.bindings[name] = .scalar(try lower(value, nil, scope))
      }
    }
    return nil
  }

  /// Whether an expression is a table.
  func isTabular(_ expression: Expression, _ scope: Scope) -> Bool {
    switch expression.kind {
    case .pipeline, .datatable, .externalData, .source, .wildcard: return true
    case .name(let name):
      switch scope.bindings[name] {
      case .table: return true
      case .function(let function, _): return isTabular(function)
      case .scalar: return false
      case nil: return schema.tables[name] != nil || schema.otherTables.contains(name)
      }
    case .call(let name, let arguments):
      if name == "materialize" { return arguments.first.map { isTabular($0.value, scope) } ?? false }
      if case .function(let function, _) = scope.bindings[name] { return isTabular(function) }
      if case .service = schema.functions[name] { return true }
      return Checker.tableFunctions.contains(name)
    case .member(let base, _):
      if case .call = base.kind { return isTabular(base, scope) }
      if case .member = base.kind { return isTabular(base, scope) }
      return false
    default: return false
    }
  }

  /// Functions that give tables, or lead to other clusters.
  private static let tableFunctions: Set<String> = [
    "table", "database", "workspace", "cluster", "app", "arg", "adx", "external_table", "materialized_view",
  ]

  private func isTabular(_ function: Function) -> Bool {
    var scope = Scope()
    for parameter in function.parameters where parameter.type == nil {
      scope.bindings[parameter.name] = .table(Relation(legs: []))
    }
    for statement in function.body {
      switch statement {
      case .query(let expression): return isTabular(expression, scope)
      case .binding(let name, let value, _) where isTabular(value, scope):
        scope.bindings[name] = .table(Relation(legs: []))
      default: break
      }
    }
    return false
  }

  /// Counts a piece of work, and gives up beyond all that sane queries need.
  mutating func spend(_ range: SourceRange, _ amount: Int = 1) throws(Problem) {
    work += amount
    if work > Checker.maximumWork {
      throw Problem(
        112, range, reason: "too large", "the query becomes too large when its let statements are put in",
        advice: "split it")
    }
  }

  /// Runs the body of a function, or a relation within an expression, one level deeper.
  mutating func nested<Result>(
    _ range: SourceRange, _ body: (inout Checker) throws(Problem) -> Result
  ) throws(Problem) -> Result {
    depth += 1
    defer { depth -= 1 }
    if depth > 60 {
      throw Problem(
        112, range, reason: "nested too deeply", "more than 60 functions and tables within each other",
        advice: "split the query")
    }
    return try body(&self)
  }

  /// Calls a function of a `let`: its parameters bound, its body's last expression.
  mutating func call(
    _ name: String, _ function: Function, _ outer: Scope, _ arguments: [Binding], _ range: SourceRange
  ) throws(Problem) -> (Expression, Scope) {
    var scope = outer
    for (index, parameter) in function.parameters.enumerated() {
      if index < arguments.count {
        scope.bindings[parameter.name] = arguments[index]
      } else if let standard = parameter.standard {
        scope.bindings[parameter.name] = .scalar(try lower(standard, nil, outer))
      } else {
        throw Problem(
          204, range, reason: "arguments",
          "\(name) needs \(function.parameters.count) arguments and gets \(arguments.count)")
      }
    }
    for statement in function.body {
      if let expression = try bind(statement, &scope) { return (expression, scope) }
    }
    throw Problem(116, range, reason: "no query", "the body of \(name) has no expression")
  }

  /// The arguments of a call, tables and scalars.
  mutating func bindings(
    _ arguments: [Argument], _ row: Row?, _ scope: Scope
  ) throws(Problem) -> [Binding] {
    var result: [Binding] = []
    for argument in arguments {
      if isTabular(argument.value, scope) {
        result.append(.table(try relation(argument.value, scope)))
      } else {
        result.append(.scalar(try lower(argument.value, row, scope)))
      }
    }
    return result
  }
}
