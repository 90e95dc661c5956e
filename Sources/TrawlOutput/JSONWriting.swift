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
    append(number.map { "\($0)" } ?? "null")
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
