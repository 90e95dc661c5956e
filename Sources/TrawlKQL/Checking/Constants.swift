import TrawlRows

/// Computes at load what needs no event.
enum Constants {
  /// Bytes and elements of what is folded; beyond that, let statements could double a text again and again.
  private static let maximumWeight = 1 << 16

  /// The value of a function of constants, nil if they are none or the function must wait.
  static func folded(_ function: KQLFunction, _ values: [Lowered]) -> Lowered? {
    let constants = values.compactMap(\.constant)
    guard constants.count == values.count, constants.reduce(0, { $0 + $1.weight }) <= maximumWeight else {
      return nil
    }
    return value(function, constants).map { Lowered(.constant($0)) }
  }

  private static func value(_ function: KQLFunction, _ values: [KQLValue]) -> KQLValue? {
    switch function {
    case .add, .subtract, .multiply, .divide, .modulo: arithmetic(function, values[0], values[1])
    case .packArray: .list(values)
    case .strcat: texts(values).map { .string($0.joined()) }
    case .tostring: values[0].text.map { .string($0) }
    case .tolower: values[0].text.map { .string($0.lowercased()) }
    case .toupper: values[0].text.map { .string($0.uppercased()) }
    case .split: values.count == 2 ? split(values) : nil
    case .toint, .tolong: values[0].text.map { Int64($0).map { .integer($0) } ?? .null(.long) }
    case .toDatetime:
      values[0].text.map { KQLTime.datetime(parsing: $0).map { .datetime($0) } ?? .null(.datetime) }
    case .parseJSON: nil
    default: nil
    }
  }

  private static func texts(_ values: [KQLValue]) -> [String]? {
    let texts = values.compactMap(\.text)
    return texts.count == values.count ? texts : nil
  }

  private static func split(_ values: [KQLValue]) -> KQLValue? {
    guard let texts = texts(values), !texts[1].isEmpty else { return nil }
    return .list(Array(texts[0].utf8).pieces(separatedBy: Array(texts[1].utf8)).map { .string($0) })
  }

  private static func arithmetic(_ function: KQLFunction, _ left: KQLValue, _ right: KQLValue) -> KQLValue? {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): integer(function, left, right).map { .integer($0) }
    case (.real(let left), .real(let right)): real(function, left, right)
    case (.integer(let left), .real(let right)): real(function, Double(left), right)
    case (.real(let left), .integer(let right)): real(function, left, Double(right))
    case (.timespan(let left), .timespan(let right)):
      function == .add || function == .subtract ? integer(function, left, right).map { .timespan($0) } : nil
    case (.timespan(let left), .integer(let right)), (.integer(let right), .timespan(let left)):
      function == .multiply ? integer(function, left, right).map { .timespan($0) } : nil
    case (.datetime(let left), .timespan(let right)):
      function == .add || function == .subtract ? time(integer(function, left, right)) : nil
    default: nil
    }
  }

  private static func time(_ ticks: Int64?) -> KQLValue? {
    guard let ticks, (0..<KQLTime.end).contains(ticks) else { return nil }
    return .datetime(ticks)
  }

  /// Nil on overflow.
  private static func integer(_ function: KQLFunction, _ left: Int64, _ right: Int64) -> Int64? {
    let (value, overflow): (Int64, Bool)
    switch function {
    case .add: (value, overflow) = left.addingReportingOverflow(right)
    case .subtract: (value, overflow) = left.subtractingReportingOverflow(right)
    case .multiply: (value, overflow) = left.multipliedReportingOverflow(by: right)
    case .divide: (value, overflow) = left.dividedReportingOverflow(by: right)
    default: (value, overflow) = left.remainderReportingOverflow(dividingBy: right)
    }
    return overflow ? nil : value
  }

  private static func real(_ function: KQLFunction, _ left: Double, _ right: Double) -> KQLValue? {
    switch function {
    case .add: .real(left + right)
    case .subtract: .real(left - right)
    case .multiply: .real(left * right)
    case .divide: .real(left / right)
    default: nil
    }
  }
}

extension KQLValue {
  /// Bytes of text and elements within.
  fileprivate var weight: Int {
    switch self {
    case .string(let text), .guid(let text): text.utf8.count
    case .list(let values): values.reduce(1) { $0 + $1.weight }
    case .bag(let members): members.reduce(1) { $0 + $1.name.utf8.count + $1.value.weight }
    default: 1
    }
  }
}

extension [UInt8] {
  /// The text between the occurrences of a separator, which is not empty.
  func pieces(separatedBy separator: [UInt8]) -> [String] {
    var pieces: [String] = []
    var (start, at) = (0, 0)
    while at + separator.count <= count {
      if self[at] == separator[0], self[at..<at + separator.count].elementsEqual(separator) {
        pieces.append(String(decoding: self[start..<at], as: UTF8.self))
        at += separator.count
        start = at
      } else {
        at += 1
      }
    }
    return pieces + [String(decoding: self[start...], as: UTF8.self)]
  }
}
