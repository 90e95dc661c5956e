extension Unicode.Scalar {
  /// How many cells of a terminal the character takes.
  var displayWidth: Int {
    if value < 0x300 { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
      0x1F900...0x1FAFF,
      0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}

extension String {
  /// How many cells of a terminal the text takes; it has no controls.
  package var displayWidth: Int {
    if utf8.allSatisfy({ $0 < 0x80 }) { return utf8.count }
    return unicodeScalars.reduce(0) { $0 + $1.displayWidth }
  }

  /// The text as it may be shown, cut to so many cells; `…` stands for what was cut.
  public func fitted(to width: Int) -> String {
    let text = visible
    if text.displayWidth <= width { return text }
    return String(String.UnicodeScalarView(String.prefix(text.unicodeScalars, width: width - 1))) + "…"
  }

  /// As `fitted`, with the end kept rather than the beginning.
  public func fittedFromEnd(to width: Int) -> String {
    let text = visible
    if text.displayWidth <= width { return text }
    let tail = String.prefix(text.unicodeScalars.reversed(), width: width - 1)
    return "…" + String(String.UnicodeScalarView(tail.reversed()))
  }

  /// Filled with blanks up to so many cells.
  package func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - displayWidth))
  }

  private static func prefix(_ scalars: some Sequence<Unicode.Scalar>, width: Int) -> [Unicode.Scalar] {
    var taken: [Unicode.Scalar] = []
    var room = width
    for scalar in scalars {
      room -= scalar.displayWidth
      if room < 0 { break }
      taken.append(scalar)
    }
    return taken
  }
}

extension String {
  /// Cut at blanks into lines of so many cells, as far as words allow; colours take none.
  package func wrappedAtBlanks(to width: Int) -> [String] {
    var lines: [String] = []
    var used = 0
    for word in split(separator: " ", omittingEmptySubsequences: false).map(String.init) {
      let length = word.withoutColours.displayWidth
      if lines.isEmpty || used + 1 + length > width {
        lines.append(word)
        used = length
      } else {
        lines[lines.count - 1] += " " + word
        used += 1 + length
      }
    }
    return lines
  }

  private var withoutColours: String {
    var text = ""
    var isColour = false
    for character in self {
      if character == "\u{1B}" { isColour = true }
      if !isColour { text.append(character) }
      if character == "m" { isColour = false }
    }
    return text
  }
}
