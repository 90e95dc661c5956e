/// A value of a rule: its text, and what it means.
struct RuleValue {
  var text: String
  var meaning: YAMLMeaning

  init(_ scalar: YAMLScalar) {
    text = scalar.text
    meaning = scalar.meaning
  }

  init(text: String, meaning: YAMLMeaning = .text) {
    self.text = text
    self.meaning = meaning
  }

  /// As the rule says it; a value that is not there is `null`.
  var asWritten: String { meaning == .null ? "null" : text }

  /// The text that an event's value is compared with: numbers in decimal, `true` and `false`.
  var comparedText: String {
    switch meaning {
    case .integer(let digits): digits
    case .boolean(let value): value ? "true" : "false"
    case .null, .real, .text: text
    }
  }
}

/// Why a value cannot be used, and what to write instead.
struct ValueProblem: Error {
  var reason: String
  var message: String
  var advice: String?
}
