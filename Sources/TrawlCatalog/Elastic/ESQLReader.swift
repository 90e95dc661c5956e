import TrawlRules

/// Reads the stages of a query of ES|QL, one for each command.
package struct ESQLReader {
  private let bytes: [UInt8]
  private var scope = FieldScope.elastic
  private var reading = QueryReading()
  /// What `FROM` names.
  private var sources: [String] = []

  /// A stage for each command. Fields that a command makes are no indicators of the commands behind it.
  package static func read(_ text: String) -> QueryReading { reader(text).reading }

  /// The indices behind `FROM`, as written.
  static func sources(_ text: String) -> [String] { reader(text).sources }

  private static func reader(_ text: String) -> ESQLReader {
    var reader = ESQLReader(bytes: Array(text.utf8))
    guard reader.bytes.count <= QueryLimits.length else {
      reader.tell("the query has more than \(QueryLimits.length) bytes")
      return reader
    }
    do throws(QueryProblem) {
      for command in try reader.commands() { reader.command(command) }
    } catch { reader.tell(error.message) }
    return reader
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func tell(_ message: String) {
    if reading.problems.count < QueryLimits.problems { reading.problems.append(message) }
  }

  /// The stretches between the pipes that stand outside of texts, comments and parentheses.
  private func commands() throws(QueryProblem) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var (start, at, depth) = (0, 0, 0)
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "|") where depth == 0:
        ranges.append(start..<at)
        start = at + 1
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"): depth = max(0, depth - 1)
      default: break
      }
      at = try afterPiece(at)
    }
    return ranges + [start..<bytes.count]
  }

  /// Behind the text, quoted name, comment or single byte that starts here.
  private func afterPiece(_ at: Int) throws(QueryProblem) -> Int {
    let next = at + 1 < bytes.count ? bytes[at + 1] : 0
    switch (bytes[at], next) {
    case (UInt8(ascii: "\""), _): return try QueryText.endOfString(bytes, at, bytes.count, hasRaw: true)
    case (UInt8(ascii: "`"), _):
      return bytes[(at + 1)...].firstIndex(of: UInt8(ascii: "`")).map { $0 + 1 } ?? bytes.count
    case (UInt8(ascii: "/"), UInt8(ascii: "/")):
      return bytes[at...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    case (UInt8(ascii: "/"), UInt8(ascii: "*")): return try QueryText.endOfComment(bytes, at, bytes.count)
    default: return at + 1
    }
  }
}

// MARK: - Commands

extension ESQLReader {
  private mutating func command(_ range: Range<Int>) {
    var stage = RuleOutline.Stage("", text: QueryText.string(bytes, range))
    do throws(QueryProblem) {
      let tokens = try Self.isFreeOfGrammar(bytes, range) ? [] : TokenLexer.tokens(bytes, range, .esql)
      stage.name = Self.name(bytes, range)
      if stage.name == "where" {
        var condition = ESQLCondition(TokenCursor(Array(tokens.dropFirst()), end: range.upperBound), scope)
        defer { stage.predicates = condition.questions.found }
        defer { for problem in condition.problems { tell(problem) } }
        try condition.whole(isNegated: false)
      } else {
        try compute(stage.name, tokens, range)
      }
    } catch { tell(error.message) }
    reading.stages.append(stage)
  }

  /// The first word, in lower case.
  private static func name(_ bytes: [UInt8], _ range: Range<Int>) -> String {
    var at = range.lowerBound
    while let next = afterBlank(bytes, at, range.upperBound) { at = next }
    return String(decoding: bytes[at..<range.upperBound].prefix { $0.isWordPart }, as: UTF8.self).lowercased()
  }

  /// Behind a blank or comment that starts here.
  private static func afterBlank(_ bytes: [UInt8], _ at: Int, _ end: Int) -> Int? {
    guard at < end else { return nil }
    if bytes[at].isBlank { return at + 1 }
    guard at + 1 < end, bytes[at] == UInt8(ascii: "/") else { return nil }
    if bytes[at + 1] == UInt8(ascii: "/") {
      return bytes[at..<end].firstIndex(of: UInt8(ascii: "\n")) ?? end
    }
    guard bytes[at + 1] == UInt8(ascii: "*") else { return nil }
    return try? QueryText.endOfComment(bytes, at, end)
  }

  /// Commands that ask nothing and make no field; their patterns of indices are no tokens.
  private static let passive: Set<String> = [
    "from", "ts", "row", "show", "keep", "drop", "sort", "limit", "mv_expand", "lookup", "sample", "set",
    "change_point",
  ]

  private static func isFreeOfGrammar(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    passive.contains(name(bytes, range))
  }

  private mutating func compute(_ name: String, _ tokens: [QueryToken], _ range: Range<Int>)
    throws(QueryProblem)
  {
    let behind = tokens.dropFirst()
    switch name {
    case "from": sources = Self.sources(bytes, range)
    case "eval", "stats", "inline", "inlinestats", "enrich", "completion":
      for field in Self.assigned(behind) { scope.compute(field) }
    case "rename": for field in Self.assigned(behind) + Self.renamed(behind) { scope.compute(field) }
    case "grok", "dissect":
      for token in behind where token.kind == .string {
        for field in PatternNames.inBraces(token.text) + PatternNames.groups(token.text) {
          scope.compute(field)
        }
      }
    case _ where Self.passive.contains(name): break
    case "": throw QueryProblem("a command is missing before or behind a '|'")
    default: throw QueryProblem("the command '\(String(name.prefix(40)))' is not understood")
    }
  }

  /// Names before a `=`, at the beginning or behind a comma or a word.
  private static func assigned(_ tokens: ArraySlice<QueryToken>) -> [String] {
    var names: [String] = []
    var depth = 0
    for (token, next) in zip(tokens, tokens.dropFirst()) {
      if token.isSymbol("(") { depth += 1 }
      if token.isSymbol(")") { depth -= 1 }
      if depth == 0, next.isSymbol("="), token.kind == .name || token.kind == .quotedName {
        names.append(token.text)
      }
    }
    return names
  }

  /// The new names of `a AS b`.
  private static func renamed(_ tokens: ArraySlice<QueryToken>) -> [String] {
    zip(tokens, tokens.dropFirst()).filter { $0.0.isWord("as") }.map { $0.1.text }
  }

  /// `FROM a, b-* METADATA _id`
  private static func sources(_ bytes: [UInt8], _ range: Range<Int>) -> [String] {
    let text = QueryText.string(bytes, range)
    let words = text.split { $0 == "," || $0 == "\"" || $0.isWhitespace }.dropFirst()
    return words.prefix { $0.lowercased() != "metadata" }.map(String.init)
  }
}
