/// Data for the script of a page, as JSON: it may stand in a `script` element or in a file of JavaScript, whatever its texts
/// hold.
package struct PageData: Sendable {
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  package init() {}

  /// A file of JavaScript that gives the data to other scripts by a name.
  package init(global name: StaticString) {
    bytes.append(contentsOf: "globalThis.\(name)=".utf8)
  }

  package mutating func array(_ body: (inout PageData) -> Void) { enclose("[", "]", body) }

  package mutating func object(_ body: (inout PageData) -> Void) { enclose("{", "}", body) }

  /// Begins a member of an object; its value comes next.
  package mutating func key(_ name: StaticString) {
    next()
    bytes.append(contentsOf: "\"\(name)\":".utf8)
    needsComma = false
  }

  /// The same with a number as its name.
  package mutating func key(number: Int) {
    next()
    bytes.append(contentsOf: "\"\(number)\":".utf8)
    needsComma = false
  }

  /// Breaks the line, for those who compare files.
  package mutating func line() { bytes.append(UInt8(ascii: "\n")) }

  package mutating func add(_ number: Int?) {
    next()
    if let number {
      bytes.append(contentsOf: "\(number)".utf8)
    } else {
      bytes.append(contentsOf: "null".utf8)
    }
  }

  package mutating func add(_ text: String?) {
    next()
    if let text { append(string: text) } else { bytes.append(contentsOf: "null".utf8) }
  }

  /// A value that was made apart.
  package mutating func add(_ data: PageData) {
    next()
    bytes += data.bytes
  }

  /// JSON that another `PageData` made.
  package mutating func add(json bytes: ArraySlice<UInt8>) {
    next()
    self.bytes += bytes
  }

  package mutating func add(each texts: some Sequence<String>) {
    array { data in for text in texts { data.add(text) } }
  }

  package mutating func add(each numbers: some Sequence<Int>) {
    array { data in for number in numbers { data.add(number) } }
  }

  private mutating func next() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func enclose(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout PageData) -> Void
  ) {
    next()
    bytes.append(UInt8(ascii: open))
    needsComma = false
    body(&self)
    bytes.append(UInt8(ascii: close))
    needsComma = true
  }

  private mutating func append(string text: String) {
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
