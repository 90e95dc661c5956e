/// Values for the placeholders `%name%` of rules.
struct Placeholders {
  /// More than this from one value is a mistake: placeholders within one value multiply.
  static let maximumAlternatives = 10_000
  /// The reason of diagnostics about a placeholder that has no values.
  static let unresolved = "unresolved placeholder"

  private let values: [String: [String]]

  /// Names with or without their percent signs.
  init(_ values: [String: [String]]) {
    self.values = Dictionary(
      values.map { (Self.bareName($0.key), $0.value) }, uniquingKeysWith: { $0 + $1 })
  }

  static func bareName(_ name: String) -> String {
    guard name.utf8.count > 2, name.hasPrefix("%"), name.hasSuffix("%") else { return name }
    return String(name.dropFirst().dropLast())
  }

  /// All texts that a text with placeholders stands for. Throws when a placeholder has no value.
  func expand(_ text: String) throws(ValueProblem) -> [String] {
    var expanded = [""]
    let parts = text.split(separator: "%", omittingEmptySubsequences: false)
    var index = 0
    while index < parts.count {
      if index > 0 {
        guard index + 1 < parts.count, !parts[index].isEmpty else {
          expanded = expanded.map { $0 + "%" + parts[index] }
          index += 1
          continue
        }
        expanded = try replaced(String(parts[index]), after: expanded)
        index += 1
      }
      expanded = expanded.map { $0 + parts[index] }
      index += 1
    }
    return expanded
  }

  private func replaced(_ name: String, after beginnings: [String]) throws(ValueProblem) -> [String] {
    guard let replacements = values[name], !replacements.isEmpty else {
      throw ValueProblem(
        reason: Placeholders.unresolved, message: "the placeholder %\(name)% has no values",
        advice: "give it values in a file of placeholders, as \(name): [value, ...]")
    }
    guard beginnings.count * replacements.count <= Self.maximumAlternatives else {
      throw ValueProblem(
        reason: "too many placeholder values",
        message: "the placeholders of one value stand for more than \(Self.maximumAlternatives) texts",
        advice: "use fewer placeholders in one value, or fewer values for each")
    }
    return beginnings.flatMap { beginning in replacements.map { beginning + $0 } }
  }
}
