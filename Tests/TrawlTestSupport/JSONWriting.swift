extension JSONValue {
  /// As short as can be, with the fewest escapes.
  public var compactText: String {
    switch self {
    case .null: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .number(let text): return text
    case .string(let text): return "\"\(text.unicodeScalars.map(escaped).joined())\""
    case .array(let elements): return "[\(elements.map(\.compactText).joined(separator: ","))]"
    case .object(let members):
      let parts = members.map { "\(JSONValue.string($0.name).compactText):\($0.value.compactText)" }
      return "{\(parts.joined(separator: ","))}"
    }
  }
}

private func escaped(_ scalar: Unicode.Scalar) -> String {
  switch scalar {
  case "\"": "\\\""
  case "\\": "\\\\"
  case "\n": "\\n"
  case "\r": "\\r"
  case "\t": "\\t"
  case _ where scalar.value < 0x20: unicodeEscape(UInt16(scalar.value))
  default: String(scalar)
  }
}

private func unicodeEscape(_ unit: UInt16, uppercase: Bool = false) -> String {
  let digits = String(unit, radix: 16, uppercase: uppercase)
  return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
}

extension RandomRules {
  /// Some spelling of the value: blanks between tokens, escapes where none are needed, halves of surrogate pairs.
  mutating func written(_ value: JSONValue) -> String {
    let blank = random.chance(6) ? random.pick([" ", "\t", "\r", "  "]) : ""
    return blank + core(value) + (random.chance(6) ? " " : "")
  }

  private mutating func core(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): return "\"\(spelled(text))\""
    case .array(let elements): return "[\(elements.map { written($0) }.joined(separator: ","))]"
    case .object(let members):
      let parts = members.map { "\(written(.string($0.name))):\(written($0.value))" }
      return "{\(parts.joined(separator: ","))}"
    default: return value.compactText
    }
  }

  private mutating func spelled(_ text: String) -> String {
    let percent = random.pick([0, 0, 0, 15, 60])
    var spelled = ""
    for scalar in text.unicodeScalars {
      if scalar == "/", random.chance(percent) {
        spelled += "\\/"
      } else if random.chance(percent) {
        for unit in String(scalar).utf16 { spelled += unicodeEscape(unit, uppercase: random.chance(50)) }
      } else {
        spelled += escaped(scalar)
      }
    }
    if random.chance(1) { spelled += random.pick(["\\ud800", "\\uDC00", "\\ud83d\\u0041"]) }
    return spelled
  }
}
