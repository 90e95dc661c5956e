extension SourceText {
  /// An entry of a map as its author wrote it, without the indentation of its key, and without what follows it.
  func text(of entry: YAMLEntry) -> String {
    let start = position(line: entry.key.line, column: entry.key.column)
    let lineStart = line(entry.key.line).lowerBound
    let isBlock = bytes[lineStart..<start].allSatisfy { $0 == 0x20 }
    return isBlock ? blockText(entry.key.line, indentation: start - lineStart) : flowText(from: start)
  }

  /// From the line of a key to the last line that is indented deeper, or goes on with a list in the key's column.
  private func blockText(_ first: Int, indentation: Int) -> String {
    var last = first
    var number = first + 1
    while number <= lineStarts.count {
      switch lineKind(number, below: indentation) {
      case .inside: last = number
      case .blank: break
      case .outside: number = lineStarts.count
      }
      number += 1
    }
    let lines = (first...last).map { number in
      let line = content(number)
      let blanks = line.prefix(indentation).prefix { $0 == 0x20 }.count
      return String(decoding: line.dropFirst(blanks), as: UTF8.self)
    }
    return lines.joined(separator: "\n")
  }

  private enum LineKind {
    /// `blank`: belongs to the entry only if more of it follows.
    case inside, blank, outside
  }

  private func lineKind(_ number: Int, below indentation: Int) -> LineKind {
    let line = content(number)
    let depth = line.prefix { $0 == 0x20 }.count
    let text = line.dropFirst(depth)
    guard let first = text.first(where: { $0 != 0x20 && $0 != 0x09 }) else { return .blank }
    if depth > indentation { return .inside }
    if first == UInt8(ascii: "#") { return .blank }
    let isListItem = text.starts(with: [UInt8(ascii: "-"), 0x20]) || text.elementsEqual([UInt8(ascii: "-")])
    return depth == indentation && isListItem ? .inside : .outside
  }

  /// The bytes of a line without its line break.
  private func content(_ number: Int) -> ArraySlice<UInt8> {
    var line = bytes[line(number)]
    while let last = line.last, last == 0x0A || last == 0x0D { line.removeLast() }
    return line
  }

  /// To the comma behind the entry, or the bracket that closes its map.
  private func flowText(from start: Int) -> String {
    var position = start
    var depth = 0
    var quote: UInt8?
    var isAtScalarStart = true
    scan: while position < bytes.count {
      let byte = bytes[position]
      if let open = quote {
        if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "\"") { position += 1 }
        if byte == open { quote = nil }
      } else {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): if isAtScalarStart { quote = byte }
        case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
          if depth == 0 { break scan }
          depth -= 1
        case UInt8(ascii: ",") where depth == 0: break scan
        default: break
        }
        isAtScalarStart = byte == 0x20 ? isAtScalarStart : Self.opensScalar(byte)
      }
      position += 1
    }
    var text = bytes[start..<min(position, bytes.count)]
    while let last = text.last, last <= 0x20 { text.removeLast() }
    return String(decoding: text, as: UTF8.self)
  }

  /// Whether a quote behind this byte begins a scalar, and is no apostrophe within one.
  private static func opensScalar(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "{"), 0x0A, 0x0D, 0x09: true
    default: false
    }
  }
}
