import Glibc
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

  public init() {}
}

/// Files of rules as they lie on disk.
struct RuleSources: Sendable {
  struct File: Sendable {
    var path: String
    var contents: Result<[UInt8], InputProblem>

    init(path: String) {
      self.path = path
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
  private let threads: Int

  /// `placeholders`: what `%name%` under the modifier `expand` stands for.
  public init(placeholders: [String: [String]] = [:], threads: Int = availableProcessors) {
    parser = SigmaParser(placeholders: placeholders)
    self.threads = threads
  }

  /// Loads files, and the files `*.yml` and `*.yaml` of folders and all below, each once. What cannot be read is reported
  /// among the diagnostics, like rules that cannot be loaded.
  public func load(_ paths: [String]) -> LoadedRules { load(read(paths)) }

  /// Loads files that were read.
  func load(_ sources: RuleSources) -> LoadedRules {
    var loaded = LoadedRules()
    for problem in sources.problems { loaded.refuse(problem.path, problem.message) }
    let files = sources.files
    for documents in concurrentMap(count: files.count, threads: threads, { parse(files[$0]) }) {
      switch documents {
      case .success(let documents): loaded.add(documents)
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
    let files = concurrentMap(count: names.count, threads: threads) { RuleSources.File(path: names[$0]) }
    return RuleSources(files: files, problems: problems)
  }

  /// The rules that come with Trawl: its own Corpus.
  public func loadBuiltIn() -> LoadedRules {
    var loaded = LoadedRules()
    for file in embeddedFiles where RuleLoader.isRule(file.name) {
      loaded.add(parser.parse(file.text, file: RuleLoader.builtInFolder + file.name))
    }
    return loaded
  }

  /// The reason of diagnostics about files that cannot be read.
  public static let unreadable = "unreadable file"

  /// What stands before the names of built-in rules.
  static let builtInFolder = "built-in/"

  private func parse(_ file: RuleSources.File) -> Result<SigmaDocuments, InputProblem> {
    file.contents.map { parser.parse($0, file: file.path) }
  }

  private static func isRule(_ path: String) -> Bool { path.hasSuffix(".yml") || path.hasSuffix(".yaml") }

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
  fileprivate mutating func add(_ documents: SigmaDocuments) {
    files += 1
    rules += documents.rules
    diagnostics += documents.diagnostics
    refused += documents.refused
    correlations += documents.correlations
    filters += documents.filters
  }

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
      diagnostics.append(
        Diagnostic(
          .warning, at: rule.location, reason: "shared id", message: "has the same id as \(other.location)",
          excerpt: rule.id, advice: "give one of the two an id of its own", ruleTitle: rule.title))
    }
  }
}
