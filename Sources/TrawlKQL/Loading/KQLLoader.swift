import TrawlRules

/// Reads hunting queries from text: plain files, and Markdown with fenced blocks.
///
/// Mistakes never stop it: each is reported with its place, and costs at most the block it is in.
public struct KQLLoader: Sendable {
  /// Files of more bytes are refused.
  public static let maximumFileSize = 4 << 20

  public var options: KQLOptions

  public init(options: KQLOptions = KQLOptions()) {
    self.options = options
  }

  /// All queries of a file's bytes, which must be UTF-8. Its name tells Markdown from plain text, where the text itself
  /// does not.
  public func load(_ bytes: [UInt8], file: String) -> KQLDocuments {
    if bytes.count > KQLLoader.maximumFileSize {
      return refused(file, "\(bytes.count) bytes are more than a file of queries may have", "split it")
    }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    guard
      let text = String(validating: bytes.starts(with: mark) ? bytes.dropFirst(3) : bytes[...], as: UTF8.self)
    else { return refused(file, "the file is not UTF-8", "save it as UTF-8") }
    return load(text, file: file)
  }

  /// Whether a text is a YAML rule that holds a query.
  public static func isQueryYAML(_ text: String) -> Bool { QueryYAML.isRule(text) }

  /// Operators of which one stands behind a `|` in nearly every query.
  private static let commonOperators: Set<Substring> = [
    "where", "project", "extend", "summarize", "distinct", "join", "take", "limit", "count", "union",
    "filter",
  ]

  /// Whether a text looks like KQL, or has some in it: other texts lie in the same folders.
  public static func mayHoldQuery(_ text: String) -> Bool {
    text.split(separator: "|", omittingEmptySubsequences: false).dropFirst().contains { part in
      commonOperators.contains(part.drop(while: \.isWhitespace).prefix(while: \.isLetter))
    }
  }

  /// All queries of a text.
  public func load(_ text: String, file: String) -> KQLDocuments {
    if file.hasSuffix(".yml") || file.hasSuffix(".yaml"), let source = QueryYAML(text, file: file).source {
      return load(source)
    }
    guard MarkdownText.isMarkdown(text, file: file) else { return load(KQLSource(text: text, file: file)) }
    let markdown = MarkdownText(text, file: file)
    var documents = KQLDocuments()
    documents.otherBlocks = markdown.otherBlocks
    var seen: Set<[String]> = []
    for source in markdown.sources {
      if let key = BlockText(source).key, !seen.insert(key).inserted {
        documents.duplicates += 1
      } else {
        documents.append(load(source))
      }
    }
    return documents
  }

  /// All queries of one block, such as the `query` of a YAML rule.
  public func load(_ source: KQLSource) -> KQLDocuments {
    var documents = KQLDocuments()
    let units = BlockText(source).units()
    let count = units.reduce(0) { $0 + $1.queries }
    var number = 0
    for unit in units { read(unit, source, isOnly: count <= 1, &number, &documents) }
    return documents
  }

  private func refused(_ file: String, _ message: String, _ advice: String) -> KQLDocuments {
    let problem = Problem(
      100, SourceRange(start: 0, end: 0), reason: "unreadable file", message, advice: advice)
    var documents = KQLDocuments()
    skip(problem, KQLSource(text: "", file: file), id: file, tables: [], &documents)
    return documents
  }

  private func read(
    _ unit: BlockText.Unit, _ source: KQLSource, isOnly: Bool, _ number: inout Int,
    _ documents: inout KQLDocuments
  ) {
    let base = source.id ?? source.block.map { "\(source.file)#\($0)" } ?? source.file
    func nextID() -> String {
      number += 1
      return isOnly ? base : base + (source.block == nil ? "#" : ".") + "\(number)"
    }
    do throws(Problem) {
      let statements = try unit.parsed.get()
      var checker = Checker(
        Array(source.text.utf8), Schema.standard, externals: options.externals, profiles: options.profiles)
      let results = try checker.check(statements)
      for warning in checker.warnings { documents.diagnostics.append(source.diagnostic(warning, .warning)) }
      for (place, (relation, range)) in results.enumerated() {
        conclude(relation, range, unit, source, id: nextID(), number: place, &documents)
      }
    } catch {
      skip(error, source, id: nextID(), tables: unit.tables, unit: unit, &documents)
    }
  }

  private func conclude(
    _ relation: Relation, _ range: SourceRange, _ unit: BlockText.Unit, _ source: KQLSource, id: String,
    number: Int, _ documents: inout KQLDocuments
  ) {
    let bytes = Array(source.text.utf8)
    do throws(Problem) {
      let result = try QueryConclusion(relation, range, options, bytes)
      for warning in result.warnings { documents.diagnostics.append(source.diagnostic(warning, .warning)) }
      let place = source.diagnostic(Problem(0, range, reason: "", ""), .warning).diagnostic.location
      documents.queries.append(
        KQLQuery(
          id: id, title: source.title, tags: source.tags, location: place,
          text: unit.text(source), number: number,
          outcome: result.outcome, filters: result.filters, tail: result.tail,
          plan: result.plan, tableLimit: result.tableLimit.map { source.diagnostic($0, .warning) },
          eventLimit: result.eventLimit.map { source.diagnostic($0, .error) },
          isTimeLifted: result.isTimeLifted))
    } catch {
      let tables = relation.legs.compactMap(\.table)
      skip(
        error, source, id: id, tables: tables.isEmpty ? unit.tables : tables, unit: unit, number: number,
        &documents)
    }
  }

  private func skip(
    _ problem: Problem, _ source: KQLSource, id: String, tables: [String], unit: BlockText.Unit? = nil,
    number: Int = 0, _ documents: inout KQLDocuments
  ) {
    let diagnostic = source.diagnostic(problem, .error)
    documents.diagnostics.append(diagnostic)
    documents.skipped.append(
      KQLSkipped(
        id: id, title: source.title, text: unit?.text(source) ?? "", number: number, tables: tables,
        diagnostic: diagnostic, isLimit: problem.isLimit))
  }
}

extension BlockText.Unit {
  fileprivate func text(_ source: KQLSource) -> String {
    String(decoding: Array(source.text.utf8)[range.start..<range.end], as: UTF8.self)
  }
}
