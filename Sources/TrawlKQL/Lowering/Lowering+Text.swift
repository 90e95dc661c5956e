import TrawlRows
import TrawlRules

extension Lowering {
  /// When a needle lies so in the operand's text, which is "" where there is none.
  mutating func text(
    _ operand: KQLOperand, _ place: Needle.Place, _ needle: String, isCased: Bool
  ) throws(Computed) -> Condition {
    if case .constant = operand {
      throw Computed()
    }
    let subject = try Subject(operand)
    if needle.isEmpty { return place == .equals ? try isEmpty(operand) : Condition(true) }
    guard subject.isText || [.int, .long, .bool].contains(subject.type) else {
      throw Computed()
    }
    let op = place.shown(isCased: isCased)
    guard subject.letterCase != .asIs else {
      return item(subject.subject, Needle(needle, place, isCased: isCased).test, op, needle)
    }
    return recased(subject, Needle(needle, place, isCased: isCased), op)
  }

  /// Of a text in lower or upper case: no other case can be found in it, and where that does not matter or is the same, the
  /// case of the text does not either.
  private mutating func recased(_ subject: Subject, _ needle: Needle, _ op: String) -> Condition {
    let text = needle.text
    let recased = subject.letterCase == .lower ? text.lowercased() : text.uppercased()
    let isSame = text.utf8.elementsEqual(recased.utf8)
    if needle.isCased, !isSame { return Condition(false) }
    if needle.leads || needle.trails {
      return item(subject.subject, Needle(text, needle.place).test, op, text)
    }
    return item(subject.subject, .text(needle.pattern), op, text)
  }

  /// When the text of one column lies so in that of another.
  mutating func related(
    _ left: KQLOperand, _ place: Needle.Place, _ right: KQLOperand, isCased: Bool
  ) throws(Computed) -> Condition {
    let (whole, part) = (try Subject(left), try Subject(right))
    guard case .field(let name) = part.subject, case .field = whole.subject else { throw Computed() }
    guard whole.letterCase == part.letterCase else { throw Computed() }
    guard whole.isText || [.int, .long].contains(whole.type),
      part.isText || [.int, .long].contains(part.type)
    else { throw Computed() }
    let ignoresCase = !isCased || whole.letterCase != .asIs
    return item(
      whole.subject, .column(name, place, isCased: !ignoresCase), place.shown(isCased: isCased), name)
  }

  /// When an expression is found in the operand's text.
  mutating func matches(
    _ operand: KQLOperand, _ expression: KQLRegularExpression
  ) throws(Computed) -> Condition {
    let subject = try Subject(operand)
    guard subject.letterCase == .asIs else { throw Computed() }
    guard subject.isText else { throw Computed() }
    let test = Test.regularExpression(
      RegularExpression(expression.pattern, isUnicode: expression.isUnicode))
    let found = item(subject.subject, test, "matches regex", expression.source)
    switch expression.emptyMatch {
    case false?: return found
    case true?: return .anyOf([found, try isEmpty(operand)])
    case nil: throw Computed()
    }
  }

  /// When the operand is null or "".
  mutating func isEmpty(_ operand: KQLOperand) throws(Computed) -> Condition {
    let subject = try Subject(operand)
    guard case .field = subject.subject else { throw Computed() }
    let isAbsent = item(subject.subject, .null, "isempty", "")
    guard subject.isText else { return isAbsent }
    return .anyOf([isAbsent, item(subject.subject, .text(.equals("")), "isempty", "")])
  }

  /// When the operand is null: a string never is, and no JSON is.
  mutating func isNull(_ operand: KQLOperand) throws(Computed) -> Condition {
    if case .call(.tostring, _) = operand { return Condition(false) }
    let subject = try Subject(operand)
    if subject.type == .string { return Condition(false) }
    return try isEmpty(operand)
  }
}

extension Needle.Place {
  /// The operator that asks it.
  func shown(isCased: Bool) -> String {
    switch self {
    case .equals: isCased ? "==" : "=~"
    default: isCased ? "\(rawValue)_cs" : rawValue
    }
  }
}
