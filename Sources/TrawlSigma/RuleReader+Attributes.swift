import TrawlRules

/// What a rule says about itself. Only the title and the log source are required.
extension RuleReader {
  mutating func title(_ document: YAMLNode) -> String? {
    guard let node = required("title", in: document) else { return nil }
    guard let scalar = node.scalar, !scalar.text.isEmpty else {
      report(at: node, reason: "wrong type", "title must be a text, not \(node.kind)")
      return nil
    }
    return scalar.text
  }

  /// An attribute that must be there; misspelt ones are named.
  mutating func required(_ name: String, in document: YAMLNode) -> YAMLNode? {
    if let entry = document[name] { return entry.value }
    let similar = nearestName(to: name, among: (document.entries ?? []).map(\.name))
    report(
      at: source.location(of: document), reason: "missing \(name)", "the rule has no \(name)",
      advice: similar.map { "write \(name) instead of \($0)" } ?? "add \(name):")
    return nil
  }

  mutating func logSource(_ document: YAMLNode) -> LogSource? {
    guard let node = required("logsource", in: document) else { return nil }
    guard node.entries != nil else {
      report(
        at: node, reason: "wrong type", "logsource must be a map, not \(node.kind)",
        advice: "write product:, category: or service: below logsource:")
      return nil
    }
    let logSource = LogSource(
      product: logSourcePart("product", node), category: logSourcePart("category", node),
      service: logSourcePart("service", node))
    if logSource == LogSource() {
      report(
        at: node, reason: "empty logsource", "logsource has no product, category or service",
        advice: "name at least one of them")
    }
    return logSource
  }

  private mutating func logSourcePart(_ name: String, _ node: YAMLNode) -> String? {
    guard let value = node[name]?.value, !value.isNull else { return nil }
    guard let scalar = value.scalar, !scalar.text.isEmpty else {
      report(at: value, reason: "wrong type", "the \(name) of a logsource must be a text, not \(value.kind)")
      return nil
    }
    return scalar.text
  }

  mutating func id(_ document: YAMLNode) -> String? {
    guard let node = document["id"]?.value, !node.isNull else { return nil }
    guard let text = node.scalar?.text else {
      report(.warning, at: node, reason: "id is not a UUID", "id must be a UUID, not \(node.kind)")
      return nil
    }
    if Self.isUUID(text) { return text.lowercased() }
    report(
      .warning, at: node, reason: "id is not a UUID", "the id '\(text)' is not a UUID",
      advice: "make one with uuidgen")
    return text
  }

  private static func isUUID(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count == 36 else { return false }
    return bytes.indices.allSatisfy { index in
      switch index {
      case 8, 13, 18, 23: bytes[index] == UInt8(ascii: "-")
      default: Unicode.Scalar(bytes[index]).properties.isASCIIHexDigit
      }
    }
  }

  /// Everything else: never a reason to refuse a rule.
  mutating func describe(_ rule: inout Rule, _ document: YAMLNode) {
    rule.level = choice("level", document, among: Rule.Level.self)
    rule.status = choice("status", document, among: Rule.Status.self)
    rule.tags = texts("tags", document)
    rule.metadata.description = text("description", document)
    rule.metadata.author = text("author", document)
    rule.metadata.date = text("date", document)
    rule.metadata.modified = text("modified", document)
    rule.metadata.references = texts("references", document)
    rule.metadata.falsePositives = texts("falsepositives", document)
    rule.metadata.fields = texts("fields", document)
  }

  private mutating func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ name: String, _ document: YAMLNode, among choices: Choice.Type
  ) -> Choice? {
    guard let node = document[name]?.value, !node.isNull else { return nil }
    let text = node.scalar?.text ?? ""
    if let choice = Choice(rawValue: text.lowercased()) { return choice }
    let names = choices.allCases.map(\.rawValue)
    report(
      .warning, at: node, reason: "unknown \(name)", "unknown \(name) '\(text)'",
      advice: nearestName(to: text, among: names).map { "write \($0)" }
        ?? "write one of \(names.joined(separator: ", "))")
    return nil
  }

  private mutating func text(_ name: String, _ document: YAMLNode) -> String? {
    let texts = texts(name, document)
    return texts.isEmpty ? nil : texts.joined(separator: ", ")
  }

  private mutating func texts(_ name: String, _ document: YAMLNode) -> [String] {
    guard let node = document[name]?.value, !node.isNull else { return [] }
    switch node.content {
    case .scalar(let scalar): return [scalar.text]
    case .sequence(let members):
      let texts = members.compactMap(\.scalar?.text)
      if texts.count == members.count { return texts }
    case .mapping: break
    }
    report(.warning, at: node, reason: "wrong type", "\(name) must be a text or a list of texts")
    return []
  }
}
