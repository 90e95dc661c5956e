/// Markup of a page. Only literals of this program enter as they are; any other text is escaped on its way in, whether it
/// stands between tags or in a quoted attribute.
package struct HTML: ExpressibleByStringInterpolation, Sendable {
  /// UTF-8.
  package private(set) var bytes: [UInt8]

  package init() { bytes = [] }

  package init(stringLiteral literal: StaticString) {
    bytes = []
    literal.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
  }

  package init(stringInterpolation parts: StringInterpolation) { bytes = parts.bytes }

  /// A file of this program, such as a style sheet.
  package init(_ file: OwnFile) { bytes = Array(file.text.utf8) }

  package static func += (left: inout HTML, right: HTML) { left.bytes += right.bytes }

  package mutating func reserveCapacity(_ count: Int) { bytes.reserveCapacity(count) }

  package static func + (left: HTML, right: HTML) -> HTML {
    var sum = left
    sum += right
    return sum
  }

  package var isEmpty: Bool { bytes.isEmpty }

  /// The literals and the values between them. `StaticString` keeps text that is made at run time out of the literals.
  package struct StringInterpolation: StringInterpolationProtocol {
    package typealias StringLiteralType = StaticString

    fileprivate var bytes: [UInt8] = []

    package init(literalCapacity: Int, interpolationCount: Int) {
      bytes.reserveCapacity(literalCapacity + 24 * interpolationCount)
    }

    package mutating func appendLiteral(_ literal: StaticString) {
      literal.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Text, escaped.
    package mutating func appendInterpolation(_ text: String) {
      bytes.append(escaped: text, keepsLines: true)
    }

    package mutating func appendInterpolation(_ link: Link) {
      bytes.append(escaped: link.address, keepsLines: false)
    }

    package mutating func appendInterpolation(_ number: Int) { bytes.append(contentsOf: "\(number)".utf8) }

    /// A number with commas between thousands.
    package mutating func appendInterpolation(count number: Int) {
      let digits = Array("\(number)".utf8)
      for (index, digit) in digits.enumerated() {
        let rest = digits.count - index
        if index > 0, rest % 3 == 0, digits[index - 1] != UInt8(ascii: "-") {
          bytes.append(UInt8(ascii: ","))
        }
        bytes.append(digit)
      }
    }

    package mutating func appendInterpolation(_ part: HTML) { bytes += part.bytes }

    /// What a policy says to allow a file of ours.
    package mutating func appendInterpolation(policyOf file: OwnFile) {
      bytes.append(contentsOf: file.policySource.utf8)
    }

    /// A value of a rule or event: blanks at its ends and all controls can be seen.
    package mutating func appendInterpolation(value text: String) { bytes.append(value: text) }
  }
}
