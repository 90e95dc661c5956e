/// A piece of a YAML document, with its place in the file and scalars as they are spelt.
struct YAMLNode {
  enum Content {
    case scalar(YAMLScalar)
    case sequence([YAMLNode])
    case mapping([YAMLEntry])
  }

  /// Both count from 1; columns count code points.
  var line: Int
  var column: Int
  var content: Content
}

/// A key of a map and its value. Keys are text whatever they look like: `4688: x` has the key `4688`.
struct YAMLEntry {
  var key: YAMLNode
  var name: String
  var value: YAMLNode
}

/// Text of a scalar, and whether it is read by its looks (`4688`, `true`, nothing) or is text because it is quoted.
struct YAMLScalar {
  var text: String
  var isPlain: Bool
}

extension YAMLNode {
  var scalar: YAMLScalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }

  var entries: [YAMLEntry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// A key without a value.
  var isNull: Bool { scalar.map { $0.meaning == .null } ?? false }

  /// What to call it in a message.
  var kind: String {
    switch content {
    case .scalar(let scalar): scalar.meaning == .null ? "nothing" : "a single value"
    case .sequence: "a list"
    case .mapping: "a map"
    }
  }

  subscript(_ name: String) -> YAMLEntry? {
    entries?.first { $0.name == name }
  }

  /// This map with the keys of another put over it: maps merge, everything else is replaced.
  func merged(with other: YAMLNode) -> YAMLNode {
    guard case .mapping(var merged) = content, case .mapping(let added) = other.content else { return other }
    for entry in added {
      if let index = merged.firstIndex(where: { $0.name == entry.name }) {
        merged[index].key = entry.key
        merged[index].value = merged[index].value.merged(with: entry.value)
      } else {
        merged.append(entry)
      }
    }
    return YAMLNode(line: other.line, column: other.column, content: .mapping(merged))
  }
}
