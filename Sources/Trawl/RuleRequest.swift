import Glibc
import TrawlCompiler
import TrawlKQL
import TrawlMatcher
import TrawlRows
import TrawlRules
import TrawlScanner

/// Which rules a scan is to use, and how: all that decides what they are compiled to.
public struct RuleRequest: Sendable {
  /// Files and folders.
  public var paths: [String]
  public var placeholders: [String: [String]] = [:]
  /// How hunting queries are read.
  public var queries = KQLOptions()
  /// Texts of the tables of log sources that `options` has beside the built-in one.
  public var logSourceTexts: [String] = []
  public var selection = RuleSelection()
  public var options = RulesetCompiler.Options()

  public init(paths: [String]) { self.paths = paths }
}

/// Rules made ready, and where they came from.
public struct RuleAnswer: Sendable {
  public enum Origin: Sendable {
    /// Read and compiled; with the cache's trouble in keeping them, if there was any.
    case compiled(trouble: String?)
    case cache
  }

  public var rules: PreparedRules
  public var origin: Origin
}

extension RuleRequest {
  /// Reads the rules, and compiles them unless the cache has them. `check` may object to what was loaded; `makeTables` makes
  /// the tables of events that queries look into, each of those it is asked for: without it such queries are refused. What
  /// depends on the logs so is not kept.
  public func answer(
    cache: RuleCache?, check: (LoadedRules) throws -> Void = { _ in },
    makeTables: (([KQLPlan]) throws -> [KQLTable])? = nil
  ) throws -> RuleAnswer {
    let loader = RuleLoader(placeholders: placeholders, queries: queries)
    let sources = loader.read(paths)
    let name = cache.flatMap { self.name(of: sources, key: $0.key.names) }
    if let cache, let name, let rules = cache.find(name, given: options.givenLogSource) {
      return RuleAnswer(rules: rules, origin: .cache)
    }
    var loaded = loader.load(sources)
    try check(loaded)
    let waits = !loaded.needs(selection).isEmpty
    var queries = queries
    while let makeTables, case let needs = loaded.needs(selection), !needs.isEmpty {
      queries.tables += try makeTables(needs)
      loaded = RuleLoader(placeholders: placeholders, queries: queries).load(sources)
    }
    loaded.refuseWaiting(selection)
    let rules = try PreparedRules(loaded, selection: selection, options: options)
    guard let cache, let name, !waits else {
      return RuleAnswer(rules: rules, origin: .compiled(trouble: nil))
    }
    do {
      try cache.keep(rules, as: name)
      return RuleAnswer(rules: rules, origin: .compiled(trouble: nil))
    } catch {
      return RuleAnswer(
        rules: rules, origin: .compiled(trouble: (error as? InputProblem)?.message ?? "\(error)"))
    }
  }

  /// The name of the cache entry: a hash of the rules and of everything else that decides what they become. Nil when a
  /// file could not be read: what is wrong with it may be over next time.
  private func name(of sources: RuleSources, key: SipHash.Word128) -> SipHash.Word128? {
    guard sources.problems.isEmpty, !paths.contains("-") else { return nil }
    let files = sources.files
    let hashes = concurrentMap(count: files.count, threads: availableProcessors) { index in
      (try? files[index].contents.get()).map { SipHash.hash($0, key: key) }
    }
    var writer = ByteWriter()
    for text in [
      trawlVersion, RuleRequest.program, StoredRuleset.databaseVersion, StoredRuleset.databasePlatform,
    ] { writer.put(text) }
    writer.put(CompiledRules.format)
    store(in: &writer)
    for (file, hash) in zip(files, hashes) {
      guard let hash else { return nil }
      writer.put(file.path)
      writer.put(raw: hash.bytes)
    }
    return SipHash.hash(writer.bytes, key: key)
  }

  /// What decides beside the rules. Not the log source that is given: it is no part of what is compiled.
  private func store(in writer: inout ByteWriter) {
    for (name, values) in placeholders.sorted(by: { $0.key < $1.key }) { writer.put([name] + values) }
    writer.put(count: placeholders.count)
    writer.put(logSourceTexts)
    writer.put(queries.time.rawValue)
    writer.put(queries.now.map { "\($0)" })
    writer.put(queries.isPartial)
    writer.put(queries.externals.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] })
    writer.put(queries.profiles?.text)
    writer.put(options.disabledRoutes.sorted())
    writer.put(options.scanPlan.rawValue)
    writer.put(selection.minimumLevel?.rawValue)
    writer.put(selection.levels.map(\.rawValue).sorted())
    writer.put(selection.statuses.map(\.rawValue).sorted())
    for names in [selection.tags, selection.included, selection.excluded] { writer.put(names) }
  }

  /// Tells builds of the same version apart.
  private static let program: String = {
    var status = stat()
    guard unsafe stat("/proc/self/exe", &status) == 0 else { return "" }
    return "\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
  }()
}

extension LoadedRules {
  /// The tables that queries need which the selection takes.
  fileprivate func needs(_ selection: RuleSelection) -> [KQLPlan] {
    KQLQuery.needs(of: waiting.filter { $0.rules().contains(where: selection.selects) }, asRules: true)
  }

  /// Refuses the queries that still wait; those that the selection does not take are left out like other rules.
  fileprivate mutating func refuseWaiting(_ selection: RuleSelection) {
    for query in waiting {
      let rules = query.rules()
      guard rules.contains(where: selection.selects) else {
        self.rules += rules
        continue
      }
      refused += 1
      diagnostics.append(
        Diagnostic(
          at: query.location, reason: "two passes",
          message: "looks into a table of events, for which the logs must be read twice",
          advice: "scan files with it, without --one-pass; compiled rules and standard input do not allow it",
          ruleTitle: query.title))
    }
    waiting = []
  }
}

extension ByteWriter {
  fileprivate mutating func put(_ texts: [String]) {
    put(count: texts.count)
    for text in texts { put(text) }
  }
}
