import TrawlRules

/// Reads one document that should be a rule, and collects what is wrong with it.
struct RuleReader {
  /// So that a hostile document cannot fill the memory with its own complaints.
  static let maximumDiagnostics = 100
  /// Attributes of which a document that is meant as a rule has one at least.
  static let namesOfRules = ["title", "logsource", "detection"]

  let source: SourceText
  let placeholders: Placeholders
  private(set) var diagnostics: [Diagnostic]
  private(set) var hasErrors: Bool

  /// With what composing the document has found already.
  init(_ source: SourceText, placeholders: Placeholders, diagnostics: [Diagnostic] = []) {
    self.source = source
    self.placeholders = placeholders
    self.diagnostics = diagnostics
    hasErrors = diagnostics.contains { $0.severity == .error }
  }

  /// Whether more diagnostics are dropped.
  var isFull: Bool { diagnostics.count >= Self.maximumDiagnostics }

  mutating func report(
    _ severity: Diagnostic.Severity = .error, at location: Location, reason: String, _ message: String,
    excerpt: String? = nil, advice: String? = nil
  ) {
    if severity == .error { hasErrors = true }
    guard !isFull else { return }
    diagnostics.append(
      Diagnostic(severity, at: location, reason: reason, message: message, excerpt: excerpt, advice: advice))
  }

  mutating func report(
    _ severity: Diagnostic.Severity = .error, at node: YAMLNode, reason: String, _ message: String,
    advice: String? = nil
  ) {
    let excerpt = node.scalar.map { String($0.text.prefix(200)) }
    report(
      severity, at: source.location(of: node), reason: reason, message, excerpt: excerpt, advice: advice)
  }

  /// The rule of a document; nil, with errors among the diagnostics, if it cannot be used.
  mutating func rule(_ document: YAMLNode, fallbackID: String) -> Rule? {
    defer { nameRule(document["title"]?.value.scalar?.text) }
    guard looksLikeRule(document) else { return nil }
    let title = title(document)
    let logSource = logSource(document)
    let detection = detection(document)
    var rule = Rule(
      id: id(document) ?? fallbackID, title: title ?? "", location: source.location(of: document),
      logSource: logSource ?? LogSource(), items: detection.items, condition: detection.condition)
    describe(&rule, document)
    rule.metadata.conditions = detection.conditions
    rule.metadata.searchIdentifiers = detection.searchIdentifiers
    return hasErrors ? nil : rule
  }

  private mutating func nameRule(_ title: String?) {
    guard let title, !title.isEmpty else { return }
    for index in diagnostics.indices { diagnostics[index].ruleTitle = title }
  }

  private mutating func looksLikeRule(_ document: YAMLNode) -> Bool {
    guard document.entries != nil else {
      report(
        at: document, reason: "not a rule", "a rule is a map with a title, but this is \(document.kind)",
        advice: "begin with title:, logsource: and detection:")
      return false
    }
    if Self.namesOfRules.contains(where: { document[$0] != nil }) { return true }
    report(
      at: source.location(of: document), reason: "not a rule", "there is no title, logsource or detection",
      advice: "keep files that are not rules in another folder")
    return false
  }
}
