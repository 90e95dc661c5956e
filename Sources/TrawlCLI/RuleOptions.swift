import ArgumentParser
import Trawl

/// Where rules come from, and what their log sources mean.
struct RuleOptions: ParsableArguments {
  @Option(
    name: [.customShort("r"), .long],
    help: ArgumentHelp(
      "A file of Sigma rules, or a folder of *.yml and *.yaml; may be repeated. Without it the rules that come with Trawl are used.",
      valueName: "path"))
  var rules: [String] = []

  @Option(
    help: ArgumentHelp(
      "YAML file with the values of %placeholders% for the modifier expand.", valueName: "file"))
  var placeholders: [String] = []

  @Option(
    help: ArgumentHelp(
      "Table of further log sources, or other meanings of known ones, in the form of logsources.tsv.",
      valueName: "file"))
  var logsources: [String] = []

  /// Loads the rules; says so when they are the built-in ones.
  func load(isQuiet: Bool) throws -> LoadedRules {
    let loader = RuleLoader(placeholders: try placeholderValues())
    guard rules.isEmpty else {
      let loaded = loader.load(rules)
      // A path that the user named and that is not there is more than a rule that fails.
      for diagnostic in loaded.diagnostics where diagnostic.reason == RuleLoader.unreadable {
        let path = diagnostic.location.file
        if rules.contains(path) { throw Failure("\(path): \(diagnostic.message) (--rules)") }
      }
      if loaded.files == 0, loaded.diagnostics.isEmpty {
        throw Failure("\(rules.joined(separator: ", ")): no rules here: no *.yml or *.yaml (--rules)")
      }
      return loaded
    }
    let loaded = loader.loadBuiltIn()
    if !isQuiet {
      let hint = "using the \(loaded.rules.count) rules that come with Trawl; -r PATH uses others"
      StandardStream.error.write(StandardStream.error.style.dim(hint) + "\n")
    }
    return loaded
  }

  private func placeholderValues() throws -> [String: [String]] {
    var values: [String: [String]] = [:]
    for path in placeholders {
      let (found, diagnostics) = SigmaPlaceholders.parse(
        try RuleOptions.read(path, "--placeholders"), file: path)
      try RuleOptions.stop(diagnostics, "--placeholders")
      values.merge(found) { $0 + $1 }
    }
    return values
  }

  /// The table that comes with Trawl with the user's entries.
  func logSourceTable() throws -> LogSourceTable {
    var table = LogSourceTable.standard
    for path in logsources {
      let text = String(decoding: try RuleOptions.read(path, "--logsources"), as: UTF8.self)
      try RuleOptions.stop(table.add(text, file: path), "--logsources")
    }
    return table
  }

  private static func read(_ path: String, _ option: String) throws -> [UInt8] {
    do { return try readFile(path) } catch { throw Failure("\(path): \(error.message) (\(option))") }
  }

  private static func stop(_ diagnostics: [Diagnostic], _ option: String) throws {
    guard !diagnostics.isEmpty else { return }
    let stream = StandardStream.error
    var writer = DiagnosticText(width: stream.width, style: stream.style)
    for diagnostic in diagnostics { stream.write(writer.text(diagnostic)) }
    throw Failure("the file given with \(option) has mistakes")
  }
}
