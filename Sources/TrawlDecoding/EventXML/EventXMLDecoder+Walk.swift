import TrawlEvents

/// An element that is being walked.
struct XMLFrame: BitwiseCopyable {
  /// The element's own member, and that of the element around it.
  var node: UInt32
  var parent: UInt32
  /// Where its text begins among the texts.
  var text: Int
  var isData = false
  var isRecordID = false
  /// Whether it has elements: then its text is layout.
  var hasElements = false
  /// Whether it has a text of its own, even an empty one.
  var hasText = false
}

extension EventXMLDecoder {
  /// Walks an event whose tags fit, and writes its values in the order in which `EVTXDecoder` does.
  mutating func walk(_ range: Range<Int>, _ log: LogBytes, _ batch: inout EventBatch) throws(XMLDamage) {
    var tokens = XMLTokens(log, from: range.lowerBound)
    frames.truncate(to: 0)
    repeat {
      let token = try tokens.next()
      switch token.kind {
      case .start: try begin(token, log, &batch)
      case .end: end(&batch)
      case .text, .cdata: try addText(token, log)
      case .other: break
      }
    } while !frames.isEmpty
  }

  private mutating func begin(
    _ token: XMLToken, _ log: LogBytes, _ batch: inout EventBatch
  ) throws(XMLDamage) {
    let parent = beginElements(&batch)
    let node = unsafe fields.node(
      named: log.pointer + token.name.lowerBound, count: token.name.count, in: parent)
    var frame = XMLFrame(node: node, parent: parent, text: 0)
    frame.isData = log.equals(token.name, "Data")
    frame.isRecordID = log.equals(token.name, "EventRecordID") && fields.keys.isSystem(parent)
    if !token.body.isEmpty { try writeAttributes(token.body, log, &frame, &batch) }
    frame.text = texts.texts.count
    frame.hasText = frame.isData && !token.isEmpty
    frames.append(frame)
    if token.isEmpty { end(&batch) }
  }

  /// The member in which a new element lies, whose text is layout from now on.
  private mutating func beginElements(_ batch: inout EventBatch) -> UInt32 {
    guard !frames.isEmpty else { return 0 }
    let place = frames.count - 1
    if !frames[place].hasElements {
      frames[place].hasElements = true
      texts.texts.truncate(to: frames[place].text)
      let offset = UInt32(truncatingIfNeeded: texts.texts.count)
      fields.emitContainer(frames[place].node, offset: offset, &batch)
    }
    return frames[place].node
  }

  private mutating func addText(_ token: XMLToken, _ log: LogBytes) throws(XMLDamage) {
    guard !frames.isEmpty else { return }
    if token.kind == .text {
      let start = texts.texts.count
      try texts.texts.append(xml: token.body, log)
      if !frames[frames.count - 1].hasElements { return }
      // References in layout are looked at, and then forgotten with it.
      texts.texts.truncate(to: start)
    } else if !frames[frames.count - 1].hasElements {
      texts.texts.append(log, token.body)
    }
  }

  private mutating func end(_ batch: inout EventBatch) {
    let frame = frames[frames.count - 1]
    frames.truncate(to: frames.count - 1)
    if frame.hasElements { return }
    let text = texts.endText(from: frame.text)
    let isNull = text.isEmpty && !frame.hasText
    if frame.isRecordID { takeRecordID(text) }
    fields.emit(
      frame.node, isNull ? .null : .plain, UInt32(truncatingIfNeeded: text.lowerBound),
      UInt32(truncatingIfNeeded: text.count), &batch)
  }

  /// Takes the number that a text spells.
  private mutating func takeRecordID(_ text: Range<Int>) {
    guard (1...19).contains(text.count) else { return }
    var number: UInt64 = 0
    for index in text {
      let digit = texts.texts[index] &- UInt8(ascii: "0")
      guard digit < 10 else { return }
      number = 10 * number + UInt64(digit)
    }
    recordID = number
  }
}

extension EventXMLDecoder {
  /// Writes attributes as values; the one that names a `Data` decides which member that is, and hides the others.
  private mutating func writeAttributes(
    _ body: Range<Int>, _ log: LogBytes, _ frame: inout XMLFrame, _ batch: inout EventBatch
  ) throws(XMLDamage) {
    var attributes = XMLAttributes(bytes: log, range: body)
    if frame.isData {
      while let attribute = try attributes.next() {
        guard log.equals(attribute.name, "Name") else { continue }
        frame.node = try nodeOfData(attribute.value, log, frame)
        return
      }
      attributes = XMLAttributes(bytes: log, range: body)
    }
    let all = node(of: "#attributes", in: frame.node)
    while let attribute = try attributes.next() {
      let node = unsafe fields.node(
        named: log.pointer + attribute.name.lowerBound, count: attribute.name.count, in: all)
      let start = texts.texts.count
      try texts.texts.append(xml: attribute.value, log)
      let text = texts.endText(from: start)
      fields.emit(
        node, .plain, UInt32(truncatingIfNeeded: text.lowerBound), UInt32(truncatingIfNeeded: text.count),
        &batch)
    }
  }

  private mutating func nodeOfData(
    _ value: Range<Int>, _ log: LogBytes, _ frame: XMLFrame
  ) throws(XMLDamage) -> UInt32 {
    name.truncate(to: 0)
    try name.append(xml: value, log)
    if name.isEmpty { return frame.node }
    let count = name.count
    return unsafe fields.node(named: name.paddedPointer(), count: count, in: frame.parent)
  }

  private mutating func node(of text: StaticString, in parent: UInt32) -> UInt32 {
    name.truncate(to: 0)
    unsafe name.append(
      contentsOf: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    let count = name.count
    return unsafe fields.node(named: name.paddedPointer(), count: count, in: parent)
  }
}

/// The attributes of a start tag, one after the other.
struct XMLAttributes {
  let bytes: LogBytes
  var range: Range<Int>

  /// The next one's name and value, references as they are; nil behind the last.
  mutating func next() throws(XMLDamage) -> (name: Range<Int>, value: Range<Int>)? {
    var offset = skipBlanks(range.lowerBound)
    if offset == range.upperBound { return nil }
    let nameStart = offset
    while offset < range.upperBound, !isBlank(bytes[offset]), bytes[offset] != UInt8(ascii: "=") {
      offset += 1
    }
    let name = nameStart..<offset
    offset = skipBlanks(offset)
    let equals = offset < range.upperBound ? bytes[offset] : 0
    let start = skipBlanks(min(offset + 1, range.upperBound))
    let quote = start < range.upperBound ? bytes[start] : 0
    guard !name.isEmpty, equals == UInt8(ascii: "="),
      quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
    else { throw XMLDamage("an attribute without a value") }
    let end = bytes.index(of: quote, from: start + 1, to: range.upperBound)
    guard end < range.upperBound else { throw XMLDamage("an attribute that is not closed") }
    range = (end + 1)..<range.upperBound
    return (name, (start + 1)..<end)
  }

  private func skipBlanks(_ start: Int) -> Int {
    var offset = start
    while offset < range.upperBound, isBlank(bytes[offset]) { offset += 1 }
    return offset
  }
}

extension Block where Element == UInt8 {
  /// Appends a text of XML, its references resolved.
  mutating func append(xml range: Range<Int>, _ log: LogBytes) throws(XMLDamage) {
    var start = range.lowerBound
    while true {
      let reference = log.index(of: UInt8(ascii: "&"), from: start, to: range.upperBound)
      append(log, start..<Swift.max(reference, start))
      if reference >= range.upperBound { return }
      let end = log.index(
        of: UInt8(ascii: ";"), from: reference, to: Swift.min(reference + 12, range.upperBound))
      guard end < range.upperBound, log[end] == UInt8(ascii: ";"),
        let scalar = log.reference((reference + 1)..<end)
      else { throw XMLDamage("an unknown entity") }
      append(scalar: scalar)
      start = end + 1
    }
  }
}

extension LogBytes {
  /// The character that a reference means; half of one, or none at all, is U+FFFD. Nil when the reference is unknown.
  fileprivate func reference(_ range: Range<Int>) -> Unicode.Scalar? {
    if self[range.lowerBound] == UInt8(ascii: "#") {
      let isHex = self[range.lowerBound + 1] | 0x20 == UInt8(ascii: "x")
      let digits = text(
        (range.lowerBound + (isHex ? 2 : 1))..<Swift.max(range.upperBound, range.lowerBound + 2))
      guard digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
        let code = UInt32(digits, radix: isHex ? 16 : 10)
      else { return nil }
      return Unicode.Scalar(code) ?? "\u{FFFD}"
    }
    if equals(range, "lt") { return "<" }
    if equals(range, "gt") { return ">" }
    if equals(range, "amp") { return "&" }
    if equals(range, "quot") { return "\"" }
    return equals(range, "apos") ? "'" : nil
  }
}
