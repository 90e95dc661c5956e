/// Why an expression is none of KQL's, or is one without a counterpart.
package struct RegexProblem: Error {
  /// 601 for what is wrong, 602 for what is not supported.
  package var code: Int
  package var message: String
  package var advice: String
}

/// Translates Rust's dialect of regular expressions, and refuses what has no counterpart.
package struct RegexTranslation {
  private let scalars: [Unicode.Scalar]
  private var at = 0
  private var result = String.UnicodeScalarView()
  private var hasWordBoundary = false
  /// Whether `(?m)` holds, for each open group.
  private var multiline = [false]
  private var shortest = ShortestMatch()

  /// The expression as engines of Perl's dialect have it.
  package static func translate(_ source: String) throws(RegexProblem) -> KQLRegularExpression {
    var translation = RegexTranslation(scalars: Array(source.unicodeScalars))
    while translation.at < translation.scalars.count { try translation.piece() }
    if translation.multiline.count > 1 {
      throw translation.problem(601, "a '(' is never closed", "close it, or write \\(")
    }
    return KQLRegularExpression(
      source: source, pattern: String(translation.result), isUnicode: !translation.hasWordBoundary,
      emptyMatch: translation.emptyMatch)
  }

  private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  private var emptyMatch: Bool? {
    if shortest.length > 0 { return false }
    return hasWordBoundary ? nil : true
  }

  private func scalar(_ offset: Int = 0) -> Unicode.Scalar? {
    at + offset < scalars.count ? scalars[at + offset] : nil
  }

  private mutating func copy(_ count: Int = 1) {
    for _ in 0..<count where at < scalars.count {
      result.append(scalars[at])
      at += 1
    }
  }

  private func problem(_ code: Int, _ message: String, _ advice: String) -> RegexProblem {
    RegexProblem(
      code: code, message: "\(message), at character \(at + 1) of the expression", advice: advice)
  }

  private mutating func piece() throws(RegexProblem) {
    switch scalar() {
    case "\\": try escape(inClass: false)
    case "[": try characterClass()
    case "(": try group()
    case ")":
      if multiline.count == 1 { throw problem(601, "a ')' that closes nothing", "write \\)") }
      multiline.removeLast()
      shortest.closeGroup()
      copy()
    case "|":
      shortest.beginAlternative()
      copy()
    case "^":
      shortest.add(0)
      copy()
    case "$":
      shortest.add(0)
      at += 1
      result.append(contentsOf: (multiline[multiline.count - 1] ? "$" : "\\z").unicodeScalars)
    case "*", "+", "?": try quantifier()
    case "{" where scalar(1).map { ("0"..."9").contains($0) } == true: try bounds()
    default:
      shortest.add(1)
      copy()
    }
  }

  /// `{2}`, `{2,}` or `{2,5}`.
  private mutating func bounds() throws(RegexProblem) {
    var least: [Unicode.Scalar] = []
    while let digit = scalar(1 + least.count), ("0"..."9").contains(digit) { least.append(digit) }
    shortest.repeatLast(orNever: least.allSatisfy { $0 == "0" })
    while let next = scalar(), next != "}" {
      _ = next
      copy()
    }
    copy()
    if scalar() == "+" { throw problem(602, "repetitions of repetitions are not supported", "use a group") }
  }

  /// `x++` repeats a repetition for Rust, and is possessive for Perl.
  private mutating func quantifier() throws(RegexProblem) {
    if result.isEmpty { throw problem(601, "there is nothing to repeat", "escape it") }
    shortest.repeatLast(orNever: scalar() != "+")
    copy()
    if scalar() == "+" { throw problem(602, "repetitions of repetitions are not supported", "use a group") }
  }

  // MARK: - Escapes

  private mutating func escape(inClass: Bool) throws(RegexProblem) {
    guard let next = scalar(1) else { throw problem(601, "a single '\\' at the end", "write \\\\") }
    if !inClass { shortest.add(["b", "B", "A", "z"].contains(next) ? 0 : 1) }
    switch next {
    case "u", "U": try codePoint(next)
    case "b", "B":
      if inClass { throw problem(601, "'\\\(next)' within a class", "leave it out") }
      if scalar(2) == "{" { throw problem(602, "'\\\(next){...}' is not supported", "write \\b") }
      hasWordBoundary = true
      copy(2)
    case "<", ">": throw problem(602, "'\\\(next)' is not supported", "write \\b")
    case "0"..."9": throw problem(601, "back-references and octal escapes do not exist in KQL", "write \\x..")
    case "p", "P", "x":
      copy(2)
      copyArgument(isHexadecimal: next == "x")
    case "d", "D", "w", "W", "s", "S", "n", "r", "t", "f", "v", "a", "A", "z": copy(2)
    default:
      if next.isASCII, next.properties.isAlphabetic {
        throw problem(601, "'\\\(next)' is no escape of KQL's expressions", "write \(next) without '\\'")
      }
      copy(2)
    }
  }

  /// What belongs to `\x`, `\p` or `\P`: something in braces, two digits, or a letter.
  private mutating func copyArgument(isHexadecimal: Bool) {
    guard scalar() == "{" else { return copy(isHexadecimal ? 2 : 1) }
    while let next = scalar(), next != "}" {
      _ = next
      copy()
    }
    copy()
  }

  /// `\u2019` and `\U0001F600`, also with braces.
  private mutating func codePoint(_ letter: Unicode.Scalar) throws(RegexProblem) {
    var digits = ""
    let isBraced = scalar(2) == "{"
    var offset = isBraced ? 3 : 2
    while let digit = scalar(offset), digit.properties.isHexDigit, digit.isASCII,
      digits.utf8.count < (isBraced || letter == "U" ? 8 : 4)
    {
      digits.unicodeScalars.append(digit)
      offset += 1
    }
    if isBraced, scalar(offset) == "}" { offset += 1 }
    guard let code = UInt32(digits, radix: 16), Unicode.Scalar(code) != nil else {
      throw problem(601, "'\\\(letter)' without the digits of a character", "write \\u2019 or the character")
    }
    at += offset
    result.append(contentsOf: "\\x{\(digits)}".unicodeScalars)
  }

  // MARK: - Classes

  private mutating func characterClass() throws(RegexProblem) {
    shortest.add(1)
    copy()
    if scalar() == "^" { copy() }
    if scalar() == "]" { copy() }
    while let next = scalar(), next != "]" {
      switch next {
      case "\\": try escape(inClass: true)
      case "[":
        guard scalar(1) == ":" else {
          throw problem(602, "a class within a class is not supported", "escape it: \\[")
        }
        while let inner = scalar(), inner != "]" {
          _ = inner
          copy()
        }
        copy()
      case "&", "~", "-":
        if scalar(1) == next {
          throw problem(602, "'\(next)\(next)' in a class is not supported", "escape it")
        }
        copy()
      default: copy()
      }
    }
    guard scalar() != nil else { throw problem(601, "a '[' is never closed", "close it, or write \\[") }
    copy()
  }

  // MARK: - Groups

  private mutating func group() throws(RegexProblem) {
    guard scalar(1) == "?" else {
      multiline.append(multiline[multiline.count - 1])
      shortest.openGroup()
      return copy()
    }
    if scalar(2) == "P" || scalar(2) == "<" {
      if scalar(3) == "=" || scalar(3) == "!" || scalar(2) == "P" && scalar(3) != "<" { throw lookAround() }
      multiline.append(multiline[multiline.count - 1])
      shortest.openGroup()
      while let next = scalar(), next != ">" {
        _ = next
        copy()
      }
      return copy()
    }
    try flags()
  }

  private func lookAround() -> RegexProblem {
    problem(601, "look-around does not exist in KQL's expressions", "use a second 'where' with not(...)")
  }

  /// `(?i)`, `(?i-s:...)`; what the flags `u` and `U` say does not matter to whether it matches.
  private mutating func flags() throws(RegexProblem) {
    var kept = "(?"
    var isOff = false
    var isMultiline = multiline[multiline.count - 1]
    var offset = 2
    while let flag = scalar(offset), flag != ")", flag != ":" {
      switch flag {
      case "-": isOff = true
      case "i", "s": break
      case "m": isMultiline = !isOff
      case "u" where !isOff, "U": break
      case "x", "R", "u": throw problem(602, "the flag '\(flag)' is not supported so", "leave it out")
      default: throw lookAround()
      }
      if flag != "u", flag != "U" { kept.unicodeScalars.append(flag) }
      offset += 1
    }
    guard let closing = scalar(offset) else { throw problem(601, "a '(' is never closed", "close it") }
    at += offset + 1
    if kept.hasSuffix("-") { kept.removeLast() }
    if closing == ":" {
      multiline.append(isMultiline)
      shortest.openGroup()
    } else {
      multiline[multiline.count - 1] = isMultiline
    }
    if closing == ":" || kept != "(?" { result.append(contentsOf: (kept + String(closing)).unicodeScalars) }
  }
}
