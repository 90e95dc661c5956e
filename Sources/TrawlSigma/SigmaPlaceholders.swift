import TrawlRules

/// Reads a file of placeholders: a YAML map from names, with or without percent signs, to a value or a list of values.
///
///     Workstations: [ws-01, ws-02]
///     "%servers%": srv-*
public enum SigmaPlaceholders {
  /// The values by name, without percent signs, and what is wrong with the file.
  public static func parse(
    _ bytes: [UInt8], file: String
  ) -> (values: [String: [String]], diagnostics: [Diagnostic]) {
    switch SourceText.checked(bytes, file: file) {
    case .success(let source): return read(source)
    case .failure(let diagnostic): return ([:], [diagnostic])
    }
  }

  /// The values by name, without percent signs, and what is wrong with the text.
  public static func parse(
    _ text: String, file: String
  ) -> (values: [String: [String]], diagnostics: [Diagnostic]) {
    parse(Array(text.utf8), file: file)
  }

  private static func read(_ source: SourceText) -> (values: [String: [String]], diagnostics: [Diagnostic]) {
    var values: [String: [String]] = [:]
    var diagnostics: [Diagnostic] = []
    for part in source.parts() {
      var composer = YAMLComposer(source)
      let node = composer.compose(part)
      diagnostics += composer.diagnostics
      guard let node else { continue }
      if node.entries == nil { diagnostics.append(wrongType(node, source, "placeholders are a map")) }
      for entry in node.entries ?? [] {
        guard let texts = texts(entry.value) else {
          diagnostics.append(wrongType(entry.value, source, "'\(entry.name)' has no value or list of values"))
          continue
        }
        values[Placeholders.bareName(entry.name), default: []] += texts
      }
    }
    return (values, diagnostics)
  }

  private static func texts(_ node: YAMLNode) -> [String]? {
    switch node.content {
    case .scalar(let scalar): return scalar.meaning == .null ? nil : [scalar.text]
    case .sequence(let members):
      let texts = members.compactMap { $0.isNull ? nil : $0.scalar?.text }
      return texts.count == members.count && !texts.isEmpty ? texts : nil
    case .mapping: return nil
    }
  }

  private static func wrongType(_ node: YAMLNode, _ source: SourceText, _ message: String) -> Diagnostic {
    Diagnostic(
      at: source.location(of: node), reason: "wrong type", message: message,
      advice: "write name: [value, value]")
  }
}
