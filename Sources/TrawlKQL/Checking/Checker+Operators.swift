import TrawlRows

extension Checker {
  mutating func binary(
    _ op: BinaryOperator, _ left: Lowered, _ right: Lowered, _ leftSyntax: Expression,
    _ rightSyntax: Expression
  ) throws(Problem) -> Lowered {
    if let comparison = KQLComparison(rawValue: op.rawValue) {
      return try compare(comparison, left, right, leftSyntax.range)
    }
    if op.isArithmetic, let function = KQLFunction(rawValue: op.rawValue) {
      return Constants.folded(function, [left, right])
        ?? Lowered([left, right], type: .unknown) { .call(function, $0) }
    }
    if op == .matchesRegex { return try matches(left, right, leftSyntax, rightSyntax) }
    guard let test = op.textTest else { return Lowered(opaque: scalarTable(leftSyntax.range)) }
    try requireText(left, op.rawValue, leftSyntax.range)
    let (isNegated, isCased) = (op.rawValue.hasPrefix("!"), op.rawValue.hasSuffix("_cs"))
    return Lowered([left, right], type: .bool) { operands in
      let predicate: KQLPredicate =
        if let needle = right.constant?.text {
          .text(operands[0], test, [needle], .any, isCased: isCased)
        } else {
          .related(operands[0], test, operands[1], isCased: isCased)
        }
      return .condition(isNegated ? .not(predicate) : predicate)
    }
  }

  /// Operators of text refuse numbers and times, as Kusto does.
  func requireText(_ operand: Lowered, _ op: String, _ range: SourceRange) throws(Problem) {
    guard operand.type.isNumber || [.datetime, .timespan, .bool].contains(operand.type) else { return }
    throw Problem(
      501, range, reason: "type",
      "'\(op)' takes a string, and '\(text(range))' is a \(operand.type.rawValue)",
      advice: "write tostring(\(text(range))), or compare with ==")
  }

  /// `==` and its kin, with a constant brought to the type of the other side.
  mutating func compare(
    _ comparison: KQLComparison, _ left: Lowered, _ right: Lowered, _ range: SourceRange
  ) throws(Problem) -> Lowered {
    let (first, second) = (Checker.converted(left, like: right), Checker.converted(right, like: left))
    warnOfConversion(left, first, range)
    warnOfConversion(right, second, range)
    let (left, right) = (first, second)
    if left.type == .string, right.type == .string, comparison == .equal || comparison == .notEqual {
      return Checker.equality(left, right, isNegated: comparison == .notEqual)
    }
    if comparison == .equal || comparison == .notEqual, Set([left.type, right.type]).isTextAndOther {
      return Checker.equality(Checker.asText(left), Checker.asText(right), isNegated: comparison == .notEqual)
    }
    try requireComparable(left.type, right.type, comparison, range)
    return Lowered([left, right], type: .bool) { .condition(.compare($0[0], comparison, $0[1])) }
  }

  /// `int == string` of two columns compares their texts; Kusto takes any scalar there, and does not say what it does.
  private static func asText(_ value: Lowered) -> Lowered {
    value.type == .string ? value : Lowered([value], type: .string) { .call(.tostring, $0) }
  }

  /// Equality of strings, byte by byte.
  private static func equality(_ left: Lowered, _ right: Lowered, isNegated: Bool) -> Lowered {
    Lowered([left, right], type: .bool) { operands in
      let predicate: KQLPredicate =
        switch (left.constant, right.constant) {
        case (_, .string(let text)): .text(operands[0], .equals, [text], .any, isCased: true)
        case (.string(let text), _): .text(operands[1], .equals, [text], .any, isCased: true)
        default: .related(operands[0], .equals, operands[1], isCased: true)
        }
      return .condition(isNegated ? .not(predicate) : predicate)
    }
  }

  private mutating func warnOfConversion(_ old: Lowered, _ new: Lowered, _ range: SourceRange) {
    guard let before = old.constant, let after = new.constant, before != after else { return }
    let never = if case .null = after { ", and is never equal to one" } else { "" }
    let warning = Problem(
      505, range, reason: "converted literal",
      "'\(text(range))' is no \(before.type.rawValue): \(before.text ?? "the literal") is read as a "
        + "\(after.type.rawValue)\(never)",
      advice: "write the literal as a \(after.type.rawValue)")
    if !warnings.contains(warning) { warnings.append(warning) }
  }

  /// A constant as the other side's type has it: `RemotePort == "3389"`, `IsLocalAdmin == 1`, `Name == 5`. Where it
  /// cannot be, it becomes null, which equals nothing.
  static func converted(_ value: Lowered, like other: Lowered) -> Lowered {
    guard let constant = value.constant, other.constant == nil, constant.type != other.type else {
      return value
    }
    if case .null = constant { return value }
    switch (other.type, constant) {
    case (.int, .string(let text)), (.long, .string(let text)):
      return Lowered(.constant(Int64(text).map { .integer($0) } ?? .null(.long)))
    case (.real, .string(let text)):
      return Lowered(.constant(Double(text).map { .real($0) } ?? .null(.real)))
    case (.bool, .string(let text)):
      let value: KQLValue = text.lowercased() == "true" ? .bool(true) : .null(.bool)
      return Lowered(.constant(text.lowercased() == "false" ? .bool(false) : value))
    case (.bool, .integer(let number)): return Lowered(.constant(.bool(number != 0)))
    case (.datetime, .string(let text)):
      return Lowered(.constant(KQLTime.datetime(parsing: text).map { .datetime($0) } ?? .null(.datetime)))
    case (.string, _): return constant.text.map { Lowered(.constant(.string($0))) } ?? value
    case (.unknown, .string): return value
    default: return value
    }
  }

  private func requireComparable(
    _ left: KQLType, _ right: KQLType, _ comparison: KQLComparison, _ range: SourceRange
  ) throws(Problem) {
    let open: Set<KQLType> = [.unknown, .dynamic]
    if left == right || open.contains(left) || open.contains(right) || left.isNumber && right.isNumber {
      return
    }
    throw Problem(
      504, range, reason: "type",
      "'\(comparison.rawValue)' cannot compare a \(left.rawValue) with a \(right.rawValue)",
      advice: "convert one of them, with tostring(), tolong() or todatetime()")
  }

  private func matches(
    _ left: Lowered, _ right: Lowered, _ leftSyntax: Expression, _ rightSyntax: Expression
  ) throws(Problem) -> Lowered {
    try requireText(left, "matches regex", leftSyntax.range)
    if right.operand != nil, right.constant == nil || right.constant?.text == nil {
      return Lowered(
        opaque: Problem(
          603, rightSyntax.range, reason: "computed regular expression",
          "a regular expression that is computed from the event is not supported", advice: "Skipped."), .bool)
    }
    guard let source = right.constant?.text else {
      return Lowered(opaque: right.blame ?? scalarTable(rightSyntax.range), .bool)
    }
    let expression = try RegexTranslation.translate(source, rightSyntax.range)
    return Lowered([left], type: .bool) { .condition(.matches($0[0], expression)) }
  }
}

extension Set<KQLType> {
  /// Whether one is a string and the other of a known type that is not.
  fileprivate var isTextAndOther: Bool {
    count == 2 && contains(.string) && !contains(.unknown) && !contains(.dynamic)
  }
}

extension BinaryOperator {
  var isArithmetic: Bool {
    switch self {
    case .add, .subtract, .multiply, .divide, .modulo: true
    default: false
    }
  }

  /// The test of an operator on texts, negated or not, with or without regard to case.
  var textTest: KQLTextTest? {
    switch self {
    case .equalAnyCase, .notEqualAnyCase: return .equals
    default: break
    }
    var name = rawValue[...]
    if name.hasPrefix("!") { name.removeFirst() }
    if name.hasSuffix("_cs") { name.removeLast(3) }
    return KQLTextTest(rawValue: String(name))
  }
}
