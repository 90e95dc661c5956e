import ArgumentParser
import Trawl

/// Where rules come from, and what their log sources mean.
struct RuleOptions: ParsableArguments {
  @Option(
    name: [.customShort("r"), .long],
    help: ArgumentHelp(
      "A file of Sigma rules or of hunting queries in KQL, or a folder of *.yml, *.yaml, *.kql, *.md and the like; may be repeated. Or one file that trawl compile wrote. Without it the rules that come with Trawl are used.",
      valueName: "path"))
  var rules: [String] = []

  @Option(
    help: ArgumentHelp(
      "YAML file with the values of %placeholders% for the modifier expand.", valueName: "file"))
  var placeholders: [String] = []

  @OptionGroup var sources: LogSourceOptions

  @OptionGroup var queries: QueryOptions

  /// Loads the rules; says so when they are the built-in ones.
  func load(isQuiet: Bool) throws -> LoadedRules {
    guard !rules.isEmpty else { return try loadBuiltIn(isQuiet: isQuiet) }
    if let path = rules.first(where: CompiledRules.isCompiled) {
      throw Failure("\(path) holds compiled rules; their sources are wanted here (--rules)")
    }
    let loaded = RuleLoader(placeholders: try placeholderValues(), queries: try queries.options()).load(rules)
    try demand(loaded)
    return loaded
  }

  /// Refuses rules among which a path that the user named is missing.
  func demand(_ loaded: LoadedRules) throws {
    // That is more than a rule that fails.
    for diagnostic in loaded.diagnostics where diagnostic.reason == RuleLoader.unreadable {
      let path = diagnostic.location.file
      if rules.contains(path) { throw Failure("\(path): \(diagnostic.message) (--rules)") }
    }
    if loaded.files == 0, loaded.diagnostics.isEmpty {
      throw Failure("\(rules.joined(separator: ", ")): no rules here: no *.yml or *.yaml (--rules)")
    }
  }

  /// The rules that come with Trawl; says so.
  func loadBuiltIn(isQuiet: Bool) throws -> LoadedRules {
    let loaded = RuleLoader(placeholders: try placeholderValues()).loadBuiltIn()
    if !isQuiet {
      let hint = "using the \(loaded.rules.count) rules that come with Trawl; -r PATH uses others"
      StandardStream.error.write(StandardStream.error.style.dim(hint) + "\n")
    }
    return loaded
  }

  func placeholderValues() throws -> [String: [String]] {
    var values: [String: [String]] = [:]
    for path in placeholders {
      let (found, diagnostics) = SigmaPlaceholders.parse(
        try RuleOptions.read(path, "--placeholders"), file: path)
      try RuleOptions.stop(diagnostics, "--placeholders")
      values.merge(found) { $0 + $1 }
    }
    return values
  }

  /// The bytes of a file that an option names.
  static func read(_ path: String, _ option: String) throws -> [UInt8] {
    do { return try readFile(path) } catch { throw Failure("\(path): \(error.message) (\(option))") }
  }

  /// Shows what is wrong with a file that an option names, if anything is, and refuses to go on.
  static func stop(_ diagnostics: [Diagnostic], _ option: String) throws {
    guard !diagnostics.isEmpty else { return }
    let stream = StandardStream.error
    var writer = DiagnosticText(width: stream.width, style: stream.style)
    for diagnostic in diagnostics { stream.write(writer.text(diagnostic)) }
    throw Failure("the file given with \(option) has mistakes")
  }
}
