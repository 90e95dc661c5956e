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
    let start = count
    var rest = number
    repeat {
      append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    self[start...].reverse()
  }

  package mutating func append(json texts: [String]) {
    append(UInt8(ascii: "["))
    for (index, text) in texts.enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      append(json: text)
    }
    append(UInt8(ascii: "]"))
  }

  /// Appends text as it is.
  package mutating func append(_ text: String) { append(contentsOf: text.utf8) }
}
