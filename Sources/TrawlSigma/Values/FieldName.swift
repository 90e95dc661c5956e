/// A key of a search identifier's map: a field and its modifiers.
struct FieldName {
  /// As written; nil for keywords (`'|all'`).
  var field: String?
  var modifierNames: [String]

  init(_ key: String) {
    let parts = key.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    field = parts[0].isEmpty ? nil : parts[0]
    modifierNames = Array(parts.dropFirst())
  }

  /// Blanks in names of fields do not count (specification, "Field Usage").
  static func withoutBlanks(_ name: String) -> String {
    guard name.utf8.contains(0x20) || name.utf8.contains(0x09) else { return name }
    return String(name.unicodeScalars.filter { $0 != " " && $0 != "\t" }.map(Character.init))
  }
}
