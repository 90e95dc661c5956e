/// Data for the script of a page, as JSON: it may stand in a `script` element or in a file of JavaScript, whatever its texts
/// hold.
package struct PageData: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func reserveCapacity(_ count: Int) { bytes.reserveCapacity(count) }

  /// Punctuation, or what else is JSON already.
  package mutating func add(_ literal: StaticString) {
    literal.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
  }

  package mutating func add(_ number: Int) { bytes.append(contentsOf: "\(number)".utf8) }

  package mutating func add(_ number: Int?) {
    if let number { add(number) } else { add("null") }
  }

  package mutating func add(_ data: PageData) { bytes += data.bytes }

  package mutating func add(_ text: String?) {
    if let text { add(text) } else { add("null") }
  }

  /// A string, quotes included.
  package mutating func add(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { text in
      var index = 0
      while index < text.count {
        let byte = unsafe text[index]
        if Hazards.mayBegin(byte) || byte == UInt8(ascii: "\\"),
          let hazard = unsafe PageData.hazard(in: text, at: index)
        {
          append(escape: hazard.scalar)
          index += hazard.length
        } else {
          bytes.append(byte)
          index += 1
        }
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// `[a,b]`
  package mutating func add<Item>(each items: some Sequence<Item>, _ body: (inout PageData, Item) -> Void) {
    add("[")
    var isFirst = true
    for item in items {
      if !isFirst { add(",") }
      isFirst = false
      body(&self, item)
    }
    add("]")
  }

  package mutating func add(each texts: some Sequence<String>) { add(each: texts) { $0.add($1) } }

  package mutating func add(each numbers: some Sequence<Int>) { add(each: numbers) { $0.add($1) } }

  private static func hazard(
    in text: UnsafeBufferPointer<UInt8>, at index: Int
  ) -> (scalar: UInt32, length: Int)? {
    if unsafe text[index] == UInt8(ascii: "\\") { return (0x5C, 1) }
    guard let hazard = unsafe Hazards.hazard(in: text, at: index, false) else { return nil }
    return hazard.scalar == 0x27 ? nil : hazard
  }

  /// `<`, `>` and `&` too: they might end the element that the data stands in.
  private mutating func append(escape scalar: UInt32) {
    switch scalar {
    case 0x22: bytes.append(contentsOf: "\\\"".utf8)
    case 0x5C: bytes.append(contentsOf: "\\\\".utf8)
    case 0x0A: bytes.append(contentsOf: "\\n".utf8)
    case 0x10000...:
      append(unit: 0xD800 + (scalar - 0x10000) >> 10)
      append(unit: 0xDC00 + (scalar - 0x10000) & 0x3FF)
    default: append(unit: scalar)
    }
  }

  private mutating func append(unit: UInt32) {
    let digits = String(unit, radix: 16)
    bytes.append(contentsOf: "\\u\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)".utf8)
  }
}
