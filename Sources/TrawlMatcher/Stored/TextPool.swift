import TrawlEvents

/// Distinct texts while they are written, each known by its number.
struct TextPool {
  private(set) var texts: [String] = []
  private var numbers: [ExactText: UInt32] = [:]

  mutating func number(of text: String) -> UInt32 {
    if let known = numbers[ExactText(text)] { return known }
    let number = UInt32(texts.count)
    texts.append(text)
    numbers[ExactText(text)] = number
    return number
  }

  func store(in writer: inout ByteWriter) {
    writer.put(count: texts.count)
    for text in texts { writer.put(text) }
  }
}

/// The same while they are read. Texts of several rules are one in memory.
struct StoredTexts {
  private let texts: [String]

  init(from reader: inout ByteReader) throws(StoredRulesError) {
    var texts: [String] = []
    let count = try reader.count(of: 4)
    texts.reserveCapacity(count)
    for _ in 0..<count { texts.append(try reader.text()) }
    self.texts = texts
  }

  /// The text whose number comes next.
  func next(_ reader: inout ByteReader) throws(StoredRulesError) -> String {
    let number = Int(try reader.number(UInt32.self))
    guard number < texts.count else { throw StoredRulesError("a text is missing") }
    return texts[number]
  }

  func optional(_ reader: inout ByteReader) throws(StoredRulesError) -> String? {
    try reader.flag() ? try next(&reader) : nil
  }

  /// Several, their number before them.
  func several(_ reader: inout ByteReader) throws(StoredRulesError) -> [String] {
    var texts: [String] = []
    for _ in 0..<(try reader.count(of: 4)) { texts.append(try next(&reader)) }
    return texts
  }
}

extension ByteWriter {
  mutating func put(_ text: String, in pool: inout TextPool) { put(pool.number(of: text)) }

  mutating func put(_ text: String?, in pool: inout TextPool) {
    put(text != nil)
    if let text { put(text, in: &pool) }
  }

  mutating func put(_ texts: [String], in pool: inout TextPool) {
    put(count: texts.count)
    for text in texts { put(text, in: &pool) }
  }
}
