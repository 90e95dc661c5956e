import Glibc
import TrawlKQL
import TrawlRules
import TrawlScanner
import TrawlSigma

/// Rules as they were found: those that loaded, and what was wrong with the others.
public struct LoadedRules: Sendable {
  public var rules: [Rule] = []
  /// Errors of rules that are not loaded, and warnings about some that are.
  public var diagnostics: [Diagnostic] = []
  /// Files that were read.
  public var files = 0
  /// Rules, or whole files, that could not be loaded.
  public var refused = 0
  /// Documents that are correlation rules or filters: recognised, not yet used.
  public var correlations = 0
  public var filters = 0
  public var queries = QueryCounts()
  /// Queries that look into tables of events, which must be made before they can be rules.
  var waiting: [KQLQuery] = []
  /// The hunting queries themselves.
  var documents = KQLDocuments()
  /// How they were read.
  var queryOptions = KQLOptions()

  public init() {}
}

/// Files of rules as they lie on disk.
struct RuleSources: Sendable {
  struct File: Sendable {
    var path: String
    /// Whether the user named it, and not only a folder that it is in.
    var isNamed: Bool
    var contents: Result<[UInt8], InputProblem>

    init(path: String, isNamed: Bool) {
      self.path = path
      self.isNamed = isNamed
      do { contents = .success(try readFile(path)) } catch { contents = .failure(error) }
    }
  }

  var files: [File]
  /// Paths at which there is nothing to be read.
  var problems: [InputProblem]
}

/// Loads rules from files and folders.
public struct RuleLoader: Sendable {
  private let parser: SigmaParser
  private let queryLoader: KQLLoader
  private let threads: Int

  /// `placeholders`: what `%name%` under the modifier `expand` stands for; `queries`: how hunting queries are read.
  public init(
    placeholders: [String: [String]] = [:], queries: KQLOptions = KQLOptions(),
    threads: Int = availableProcessors
  ) {
    queryLoader = KQLLoader(options: queries)
    parser = SigmaParser(placeholders: placeholders)
    self.threads = threads
  }

  /// Loads files and, of folders and all below, the files of rules (`*.yml`, `*.yaml`) and of hunting queries (`*.kql`,
  /// `*.csl`, `*.kusto`; `*.md`, `*.markdown` and `*.txt` if there is a query in them), each once. What cannot be read is
  /// reported among the diagnostics, like rules that cannot be loaded.
  public func load(_ paths: [String]) -> LoadedRules { load(read(paths)) }

  /// Loads files that were read.
  func load(_ sources: RuleSources) -> LoadedRules {
    var loaded = LoadedRules()
    loaded.queryOptions = queryLoader.options
    for problem in sources.problems { loaded.refuse(problem.path, problem.message) }
    let files = sources.files
    for documents in concurrentMap(count: files.count, threads: threads, { parse(files[$0]) }) {
      switch documents {
      case .success(let documents?): loaded.add(documents)
      case .success(nil): break
      case .failure(let problem): loaded.refuse(problem.path, problem.message)
      }
    }
    loaded.warnOfSharedIDs()
    return loaded
  }

  /// Finds and reads files, without looking into them.
  func read(_ paths: [String]) -> RuleSources {
    var seen: Set<String> = []
    var folders: [Substring: String] = [:]
    let (found, problems) = LogFile.find(paths)
    let names = found.map(\.path).filter { path in
      guard paths.contains(path) || RuleLoader.isRule(path) else { return false }
      return seen.insert(RuleLoader.canonical(path, isNamed: paths.contains(path), &folders)).inserted
    }
    let files = concurrentMap(count: names.count, threads: threads) {
      RuleSources.File(path: names[$0], isNamed: paths.contains(names[$0]))
    }
    return RuleSources(files: files, problems: problems)
  }

  /// The rules that come with Trawl: its own Corpus.
  public func loadBuiltIn() -> LoadedRules {
    var loaded = LoadedRules()
    for file in embeddedFiles where RuleLoader.isYAML(file.name) {
      loaded.add(.sigma(parser.parse(file.text, file: RuleLoader.builtInFolder + file.name)))
    }
    return loaded
  }

  /// The reason of diagnostics about files that cannot be read.
  public static let unreadable = "unreadable file"

  /// What stands before the names of built-in rules.
  static let builtInFolder = "built-in/"

  /// What a file holds; nil if it is of no rules and no one said so.
  private func parse(_ file: RuleSources.File) -> Result<RuleDocuments?, InputProblem> {
    file.contents.map { bytes in
      guard isQuery(file.path, bytes) else { return .sigma(parser.parse(bytes, file: file.path)) }
      let isText = RuleLoader.textExtensions.contains(RuleLoader.fileExtension(file.path))
      if isText, !file.isNamed, !KQLLoader.mayHoldQuery(String(decoding: bytes, as: UTF8.self)) { return nil }
      return .kql(queryLoader.load(bytes, file: file.path))
    }
  }

  /// Whether a file is of hunting queries: by its name, or as YAML with a query.
  private func isQuery(_ path: String, _ bytes: [UInt8]) -> Bool {
    let name = RuleLoader.fileExtension(path)
    if RuleLoader.queryExtensions.contains(name) || RuleLoader.textExtensions.contains(name) { return true }
    return RuleLoader.isYAML(path) && KQLLoader.isQueryYAML(String(decoding: bytes, as: UTF8.self))
  }

  private static let queryExtensions: Set<String> = ["kql", "csl", "kusto"]
  /// Of files that may hold queries among other things, or nothing of the kind.
  private static let textExtensions: Set<String> = ["md", "markdown", "txt"]

  private static func fileExtension(_ path: String) -> String {
    guard let dot = path.lastIndex(of: ".") else { return "" }
    return path[path.index(after: dot)...].lowercased()
  }

  private static func isYAML(_ path: String) -> Bool { path.hasSuffix(".yml") || path.hasSuffix(".yaml") }

  private static func isRule(_ path: String) -> Bool {
    let name = fileExtension(path)
    return isYAML(path) || queryExtensions.contains(name) || textExtensions.contains(name)
  }

  /// A path by which a file is known whatever way leads to it. Only paths that the user named may be links themselves.
  private static func canonical(_ path: String, isNamed: Bool, _ folders: inout [Substring: String]) -> String
  {
    guard !isNamed, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return resolved(path) }
    let folder = path[...slash]
    let known = folders[folder] ?? resolved(String(folder))
    folders[folder] = known
    return known + path[slash...]
  }

  private static func resolved(_ path: String) -> String {
    guard let resolved = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }
}

extension LoadedRules {
  fileprivate mutating func refuse(_ file: String, _ message: String) {
    refused += 1
    diagnostics.append(
      Diagnostic(
        at: Location(file: file), reason: RuleLoader.unreadable, message: "cannot be read: \(message)"))
  }

  fileprivate mutating func warnOfSharedIDs() {
    var first: [String: Rule] = [:]
    for rule in rules {
      guard let other = first[rule.id] else {
        first[rule.id] = rule
        continue
      }
      // A query that reads several tables is a rule for each.
      if other.location == rule.location { continue }
      diagnostics.append(
        Diagnostic(
          .warning, at: rule.location, reason: "shared id", message: "has the same id as \(other.location)",
          excerpt: rule.id, advice: "give one of the two an id of its own", ruleTitle: rule.title))
    }
  }
}
