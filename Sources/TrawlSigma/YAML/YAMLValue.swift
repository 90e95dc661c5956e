import TrawlRules

/// What a YAML file of another vendor holds, without places; read with the limits that hold for Sigma's files.
package indirect enum YAMLValue: Sendable, Equatable {
  case null
  /// A scalar as it is spelt.
  case text(String)
  case list([YAMLValue])
  case map([String: YAMLValue])

  /// The first document of a file's bytes, which must be UTF-8.
  package static func read(_ bytes: [UInt8], file: String) throws(Diagnostic) -> YAMLValue {
    let source = try SourceText.checked(bytes, file: file).get()
    guard let part = source.parts().first else { return .null }
    var composer = YAMLComposer(source)
    let node = composer.compose(part)
    guard let node else {
      throw composer.diagnostics.first
        ?? Diagnostic(at: Location(file: file), reason: "malformed YAML", message: "there is no document")
    }
    return YAMLValue(node)
  }

  private init(_ node: YAMLNode) {
    switch node.content {
    case .scalar(let scalar): self = scalar.meaning == .null ? .null : .text(scalar.text)
    case .sequence(let members): self = .list(members.map(YAMLValue.init))
    case .mapping(let entries):
      self = .map(Dictionary(entries.map { ($0.name, YAMLValue($0.value)) }) { first, _ in first })
    }
  }

  /// The value of a key; nil if this is no map or has no such key.
  package subscript(_ key: String) -> YAMLValue? {
    if case .map(let entries) = self { entries[key] } else { nil }
  }

  package var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  /// The texts of a list, or the one text that stands alone.
  package var texts: [String] {
    switch self {
    case .text(let text): [text]
    case .list(let members): members.compactMap(\.text)
    case .null, .map: []
    }
  }
}
