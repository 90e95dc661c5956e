extension KQLValue {
  /// The text that operators of text see: `tostring`, which is JSON for lists and bags.
  package var shown: String {
    switch self {
    case .list, .bag:
      var text: [UInt8] = []
      write(to: &text)
      return String(decoding: text, as: UTF8.self)
    default: return text ?? ""
    }
  }

  /// Writes the value as JSON, as short as can be.
  private func write(to output: inout [UInt8]) {
    switch self {
    case .null: output += Array("null".utf8)
    case .string(let text), .guid(let text): KQLValue.write(text, to: &output)
    case .datetime, .timespan: KQLValue.write(text ?? "", to: &output)
    case .list(let values):
      output.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        value.write(to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .bag(let members):
      output.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        KQLValue.write(member.name, to: &output)
        output.append(UInt8(ascii: ":"))
        member.value.write(to: &output)
      }
      output.append(UInt8(ascii: "}"))
    default: output += Array((text ?? "").utf8)
    }
  }

  private static func write(_ text: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): output += [0x5C, 0x22]
      case UInt8(ascii: "\\"): output += [0x5C, 0x5C]
      case 10: output += [0x5C, UInt8(ascii: "n")]
      case 13: output += [0x5C, UInt8(ascii: "r")]
      case 9: output += [0x5C, UInt8(ascii: "t")]
      case 0..<0x20:
        output += Array("\\u00".utf8) + [byte < 16 ? 0x30 : 0x31]
        output += Array(String(byte & 15, radix: 16).utf8)
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }
}
