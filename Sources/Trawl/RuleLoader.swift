import Foundation
import TrawlRules
import TrawlSigma

/// Rules as they were found: those that loaded, and what was wrong with the others.
public struct LoadedRules: Sendable {
  public var rules: [Rule] = []
  /// Errors of rules that are not loaded, and warnings about some that are.
  public var diagnostics: [Diagnostic] = []
  /// Files that were read.
  public var files = 0
  /// Rules that could not be loaded.
  public var refused = 0
  /// Documents that are correlation rules or filters: recognised, not yet used.
  public var correlations = 0
  public var filters = 0

  public init() {}
}

/// Loads rules from files and folders.
public struct RuleLoader: Sendable {
  private let parser: SigmaParser

  /// `placeholders`: what `%name%` under the modifier `expand` stands for.
  public init(placeholders: [String: [String]] = [:]) {
    parser = SigmaParser(placeholders: placeholders)
  }

  /// Loads files, and the files `*.yml` and `*.yaml` of folders and all below, each once. What cannot be read is reported
  /// among the diagnostics, like rules that cannot be loaded.
  public func load(_ paths: [String]) -> LoadedRules {
    var loaded = LoadedRules()
    var seen: Set<String> = []
    let (found, problems) = LogFile.find(paths)
    for problem in problems {
      loaded.refused += 1
      loaded.diagnostics.append(
        Diagnostic(
          at: Location(file: problem.path), reason: "unreadable", message: "cannot be read: \(problem.message)",
          advice: "check the path given with --rules"))
    }
    for file in found where paths.contains(file.path) || RuleLoader.isRule(file.path) {
      guard seen.insert(RuleLoader.canonical(file.path)).inserted else { continue }
      load(file: file.path, &loaded)
    }
    RuleLoader.warnOfSharedIDs(&loaded)
    return loaded
  }

  /// The rules that come with Trawl: its own Corpus.
  public func loadBuiltIn() -> LoadedRules {
    var loaded = LoadedRules()
    for file in embeddedFiles where RuleLoader.isRule(file.name) {
      add(parser.parse(file.text, file: "built-in/\(file.name)"), &loaded)
    }
    return loaded
  }

  private func load(file: String, _ loaded: inout LoadedRules) {
    guard let data = FileManager.default.contents(atPath: file) else {
      loaded.refused += 1
      loaded.diagnostics.append(
        Diagnostic(
          at: Location(file: file), reason: "unreadable", message: unsafe "cannot be read: \(String(cString: strerror(errno)))",
          advice: "check that the file is readable"))
      return
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      loaded.refused += 1
      loaded.diagnostics.append(
        Diagnostic(at: Location(file: file), reason: "encoding", message: "not UTF-8", advice: "save the file as UTF-8"))
      return
    }
    add(parser.parse(text, file: file), &loaded)
  }

  private func add(_ documents: SigmaDocuments, _ loaded: inout LoadedRules) {
    loaded.files += 1
    loaded.rules += documents.rules
    loaded.diagnostics += documents.diagnostics
    loaded.refused += documents.refused
    loaded.correlations += documents.correlations
    loaded.filters += documents.filters
  }

  private static func isRule(_ path: String) -> Bool { path.hasSuffix(".yml") || path.hasSuffix(".yaml") }

  private static func canonical(_ path: String) -> String {
    guard let resolved = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  private static func warnOfSharedIDs(_ loaded: inout LoadedRules) {
    var first: [String: Rule] = [:]
    for rule in loaded.rules {
      guard let other = first[rule.id] else {
        first[rule.id] = rule
        continue
      }
      loaded.diagnostics.append(
        Diagnostic(
          .warning, at: rule.location, reason: "shared id", message: "has the same id as \(other.location)",
          excerpt: rule.id, advice: "give one of the two an id of its own", ruleTitle: rule.title))
    }
  }
}
