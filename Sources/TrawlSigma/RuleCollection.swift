import TrawlRules

/// The documents of one file, one after the other: rules, and documents with an `action` that change those behind them.
///
/// As pySigma does: what `global` says is put over each rule behind it, up to the next `global` or `reset`; what
/// `repeat` says is put over the rule before it.
struct RuleCollection {
  private let file: String
  private let placeholders: Placeholders
  private(set) var documents = SigmaDocuments()
  /// Filled only if there is one.
  var outlines: SigmaOutlines?
  /// The document that is being read.
  private var body = 0..<0
  private var global: YAMLNode?
  private var previous: YAMLNode?
  /// Number of the rule within the file, for rules without an id.
  private var ordinal = 0

  init(file: String, placeholders: Placeholders) {
    self.file = file
    self.placeholders = placeholders
  }

  mutating func refuse(_ diagnostics: [Diagnostic]) {
    outlines?.diagnostics += diagnostics
    documents.diagnostics += diagnostics
    documents.refused += 1
  }

  mutating func read(_ source: SourceText) {
    let parts = source.parts()
    if parts.isEmpty {
      documents.diagnostics.append(
        Diagnostic(
          .warning, at: Location(file: file), reason: "empty file", message: "the file holds no rule"))
    }
    for part in parts {
      body = part.range
      var composer = YAMLComposer(source)
      guard let node = composer.compose(part) else {
        refuse(composer.diagnostics)
        continue
      }
      read(node, RuleReader(source, placeholders: placeholders, diagnostics: composer.diagnostics))
    }
  }

  private mutating func read(_ node: YAMLNode, _ reader: RuleReader) {
    guard let action = node["action"] else { return readRule(global.map(node.merged) ?? node, reader) }
    let content = node.without("action")
    switch action.value.scalar?.text {
    case "global":
      global = content
      previous = content
      keep(reader)
    case "reset":
      global = nil
      keep(reader)
    case "repeat": readRule(previous.map { $0.merged(with: content) } ?? content, reader)
    default:
      var reader = reader
      reader.report(
        at: action.value, reason: "unknown action", "unknown action",
        advice: "write global, reset or repeat; a rule has no action")
      refuse(reader.diagnostics)
    }
  }

  /// Of a document that is no rule itself.
  private mutating func keep(_ reader: RuleReader) {
    outlines?.diagnostics += reader.diagnostics
    documents.diagnostics += reader.diagnostics
    if reader.hasErrors { documents.refused += 1 }
  }

  private mutating func readRule(_ node: YAMLNode, _ reader: RuleReader) {
    previous = node
    if node["correlation"] != nil {
      documents.correlations += 1
      outline(node, reader, .correlation)
      return
    }
    if node["filter"] != nil, node["detection"] == nil {
      documents.filters += 1
      outline(node, reader, .filter)
      return
    }
    ordinal += 1
    var reader = reader
    if let rule = reader.rule(node, fallbackID: fallbackID) {
      documents.rules.append(rule)
    } else {
      documents.refused += 1
    }
    documents.diagnostics += reader.diagnostics
    outline(node, reader, .rule)
  }

  private var fallbackID: String {
    "\(file.split(separator: "/").last.map(String.init) ?? file)#\(ordinal)"
  }

  private mutating func outline(_ node: YAMLNode, _ reader: RuleReader, _ kind: SigmaOutline.Kind) {
    guard outlines != nil else { return }
    if kind == .rule, !RuleReader.namesOfRules.contains(where: { node[$0] != nil }) {
      outlines?.diagnostics += reader.diagnostics
      return
    }
    // Rules are numbered apart, so that theirs are the same as in a scan.
    let number = documents.correlations + documents.filters
    let fallback = kind == .rule ? fallbackID : "\(fallbackID).\(kind.rawValue)\(number)"
    var scratch = RuleReader(reader.source, placeholders: placeholders)
    let outlined = reader.outlined(
      node, kind, id: scratch.id(node) ?? fallback, body: reader.source.documentText(body))
    outlines?.rules.append(outlined)
  }
}

extension YAMLNode {
  /// This map without a key.
  fileprivate func without(_ name: String) -> YAMLNode {
    var node = self
    node.content = .mapping((entries ?? []).filter { $0.name != name })
    return node
  }
}
