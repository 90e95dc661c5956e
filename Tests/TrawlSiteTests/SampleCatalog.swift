import Foundation
import Testing
import TrawlCatalog
import TrawlHTML
import TrawlRules
import TrawlSigma

/// A catalogue of few rules, of which two are hostile.
enum SampleCatalog {
  static let reverseShell = "edc2f8ae-2412-4dfd-b9d5-0c57727e70be"
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func catalog() throws -> Catalog {
    let rules = try [corpusRule(), hostileRule, pathRule, splunkRule, elasticRule, otherShell]
    var summary = CorpusSummary(
      corpus: .sigma, root: "rules & <more>", commit: nil, files: 4, rules: 4, parsed: 3)
    summary.skipped = [CorpusSummary.Skipped(path: "<img src=x>", reason: "no & rule")]
    return Catalog(rules, corpora: [summary])
  }

  /// The rule of the first seed, as our Corpus has it.
  private static func corpusRule() throws -> CatalogRule {
    let name = "proc_creation_win_powershell_tcpclient_reverse_shell.yml"
    let data = try Data(contentsOf: root.appending(path: "Corpus/Rules/\(name)"))
    let outline = try #require(SigmaParser().outlines(Array(data), file: name).rules.first)
    var rule = CatalogRule(
      corpus: .sigma, id: outline.id, title: outline.title, path: "rules/\(name)",
      logSource: RuleSource(product: "windows", category: "process_creation"), language: "sigma",
      body: outline.body)
    rule.status = outline.status
    rule.level = outline.level
    rule.tags = outline.tags
    rule.author = outline.metadata.author
    rule.description = outline.metadata.description
    rule.references = outline.metadata.references
    rule.falsePositives = outline.metadata.falsePositives
    rule.stages = outline.outline.stages
    rule.events = [EventEntry(provider: "Sysmon", channel: nil, eventID: 1, title: "Process creation")]
    return rule
  }

  static let hostileText =
    "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u{2028}\u{202E}"

  /// Every text that a rule has, hostile.
  static let hostileRule: CatalogRule = {
    let text = hostileText
    var rule = CatalogRule(
      corpus: .sigma, id: text, title: text, path: "../../\(text)",
      logSource: RuleSource(product: text, names: [text]),
      language: "sigma", body: "\(text): \(text)\n\(text)")
    (rule.status, rule.level, rule.type, rule.author) = (text, text, text, text)
    (rule.date, rule.modified, rule.description) = (text, text, text)
    rule.logSource.definition = text
    (rule.references, rule.falsePositives, rule.diagnostics) = (
      ["javascript:alert(1)", text], [text], [text]
    )
    rule.attack = [
      AttackEntry(
        tactics: [.init(id: text, name: text)],
        technique: .init(id: text, name: text, parentName: text, successor: text))
    ]
    rule.events = [EventEntry(provider: text, channel: text, eventID: nil, title: text)]
    rule.stages = [
      stage(text, [question(text, "match", text), question("Image", "ends_with", "\\powershell.exe")])
    ]
    return rule
  }()

  /// Its id would lead out of the folder.
  private static let pathRule: CatalogRule = {
    var rule = CatalogRule(
      corpus: .sigma, id: "../../../etc/passwd", title: "", path: "x.yml", language: "sigma", body: "")
    rule.stages = [stage("selection", [question(hostileText, "match", hostileText)])]
    return rule
  }()

  private static let splunkRule: CatalogRule = {
    var rule = CatalogRule(
      corpus: .splunk, id: "s-1", title: "Encoded PowerShell", path: "detections/a.yml", language: "spl",
      body: "| tstats count where Processes.process=\"* -enc *\"")
    rule.type = "TTP"
    rule.stages = [
      stage(
        "tstats",
        [
          question("OriginalFileName", "eq", "PowerShell.EXE"), question("CommandLine", "match", " -enc "),
          question("CommandLine", "eq", "", isNegated: true),
        ])
    ]
    return rule
  }()

  private static let elasticRule: CatalogRule = {
    var rule = CatalogRule(
      corpus: .elastic, id: "e-1", title: "PowerShell Started", path: "rules/a.toml", language: "eql",
      body: "process where process.pe.original_file_name : \"powershell.exe\"")
    rule.description = "A text of Elastic's."
    rule.level = "low"
    rule.stages = [stage("process", [question("OriginalFileName", "eq", "powershell.exe")])]
    return rule
  }()

  private static let otherShell: CatalogRule = {
    var rule = CatalogRule(
      corpus: .sigma, id: "o-1", title: "Other Shell", path: "rules/o.yml", language: "sigma",
      body: "title: Other Shell")
    rule.stages = [
      stage("selection", [question("Image", "ends_with", "\\powershell.exe")]),
      RuleOutline.Stage(
        "filter", text: "filter:", polarity: .excluded,
        predicates: [question("Image", "ends_with", "\\pwsh.exe", isNegated: true)]),
    ]
    return rule
  }()

  private static func stage(_ name: String, _ questions: [RuleOutline.Question]) -> RuleOutline.Stage {
    RuleOutline.Stage(name, text: "\(name): \(name)", predicates: questions)
  }

  private static func question(
    _ field: String, _ kind: String, _ value: String, isNegated: Bool = false
  ) -> RuleOutline.Question {
    RuleOutline.Question(field: field, kind: .init(rawValue: kind), value: value, isNegated: isNegated)
  }
}

extension CatalogSite {
  /// All files, by path.
  func files() -> [String: String] {
    var files: [String: String] = [:]
    write { path, bytes in files[path] = String(decoding: bytes, as: UTF8.self) }
    return files
  }
}
