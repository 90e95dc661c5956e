import TrawlKQL
import TrawlOutput
import TrawlRules
import TrawlScanner

/// Queries as they were found, with those that cannot be used.
public struct LoadedQueries: Sendable {
  public let documents: KQLDocuments

  /// From files: KQL, Markdown with fenced blocks, or YAML with a `query`.
  public init(paths: [String], options: KQLOptions) throws(InputProblem) {
    var documents = KQLDocuments()
    let loader = KQLLoader(options: options)
    for path in paths { documents.append(loader.load(try readFile(path), file: path)) }
    self.documents = documents
  }

  /// From the text of a command line.
  public init(text: String, options: KQLOptions) {
    documents = KQLLoader(options: options).load(KQLSource(text: text, file: "-e"))
  }

  /// What is wrong with them or worth knowing, each in full.
  public var notes: [(text: String, isError: Bool)] {
    documents.diagnostics.map { ($0.text.visibleLines, $0.diagnostic.severity == .error) }
  }

  /// Of the queries that loaded, those with one of these ids; all without ids.
  public func queries(_ ids: [String]) -> [KQLQuery] {
    ids.isEmpty ? documents.queries : documents.queries.filter { ids.contains($0.id) }
  }
}

extension String {
  /// As `visible`, with its line breaks kept.
  fileprivate var visibleLines: String {
    split(separator: "\n", omittingEmptySubsequences: false).map { String($0).visible }.joined(
      separator: "\n")
  }
}
