/// Writing JSON, member by member.
extension [UInt8] {
  /// Appends text as a JSON string, quotes included. Characters that a terminal would act upon are escaped too, so that
  /// the line may be shown as it is.
  package mutating func append(json text: String) {
    append(UInt8(ascii: "\""))
    append(text, .json)
    append(UInt8(ascii: "\""))
  }

  /// Appends text as a JSON string, or `null`.
  package mutating func append(json text: String?) {
    if let text { append(json: text) } else { append("null") }
  }

  package mutating func append(json number: Int?) {
    if let number { append(decimal: number) } else { append("null") }
  }

  /// Appends a number that is not negative.
  package mutating func append(decimal number: Int) {
    var digits = 1
    var rest = UInt(number)
    while rest >= 10 {
      rest /= 10
      digits += 1
    }
    let zeros: StaticString = "00000000000000000000"
    unsafe append(contentsOf: UnsafeBufferPointer(start: zeros.utf8Start, count: digits))
    rest = UInt(number)
    unsafe withUnsafeMutableBufferPointer { bytes in
      for place in 1...digits {
        unsafe bytes[bytes.count - place] += UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      }
    }
  }

  package mutating func append(json texts: [String]) {
    append(UInt8(ascii: "["))
    for (index, text) in texts.enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      append(json: text)
    }
    append(UInt8(ascii: "]"))
  }

  /// Appends text as it is, at the cost of a copy.
  mutating func append(literal text: StaticString) {
    unsafe append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends text as it is.
  package mutating func append(_ text: String) { append(contentsOf: text.utf8) }
}
