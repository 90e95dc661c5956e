/// One document of a file: from its `---`, if it has one, to the next.
struct YAMLPart: Equatable {
  var range: Range<Int>
  /// Line of its first byte.
  var line: Int
}

extension SourceText {
  /// Cuts a file into its documents, so that a mistake in one does not lose the others. Documents without content, of
  /// comments and directives only, are left out.
  ///
  /// `---` and `...` at the beginning of a line end a document wherever they stand, in quotes too (YAML 1.1, 4.1.1).
  func parts() -> [YAMLPart] {
    var parts: [YAMLPart] = []
    var first = 1
    for number in lineStarts.indices.map({ $0 + 1 }) {
      let isStart = bytes.hasMarker(UInt8(ascii: "-"), at: lineStarts[number - 1])
      let isEnd = bytes.hasMarker(UInt8(ascii: "."), at: lineStarts[number - 1])
      guard isStart || isEnd else { continue }
      parts.append(contentsOf: part(first..<number))
      first = isStart ? number : number + 1
    }
    parts.append(contentsOf: part(first..<(lineStarts.count + 1)))
    return parts
  }

  /// The text of a document, without a line of its own that begins it, and without blanks around it.
  func documentText(_ range: Range<Int>) -> String {
    var text = bytes[range]
    if bytes.hasMarker(UInt8(ascii: "-"), at: range.lowerBound) {
      let line = text.prefix { $0 != 0x0A && $0 != 0x0D }
      if line.dropFirst(3).allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { text = text.dropFirst(line.count) }
    }
    while let first = text.first, first == 0x0A || first == 0x0D { text.removeFirst() }
    while let last = text.last, last <= 0x20 { text.removeLast() }
    return String(decoding: text, as: UTF8.self)
  }

  private func part(_ lines: Range<Int>) -> [YAMLPart] {
    guard lines.contains(where: { holdsContent(line: $0, isFirst: $0 == lines.lowerBound) }) else {
      return []
    }
    let range = line(lines.lowerBound).lowerBound..<line(lines.upperBound - 1).upperBound
    return [YAMLPart(range: range, line: lines.lowerBound)]
  }

  private func holdsContent(line number: Int, isFirst: Bool) -> Bool {
    let line = line(number)
    var position = line.lowerBound
    if isFirst, bytes.hasMarker(UInt8(ascii: "-"), at: position) { position += 3 }
    while position < line.upperBound, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
    guard position < line.upperBound, bytes.lineBreak(at: position) == 0 else { return false }
    let isDirective = isFirst && position == line.lowerBound && bytes[position] == UInt8(ascii: "%")
    return bytes[position] != UInt8(ascii: "#") && !isDirective
  }
}
