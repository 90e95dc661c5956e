/// Finds the queries of a block. It is read whole; only where that fails it is cut at blank lines, since many queries
/// have blank lines in them.
struct BlockText {
  /// Statements that belong together, or why they are none.
  struct Unit {
    var range: SourceRange
    var parsed: Result<[Statement], Problem>
    /// Tables of events that the text names, for those that do not load.
    var tables: [String]

    /// How many ids it needs.
    var queries: Int {
      switch parsed {
      case .success(let statements): statements.count { if case .query = $0 { true } else { false } }
      case .failure: 1
      }
    }
  }

  /// Each run of paragraphs may be tried, so the work grows with the square of their number.
  private static let maximumPieces = 60
  private static let maximumSplitSize = 1 << 16

  private let bytes: [UInt8]

  init(_ source: KQLSource) { bytes = Array(source.text.utf8) }

  private func range(_ start: Int, _ end: Int) -> SourceRange { SourceRange(start: start, end: end) }

  /// The statements of a stretch, which must have a query among them.
  private func parse(_ range: SourceRange) -> Result<[Statement], Problem> {
    do throws(Problem) {
      var parser = try Parser(bytes, range)
      let statements = try parser.script()
      let hasQuery = statements.contains { if case .query = $0 { true } else { false } }
      if hasQuery { return .success(statements) }
      throw Problem(
        116, SourceRange(start: range.start, end: range.start), reason: "no query", "there is no query here",
        advice: "write a table and operators behind the let statements")
    } catch {
      return .failure(error)
    }
  }

  /// The queries, in order; a single failure where none can be read.
  func units() -> [Unit] {
    let whole = range(0, bytes.count)
    let parsed = parse(whole)
    if case .success = parsed { return [unit(whole, parsed)] }
    if let body = labelled, case .success(let statements) = parse(body) {
      return [unit(body, .success(statements))]
    }
    let pieces = runs()
    return pieces.contains { $0.queries > 0 && (try? $0.parsed.get()) != nil }
      ? pieces : [unit(whole, parsed)]
  }

  private func unit(_ range: SourceRange, _ parsed: Result<[Statement], Problem>) -> Unit {
    Unit(range: range, parsed: parsed, tables: tables(range))
  }

  /// The tables of events that are named at the start of a line.
  private func tables(_ range: SourceRange) -> [String] {
    let text = String(decoding: bytes[range.start..<range.end], as: UTF8.self)
    let names = text.split(whereSeparator: \.isNewline).compactMap { line -> String? in
      let word = line.drop { $0 == " " || $0 == "\t" || $0 == "(" }.prefix { $0.isLetter }
      return Schema.standard.tables[String(word)] != nil ? String(word) : nil
    }
    return names.isEmpty ? [] : [names[0]]
  }

  /// The part between a line `Query:` and one `References:`, which some collections have.
  private var labelled: SourceRange? {
    var start: Int?
    for line in lines {
      let text = String(decoding: bytes[line.start..<line.end], as: UTF8.self)
      let label = text.filter { !$0.isWhitespace }.lowercased()
      if label == "query:" { start = line.end }
      if label.hasPrefix("references:"), let start { return range(start, line.start) }
    }
    return start.map { range($0, bytes.count) }
  }

  private var lines: [SourceRange] {
    var lines: [SourceRange] = []
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
      lines.append(range(start, end))
      start = end
    }
    return lines
  }

  /// Stretches between blank lines.
  private var paragraphs: [SourceRange] {
    var paragraphs: [SourceRange] = []
    var isInside = false
    for line in lines {
      let isBlank = bytes[line.start..<line.end].allSatisfy { $0 <= 0x20 }
      if isBlank {
        isInside = false
      } else if isInside {
        paragraphs[paragraphs.count - 1].end = line.end
      } else {
        paragraphs.append(line)
        isInside = true
      }
    }
    return paragraphs
  }

  /// The longest runs of paragraphs that can be read, and what lies between them.
  private func runs() -> [Unit] {
    guard bytes.count <= BlockText.maximumSplitSize else { return [] }
    let paragraphs = paragraphs
    guard (2...BlockText.maximumPieces).contains(paragraphs.count) else { return [] }
    var units: [Unit] = []
    var rest: SourceRange?
    var first = 0
    while first < paragraphs.count {
      if let (last, unit) = longestRun(paragraphs, from: first) {
        if let rest { appendRest(rest, to: &units) }
        rest = nil
        units.append(unit)
        first = last + 1
      } else {
        rest = rest.map { $0.through(paragraphs[first]) } ?? paragraphs[first]
        first += 1
      }
    }
    if let rest { appendRest(rest, to: &units) }
    return units
  }

  private func longestRun(_ paragraphs: [SourceRange], from first: Int) -> (Int, Unit)? {
    for last in paragraphs.indices[first...].reversed() {
      if last + 1 < paragraphs.count, continues(paragraphs[last + 1]) { continue }
      let run = paragraphs[first].through(paragraphs[last])
      let parsed = parse(run)
      if case .success(let statements) = parsed, statements.contains(where: \.isPlausible) {
        return (last, unit(run, parsed))
      }
    }
    return nil
  }

  /// Whether a paragraph goes on with what stands before it: a query cut there would mean something else.
  private func continues(_ paragraph: SourceRange) -> Bool {
    var lexer = Lexer(bytes, paragraph)
    guard let first = lexer.first else { return false }
    switch first.kind {
    case .symbol(let text): return ["|", ")", "]", "}", ",", ".", "=="].contains(text)
    case .name(let word): return ["and", "or", "by", "on"].contains(word)
    default: return false
    }
  }

  /// What is left between the runs is reported, unless it is comments only.
  private func appendRest(_ range: SourceRange, to units: inout [Unit]) {
    var lexer = Lexer(bytes, range)
    if let tokens = try? lexer.all(), tokens.count == 1 { return }
    units.append(unit(range, parse(range).failed(range)))
  }

  /// The words of the block, to tell whether another is the same but for its time column; nil if it cannot be read.
  var key: [String]? {
    var lexer = Lexer(bytes, range(0, bytes.count))
    guard let tokens = try? lexer.all() else { return nil }
    return tokens.map { token in
      let text = String(decoding: bytes[token.range.start..<token.range.end], as: UTF8.self)
      return text == "TimeGenerated" ? "Timestamp" : text
    }
  }
}

extension Result where Success == [Statement], Failure == Problem {
  /// A reading of a piece that is prose, a single word for instance, counts as none.
  fileprivate func failed(_ range: SourceRange) -> Self {
    guard case .success = self else { return self }
    return .failure(
      Problem(
        116, range, reason: "no query", "this is not a query",
        advice: "put notes behind //, or outside of the block"))
  }
}

extension Statement {
  /// A query that is more than a word of prose.
  fileprivate var isPlausible: Bool {
    guard case .query(let expression) = self else { return false }
    switch expression.kind {
    case .pipeline, .source: return true
    case .name(let name): return Schema.standard.tables[name] != nil
    default: return false
    }
  }
}
