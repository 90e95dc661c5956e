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
  public func load(_ paths: [String]) -> LoadedRules {
    var loaded = LoadedRules()
    var seen: Set<String> = []
    let (found, problems) = LogFile.find(paths)
    for problem in problems { loaded.refuse(problem.path, problem.message) }
    let files = found.map(\.path).filter { path in
      guard paths.contains(path) || RuleLoader.isRule(path) else { return false }
      return seen.insert(RuleLoader.canonical(path)).inserted
    }
    for documents in concurrentMap(count: files.count, threads: threads, { parse(files[$0]) }) {
      switch documents {
      case .success(let documents): loaded.add(documents)
      case .failure(let problem): loaded.refuse(problem.path, problem.message)
      }
    }
    loaded.warnOfSharedIDs()
    return loaded
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

  private func parse(_ file: String) -> Result<SigmaDocuments, InputProblem> {
    do {
      return .success(parser.parse(try readFile(file), file: file))
    } catch {
      return .failure(error)
    }
  }

  private static func isRule(_ path: String) -> Bool { path.hasSuffix(".yml") || path.hasSuffix(".yaml") }

  private static func canonical(_ path: String) -> String {
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
