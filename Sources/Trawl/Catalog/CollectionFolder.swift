import TrawlCatalog
import TrawlScanner

/// The files of a collection that may hold rules, in memory.
struct CollectionFolder: Sendable {
  let corpus: Corpus
  private let root: String
  /// Paths below the folder, sorted.
  private(set) var files: [CollectionFile] = []
  private(set) var unreadable: [CorpusSummary.Skipped] = []

  init(_ root: String, _ corpus: Corpus, threads: Int) throws(InputProblem) {
    self.corpus = corpus
    self.root = root.hasSuffix("/") ? root : root + "/"
    let (found, problems) = LogFile.find([root])
    if let problem = problems.first(where: { $0.path == root }) { throw problem }
    if found.contains(where: { $0.path == root }) {
      throw InputProblem(path: root, message: "is no folder", isUnreadable: true)
    }
    let start = self.root
    unreadable = problems.map { CorpusSummary.Skipped(path: below(start, $0.path), reason: $0.message) }
    let names = corpus.chosen(found.map { below(start, $0.path) })
    let contents = concurrentMap(count: names.count, threads: threads) { index in
      RuleSources.File(path: start + names[index], isNamed: false).contents
    }
    for (name, contents) in zip(names, contents) {
      switch contents {
      case .success(let bytes): files.append(CollectionFile(path: name, bytes: bytes))
      case .failure(let problem):
        unreadable.append(CorpusSummary.Skipped(path: name, reason: problem.message))
      }
    }
  }

  /// The commit that is checked out, if the folder is the root of a Git work tree.
  var commit: String? {
    guard let head = line(".git/HEAD") else { return nil }
    let name = head.hasPrefix("ref: ") ? String(head.dropFirst(5)) : nil
    guard let name else { return CollectionFolder.hash(head) }
    if let hash = line(".git/\(name)").flatMap(CollectionFolder.hash) { return hash }
    let packed = (try? readFile(root + ".git/packed-refs")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let entry = packed.split(separator: "\n").first { $0.hasSuffix(" " + name) }
    return entry.flatMap { CollectionFolder.hash(String($0.prefix { $0 != " " })) }
  }

  private func line(_ path: String) -> String? {
    guard let bytes = try? readFile(root + path) else { return nil }
    return String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
  }

  private static func hash(_ text: String) -> String? {
    let isHash = text.utf8.count >= 40 && text.unicodeScalars.allSatisfy(\.properties.isASCIIHexDigit)
    return isHash ? text : nil
  }
}

private func below(_ root: String, _ path: String) -> String {
  path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path
}

extension Corpus {
  /// The files that may hold rules: by their extension, and in a clone of the vendor's repository by the folders that are
  /// for rules.
  fileprivate func chosen(_ paths: [String]) -> [String] {
    let files = paths.filter { path in extensions.contains { path.hasSuffix(".\($0)") } }
    let isRepository = files.contains { folders.contains(CollectionFile.top($0)) }
    let chosen = files.filter { path in
      if isRepository, !folders.contains(where: { CollectionFile.isIn($0, path) }) { return false }
      return !CollectionFile.others.contains { part in
        path.split(separator: "/").dropLast().contains { $0 == part }
      }
    }
    return chosen.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private var extensions: [String] {
    switch self {
    case .sigma, .splunk: ["yml", "yaml"]
    case .elastic: ["toml"]
    case .kql: ["kql", "csl", "kusto", "md", "markdown", "txt", "yml", "yaml"]
    }
  }

  /// Below the root of the vendor's repository; a folder that ends in `*` begins so.
  private var folders: [String] {
    switch self {
    case .sigma: ["rules", "rules-*", "deprecated"]
    case .splunk: ["detections", "macros"]
    case .elastic: ["rules", "rules_building_block"]
    case .kql: []
    }
  }
}

extension CollectionFile {
  /// Folders whose rules are not for use, in Sigma's repository.
  fileprivate static let others: Set<Substring> = ["unsupported", "tests", "regression_data"]

  fileprivate static func top(_ path: String) -> String { String(path.prefix { $0 != "/" }) }

  fileprivate static func isIn(_ folder: String, _ path: String) -> Bool {
    folder.hasSuffix("*") ? path.hasPrefix(folder.dropLast()) : top(path) == folder
  }
}
