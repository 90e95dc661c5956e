/// Registry keys and data as Sysmon writes them (learn.microsoft.com, "Sysmon", events 12 to 14).
extension RewrittenText {
  /// Sysmon has the hives of users under HKU. What else lies in that of the current user is left there.
  private static let sysmonHives: [(long: StaticString, short: StaticString)] = [
    ("HKEY_LOCAL_MACHINE", "HKLM"), ("HKEY_USERS", "HKU"), ("HKEY_CLASSES_ROOT", "HKCR"),
    ("HKEY_CURRENT_USER\\S-1-", "HKU\\S-1-"), ("HKEY_CURRENT_USER", "HKCU"),
  ]

  mutating func putSysmonKey() {
    for hive in RewrittenText.sysmonHives where begins(with: hive.long) {
      let count = hive.long.utf8CodeUnitCount
      let isWhole = unsafe hive.long.utf8Start[count - 1] == UInt8(ascii: "-")
      guard isWhole || isEndOfName(count) else { continue }
      put(hive.short)
      return putControlSet(from: count)
    }
    putRest(from: 0)
  }

  /// Sysmon writes the current control set for each that has a number.
  private mutating func putControlSet(from start: Int) {
    let system: StaticString = "\\SYSTEM\\"
    let (set, number) = (start + system.utf8CodeUnitCount, start + system.utf8CodeUnitCount + 12)
    guard begins(with: system, at: start), begins(with: "ControlSet00", at: set), number < source.rawCount,
      unsafe (0x31...0x39).contains(source.raw[number]), isEndOfName(number + 1)
    else { return putRest(from: start) }
    for index in start..<set { put(unsafe source.raw[index]) }
    put("CurrentControlSet")
    putRest(from: number + 1)
  }

  /// Whether a name of the key ends before a place.
  private func isEndOfName(_ place: Int) -> Bool {
    unsafe place == source.rawCount || source.raw[place] == UInt8(ascii: "\\")
  }

  /// `DWORD (0x00000001)`; what is no such number stays as it is.
  mutating func putDword() {
    guard let number = number(0..<source.rawCount), number <= UInt32.max else { return putRest(from: 0) }
    put("DWORD (0x")
    putDigits(number)
    put(UInt8(ascii: ")"))
  }

  /// `QWORD (0x00000000-0x00000001)`.
  mutating func putQword() {
    guard let number = number(0..<source.rawCount) else { return putRest(from: 0) }
    put("QWORD (0x")
    putDigits(number >> 32)
    put("-0x")
    putDigits(number)
    put(UInt8(ascii: ")"))
  }

  /// The last 32 bits, as eight hexadecimal digits.
  private mutating func putDigits(_ number: UInt64) {
    for place in stride(from: UInt64(28), through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: number >> place & 15)
      put(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }
}
