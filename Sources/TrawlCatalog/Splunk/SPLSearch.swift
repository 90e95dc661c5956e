import TrawlRules

/// The expression of SPL's `search` command, which is also that of `where` in `tstats` and `mstats`.
/// https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/Search
struct SPLSearch {
  private let bytes: [UInt8]
  private let end: Int
  private var at: Int
  private var depth = 0
  /// Whether a `by` ends the expression, as in `tstats`.
  private let endsAtBy: Bool
  private(set) var questions: Questions
  /// Subsearches in brackets, and whether they stand under an odd number of nots.
  private(set) var subsearches: [(range: Range<Int>, isNegated: Bool)] = []

  init(_ bytes: [UInt8], _ range: Range<Int>, _ scope: FieldScope, endsAtBy: Bool = false) {
    self.bytes = bytes
    at = range.lowerBound
    end = range.upperBound
    self.endsAtBy = endsAtBy
    questions = Questions(scope)
  }

  /// The expression as far as it goes.
  mutating func whole(isNegated: Bool) throws(QueryProblem) {
    try terms(isNegated: isNegated)
    if at < end { throw QueryProblem("a ')' has no '(' before it") }
  }

  private var byte: UInt8 { at < end ? bytes[at] : 0 }

  private mutating func skipBlanks() { while at < end, byte.isBlank { at += 1 } }

  /// Terms side by side, up to a closing parenthesis. `and` and `or` change no polarity.
  private mutating func terms(isNegated: Bool) throws(QueryProblem) {
    var (isTermNegated, hasNot) = (isNegated, false)
    while true {
      skipBlanks()
      if at >= end || byte == UInt8(ascii: ")") {
        if hasNot { throw QueryProblem("a 'NOT' has nothing behind it") }
        return
      }
      if byte == UInt8(ascii: ",") || takeWord("and") || takeWord("or") {
        if byte == UInt8(ascii: ",") { at += 1 }
      } else if takeWord("not") {
        isTermNegated.toggle()
        hasNot = true
      } else {
        try term(isNegated: isTermNegated)
        (isTermNegated, hasNot) = (isNegated, false)
      }
    }
  }

  private mutating func term(isNegated: Bool) throws(QueryProblem) {
    switch byte {
    case UInt8(ascii: "("): try group(isNegated: isNegated)
    case UInt8(ascii: "["): subsearch(isNegated: isNegated)
    default: try comparison(isNegated: isNegated)
    }
  }

  private mutating func group(isNegated: Bool) throws(QueryProblem) {
    depth += 1
    defer { depth -= 1 }
    if depth > QueryLimits.depth {
      throw QueryProblem("more than \(QueryLimits.depth) parentheses within each other")
    }
    at += 1
    try terms(isNegated: isNegated)
    guard byte == UInt8(ascii: ")") else { throw QueryProblem("a parenthesis is not closed") }
    at += 1
  }

  private mutating func subsearch(isNegated: Bool) {
    let close = SPLText.closingBracket(bytes, at, end)
    subsearches.append(((at + 1)..<close, isNegated))
    at = min(close + 1, end)
  }

  /// Takes a word in capitals or not, which a blank, a bracket or the end must follow.
  private mutating func takeWord(_ word: String) -> Bool {
    let next = at + word.utf8.count
    guard next <= end, zip(bytes[at..<next], word.utf8).allSatisfy({ $0 | 0x20 == $1 }) else { return false }
    guard next == end || bytes[next].isBlank || "()[\"".utf8.contains(bytes[next]) else { return false }
    at = next
    return true
  }
}

// MARK: - Comparisons

extension SPLSearch {
  /// `field=value`, `field IN (a, b)`, or text that any field may hold.
  private mutating func comparison(isNegated: Bool) throws(QueryProblem) {
    let isQuoted = byte == UInt8(ascii: "\"")
    let text = isQuoted ? try quoted() : try word()
    let behind = at
    skipBlanks()
    if let test = takeOperator() { return try value(text.written, test, isNegated: isNegated) }
    let isNot = takeWord("not")
    skipBlanks()
    if takeWord("in") {
      skipBlanks()
      if byte == UInt8(ascii: "(") { return try list(text.written, .equal, isNegated: isNegated != isNot) }
    }
    at = behind
    if endsAtBy, depth == 0, ["by", "groupby"].contains(text.written.lowercased()) {
      at = end
      return
    }
    if byte == UInt8(ascii: "("), ["TERM", "CASE"].contains(text.written) {
      return questions.addKeyword(try parenthesized(), isNegated: isNegated)
    }
    questions.addKeyword(text, isNegated: isNegated)
  }

  private mutating func takeOperator() -> OrderTest? {
    for symbol in ["!=", "<=", ">=", "==", "=", "<", ">"] where bytes[at..<end].starts(with: symbol.utf8) {
      at += symbol.utf8.count
      return OrderTest(symbol)
    }
    return nil
  }

  private mutating func value(_ field: String, _ test: OrderTest, isNegated: Bool) throws(QueryProblem) {
    skipBlanks()
    switch byte {
    case UInt8(ascii: "\""): ask(field, test, try quoted(), isNegated: isNegated)
    case UInt8(ascii: "("): try list(field, test, isNegated: isNegated)
    // The value is the result of a search, which has its own stage.
    case UInt8(ascii: "["): subsearch(isNegated: isNegated != (test == .notEqual))
    default:
      let value = unquoted(inList: false)
      if byte == UInt8(ascii: "("), ["TERM", "CASE"].contains(value.written) {
        return ask(field, test, try parenthesized(), isNegated: isNegated)
      }
      guard !value.pieces.isEmpty else { throw QueryProblem("the field '\(field.prefix(60))' has no value") }
      ask(field, test, value, isNegated: isNegated)
    }
  }

  private mutating func list(_ field: String, _ test: OrderTest, isNegated: Bool) throws(QueryProblem) {
    at += 1
    while true {
      skipBlanks()
      switch byte {
      case UInt8(ascii: ","): at += 1
      case UInt8(ascii: "\""): ask(field, test, try quoted(), isNegated: isNegated)
      case UInt8(ascii: "["): subsearch(isNegated: isNegated)
      case UInt8(ascii: ")") where at < end:
        at += 1
        return
      default:
        let value = unquoted(inList: true)
        guard !value.pieces.isEmpty else {
          throw QueryProblem("the list of '\(field.prefix(60))' is not closed")
        }
        // `(a OR b)` is a list as well.
        if value.written.lowercased() != "or" { ask(field, test, value, isNegated: isNegated) }
      }
    }
  }

  /// A value in dollar signs is a parameter, which has no text yet.
  private mutating func ask(_ field: String, _ test: OrderTest, _ value: ValueGlob, isNegated: Bool) {
    if value.pieces.count > 1, value.pieces.first == .text("$"), value.pieces.last == .text("$") { return }
    if test == .equal || test == .notEqual {
      questions.add(field, value, isNegated: isNegated != (test == .notEqual))
    } else {
      questions.add(field, test.kind, value.written, isNegated: isNegated)
    }
  }
}

// MARK: - Words

extension SPLSearch {
  /// Up to a blank, an operator or a bracket.
  private mutating func word() throws(QueryProblem) -> ValueGlob {
    let start = at
    while at < end, !byte.isBlank, !"()[]\",=<>".utf8.contains(byte), !isNotEqual {
      at += isEscapedQuote ? 2 : 1
    }
    if at == start {
      throw QueryProblem("the character \(QueryText.character(bytes, at)) is not expected here")
    }
    return SPLSearch.value(bytes[start..<at], escapes: "\\\"|")
  }

  private var isNotEqual: Bool {
    byte == UInt8(ascii: "!") && at + 1 < end && bytes[at + 1] == UInt8(ascii: "=")
  }

  private var isEscapedQuote: Bool {
    byte == UInt8(ascii: "\\") && at + 1 < end && bytes[at + 1] == UInt8(ascii: "\"")
  }

  /// A star is a wildcard in quotes, too.
  private mutating func quoted() throws(QueryProblem) -> ValueGlob {
    let start = at + 1
    at = try QueryText.endOfString(bytes, at, end, hasRaw: false)
    return SPLSearch.value(bytes[start..<(at - 1)], escapes: "\\\"")
  }

  private mutating func unquoted(inList: Bool) -> ValueGlob {
    let start = at
    while at < end, !byte.isBlank, !"()[]\"".utf8.contains(byte), !(inList && byte == UInt8(ascii: ",")) {
      at += isEscapedQuote ? 2 : 1
    }
    var value = bytes[start..<at]
    if value.count > 1, value.last == UInt8(ascii: ",") { value.removeLast() }
    return SPLSearch.value(value, escapes: "\\\"|")
  }

  /// What stands in the parentheses of `TERM(...)`, as it is.
  private mutating func parenthesized() throws(QueryProblem) -> ValueGlob {
    guard let close = bytes[at..<end].firstIndex(of: UInt8(ascii: ")")) else {
      throw QueryProblem("a parenthesis is not closed")
    }
    defer { at = close + 1 }
    return SPLSearch.value(bytes[(at + 1)..<close], escapes: "\\\"")
  }

  /// A backslash before one of the characters given is dropped; others stand for themselves. A star cannot be escaped.
  static func value(_ bytes: ArraySlice<UInt8>, escapes: String) -> ValueGlob {
    ValueGlob(unescaped(bytes, escapes: escapes), anyText: "*")
  }

  static func unescaped(_ bytes: ArraySlice<UInt8>, escapes: String) -> String {
    var out: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), let next = rest.first, escapes.utf8.contains(next) {
        out.append(next)
        rest.removeFirst()
      } else {
        out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
