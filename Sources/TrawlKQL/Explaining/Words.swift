import TrawlRows
import TrawlRules

/// Puts expressions into words, with the names and values that the checker knows.
struct Words {
  private let checker: Checker
  private let scope: Scope
  /// The rows that expressions are about.
  private let row: Row?

  init(_ checker: Checker, _ scope: Scope, _ row: Row?) {
    self.checker = checker
    self.scope = scope
    self.row = row
  }

  /// As written, in one line.
  func text(_ expression: Expression) -> String {
    checker.text(expression.range).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private func lowered(_ expression: Expression) -> Lowered? {
    var checker = checker
    return try? checker.lower(expression, row, scope)
  }

  /// The same, without the end of what is long.
  func shortText(_ expression: Expression) -> String {
    let text = text(expression)
    return text.count > 80 ? text.prefix(79) + "…" : text
  }

  /// The column of the table that an expression stands for, also in another case or as text: `AdditionalFields.Query`.
  func column(_ expression: Expression) -> String? { lowered(expression)?.operand.flatMap(\.columnName) }

  /// Whether an expression is a date and time.
  func isTime(_ expression: Expression) -> Bool { lowered(expression)?.type == .datetime }

  /// Whether it may be a text, or a list with one.
  func isText(_ expression: Expression) -> Bool {
    guard let values = values(expression) else {
      return lowered(expression).map { [.string, .dynamic, .unknown].contains($0.type) } ?? true
    }
    return values.flatMap(\.members).contains { $0.type == .string }
  }

  /// The constants of an expression: one, those of a list, or of the first column of a table in the query.
  func constants(_ expression: Expression) -> [String] { values(expression)?.flatMap(\.texts) ?? [] }

  /// Nil where the values are not known before the query runs.
  private func values(_ expression: Expression) -> [KQLValue]? {
    if case .name(let name) = expression.kind, row?.leg.column(name) != nil { return nil }
    guard checker.isTabular(expression, scope) else { return lowered(expression)?.constant.map { [$0] } }
    var checker = checker
    return (try? checker.relation(expression, scope))?.rows?.compactMap(\.first)
  }

  /// A value: a column or constant, and what a name of `let` stands for.
  func value(_ expression: Expression) -> String {
    switch expression.kind {
    case .star: return "any column"
    case .literal(let value): return value.inWords
    case .name(let name):
      guard let values = values(expression) else { return name }
      return "\(name) (\(Words.list(values)))"
    default: return text(expression)
    }
  }

  /// Values that are shown of a long list.
  static let mostValues = 12

  static func list(_ values: [KQLValue]) -> String {
    let all = values.flatMap(\.members)
    let shown = all.prefix(mostValues).map(\.inWords)
    let rest = all.count - shown.count
    return (rest > 0 ? shown + ["\(rest) more"] : shown).joined(separator: ", ")
  }

  /// Those of the list that an operator takes.
  func list(_ expressions: [Expression]) -> String {
    var parts: [String] = []
    var constants: [KQLValue] = []
    for expression in expressions {
      if case .literal(let value) = expression.kind {
        constants.append(value)
      } else {
        parts.append(value(expression))
      }
    }
    return ((constants.isEmpty ? [] : [Words.list(constants)]) + parts).joined(separator: ", ")
  }

  /// What a `let` binds to a name.
  func binding(_ name: String, _ value: Lowered?) -> String {
    guard let constant = value?.constant else { return "\(name) stands for what is computed here." }
    guard case .list = constant else { return "\(name) stands for \(constant.inWords)." }
    let count = constant.members.count
    return
      "\(name) stands for \(count == 1 ? "a list of one" : "a list of \(count)"): \(Words.list([constant]))."
  }
}

extension KQLOperand {
  /// Of a column or a member of one, whatever its case or type.
  fileprivate var columnName: String? {
    switch self {
    case .column(let name, _): name
    case .member(let base, let name): base.columnName.map { "\($0).\(name)" }
    case .call(let function, let arguments)
    where [.tolower, .toupper, .tostring, .parseJSON].contains(function) && arguments.count == 1:
      arguments[0].columnName
    default: nil
    }
  }
}

extension KQLValue {
  /// The elements of lists within, however deep; else the value itself.
  fileprivate var members: [KQLValue] {
    if case .list(let values) = self { values.flatMap(\.members) } else { [self] }
  }

  fileprivate var texts: [String] {
    members.compactMap { value in if case .null = value { nil } else { value.text } }
  }

  /// `7 days`; nil for what is no whole number of some unit.
  private static func words(_ ticks: Int64) -> String? {
    for (unit, size) in [
      ("day", 864_000_000_000), ("hour", 36_000_000_000), ("minute", 600_000_000), ("second", 10_000_000),
    ]
      as [(String, Int64)] where ticks != 0 && ticks % size == 0
    {
      let count = ticks / size
      return "\(count) \(unit)\(count == 1 ? "" : "s")"
    }
    return nil
  }

  /// Texts in quotes, all else as KQL has it.
  fileprivate var inWords: String {
    switch self {
    case .string(let text): "'\(text)'"
    case .null: "null"
    case .list: Words.list([self])
    case .bag: "a bag"
    case .timespan(let ticks): KQLValue.words(ticks) ?? text ?? ""
    default: text ?? ""
    }
  }
}
