import TrawlMatcher
import TrawlRules

extension RulesetCompiler {
  /// Chooses for each draft what announces it.
  mutating func announce(_ drafts: inout [Draft]) {
    let literals = tests.predicates.map { RulesetCompiler.literal($0) }
    var popularity: [[UInt8]: Int] = [:]
    for (test, literal) in literals.enumerated() {
      if let literal { popularity[literal, default: 0] += tests.uses[test] }
    }
    let prices = tests.predicates.indices.map { test in
      price(tests.predicates[test], literals[test], popularity)
    }
    let isKeyword = tests.predicates.map { $0.subject == .anyValue }
    let choice = AnnouncementChoice(prices: prices, isKeyword: isKeyword)
    for index in drafts.indices { drafts[index].announcement = choice.choose(drafts[index].formula) }
    report.predicates = tests.predicates.count
    report.literals = popularity.count
    report.expressions = tests.expressions.count
  }

  /// The literal that announces a predicate, folded; nil when it has none.
  static func literal(_ predicate: Predicate) -> [UInt8]? {
    if let (pattern, _) = predicate.pattern {
      return predicate.subject == .anyValue ? RequiredLiteral.plain(pattern) : RequiredLiteral.of(pattern)
    }
    guard case .regularExpression(let expression) = predicate.test else { return nil }
    return predicate.subject == .anyValue ? RequiredLiteral.plain(expression) : RequiredLiteral.of(expression)
  }

  /// How often events are expected to be announced by a literal in vain: short ones, such as many rules know (most of
  /// all the prefixes and names that filters list) and such as are always there are expensive.
  private func price(_ predicate: Predicate, _ literal: [UInt8]?, _ popularity: [[UInt8]: Int]) -> Double? {
    // EventID is decided once for each route.
    if predicate.subject == .field("EventID") { return nil }
    guard let literal, !literal.isEmpty else { return priceOfCheck(predicate) }
    var length = min(literal.count, 16)
    var shape: TextShape?
    if let (pattern, _) = predicate.pattern { shape = pattern.simpleShape?.shape }
    var share = 0.0
    if case .field(let name) = predicate.subject {
      share = Background.standard.share(of: literal, shape, in: name)
    }
    if shape == .equals {
      if literal.count <= 5 { return max(0.5, share) }
      length += 2
    }
    let known = Double(1 + popularity[literal, default: 0])
    let scale = predicate.subject == .anyValue ? 4.0 : 1.0
    var price = scale * known * known.squareRoot()
    for _ in 0..<length { price /= 1.6 }
    return max(price, share)
  }

  /// A test without a literal can be made on each new value of its field; where all else fails.
  private func priceOfCheck(_ predicate: Predicate) -> Double? {
    guard predicate.subject != .anyValue else { return nil }
    switch predicate.test {
    case .regularExpression: return 1000
    case .text, .needle, .network, .number, .timePart: return 500
    case .null, .present, .container, .field, .column, .row: return nil
    }
  }
}

extension RequiredLiteral {
  /// The longest part of an expression's literal that every writer of JSON writes as it is.
  static func plain(_ expression: RegularExpression) -> [UInt8]? {
    guard let literal = of(expression) else { return nil }
    return plain(TextPattern([.text(String(decoding: literal, as: UTF8.self))]))
  }
}
