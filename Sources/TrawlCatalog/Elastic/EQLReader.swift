import TrawlRules

/// Reads the stages of a query of EQL: an event, or the head and the events of a sequence or sample.
package struct EQLReader {
  private let bytes: [UInt8]
  private var tokens: [QueryToken] = []
  private var at = 0
  private var reading = QueryReading()

  /// A stage for each event; for a sequence or sample, one for its head before them.
  package static func read(_ text: String) -> QueryReading {
    var reader = EQLReader(bytes: Array(text.utf8))
    guard reader.bytes.count <= QueryLimits.length else {
      return QueryReading(problems: ["the query has more than \(QueryLimits.length) bytes"])
    }
    do throws(QueryProblem) {
      reader.tokens = try TokenLexer.tokens(reader.bytes, 0..<reader.bytes.count, .eql)
      try reader.query()
    } catch { reader.tell(error.message) }
    return reader.reading
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func tell(_ message: String) {
    if reading.problems.count < QueryLimits.problems { reading.problems.append(message) }
  }

  private mutating func query() throws(QueryProblem) {
    guard let first = tokens.first else { throw QueryProblem("the query is empty") }
    if first.isWord("sequence") || first.isWord("sample"), tokens.count > 1, !tokens[1].isWord("where") {
      try chain()
    } else {
      let end = tokens.firstIndex { $0.isSymbol("|") } ?? tokens.count
      at = end
      event(0..<end, text: 0..<end, polarity: .matched)
    }
    try pipes()
  }

  /// `head` and `tail` ask nothing.
  private mutating func pipes() throws(QueryProblem) {
    while at < tokens.count {
      guard tokens[at].isSymbol("|"), at + 1 < tokens.count else {
        throw QueryProblem("\(tokens[at].described) is not expected here")
      }
      let name = tokens[at + 1]
      guard name.isWord("head") || name.isWord("tail") else {
        throw QueryProblem("the pipe \(name.described) is not understood")
      }
      at = tokens[(at + 1)...].firstIndex { $0.isSymbol("|") } ?? tokens.count
    }
  }

  private func text(_ range: Range<Int>) -> String {
    guard let first = tokens[range].first, let last = tokens[range].last else { return "" }
    return QueryText.string(bytes, first.range.lowerBound..<last.range.upperBound)
  }
}

// MARK: - Sequences

extension EQLReader {
  private mutating func chain() throws(QueryProblem) {
    let name = tokens[0].text.lowercased()
    while at < tokens.count, !isEventStart { at += 1 }
    reading.stages.append(RuleOutline.Stage(name, text: text(0..<at)))
    while at < tokens.count, !tokens[at].isSymbol("|") { try member() }
  }

  private var isEventStart: Bool {
    tokens[at].isSymbol("[") || tokens[at].isSymbol("!") || tokens[at].isWord("until")
      || tokens[at].isSymbol("|")
  }

  /// An event in brackets with what belongs to it: `![`, which must be missing, and `until [`, which ends the sequence.
  private mutating func member() throws(QueryProblem) {
    let start = at
    let isExcluded = tokens[at].isWord("until") || tokens[at].isSymbol("!")
    if isExcluded { at += 1 }
    guard at < tokens.count, tokens[at].isSymbol("[") else {
      throw QueryProblem("an event in brackets should follow '\(text(start..<at))'")
    }
    let open = at
    let close = try closingBracket(open)
    at = close + 1
    while at < tokens.count, !isEventStart { at += 1 }
    event((open + 1)..<close, text: start..<at, polarity: isExcluded ? .excluded : .matched)
    try suffix((close + 1)..<at)
  }

  private func closingBracket(_ open: Int) throws(QueryProblem) -> Int {
    var depth = 0
    for index in open..<tokens.count {
      if tokens[index].isSymbol("[") { depth += 1 }
      if tokens[index].isSymbol("]") { depth -= 1 }
      if depth == 0 { return index }
    }
    throw QueryProblem("a bracket of an event is not closed")
  }

  /// `by a, b` and `with runs=10` ask nothing.
  private func suffix(_ range: Range<Int>) throws(QueryProblem) {
    guard let first = tokens[range].first else { return }
    guard first.isWord("by") || first.isWord("with") else {
      throw QueryProblem("\(first.described) is not expected behind an event")
    }
  }

  /// `process where ...`; the category is a word or a text.
  private mutating func event(_ range: Range<Int>, text: Range<Int>, polarity: RuleOutline.Polarity) {
    var stage = RuleOutline.Stage("event", text: self.text(text), polarity: polarity)
    let end = tokens[range].last?.range.upperBound ?? 0
    if let category = tokens[range].first, category.kind != .symbol { stage.name = category.text }
    guard range.count >= 2, tokens[range.lowerBound].kind != .symbol,
      tokens[range.lowerBound + 1].isWord("where")
    else {
      tell("an event should read 'category where condition'")
      return reading.stages.append(stage)
    }
    var condition = EQLCondition(TokenCursor(Array(tokens[range.dropFirst(2)]), end: end))
    do throws(QueryProblem) {
      try condition.whole(isNegated: polarity == .excluded)
    } catch { tell(error.message) }
    stage.predicates = condition.questions.found
    reading.stages.append(stage)
  }
}
