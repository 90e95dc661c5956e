/// Cuts the text of a search: pipelines into commands, commands into words, subsearches out of both.
enum SPLText {
  /// The stretches between the pipes that stand outside of quotes and brackets, blank ones too.
  static func commands(_ bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    var (ranges, start, at, depth) = ([Range<Int>](), range.lowerBound, range.lowerBound, 0)
    while at < range.upperBound {
      switch bytes[at] {
      case UInt8(ascii: "|") where depth == 0:
        ranges.append(start..<at)
        start = at + 1
      case UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "]"): depth = max(0, depth - 1)
      default: break
      }
      at = afterPiece(bytes, at, range.upperBound)
    }
    return ranges + [start..<range.upperBound]
  }

  /// What stands inside of the outermost brackets.
  static func subsearches(_ bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    var (ranges, at) = ([Range<Int>](), range.lowerBound)
    while at < range.upperBound {
      if bytes[at] == UInt8(ascii: "[") {
        let close = closingBracket(bytes, at, range.upperBound)
        ranges.append((at + 1)..<close)
        at = close
      }
      at = afterPiece(bytes, at, range.upperBound)
    }
    return ranges
  }

  /// Where the bracket that opens here is closed; the end if nowhere.
  static func closingBracket(_ bytes: [UInt8], _ open: Int, _ end: Int) -> Int {
    var (at, depth) = (open, 0)
    while at < end {
      if bytes[at] == UInt8(ascii: "[") { depth += 1 }
      if bytes[at] == UInt8(ascii: "]") { depth -= 1 }
      if depth == 0 { return at }
      at = afterPiece(bytes, at, end)
    }
    return end
  }

  /// Behind the text in quotes, the escape or the single byte that starts here. A quote that is not closed goes to the end.
  static func afterPiece(_ bytes: [UInt8], _ at: Int, _ end: Int) -> Int {
    guard at < end else { return at + 1 }
    if bytes[at] == UInt8(ascii: "\\"), at + 1 < end, bytes[at + 1] == UInt8(ascii: "\"") { return at + 2 }
    guard bytes[at] == UInt8(ascii: "\"") else { return at + 1 }
    return min(end, (try? QueryText.endOfString(bytes, at, end, hasRaw: false)) ?? end)
  }

  /// Words between blanks and commas outside of quotes, brackets and parentheses.
  static func words(_ bytes: [UInt8], _ range: Range<Int>) -> [Word] {
    var (words, at) = ([Word](), range.lowerBound)
    while at < range.upperBound {
      if bytes[at].isBlank || bytes[at] == UInt8(ascii: ",") {
        at += 1
        continue
      }
      let start = at
      at = endOfWord(bytes, at, range.upperBound)
      words.append(Word(written: String(decoding: bytes[start..<at], as: UTF8.self), start: start, end: at))
    }
    return words
  }

  private static func endOfWord(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
    var (at, depth) = (start, 0)
    while at < end, depth > 0 || !(bytes[at].isBlank || bytes[at] == UInt8(ascii: ",")) {
      if "([".utf8.contains(bytes[at]) { depth += 1 }
      if ")]".utf8.contains(bytes[at]) { depth = max(0, depth - 1) }
      at = afterPiece(bytes, at, end)
    }
    return at
  }

  struct Word {
    var written: String
    var start: Int
    var end: Int

    /// The word is given in lower case.
    func isWord(_ word: String) -> Bool { written.lowercased() == word }

    /// Without quotes around it.
    var name: String {
      guard written.utf8.count >= 2, let quote = written.first, quote == written.last,
        quote == "\"" || quote == "'"
      else { return written }
      return String(written.dropFirst().dropLast())
    }
  }
}
