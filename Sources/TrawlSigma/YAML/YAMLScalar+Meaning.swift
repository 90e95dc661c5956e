/// What a scalar means, by the rules of YAML 1.1 as PyYAML, and so pySigma, applies them.
enum YAMLMeaning: Hashable {
  case null
  case boolean(Bool)
  /// An integer in decimal digits, of any length: `0x10` is `16`.
  case integer(String)
  case real(Double)
  case text
}

extension YAMLScalar {
  var meaning: YAMLMeaning {
    guard isPlain else { return .text }
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": return .boolean(true)
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": return .boolean(false)
    default: return number ?? .text
    }
  }

  /// Whether the meaning has another text than the scalar, which authors seldom expect: `0x10`, `1_000`, `yes`.
  var isSurprising: Bool {
    switch meaning {
    case .null, .text, .real: false
    case .boolean(let value): text.lowercased() != (value ? "true" : "false")
    case .integer(let digits): text != digits
    }
  }

  private var number: YAMLMeaning? {
    guard let first = text.utf8.first, Self.startsNumber(first) else { return nil }
    var digits = Substring(text)
    let isNegative = digits.first == "-"
    if isNegative || digits.first == "+" { digits.removeFirst() }
    if digits.utf8.contains(UInt8(ascii: ":")) { return sexagesimal(digits, isNegative: isNegative) }
    if digits.utf8.contains(UInt8(ascii: ".")) { return real(digits, isNegative: isNegative) }
    return integer(digits, isNegative: isNegative)
  }

  private static func startsNumber(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
      || byte == UInt8(ascii: ".")
  }

  private func integer(_ digits: Substring, isNegative: Bool) -> YAMLMeaning? {
    guard digits.utf8.first.map({ (0x30...0x39).contains($0) }) == true else { return nil }
    var radix = 10
    var body = digits
    if digits.hasPrefix("0x") {
      (radix, body) = (16, digits.dropFirst(2))
    } else if digits.hasPrefix("0b") {
      (radix, body) = (2, digits.dropFirst(2))
    } else if digits.utf8.count > 1, digits.hasPrefix("0") {
      (radix, body) = (8, digits.dropFirst(1))
    }
    let plain = String(body.filter { $0 != "_" })
    guard !plain.isEmpty, plain.utf8.allSatisfy({ Self.digitValue($0) < radix }) else { return nil }
    let decimal = UInt64(plain, radix: radix).map(String.init) ?? (radix == 10 ? plain : nil)
    return decimal.map { .integer(isNegative && $0 != "0" ? "-" + $0 : $0) }
  }

  private static func digitValue(_ byte: UInt8) -> Int {
    switch byte {
    case 0x30...0x39: Int(byte) - 0x30
    case 0x41...0x46: Int(byte) - 0x41 + 10
    case 0x61...0x66: Int(byte) - 0x61 + 10
    default: Int.max
    }
  }

  /// `1:30` is 90.
  private func sexagesimal(_ digits: Substring, isNegative: Bool) -> YAMLMeaning? {
    let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count > 1, let head = parts.first, !head.hasPrefix("0") else { return nil }
    var total = 0
    for (index, part) in parts.enumerated() {
      let plain = index == 0 ? String(part.filter { $0 != "_" }) : String(part)
      guard !plain.isEmpty, plain.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(plain),
        index == 0 || (value < 60 && plain.utf8.count <= 2)
      else { return nil }
      let (product, overflows) = total.multipliedReportingOverflow(by: 60)
      let (sum, overflowsToo) = product.addingReportingOverflow(value)
      if overflows || overflowsToo { return nil }
      total = sum
    }
    return .integer(String(isNegative ? -total : total))
  }

  /// A point is required, and a sign in the exponent: `1e3` and `1.0e3` are text.
  private func real(_ digits: Substring, isNegative: Bool) -> YAMLMeaning? {
    let parts = digits.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    let mantissa = parts[0].filter { $0 != "_" }
    let isDigits = { (text: Substring) in text.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    let halves = mantissa.split(separator: ".", omittingEmptySubsequences: false).map { Substring($0) }
    guard halves.count == 2, halves.allSatisfy(isDigits), !(halves[0].isEmpty && halves[1].isEmpty) else {
      return nil
    }
    if halves[0].isEmpty, text.first != "." { return nil }
    if parts.count == 2 {
      guard let sign = parts[1].first, sign == "+" || sign == "-", parts[1].utf8.count > 1,
        isDigits(parts[1].dropFirst())
      else { return nil }
    }
    let exponent = parts.count == 2 ? "e" + parts[1] : ""
    guard
      let value = Double(
        "\(halves[0].isEmpty ? "0" : halves[0]).\(halves[1].isEmpty ? "0" : halves[1])\(exponent)"),
      value.isFinite
    else { return nil }
    let signed = isNegative ? -value : value
    if let whole = Int64(exactly: signed) { return .integer(String(whole)) }
    return .real(signed)
  }
}
