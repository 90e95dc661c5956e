import TrawlRules

extension RuleValue {
  /// The tests of a value under its modifiers. The value passes if any of them does.
  func tests(_ chain: ModifierChain, isKeyword: Bool) throws(ValueProblem) -> [Test] {
    if meaning == .null { return [try nullTest(chain, isKeyword: isKeyword)] }
    switch chain.relation {
    case .equals, .contains, .startsWith, .endsWith: return try textTests(chain, isKeyword: isKeyword)
    case .expression: return [.regularExpression(expression(chain))]
    case .network: return [.network(try network())]
    case .exists: return [.present]
    case .number(let comparison): return [.number(comparison, try number())]
    case .timePart(let part, let comparison): return [.timePart(part, comparison, try timeNumber(part))]
    case .field(let relation): return [.field(try fieldName(), relation)]
    }
  }

  private func nullTest(_ chain: ModifierChain, isKeyword: Bool) throws(ValueProblem) -> Test {
    if isKeyword {
      throw ValueProblem(
        reason: "empty keyword", message: "a keyword without text",
        advice: "delete it, or quote it if the text 'null' is meant")
    }
    guard chain.isPlainEquality else {
      throw ValueProblem(
        reason: "value does not suit modifier", message: "a modifier that needs a value has none",
        advice: "null goes with no modifier but neq and all; write '' for the empty text")
    }
    return .null
  }

  private func expression(_ chain: ModifierChain) -> RegularExpression {
    RegularExpression(
      text, ignoresCase: chain.flags.contains(.ignoreCase), isMultiline: chain.flags.contains(.multiline),
      dotMatchesNewline: chain.flags.contains(.dotAll))
  }

  private func network() throws(ValueProblem) -> Network {
    do {
      return try Network(parsing: text)
    } catch .hostBits(let meant) {
      throw ValueProblem(
        reason: "network with host bits", message: "\(text) is not a network: bits are set behind the prefix",
        advice: "write \(meant)")
    } catch {
      throw ValueProblem(
        reason: "not a network", message: "'\(text)' is not an IP network",
        advice: "write an address and the length of its prefix: 10.0.0.0/8 or 2001:db8::/32")
    }
  }

  private func number() throws(ValueProblem) -> Number {
    switch meaning {
    case .integer(let digits):
      if let value = Int64(digits) { return .integer(value) }
      if let value = Double(digits), value.isFinite { return .real(value) }
    case .real(let value): return .real(value)
    default: break
    }
    let isQuoted = YAMLScalar(text: text, isPlain: true).meaning != .text
    throw ValueProblem(
      reason: "not a number", message: "'\(text)' is not a number",
      advice: isQuoted ? "write it without quotes" : "lt, lte, gt and gte compare decimal numbers")
  }

  private func timeNumber(_ part: TimePart) throws(ValueProblem) -> Int {
    guard case .integer(let digits) = meaning, let value = Int(digits) else {
      throw ValueProblem(
        reason: "not a number", message: "'\(text)' is not a whole number",
        advice: "write the \(part.rawValue) as a number without quotes")
    }
    guard part.range.contains(value) else {
      throw ValueProblem(
        reason: "time part out of range", message: "a \(part.rawValue) is never \(value)",
        advice: "write a number from \(part.range.lowerBound) to \(part.range.upperBound)")
    }
    return value
  }

  private func fieldName() throws(ValueProblem) -> String {
    let name = FieldName.withoutBlanks(text)
    guard meaning == .text, !name.isEmpty else {
      throw ValueProblem(
        reason: "not a field name", message: "fieldref needs the name of a field, not '\(text)'",
        advice: "quote the name if it looks like a number")
    }
    return name
  }
}

// MARK: - Text

extension RuleValue {
  private func textTests(_ chain: ModifierChain, isKeyword: Bool) throws(ValueProblem) -> [Test] {
    if case .real(let value) = meaning, chain.isPlainEquality, !isKeyword {
      return [.number(.equal, .real(value))]
    }
    var pattern = ValuePattern(comparedText)
    if chain.hasDashes { pattern.markDashes() }
    do {
      return try encoded(pattern, by: chain.encodings).map { elements in
        .text(TextPattern(anchored(elements, chain.relation, isKeyword: isKeyword), isCased: chain.isCased))
      }
    } catch {
      throw problem(error)
    }
  }

  /// With any text where the modifier allows it.
  func anchored(
    _ elements: [TextPattern.Element], _ relation: ModifierChain.Relation, isKeyword: Bool
  ) -> [TextPattern.Element] {
    switch relation {
    case .contains: [.anyRun] + elements + [.anyRun]
    case .startsWith: elements + [.anyRun]
    case .endsWith: [.anyRun] + elements
    default: isKeyword ? [.anyRun] + elements + [.anyRun] : elements
    }
  }

  private func encoded(
    _ pattern: ValuePattern, by encodings: [Encoding]
  ) throws(EncodingProblem) -> [[TextPattern.Element]] {
    if encodings.isEmpty { return [pattern.elements] }
    var values = [EncodedValue(pattern)]
    for encoding in encodings {
      var next: [EncodedValue] = []
      for value in values { next += try value.encoded(by: encoding) }
      values = next
      if values.count > 27 { throw .tooMany }
    }
    return try values.map { value throws(EncodingProblem) in try value.pattern(isEncoded: true) }
  }

  private func problem(_ problem: EncodingProblem) -> ValueProblem {
    switch problem {
    case .wildcard:
      ValueProblem(
        reason: "value cannot be encoded", message: "'\(text)' cannot be encoded: it has a wildcard",
        advice: "write \\* or \\? for the characters themselves")
    case .tooShort:
      ValueProblem(
        reason: "value cannot be encoded", message: "'\(text)' is too short for base64offset",
        advice: "write at least two characters: of less, nothing is the same at every offset")
    case .notText:
      ValueProblem(
        reason: "value cannot be encoded", message: "'\(text)' in UTF-16 is not text that a log could hold",
        advice: "let base64 or base64offset follow, or use ASCII and wide")
    case .tooMany:
      ValueProblem(
        reason: "value cannot be encoded", message: "base64offset more than three times",
        advice: "use base64offset once")
    }
  }
}

extension TimePart {
  /// The values it can have.
  fileprivate var range: ClosedRange<Int> {
    switch self {
    case .minute: 0...59
    case .hour: 0...23
    case .day: 1...31
    case .week: 1...53
    case .month: 1...12
    case .year: 0...9999
    }
  }
}
