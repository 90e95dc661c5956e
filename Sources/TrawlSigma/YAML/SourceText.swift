import TrawlRules

/// A file as read, and where things stand in it.
///
/// Lines and columns count as libyaml counts them: a line ends at LF, CR, CR LF, NEL, LS and PS, and columns count
/// code points; both from 1.
struct SourceText {
  let file: String
  /// UTF-8 without a byte order mark.
  let bytes: [UInt8]
  /// Position of the first byte of each line.
  let lineStarts: [Int]

  init(file: String, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
    var starts = [0]
    var position = 0
    while position < bytes.count {
      let length = bytes.lineBreak(at: position)
      position += max(length, 1)
      if length > 0 { starts.append(position) }
    }
    lineStarts = starts
  }

  /// The bytes of a line with its line break.
  func line(_ number: Int) -> Range<Int> {
    guard number >= 1, number <= lineStarts.count else { return bytes.count..<bytes.count }
    return lineStarts[number - 1]..<(number < lineStarts.count ? lineStarts[number] : bytes.count)
  }

  /// Position of a place in the text; the end of its line if that is shorter.
  func position(line number: Int, column: Int) -> Int {
    let line = line(number)
    var position = line.lowerBound
    var remaining = column - 1
    while remaining > 0, position < line.upperBound {
      position += 1
      while position < line.upperBound, bytes[position] & 0xC0 == 0x80 { position += 1 }
      remaining -= 1
    }
    return position
  }
}

extension SourceText {
  func location(of node: YAMLNode) -> Location {
    Location(file: file, line: node.line, column: node.column)
  }

  func location(at position: Int) -> Location {
    var (low, high) = (0, lineStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= position { low = middle } else { high = middle }
    }
    let column = bytes[lineStarts[low]..<position].count { $0 & 0xC0 != 0x80 } + 1
    return Location(file: file, line: low + 1, column: column)
  }

  /// Where a part of a scalar stands in the file, whatever the scalar's style: the `occurrence`-th place behind the
  /// scalar's beginning where the file has the part's text. The scalar's beginning if that is not near.
  func location(of part: some StringProtocol, occurrence: Int = 0, in node: YAMLNode) -> Location {
    let needle = Array(part.utf8)
    var position = position(line: node.line, column: node.column)
    let end = min(bytes.count - needle.count, position + 65_536)
    var remaining = occurrence
    while position <= end, let first = needle.first {
      if bytes[position] == first, bytes[position..<(position + needle.count)].elementsEqual(needle) {
        if remaining == 0 { return location(at: position) }
        remaining -= 1
        position += needle.count
      } else {
        position += 1
      }
    }
    return location(of: node)
  }
}

extension [UInt8] {
  /// Length of the line break at a position, 0 if there is none.
  func lineBreak(at position: Int) -> Int {
    guard position < count else { return 0 }
    switch self[position] {
    case 0x0A: return 1
    case 0x0D: return position + 1 < count && self[position + 1] == 0x0A ? 2 : 1
    case 0xC2: return position + 1 < count && self[position + 1] == 0x85 ? 2 : 0
    case 0xE2:
      let isSeparator =
        position + 2 < count && self[position + 1] == 0x80
        && (self[position + 2] == 0xA8 || self[position + 2] == 0xA9)
      return isSeparator ? 3 : 0
    default: return 0
    }
  }

  /// Whether a document marker stands at the beginning of a line: three of a byte, then a blank.
  func hasMarker(_ byte: UInt8, at position: Int) -> Bool {
    guard position + 3 <= count, self[position] == byte, self[position + 1] == byte,
      self[position + 2] == byte
    else {
      return false
    }
    return position + 3 == count || self[position + 3] == 0x20 || self[position + 3] == 0x09
      || lineBreak(at: position + 3) > 0
  }
}
