/// Something in a YAML document that a small file can blow up a parser with.
struct YAMLHazard: Equatable {
  enum Kind: Equatable {
    case anchor, alias, depth
  }

  var kind: Kind
  var line: Int
  var column: Int
  /// `*name`, `&name`.
  var text: String
}

/// Walks the tokens of a YAML document, without building anything, up to the first hazard.
///
/// Runs before libyaml and Yams see the document: Yams composes recursively, and hashes keys, which takes exponential
/// time when keys are aliases of nested aliases. What is malformed is left to libyaml to refuse.
/// Productions: https://yaml.org/spec/1.1/.
struct YAMLStructure {
  static let maximumDepth = 100

  private let bytes: [UInt8]
  private let end: Int
  private var position: Int
  private var line: Int
  private var lineStart: Int
  /// Columns of the block collections that are open.
  private var indents: [Int] = []
  private var flowDepth = 0
  /// A plain scalar may go on in the next line, if that is indented deeper than the innermost collection.
  private var isPlainOpen = false
  private var hazard: YAMLHazard?

  /// Of the part of a file that holds one document.
  init(_ bytes: [UInt8], in range: Range<Int>, line: Int) {
    self.bytes = bytes
    position = range.lowerBound
    lineStart = range.lowerBound
    end = range.upperBound
    self.line = line
  }

  /// The first hazard; nil if there is none. Linear in the length of the document.
  mutating func firstHazard() -> YAMLHazard? {
    if bytes.hasMarker(UInt8(ascii: "-"), at: position) { position += 3 }
    while position < end, hazard == nil { blockLine() }
    return hazard
  }
}

// MARK: - Blocks

extension YAMLStructure {
  private mutating func blockLine() {
    skipBlanks()
    if skipBreak() { return }
    let column = position - lineStart
    if current == UInt8(ascii: "#") || (isPlainOpen && column > (indents.last ?? -1)) {
      return skipLine()
    }
    isPlainOpen = false
    while let last = indents.last, last > column { indents.removeLast() }
    while position < end, hazard == nil, bytes.lineBreak(at: position) == 0 { blockToken() }
  }

  private mutating func blockToken() {
    let start = position
    switch current {
    case 0x20, 0x09: position += 1
    case UInt8(ascii: "#"): skipLine()
    case UInt8(ascii: "-") where isBlank(position + 1), UInt8(ascii: "?") where isBlank(position + 1):
      open(start - lineStart)
      position += 1
    case UInt8(ascii: ":") where isBlank(position + 1): position += 1
    case UInt8(ascii: "|"), UInt8(ascii: ">"): blockScalar()
    case UInt8(ascii: "["), UInt8(ascii: "{"): flow()
    default:
      scalarOrProperty(isFlow: false)
      if start >= lineStart, isKey(endingAt: position) { open(start - lineStart) }
    }
  }

  private mutating func open(_ column: Int) {
    isPlainOpen = false
    while let last = indents.last, last > column { indents.removeLast() }
    if indents.last != column { indents.append(column) }
    checkDepth()
  }

  private mutating func checkDepth() {
    if indents.count + flowDepth > Self.maximumDepth { report(.depth, at: position, length: 0) }
  }

  /// The lines of a block scalar are indented deeper than the collection it belongs to.
  private mutating func blockScalar() {
    let parent = indents.last ?? -1
    skipLine()
    while skipBreak() {
      let lineBegin = position
      while position < end, bytes[position] == 0x20 { position += 1 }
      if position - lineBegin > parent || bytes.lineBreak(at: position) > 0 {
        skipLine()
      } else {
        position = lineBegin
        return
      }
    }
  }

  private func isKey(endingAt position: Int) -> Bool {
    var next = position
    while next < end, bytes[next] == 0x20 || bytes[next] == 0x09 { next += 1 }
    return next < end && bytes[next] == UInt8(ascii: ":") && isBlank(next + 1)
  }
}

// MARK: - Flow collections and scalars

extension YAMLStructure {
  private mutating func flow() {
    repeat {
      switch current {
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        flowDepth += 1
        position += 1
        checkDepth()
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        flowDepth -= 1
        position += 1
      case 0x20, 0x09, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "?"): position += 1
      case UInt8(ascii: "#"): skipLine()
      default:
        if !skipBreak() { scalarOrProperty(isFlow: true) }
      }
    } while flowDepth > 0 && position < end && hazard == nil
    flowDepth = 0
  }

  private mutating func scalarOrProperty(isFlow: Bool) {
    switch current {
    case UInt8(ascii: "&"): reportName(.anchor)
    case UInt8(ascii: "*"): reportName(.alias)
    case UInt8(ascii: "!"):
      while position < end, !isBlank(position), !(isFlow && isFlowIndicator(position)) { position += 1 }
    case UInt8(ascii: "'"), UInt8(ascii: "\""): quoted(current)
    default: plain(isFlow: isFlow)
    }
  }

  private mutating func quoted(_ quote: UInt8) {
    position += 1
    while position < end {
      if skipBreak() { continue }
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\""), position < end, !skipBreak() {
        position += 1
      }
      if byte == quote {
        guard quote == UInt8(ascii: "'"), position < end, bytes[position] == quote else { return }
        position += 1
      }
    }
  }

  /// In a block to the end of the line at most; in a flow collection it goes on over lines.
  private mutating func plain(isFlow: Bool) {
    let start = position
    while position < end {
      if bytes.lineBreak(at: position) > 0 {
        guard isFlow else { break }
        skipBreak()
        continue
      }
      let byte = bytes[position]
      if byte == UInt8(ascii: ":"), isBlank(position + 1) || (isFlow && isFlowIndicator(position + 1)) {
        break
      }
      if byte == UInt8(ascii: "#"), position > start, isBlank(position - 1) { break }
      if isFlow, isFlowIndicator(position) { break }
      position += 1
    }
    if position == start { position += 1 }
    isPlainOpen = !isFlow
  }

  private func isFlowIndicator(_ position: Int) -> Bool {
    guard position < end else { return false }
    switch bytes[position] {
    case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
      return true
    default: return false
    }
  }
}

// MARK: - Bytes

extension YAMLStructure {
  private var current: UInt8 { position < end ? bytes[position] : 0 }

  private func isBlank(_ position: Int) -> Bool {
    position >= end || bytes[position] == 0x20 || bytes[position] == 0x09 || bytes.lineBreak(at: position) > 0
  }

  private mutating func skipBlanks() {
    while position < end, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
  }

  private mutating func skipLine() {
    while position < end, bytes.lineBreak(at: position) == 0 { position += 1 }
  }

  @discardableResult
  private mutating func skipBreak() -> Bool {
    let length = bytes.lineBreak(at: position)
    guard length > 0, position < end else { return false }
    position += length
    lineStart = position
    line += 1
    return true
  }

  private mutating func reportName(_ kind: YAMLHazard.Kind) {
    var stop = position + 1
    while !isBlank(stop), stop - position < 60 { stop += 1 }
    report(kind, at: position, length: stop - position)
  }

  private mutating func report(_ kind: YAMLHazard.Kind, at start: Int, length: Int) {
    let column = bytes[lineStart..<start].count { $0 & 0xC0 != 0x80 } + 1
    let text = String(decoding: bytes[start..<(start + length)], as: UTF8.self)
    hazard = hazard ?? YAMLHazard(kind: kind, line: line, column: column, text: text)
  }
}
