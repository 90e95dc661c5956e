import TrawlRules

/// Reads the stages of a search, one for each command, those of subsearches behind the command that holds them.
package struct SPLReader {
  /// Subsearches within each other.
  static let maximumDepth = 10

  private(set) var bytes: [UInt8]
  private let macros: SPLMacros
  /// Subsearches hand their results to the search around them, so one scope serves all.
  var scope = FieldScope.splunk
  private var reading = QueryReading()

  /// A stage for each command, with its macros put in. Fields that a command makes are no indicators of the commands
  /// behind it; renamed ones keep the name that the events have.
  package static func read(_ search: String, _ macros: SPLMacros) -> QueryReading {
    let (text, problems) = macros.expanded(search)
    var reader = SPLReader(bytes: Array(text.utf8), macros)
    for problem in problems { reader.tell(problem) }
    reader.pipeline(0..<reader.bytes.count, depth: 0, isNegated: false)
    return reader.reading
  }

  private init(bytes: [UInt8], _ macros: SPLMacros) {
    self.bytes = bytes
    self.macros = macros
  }

  private mutating func tell(_ message: String) {
    if reading.problems.count < QueryLimits.problems { reading.problems.append(message) }
  }

  /// A pipeline that does not begin with a pipe begins with a search; in brackets, with the name of a command.
  private mutating func pipeline(_ range: Range<Int>, depth: Int, isNegated: Bool) {
    guard depth <= SPLReader.maximumDepth else {
      return tell("more than \(SPLReader.maximumDepth) subsearches within each other")
    }
    for (index, command) in SPLText.commands(bytes, range).enumerated() {
      let command = QueryText.trimmed(bytes, command)
      // An empty one is a filter that the user has not filled in.
      guard !command.isEmpty else { continue }
      let name = self.name(command)
      let isImplicit = index == 0 && depth == 0 && name.lowercased() != "search"
      let body = isImplicit ? command : (command.lowerBound + name.utf8.count)..<command.upperBound
      self.command(
        isImplicit ? "search" : name.lowercased(), body, text: command, depth: depth, isNegated: isNegated)
    }
  }

  private func name(_ command: Range<Int>) -> String {
    String(decoding: bytes[command].prefix { $0.isWordPart }, as: UTF8.self)
  }

  private mutating func command(
    _ name: String, _ body: Range<Int>, text: Range<Int>, depth: Int, isNegated: Bool
  ) {
    var stage = RuleOutline.Stage(
      name, text: QueryText.string(bytes, text), polarity: isNegated ? .excluded : .matched)
    var subsearches: [(range: Range<Int>, isNegated: Bool)] = []
    switch name {
    case "search": stage.predicates = search(body, endsAtBy: false, isNegated, &subsearches)
    case "tstats", "mstats":
      nameResults(body)
      if let start = whereClause(body) {
        stage.predicates = search(start..<body.upperBound, endsAtBy: true, isNegated, &subsearches)
      }
    case "where": stage.predicates = condition(body, isNegated)
    case "regex": stage.predicates = expression(body, isNegated)
    default:
      subsearches = SPLText.subsearches(bytes, body).map { ($0, isNegated) }
      if !apply(name, body) {
        tell("the command '\(name.isEmpty ? stage.text.prefix(40) + "" : name)' is not understood")
      }
    }
    reading.stages.append(stage)
    if name == "map" { map(body, depth: depth, isNegated: isNegated) }
    for subsearch in subsearches {
      pipeline(subsearch.range, depth: depth + 1, isNegated: subsearch.isNegated)
    }
  }
}

// MARK: - Commands that ask

extension SPLReader {
  private mutating func search(
    _ range: Range<Int>, endsAtBy: Bool, _ isNegated: Bool,
    _ subsearches: inout [(range: Range<Int>, isNegated: Bool)]
  ) -> [RuleOutline.Question] {
    var search = SPLSearch(bytes, range, scope, endsAtBy: endsAtBy)
    do throws(QueryProblem) { try search.whole(isNegated: isNegated) } catch { tell(error.message) }
    subsearches = search.subsearches
    return search.questions.found
  }

  private mutating func condition(_ range: Range<Int>, _ isNegated: Bool) -> [RuleOutline.Question] {
    do throws(QueryProblem) {
      let tokens = try TokenLexer.tokens(bytes, range, .eval)
      var condition = SPLCondition(TokenCursor(tokens, end: range.upperBound), scope)
      do throws(QueryProblem) { try condition.whole(isNegated: isNegated) } catch { tell(error.message) }
      return condition.questions.found
    } catch {
      tell(error.message)
      return []
    }
  }

  /// `map search="search a=$b$"`: a search of its own, run for each result.
  private mutating func map(_ range: Range<Int>, depth: Int, isNegated: Bool) {
    let words = SPLText.words(bytes, range)
    guard let word = words.first(where: { $0.written.hasPrefix("search=") }), depth < SPLReader.maximumDepth
    else {
      return tell("the search of 'map' is not understood")
    }
    let written = SPLText.Word(written: String(word.written.dropFirst("search=".count)), start: 0, end: 0)
      .name
    let (text, problems) = macros.expanded(SPLSearch.unescaped(Array(written.utf8)[...], escapes: "\\\""))
    for problem in problems { tell(problem) }
    let outer = bytes
    bytes = Array(text.utf8)
    pipeline(0..<bytes.count, depth: depth + 1, isNegated: isNegated)
    bytes = outer
  }

  /// `regex field!="expression"`; without a field, the whole event.
  private mutating func expression(_ range: Range<Int>, _ isNegated: Bool) -> [RuleOutline.Question] {
    let written = bytes[QueryText.trimmed(bytes, range)]
    let field = written.prefix { $0.isWordPart || ".{}-:".utf8.contains($0) }
    let operation = written[field.endIndex...].prefix {
      $0.isBlank || $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "!")
    }
    let isNot = operation.contains(UInt8(ascii: "!"))
    var pattern = written[operation.endIndex...]
    guard field.isEmpty || operation.contains(UInt8(ascii: "=")), !pattern.isEmpty else {
      tell("the command 'regex' has no expression")
      return []
    }
    if pattern.count >= 2, pattern.first == UInt8(ascii: "\""), pattern.last == UInt8(ascii: "\"") {
      pattern = pattern.dropFirst().dropLast()
    }
    let text = SPLSearch.unescaped(pattern, escapes: "\\\"")
    guard !field.isEmpty else {
      return [
        RuleOutline.Question(field: nil, kind: .regularExpression, value: text, isNegated: isNegated != isNot)
      ]
    }
    var questions = Questions(scope)
    questions.add(
      String(decoding: field, as: UTF8.self), .regularExpression, text, isNegated: isNegated != isNot)
    return questions.found
  }

  /// Where the expression behind `where` of `tstats` begins; nil if there is none.
  private func whereClause(_ range: Range<Int>) -> Int? {
    SPLText.words(bytes, range).first { $0.isWord("where") || $0.written.lowercased().hasPrefix("where(") }
      .map { $0.start + "where".utf8.count }
  }
}
