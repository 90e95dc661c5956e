/// Names of fields that patterns of extraction make.
enum PatternNames {
  /// Of the named groups of a regular expression: `(?<name>...)`, `(?P<name>...)`.
  static func groups(_ pattern: String) -> [String] {
    let bytes = Array(pattern.utf8)
    var names: [String] = []
    for start in bytes.indices where bytes[start...].starts(with: "(?".utf8) {
      var at = start + 2
      if at < bytes.count, bytes[at] == UInt8(ascii: "P") { at += 1 }
      guard at < bytes.count, bytes[at] == UInt8(ascii: "<") else { continue }
      let name = bytes[(at + 1)...].prefix { $0.isWordPart || $0 == UInt8(ascii: ".") }
      guard !name.isEmpty, name.endIndex < bytes.count, bytes[name.endIndex] == UInt8(ascii: ">") else {
        continue
      }
      names.append(String(decoding: name, as: UTF8.self))
    }
    return names
  }

  /// Of Grok's `%{PATTERN:name:type}` and Dissect's `%{+name->}`.
  static func inBraces(_ pattern: String) -> [String] {
    let bytes = Array(pattern.utf8)
    var names: [String] = []
    for start in bytes.indices where bytes[start...].starts(with: "%{".utf8) {
      // No name is longer; the bound keeps the whole linear.
      let inner = bytes[(start + 2)...].prefix(200).prefix { $0 != UInt8(ascii: "}") }
      let parts = inner.split(separator: UInt8(ascii: ":"))
      guard let written = parts.count > 1 ? parts[1] : parts.first else { continue }
      let name = written.drop { "+?&*".utf8.contains($0) }.prefix { $0.isWordPart || $0 == UInt8(ascii: ".") }
      if !name.isEmpty { names.append(String(decoding: name, as: UTF8.self)) }
    }
    return names
  }
}
