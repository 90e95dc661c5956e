import TrawlRules

/// Reads the one stage of a query of Kibana's KQL, by its grammar:
/// https://github.com/elastic/kibana/blob/main/src/platform/packages/shared/kbn-es-query/grammar/grammar.peggy
package struct KibanaReader {
  private let bytes: [UInt8]
  private var at = 0
  private var depth = 0
  private var questions: Questions

  /// A query as a rule has it.
  package static func read(_ text: String) -> QueryReading {
    var problems: [String] = []
    let predicates = questions(text, .elastic) { problems.append($0.message) }
    return QueryReading(
      stages: [
        RuleOutline.Stage(
          "query", text: QueryText.string(Array(text.utf8), 0..<text.utf8.count), predicates: predicates)
      ], problems: problems)
  }

  /// What a query asks, as far as it is understood; `report` is told what is not.
  static func questions(
    _ text: String, _ scope: FieldScope, report: (QueryProblem) -> Void
  ) -> [RuleOutline.Question] {
    var reader = KibanaReader(Array(text.utf8), scope)
    guard reader.bytes.count <= QueryLimits.length else {
      report(QueryProblem("the query has more than \(QueryLimits.length) bytes"))
      return []
    }
    do throws(QueryProblem) { try reader.query() } catch { report(error) }
    return reader.questions.found
  }

  private init(_ bytes: [UInt8], _ scope: FieldScope) {
    self.bytes = bytes
    questions = Questions(scope)
  }

  private mutating func query() throws(QueryProblem) {
    try choices(in: nil, prefix: "", isNegated: false)
    if at < bytes.count {
      throw QueryProblem("the character \(QueryText.character(bytes, at)) is not expected here")
    }
  }

  var byte: UInt8 { at < bytes.count ? bytes[at] : 0 }

  private mutating func skipBlanks() { while at < bytes.count, byte.isBlank { at += 1 } }

  private mutating func take(_ symbol: Character) -> Bool {
    skipBlanks()
    guard byte == symbol.asciiValue else { return false }
    at += 1
    return true
  }
}

// MARK: - Conditions

extension KibanaReader {
  /// `or` and `and`; inside the parentheses of a field, of its values, else of whole conditions.
  private mutating func choices(in field: Field?, prefix: String, isNegated: Bool) throws(QueryProblem) {
    repeat {
      try choice(in: field, prefix: prefix, isNegated: isNegated)
    } while takeWord("or") || takeWord("and")
  }

  private mutating func choice(in field: Field?, prefix: String, isNegated: Bool) throws(QueryProblem) {
    var isNegated = isNegated
    while takeWord("not") { isNegated.toggle() }
    if take("(") {
      try nested { reader throws(QueryProblem) in
        try reader.choices(in: field, prefix: prefix, isNegated: isNegated)
      }
      guard take(")") else { throw QueryProblem("a parenthesis is not closed") }
    } else if let field {
      ask(field, try literal(), isNegated: isNegated)
    } else {
      try expression(prefix: prefix, isNegated: isNegated)
    }
  }

  private mutating func nested(
    _ body: (inout KibanaReader) throws(QueryProblem) -> Void
  ) throws(QueryProblem) {
    depth += 1
    defer { depth -= 1 }
    if depth > QueryLimits.depth {
      throw QueryProblem("more than \(QueryLimits.depth) parentheses within each other")
    }
    try body(&self)
  }

  /// `field: value`, `field: (a or b)`, `field: { inner: value }`, `field >= 5`, or a value alone.
  private mutating func expression(prefix: String, isNegated: Bool) throws(QueryProblem) {
    let name = try literal()
    if take(":") {
      let field = Field(prefix: prefix, name)
      guard take("{") else { return try choice(in: field, prefix: prefix, isNegated: isNegated) }
      try nested { reader throws(QueryProblem) in
        try reader.choices(in: nil, prefix: field.name + ".", isNegated: isNegated)
      }
      guard take("}") else { throw QueryProblem("a brace is not closed") }
    } else if let test = takeRange() {
      let value = try literal()
      questions.add(Field(prefix: prefix, name).name, test.kind, value.pattern.written, isNegated: isNegated)
    } else {
      ask(nil, name, isNegated: isNegated)
    }
  }

  private mutating func takeRange() -> OrderTest? {
    skipBlanks()
    for symbol in ["<=", ">=", "<", ">"] where bytes[at...].starts(with: symbol.utf8) {
      at += symbol.utf8.count
      return OrderTest(symbol)
    }
    return nil
  }

  /// Takes a word of the language, which a blank, a parenthesis or the end must follow.
  private mutating func takeWord(_ word: String) -> Bool {
    skipBlanks()
    guard isWord(word, at) else { return false }
    at += word.utf8.count
    return true
  }

  private func isWord(_ word: String, _ start: Int) -> Bool {
    let end = start + word.utf8.count
    guard end <= bytes.count, end == bytes.count || bytes[end].isBlank || bytes[end] == UInt8(ascii: "(")
    else {
      return false
    }
    return zip(bytes[start..<end], word.utf8).allSatisfy { $0 | 0x20 == $1 }
  }

  private mutating func ask(_ field: Field?, _ literal: Literal, isNegated: Bool) {
    if let field {
      questions.add(field.name, literal.pattern, isNegated: isNegated)
    } else {
      questions.addKeyword(literal.pattern, isNegated: isNegated)
    }
  }
}

// MARK: - Literals

extension KibanaReader {
  private struct Literal { var pattern: ValueGlob }

  private struct Field {
    var name: String

    init(prefix: String, _ literal: Literal) { name = prefix + literal.pattern.written }
  }

  private mutating func literal() throws(QueryProblem) -> Literal {
    skipBlanks()
    if byte == UInt8(ascii: "\"") { return Literal(pattern: ValueGlob(literal: try quoted())) }
    let pieces = unquoted()
    if pieces.isEmpty {
      let found = at < bytes.count ? QueryText.character(bytes, at) : "the end"
      throw QueryProblem("\(found) stands where a value should be")
    }
    return Literal(pattern: ValueGlob(pieces))
  }

  /// Only `\\` and `\"` are escapes: `"C:\Windows"` keeps its backslash.
  private mutating func quoted() throws(QueryProblem) -> String {
    let end = try QueryText.endOfString(bytes, at, bytes.count, hasRaw: false)
    var out: [UInt8] = []
    at += 1
    while at < end - 1 {
      if byte == UInt8(ascii: "\\"), bytes[at + 1] == byte || bytes[at + 1] == UInt8(ascii: "\"") { at += 1 }
      out.append(byte)
      at += 1
    }
    at = end
    return String(decoding: out, as: UTF8.self)
  }

  /// Up to a special character or a word of the language; blanks inside belong to the value.
  private mutating func unquoted() -> [ValueGlob.Piece] {
    var out: [ValueGlob.Piece] = []
    var run: [UInt8] = []
    while at < bytes.count, !"():<>\"{}".utf8.contains(byte) {
      if byte == UInt8(ascii: "*") {
        out += ValueGlob(literal: String(decoding: run, as: UTF8.self)).pieces + [.anyText]
        run = []
        at += 1
      } else if byte.isBlank {
        guard let next = endOfInnerBlanks else { break }
        run += bytes[at..<next]
        at = next
      } else {
        run.append(character())
      }
    }
    return out + ValueGlob(literal: String(decoding: run, as: UTF8.self)).pieces
  }

  /// A byte of a value, or what a backslash and the byte behind it stand for.
  private mutating func character() -> UInt8 {
    guard byte == UInt8(ascii: "\\"), at + 1 < bytes.count else {
      at += 1
      return bytes[at - 1]
    }
    at += 2
    switch bytes[at - 1] {
    case UInt8(ascii: "t"): return UInt8(ascii: "\t")
    case UInt8(ascii: "r"): return UInt8(ascii: "\r")
    case UInt8(ascii: "n"): return UInt8(ascii: "\n")
    default: return bytes[at - 1]
    }
  }

  /// Where the blanks that stand here end; nil if the value ends with them.
  private var endOfInnerBlanks: Int? {
    var next = at
    while next < bytes.count, bytes[next].isBlank { next += 1 }
    guard next < bytes.count, !"():<>\"{}".utf8.contains(bytes[next]) else { return nil }
    return ["or", "and", "not"].contains { isWord($0, next) } ? nil : next
  }
}

extension ValueGlob {
  /// With `*` where any text may stand.
  var written: String {
    var text = ""
    for piece in pieces {
      switch piece {
      case .text(let scalar): text.unicodeScalars.append(scalar)
      case .anyText: text += "*"
      case .anyCharacter: text += "?"
      }
    }
    return text
  }
}
