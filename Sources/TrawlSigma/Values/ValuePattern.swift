import TrawlRules

/// A text value of a rule read by the rules for escapes and wildcards.
///
/// `*` and `?` are wildcards; a backslash before `*`, `?` or another backslash takes its meaning away; before anything
/// else it is itself. Specification 2.1, "Escaping".
struct ValuePattern {
  var elements: [TextPattern.Element]

  init(_ text: String) {
    elements = []
    var literal = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in text.unicodeScalars {
      let isSpecial = scalar == "*" || scalar == "?" || scalar == "\\"
      if isEscaped {
        if !isSpecial { literal.append("\\") }
        literal.append(scalar)
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else if isSpecial {
        elements.append(.text(String(literal)))
        elements.append(scalar == "*" ? .anyRun : .anyOne)
        literal = String.UnicodeScalarView()
      } else {
        literal.append(scalar)
      }
    }
    if isEscaped { literal.append("\\") }
    elements.append(.text(String(literal)))
    elements.removeAll { $0 == .text("") }
  }

  /// Only fixed text.
  var isLiteral: Bool {
    elements.allSatisfy { if case .text = $0 { true } else { false } }
  }
}

// MARK: - windash

extension ValuePattern {
  /// Each `-` and `/` at the start of a word, as Python's `\B[-/]\b` finds them in each fixed part, made a dash.
  mutating func markDashes() {
    elements = elements.flatMap { element -> [TextPattern.Element] in
      if case .text(let text) = element { Self.markDashes(text) } else { [element] }
    }
  }

  private static func markDashes(_ text: String) -> [TextPattern.Element] {
    let scalars = Array(text.unicodeScalars)
    var elements: [TextPattern.Element] = []
    var literal = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      let isDash =
        (scalar == "-" || scalar == "/") && (index == 0 || !scalars[index - 1].isWord)
        && index + 1 < scalars.count && scalars[index + 1].isWord
      if isDash {
        elements.append(.text(String(literal)))
        elements.append(.dash)
        literal = String.UnicodeScalarView()
      } else {
        literal.append(scalar)
      }
    }
    return (elements + [.text(String(literal))]).filter { $0 != .text("") }
  }
}

extension Unicode.Scalar {
  /// Whether Python's `\w` matches it in a string: letters, numbers and the underscore.
  fileprivate var isWord: Bool {
    if isASCII { return properties.isAlphabetic || properties.numericType != nil || self == "_" }
    if properties.numericType != nil { return true }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
    default: return false
    }
  }
}
