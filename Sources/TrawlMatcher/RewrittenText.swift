extension TestedText {
  /// Has `body` look at a part that does not lie in the text as it is. Costs a copy on the stack, on the heap beyond a
  /// kilobyte; asked only by tests of such parts.
  @inline(never)
  func withRewritten(_ part: ValuePart, _ body: (TestedText) -> Bool) -> Bool {
    let room = max(rawCount, foldedCount) + RewrittenText.mostAdded
    return unsafe withUnsafeTemporaryAllocation(byteCount: 2 * room, alignment: 16) { memory in
      guard let start = unsafe memory.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return false }
      var writer = unsafe RewrittenText(source: self, raw: start, folded: start + room)
      writer.write(part)
      return body(writer.text)
    }
  }
}

/// A text that is being written in place of another.
@safe
struct RewrittenText {
  let source: TestedText
  private let raw: UnsafeMutablePointer<UInt8>
  private let folded: UnsafeMutablePointer<UInt8>
  private var rawCount = 0
  private var foldedCount = 0

  /// Bytes by which a text may grow.
  static let mostAdded = 64

  @unsafe
  init(source: TestedText, raw: UnsafeMutablePointer<UInt8>, folded: UnsafeMutablePointer<UInt8>) {
    self.source = source
    unsafe self.raw = raw
    unsafe self.folded = folded
  }

  var text: TestedText {
    unsafe TestedText(
      raw: UnsafePointer(raw), rawCount: rawCount, folded: UnsafePointer(folded), foldedCount: foldedCount)
  }

  mutating func write(_ part: ValuePart) {
    switch part {
    case .decimal: if let number = number(0..<source.rawCount) { put(number) }
    case .registryKey: putKey()
    case .registryValueKey:
      putKey()
      cutLastName()
    case .registryData: putData()
    case .addressClass: if let name = addressClass { put(name) }
    case .logonType: put(named: RewrittenText.logonTypes)
    case .networkProtocol: put(named: RewrittenText.protocols)
    case .tokenElevation: put(named: RewrittenText.elevations)
    case .integrityLevel: put(named: RewrittenText.integrityLevels)
    case .registryAction: put(named: RewrittenText.registryActions)
    case .sysmonKey: putSysmonKey()
    case .sysmonAction: put(named: RewrittenText.sysmonActions)
    case .dword: putDword()
    case .qword: putQword()
    default: putRest(from: 0)
    }
  }
}

extension RewrittenText {
  /// Puts a name in ASCII.
  mutating func put(_ name: StaticString) {
    for index in 0..<name.utf8CodeUnitCount { unsafe put(name.utf8Start[index]) }
  }

  mutating func put(_ byte: UInt8) {
    unsafe raw[rawCount] = byte
    unsafe folded[foldedCount] = RewrittenText.lowercase(byte)
    rawCount += 1
    foldedCount += 1
  }

  private static func lowercase(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  /// Puts the name of the code that the source is, in any case.
  private mutating func put(named names: Names) {
    for (code, name) in names.names where code.utf8CodeUnitCount == source.rawCount && begins(with: code) {
      return put(name)
    }
    if names.keepsOthers { putRest(from: 0) }
  }

  private mutating func put(_ number: UInt64) {
    var divisor: UInt64 = 1
    while number / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      put(UInt8(ascii: "0") + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }

  /// Puts the source behind so many bytes, which are ASCII.
  mutating func putRest(from start: Int) {
    unsafe (raw + rawCount).update(from: source.raw + start, count: source.rawCount - start)
    unsafe (folded + foldedCount).update(from: source.folded + start, count: source.foldedCount - start)
    rawCount += source.rawCount - start
    foldedCount += source.foldedCount - start
  }

  /// Whether a text in ASCII begins at a place of the source, in any case.
  func begins(with text: StaticString, at start: Int = 0) -> Bool {
    guard start + text.utf8CodeUnitCount <= source.rawCount else { return false }
    for index in 0..<text.utf8CodeUnitCount {
      let (byte, wanted) = unsafe (source.raw[start + index], text.utf8Start[index])
      if RewrittenText.lowercase(byte) != RewrittenText.lowercase(wanted) { return false }
    }
    return true
  }

  /// A number that stands in the source, decimal or hexadecimal; nil for anything else.
  func number(_ range: Range<Int>) -> UInt64? {
    let isHex =
      unsafe range.count > 2 && source.raw[range.lowerBound] == UInt8(ascii: "0")
      && source.raw[range.lowerBound + 1] | 0x20 == UInt8(ascii: "x")
    let digits = isHex ? range.dropFirst(2) : range
    guard !digits.isEmpty, digits.count <= (isHex ? 16 : 19) else { return nil }
    var number: UInt64 = 0
    for index in digits {
      let byte = unsafe source.raw[index]
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number * (isHex ? 16 : 10) + UInt64(byte - 0x30)
      case UInt8(ascii: "a")...UInt8(ascii: "f") where isHex: number = number * 16 + UInt64(byte - 0x57)
      case UInt8(ascii: "A")...UInt8(ascii: "F") where isHex: number = number * 16 + UInt64(byte - 0x37)
      default: return nil
      }
    }
    return number
  }
}

extension RewrittenText {
  /// What Sysmon and the audit of objects call a hive, and Defender's name of it. Sysmon has the hives of users under HKU,
  /// and classes of the machine under HKCR.
  private static let hives: [(short: StaticString, long: StaticString)] = [
    ("HKLM", "HKEY_LOCAL_MACHINE"), ("HKU", "HKEY_USERS"), ("HKCU", "HKEY_CURRENT_USER"),
    ("HKCR", "HKEY_CLASSES_ROOT"), ("\\REGISTRY\\MACHINE", "HKEY_LOCAL_MACHINE"),
    ("\\REGISTRY\\USER", "HKEY_USERS"),
  ]

  private mutating func putKey() {
    for hive in RewrittenText.hives where begins(with: hive.short) {
      let count = hive.short.utf8CodeUnitCount
      guard unsafe count == source.rawCount || source.raw[count] == UInt8(ascii: "\\") else { continue }
      put(hive.long)
      return putRest(from: count)
    }
    putRest(from: 0)
  }

  /// Cuts the last backslash and what stands behind it.
  private mutating func cutLastName() {
    func start(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
      var end = count
      while end > 0, unsafe bytes[end - 1] != UInt8(ascii: "\\") { end -= 1 }
      return max(0, end - 1)
    }
    rawCount = unsafe start(raw, rawCount)
    foldedCount = unsafe start(folded, foldedCount)
  }

  /// Sysmon writes numbers as `DWORD (0x00000001)` and `QWORD (0x00000000-0x00000001)`.
  private mutating func putData() {
    let count = source.rawCount
    guard unsafe count > 0 && source.raw[count - 1] == UInt8(ascii: ")") else { return putRest(from: 0) }
    if begins(with: "DWORD (0x"), let number = number(7..<(count - 1)) {
      put(number)
    } else if begins(with: "QWORD (0x"), count == 29, let high = number(7..<17), let low = number(18..<28) {
      put(high << 32 | low)
    } else {
      putRest(from: 0)
    }
  }
}
