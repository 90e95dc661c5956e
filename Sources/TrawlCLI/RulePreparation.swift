import ArgumentParser
import Trawl

/// How `scan` and `compile` come by their rules: from their sources, from the cache, or compiled before.
struct RulePreparation {
  var rules: RuleOptions
  var selection: RuleSelection
  var routes: RouteOptions
  /// The log source of events that do not show theirs.
  var given: LogSource?
  /// Whether the user's cache may be asked and filled.
  var usesCache = false
  var isQuiet = false
  var isVerbose = false
  /// Finds the time of the newest event of the logs; nil where there are none.
  var newest: (() throws -> Int64)?
  /// Makes the tables of events that queries look into; nil where logs are not read.
  var makeTables: (([KQLPlan], RulesetCompiler.Options) throws -> [KQLTable])?

  func prepared() throws -> PreparedRules {
    let prepared = try compiledFile().map(load) ?? compiled()
    for name in prepared.unknownNames { warn("no rule has '\(name)' as its id, title or tag") }
    return prepared
  }

  /// Refuses to go on when rules are refused and that matters, or when there are none.
  func demand(_ prepared: PreparedRules, strict: Bool) throws {
    if strict, prepared.refused > 0 {
      showErrors(of: prepared)
      throw Failure(
        "\(prepared.refused) \(prepared.refused == 1 ? "rule" : "rules") could not be loaded (--strict)",
        code: Failure.refusedRules)
    }
    if prepared.used == 0 {
      showErrors(of: prepared)
      throw Failure(prepared.unselected > 0 ? "no rule fits the selection" : "no rule could be loaded")
    }
  }

  private func showErrors(of prepared: PreparedRules) {
    let stream = StandardStream.error
    var writer = DiagnosticText(width: stream.width, style: stream.style)
    for diagnostic in prepared.diagnostics where diagnostic.severity == .error {
      stream.write(writer.text(diagnostic) + "\n")
    }
  }

  private func warn(_ message: String) {
    guard !isQuiet else { return }
    let stream = StandardStream.error
    stream.write(stream.style.warning("warning") + ": " + message.visible + "\n")
  }

  private func note(_ message: String) {
    guard isVerbose else { return }
    let stream = StandardStream.error
    stream.write(stream.style.dim("rules: " + message.visible) + "\n")
  }
}

extension RulePreparation {
  /// From the rules' sources, or what the cache keeps of them.
  private func compiled() throws -> PreparedRules {
    guard !rules.rules.isEmpty else {
      return try PreparedRules(
        try rules.loadBuiltIn(isQuiet: isQuiet), selection: selection, options: try compilerOptions())
    }
    var request = RuleRequest(paths: rules.rules)
    request.placeholders = try rules.placeholderValues()
    request.selection = selection
    request.options = try compilerOptions()
    request.logSourceTexts = try rules.sources.texts()
    let cache = usesCache ? RuleCache.userFolder.flatMap { RuleCache(folder: $0) } : nil
    request.queries = try rules.queries.options()
    let options = request.options
    let makeTables = makeTables.map { make in { plans in try make(plans, options) } }
    var answer = try request.answer(cache: cache, check: { try rules.demand($0) }, makeTables: makeTables)
    if rules.queries.wantsNewest, answer.rules.needsNow {
      guard let newest else { throw Failure("--kql-now newest: there are no logs here; give a time") }
      request.queries.now = try newest()
      answer = try request.answer(cache: cache, makeTables: makeTables)
    }
    switch answer.origin {
    case .cache: note("compiled before, from \(cache?.folder ?? "the cache")")
    case .compiled(let trouble?): note("compiled; they could not be kept for the next time: \(trouble)")
    case .compiled(nil): note(cache == nil ? "compiled" : "compiled, and kept for the next time")
    }
    return answer.rules
  }

  private func compilerOptions() throws -> RulesetCompiler.Options {
    var options = try routes.compilerOptions(try rules.sources.table())
    options.givenLogSource = given
    return options
  }
}

extension RulePreparation {
  /// The file of compiled rules, if the user named one, which stands alone.
  private func compiledFile() throws -> String? {
    guard let path = rules.rules.first(where: CompiledRules.isCompiled) else { return nil }
    guard rules.rules.count == 1 else {
      throw Failure(
        "\(path) holds compiled rules, which cannot be joined with others; compile all together: trawl compile -r ... -o FILE"
      )
    }
    let decided = [
      ("--placeholders", !rules.placeholders.isEmpty), ("--kql-*", rules.queries.isGiven),
      ("--logsources", !rules.sources.logsources.isEmpty),
      ("--no-route", !routes.noRoute.isEmpty), ("--scan-plan", routes.scanPlan != nil),
    ]
    if let (option, _) = decided.first(where: \.1) {
      throw Failure("\(path) holds compiled rules: \(option) is to be given to trawl compile")
    }
    return path
  }

  private func load(_ path: String) throws -> PreparedRules {
    let key = RuleCache.userFolder.flatMap { SecretKey(in: $0) }
    do {
      let compiled = try CompiledRules(try readFile(path), selection: selection, given: given, key: key)
      if let note = compiled.note {
        warn("\(path): \(note); its literals are compiled anew, which takes longer")
      }
      return compiled.rules
    } catch let error as StoredRulesError {
      throw Failure("\(path) cannot be used: \(error) (--rules)")
    } catch let error as InputProblem {
      throw Failure("\(path): \(error.message) (--rules)")
    }
  }
}
