import TrawlMatcher
import TrawlRules

/// Literals without which a pattern or expression cannot match: they announce it, the test itself confirms it.
enum RequiredLiteral {
  /// Longer literals are cut: what is cut off, the test confirms.
  static let longest = 96

  /// The longest fixed part of a pattern, folded; nil when it has none.
  static func of(_ pattern: TextPattern) -> [UInt8]? {
    let parts = pattern.elements.compactMap { element -> [UInt8]? in
      if case .text(let text) = element { return Fold.lowercase(text) }
      return nil
    }
    return parts.max { $0.count < $1.count }
  }

  /// The longest part of a keyword that every writer of JSON writes as it is, in ASCII; nil when it has none.
  static func plain(_ pattern: TextPattern) -> [UInt8]? {
    var runs: [[UInt8]] = []
    for case .text(let text) in pattern.elements {
      let folded = Fold.lowercase(text)
      runs += folded.split { !(0x20...0x7E).contains($0) || "\"\\/".utf8.contains($0) }.map(Array.init)
    }
    return runs.max { $0.count < $1.count }
  }

  /// A folded literal without up to four of its last bytes, so that it ends in something rare: Hyperscan looks for the
  /// ends of literals, and stops at each `.com`, `Com`puter and `Com`mandLine for the sake of `gentilkiwi.com`. With
  /// 25 literals that halved the cost of a scan.
  static func rareEnding(_ literal: [UInt8]) -> [UInt8] {
    let literal = literal.prefix(longest)
    let lengths = max(min(6, literal.count), literal.count - 4)...literal.count
    let length = lengths.min { commonness(of: literal.prefix($0)) < commonness(of: literal.prefix($1)) }
    return Array(literal.prefix(length ?? literal.count))
  }

  /// How often the last three bytes are met, relative to others; of letters as in English text.
  private static func commonness(of literal: ArraySlice<UInt8>) -> Int {
    let letters = "zqxjkvbpygfwmucldrhsnioate".utf8
    return literal.suffix(3).reduce(1) { product, byte in
      product
        * ((letters.firstIndex(of: byte).map { letters.distance(from: letters.startIndex, to: $0) } ?? 18) + 1)
    }
  }
}

extension RequiredLiteral {
  /// A literal that every match of an expression contains, folded, at least three bytes of ASCII; nil where none is
  /// found. Looks at what stands outside of groups only, and gives up at anything unusual: it may miss a literal,
  /// never invent one.
  static func of(_ expression: RegularExpression) -> [UInt8]? {
    var reader = ExpressionReader(expression)
    guard reader.read() else { return nil }
    let best = reader.runs.max { $0.count < $1.count } ?? []
    return best.count >= 3 ? best : nil
  }
}

/// Reads an expression for runs of characters that stand in every match, one after the other.
private struct ExpressionReader {
  private let characters: [Unicode.Scalar]
  private var index = 0
  private var ignoresCase: Bool
  private var run: [UInt8] = []
  var runs: [[UInt8]] = []

  init(_ expression: RegularExpression) {
    characters = Array(expression.pattern.unicodeScalars)
    ignoresCase = expression.ignoresCase
  }

  /// False when nothing can be said.
  mutating func read() -> Bool {
    while index < characters.count {
      let character = characters[index]
      index += 1
      switch character {
      case "|": return false
      case "(": if !skipGroup() { return false }
      case ")": return false
      case "[": if !skipClass() { return false }
      case "\\": if !readEscape() { return false }
      case "*", "?", "{", "+": if !readQuantifier(character) { return false }
      case ".", "^", "$": endRun()
      default: add(character)
      }
    }
    endRun()
    return true
  }

  private mutating func endRun() {
    if !run.isEmpty { runs.append(run) }
    run = []
  }

  private mutating func add(_ character: Unicode.Scalar) {
    // Without regard to case, `s` also stands for U+017F, which the fold keeps apart.
    guard character.isASCII, !(ignoresCase && (character == "s" || character == "S")) else { return endRun() }
    run.append(contentsOf: String(Fold.lowercase(character)).utf8)
  }

  /// A quantifier makes the character before it uncertain, all but `+`, behind which the run ends.
  private mutating func readQuantifier(_ quantifier: Unicode.Scalar) -> Bool {
    if quantifier != "+", !run.isEmpty { run.removeLast() }
    endRun()
    if quantifier == "{" {
      guard let close = characters[index...].firstIndex(of: "}") else { return false }
      index = close + 1
    }
    if index < characters.count, characters[index] == "?" || characters[index] == "+" { index += 1 }
    return true
  }

  private mutating func readEscape() -> Bool {
    guard index < characters.count else { return false }
    let character = characters[index]
    index += 1
    if "dwsbDWSBAZzntrfv".unicodeScalars.contains(character) {
      endRun()
      return true
    }
    // Other letters and digits take arguments or refer back.
    guard character.isASCII, !character.properties.isAlphabetic, character.properties.numericType == nil
    else {
      return false
    }
    add(character)
    return true
  }

  /// Passes over `[...]`; its first character may be `]`.
  private mutating func skipClass() -> Bool {
    endRun()
    if index < characters.count, characters[index] == "^" { index += 1 }
    if index < characters.count, characters[index] == "]" { index += 1 }
    while index < characters.count {
      let character = characters[index]
      index += 1
      if character == "\\" { index += 1 }
      if character == "[", index < characters.count, characters[index] == ":" { return false }
      if character == "]" { return true }
    }
    return false
  }

  /// Passes over a group with all that is in it. Flags are only understood as `(?i)`, `(?m)`, `(?s)`.
  private mutating func skipGroup() -> Bool {
    endRun()
    if index < characters.count, characters[index] == "?" {
      guard let flags = readFlags() else { return false }
      if flags { return true }
    } else if index < characters.count, characters[index] == "*" {
      return false
    }
    var depth = 1
    while index < characters.count {
      let character = characters[index]
      index += 1
      switch character {
      case "\\":
        if index < characters.count, characters[index] == "Q" { return false }
        index += 1
      case "[": if !skipClass() { return false }
      case "(":
        // A verb such as `(*ACCEPT)` ends the match before what stands behind the group.
        if index < characters.count, characters[index] == "*" { return false }
        // Flags within a group hold to its end only, but could be `x`.
        if index + 1 < characters.count, characters[index] == "?",
          !":=!<P|>".unicodeScalars.contains(characters[index + 1])
        {
          return false
        }
        depth += 1
      case ")":
        depth -= 1
        if depth == 0 { return true }
      default: break
      }
    }
    return false
  }

  /// At `?`: true when the group is flags alone, false for a group with contents, nil when not understood.
  private mutating func readFlags() -> Bool? {
    var end = index + 1
    while end < characters.count, "ims".unicodeScalars.contains(characters[end]) { end += 1 }
    guard end < characters.count else { return nil }
    if characters[end] == ")" {
      if characters[index..<end].contains("i") { ignoresCase = true }
      index = end + 1
      return true
    }
    guard ":=!<P|>".unicodeScalars.contains(characters[end]) else { return nil }
    index = end + 1
    return false
  }
}
