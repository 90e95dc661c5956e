/// A condition as written, over names of search identifiers.
indirect enum ConditionSyntax: Equatable {
  case identifier(ConditionToken)
  /// `all of` or `1 of` a pattern or `them`.
  case quantified(all: Bool, ConditionToken)
  case all([ConditionSyntax])
  case any([ConditionSyntax])
  case not(ConditionSyntax)
}

extension ConditionSyntax {
  /// The search identifiers that `of` and a pattern, or `them`, stands for.
  static func names(_ names: [String], matching pattern: Substring) -> [String] {
    names.filter { name in
      if pattern == "them" { return !name.hasPrefix("_") }
      return (!name.hasPrefix("_") || pattern.hasPrefix("_")) && Glob.matches(name, pattern)
    }
  }
}

/// Parses a condition: `not` binds tightest, then `and`, then `or` (specification, "Condition").
struct ConditionParser {
  static let maximumDepth = 100
  private static let operators: Set<Substring> = ["and", "or", "not"]

  private let tokens: [ConditionToken]
  /// Names of the rule, to tell `AND` from a search identifier of that name.
  private let names: Set<String>
  private var position = 0
  private var depth = 0

  init(_ condition: String, names: Set<String>) {
    tokens = ConditionToken.tokens(of: condition)
    self.names = names
  }

  /// The whole condition. Throws the first mistake of grammar.
  mutating func parse() throws(ConditionProblem) -> ConditionSyntax {
    if tokens.isEmpty {
      throw ConditionProblem(
        token: nil, reason: "empty condition", message: "the condition is empty",
        advice: "name the search identifiers that must hold")
    }
    let syntax = try disjunction()
    if let token = current { throw unexpected(token) }
    return syntax
  }

  private var current: ConditionToken? { position < tokens.count ? tokens[position] : nil }

  private func isWord(_ text: Substring, at offset: Int = 0) -> Bool {
    position + offset < tokens.count && tokens[position + offset].kind == .word
      && tokens[position + offset].text == text
  }

  private mutating func disjunction() throws(ConditionProblem) -> ConditionSyntax {
    var members = [try conjunction()]
    while isWord("or") {
      position += 1
      members.append(try conjunction())
    }
    return members.count == 1 ? members[0] : .any(members)
  }

  private mutating func conjunction() throws(ConditionProblem) -> ConditionSyntax {
    var members = [try negation()]
    while isWord("and") {
      position += 1
      members.append(try negation())
    }
    return members.count == 1 ? members[0] : .all(members)
  }

  private mutating func negation() throws(ConditionProblem) -> ConditionSyntax {
    var isNegated = false
    while isWord("not") {
      position += 1
      isNegated.toggle()
    }
    let operand = try operand()
    return isNegated ? .not(operand) : operand
  }

  private mutating func operand() throws(ConditionProblem) -> ConditionSyntax {
    guard let token = current else {
      throw ConditionProblem(
        token: nil, reason: "condition ends early",
        message: "the condition ends where a search identifier should be",
        advice: tokens.last.map { "write a search identifier behind '\($0.text)'" })
    }
    switch token.kind {
    case .opening: return try parenthesized(token)
    case .closing, .pipe: throw unexpected(token)
    case .word: break
    }
    if isWord("of", at: 1) { return try quantified(token) }
    if Self.operators.contains(token.text) || isMiscased(token) { throw unexpected(token) }
    position += 1
    return .identifier(token)
  }

  private mutating func parenthesized(_ opening: ConditionToken) throws(ConditionProblem) -> ConditionSyntax {
    position += 1
    depth += 1
    guard depth <= Self.maximumDepth else {
      throw ConditionProblem(
        token: opening, reason: "condition nested too deeply",
        message: "more than \(Self.maximumDepth) parentheses within each other",
        advice: "leave out those without effect")
    }
    let syntax = try disjunction()
    guard let closing = current else {
      throw ConditionProblem(
        token: opening, reason: "unbalanced parentheses", message: "this '(' is never closed",
        advice: "add a ')'")
    }
    guard closing.kind == .closing else { throw unexpected(closing) }
    position += 1
    depth -= 1
    return syntax
  }

  private mutating func quantified(_ quantifier: ConditionToken) throws(ConditionProblem) -> ConditionSyntax {
    guard ["1", "any", "all"].contains(quantifier.text) else {
      let word = quantifier.text.lowercased()
      throw ConditionProblem(
        token: quantifier, reason: "unknown quantifier",
        message: "'\(quantifier.text) of' is not part of Sigma",
        advice: word == "all" || word == "any" ? "write \(word)" : "write 1 of, any of or all of")
    }
    position += 2
    guard let target = current, target.kind == .word, !Self.operators.contains(target.text) else {
      throw ConditionProblem(
        token: current, reason: "nothing behind of",
        message: "behind 'of' comes 'them' or a pattern such as selection_*", advice: "write one of these")
    }
    position += 1
    return .quantified(all: quantifier.text == "all", target)
  }
}

// MARK: - Mistakes

extension ConditionParser {
  private func isMiscased(_ token: ConditionToken) -> Bool {
    Self.operators.contains(Substring(token.text.lowercased())) && !names.contains(String(token.text))
  }

  /// The problem of a token that stands where it cannot.
  private func unexpected(_ token: ConditionToken) -> ConditionProblem {
    if token.kind == .pipe { return aggregation(token) }
    if token.kind == .closing {
      return ConditionProblem(
        token: token, reason: "unbalanced parentheses", message: "a ')' where none can be",
        advice: "delete it, or write what it closes")
    }
    if isMiscased(token), !Self.operators.contains(token.text) {
      return ConditionProblem(
        token: token, reason: "operator not in lower case", message: "'\(token.text)' is not an operator",
        advice: "write \(token.text.lowercased())")
    }
    if Self.operators.contains(token.text) {
      return ConditionProblem(
        token: token, reason: "misplaced operator",
        message: "'\(token.text)' has nothing before it to work on",
        advice: "write a search identifier before it")
    }
    return ConditionProblem(
      token: token, reason: "missing operator", message: "there is no operator before '\(token.text)'",
      advice: "write and or or before it")
  }

  private func aggregation(_ pipe: ConditionToken) -> ConditionProblem {
    ConditionProblem(
      token: pipe, reason: "aggregation in condition",
      message: "an aggregation behind '|' belongs to the old format of rules and is not evaluated",
      advice:
        "write a correlation rule (correlation: with type: event_count or value_count) that refers to this rule"
    )
  }
}
