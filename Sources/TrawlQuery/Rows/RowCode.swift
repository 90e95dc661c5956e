import TrawlRows

/// Values as bytes: equal bytes for equal values of one type, and nothing lost. Rows travel and are grouped by it.
enum RowCode {
  /// Appends a value: a byte for its kind, then what it is; texts and lists with their length before them.
  static func append(_ value: KQLValue, to bytes: inout [UInt8]) {
    switch value {
    case .null(let type):
      bytes.append(0)
      bytes.append(UInt8(truncatingIfNeeded: types.firstIndex(of: type) ?? 0))
    case .bool(let value): bytes += [1, value ? 1 : 0]
    case .integer(let value): append(2, UInt64(bitPattern: value), &bytes)
    // Both zeros are one group.
    case .real(let value): append(3, (value == 0 ? 0 : value).bitPattern, &bytes)
    case .string(let text): append(4, text, &bytes)
    case .datetime(let ticks): append(5, UInt64(bitPattern: ticks), &bytes)
    case .timespan(let ticks): append(6, UInt64(bitPattern: ticks), &bytes)
    case .guid(let text): append(7, text, &bytes)
    case .list(let values):
      append(8, UInt64(values.count), &bytes)
      for value in values { append(value, to: &bytes) }
    case .bag(let members):
      append(9, UInt64(members.count), &bytes)
      for member in members {
        append(4, member.name, &bytes)
        append(member.value, to: &bytes)
      }
    }
  }

  /// The bytes of several values.
  static func bytes(_ values: [KQLValue]) -> [UInt8] {
    var bytes: [UInt8] = []
    for value in values { append(value, to: &bytes) }
    return bytes
  }

  private static let types: [KQLType] = [
    .unknown, .bool, .int, .long, .real, .decimal, .string, .datetime, .timespan, .guid, .dynamic,
  ]

  private static func append(_ kind: UInt8, _ number: UInt64, _ bytes: inout [UInt8]) {
    bytes.append(kind)
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  private static func append(_ kind: UInt8, _ text: String, _ bytes: inout [UInt8]) {
    append(kind, UInt64(text.utf8.count), &bytes)
    bytes.append(contentsOf: text.utf8)
  }
}

extension RowCode {
  /// Reads what was written here; nil at bytes that were not.
  struct Reader {
    private let bytes: [UInt8]
    private(set) var at: Int

    init(_ bytes: [UInt8], at: Int = 0) {
      self.bytes = bytes
      self.at = at
    }

    var isAtEnd: Bool { at >= bytes.count }

    mutating func value() -> KQLValue? {
      guard let kind = byte() else { return nil }
      switch kind {
      case 0:
        return byte().flatMap {
          RowCode.types.indices.contains(Int($0)) ? .null(RowCode.types[Int($0)]) : nil
        }
      case 1: return byte().map { .bool($0 != 0) }
      case 2: return number().map { .integer(Int64(bitPattern: $0)) }
      case 3: return number().map { .real(Double(bitPattern: $0)) }
      case 4: return text().map { .string($0) }
      case 5: return number().map { .datetime(Int64(bitPattern: $0)) }
      case 6: return number().map { .timespan(Int64(bitPattern: $0)) }
      case 7: return text().map { .guid($0) }
      case 8: return count().flatMap { list($0) }
      case 9: return count().flatMap { bag($0) }
      default: return nil
      }
    }

    private mutating func byte() -> UInt8? {
      guard at < bytes.count else { return nil }
      defer { at += 1 }
      return bytes[at]
    }

    mutating func number() -> UInt64? {
      guard at + 8 <= bytes.count else { return nil }
      defer { at += 8 }
      return (0..<8).reduce(0) { $0 | UInt64(bytes[at + $1]) << UInt64(8 * $1) }
    }

    /// A number of bytes or elements, of which no more can follow than there are bytes.
    private mutating func count() -> Int? {
      guard let number = number(), number <= UInt64(bytes.count - at) else { return nil }
      return Int(number)
    }

    private mutating func text() -> String? {
      guard let count = count() else { return nil }
      defer { at += count }
      return String(decoding: bytes[at..<at + count], as: UTF8.self)
    }

    private mutating func list(_ count: Int) -> KQLValue? {
      var values: [KQLValue] = []
      for _ in 0..<count {
        guard let value = value() else { return nil }
        values.append(value)
      }
      return .list(values)
    }

    private mutating func bag(_ count: Int) -> KQLValue? {
      var members: [KQLMember] = []
      for _ in 0..<count {
        guard byte() == 4, let name = text(), let value = value() else { return nil }
        members.append(KQLMember(name, value))
      }
      return .bag(members)
    }
  }
}
