extension JSON {
  /// The value as UTF-8 with a line feed behind it. Members stand in the order of their names, so equal values are equal
  /// bytes; members and elements down to `lines` levels have lines of their own.
  public func bytes(lines: Int = 0) -> [UInt8] {
    var output: [UInt8] = []
    append(to: &output, lines: lines)
    output.append(UInt8(ascii: "\n"))
    return output
  }

  private func append(to output: inout [UInt8], lines: Int) {
    switch self {
    case .null: output += Array("null".utf8)
    case .bool(let value): output += Array((value ? "true" : "false").utf8)
    case .integer(let number): output += Array(String(number).utf8)
    case .string(let text): output.append(json: text)
    case .array(let elements):
      JSON.append(elements, between: ("[", "]"), to: &output, lines: lines) { element, output in
        element.append(to: &output, lines: lines - 1)
      }
    case .object(let members):
      let sorted = members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
      JSON.append(sorted, between: ("{", "}"), to: &output, lines: lines) { member, output in
        output.append(json: member.name)
        output.append(UInt8(ascii: ":"))
        member.value.append(to: &output, lines: lines - 1)
      }
    }
  }

  private static func append<Element>(
    _ elements: [Element], between brackets: (Unicode.Scalar, Unicode.Scalar), to output: inout [UInt8],
    lines: Int, _ append: (Element, inout [UInt8]) -> Void
  ) {
    output.append(UInt8(ascii: brackets.0))
    for (index, element) in elements.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      if lines > 0 { output.append(UInt8(ascii: "\n")) }
      append(element, &output)
    }
    if lines > 0, !elements.isEmpty { output.append(UInt8(ascii: "\n")) }
    output.append(UInt8(ascii: brackets.1))
  }
}

extension [UInt8] {
  /// A string in quotes. What a terminal or an editor could take for something else is escaped: controls, and characters
  /// that are invisible or turn the direction of text.
  mutating func append(json text: String) {
    append(UInt8(ascii: "\""))
    if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C || $0 >= 0x7F }) {
      for scalar in text.unicodeScalars { append(escaped: scalar) }
    } else {
      append(contentsOf: text.utf8)
    }
    append(UInt8(ascii: "\""))
  }

  private mutating func append(escaped scalar: Unicode.Scalar) {
    switch scalar {
    case "\"", "\\": append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: scalar)])
    case "\n": append(contentsOf: Array("\\n".utf8))
    case "\t": append(contentsOf: Array("\\t".utf8))
    case _ where scalar.isHazard: for unit in UTF16.encode(scalar) ?? .init() { append(unit: unit) }
    default: append(contentsOf: UTF8.encode(scalar) ?? .init())
    }
  }

  private mutating func append(unit: UInt16) {
    let digits = String(unit, radix: 16)
    let zeros = String(repeating: "0", count: 4 - digits.utf8.count)
    append(contentsOf: Array("\\u\(zeros)\(digits)".utf8))
  }
}

extension Unicode.Scalar {
  /// Controls, and characters that reorder, join or hide text.
  fileprivate var isHazard: Bool {
    switch value {
    case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
      0xFFF9...0xFFFB, 0xE0000...0xE007F:
      true
    default: false
    }
  }
}
