/// Which part of a value a test looks at, or what it takes the value for: Windows' events spell many things otherwise than
/// Defender's tables do.
@frozen
public enum ValuePart: UInt8, BitwiseCopyable, Sendable {
  case whole
  /// What stands behind the last backslash or slash.
  case fileName
  /// In lower case: all, the file name, and what stands before the first backslash.
  case lowerCase, lowerFileName, lowerDomain
  /// A hash of Sysmon's `MD5=...,SHA256=...`, in lower case.
  case md5, sha1, sha256
  /// A number, which may be hexadecimal (`0x1a`), in decimal.
  case decimal
  /// A registry key with the whole name of its hive; and the key that a value lies in.
  case registryKey, registryValueKey
  /// What a registry value holds: `DWORD (0x00000001)` is 1.
  case registryData
  /// What kind of IP address it is: `Public`, `Private`, `Loopback`, ...
  case addressClass
  /// Names of what Windows has as codes.
  case logonType, networkProtocol, tokenElevation, integrityLevel, registryAction
  /// A registry key, an action and numbers as Sysmon spells them.
  case sysmonKey, sysmonAction, dword, qword
}

extension ValuePart {
  /// Whether it lies in the value as it is, but for the case of letters.
  var isSlice: Bool { rawValue <= ValuePart.sha256.rawValue }

  /// Whether it ends where the value ends.
  var keepsEnd: Bool { self == .fileName || self == .lowerCase || self == .lowerFileName || self == .whole }
}

extension TestedText {
  /// A part that lies in the text; nil for one that is written anew.
  @inline(__always)
  func slice(_ part: ValuePart) -> TestedText? {
    switch part {
    case .whole: self
    case .fileName: fileName
    case .lowerCase: lowered
    case .lowerFileName: fileName.lowered
    case .lowerDomain: domain.lowered
    case .md5: hash("md5=")
    case .sha1: hash("sha1=")
    case .sha256: hash("sha256=")
    default: nil
    }
  }

  /// What stands behind the last backslash or slash; all where there is none.
  private var fileName: TestedText {
    var name = self
    while name.rawCount > 0, unsafe !TestedText.isSeparator(raw[name.rawCount - 1]) { name.rawCount -= 1 }
    while name.foldedCount > 0, unsafe !TestedText.isSeparator(folded[name.foldedCount - 1]) {
      name.foldedCount -= 1
    }
    unsafe name.raw = raw + name.rawCount
    unsafe name.folded = folded + name.foldedCount
    name.rawCount = rawCount - name.rawCount
    name.foldedCount = foldedCount - name.foldedCount
    return name
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "/")
  }

  private var lowered: TestedText {
    var text = self
    unsafe text.raw = folded
    text.rawCount = foldedCount
    return text
  }

  /// What stands before the first backslash, in lower case; nothing where there is none.
  private var domain: TestedText {
    var end = 0
    while end < foldedCount, unsafe folded[end] != UInt8(ascii: "\\") { end += 1 }
    return foldedSlice(0..<(end < foldedCount ? end : 0))
  }

  private func hash(_ name: StaticString) -> TestedText {
    var start = 0
    while start < foldedCount {
      guard
        let found = unsafe firstOffset(
          folded + start, foldedCount - start, name.utf8Start, name.utf8CodeUnitCount)
      else { break }
      let place = start + found
      start = place + name.utf8CodeUnitCount
      if unsafe place > 0 && folded[place - 1] != UInt8(ascii: ",") { continue }
      var end = start
      while end < foldedCount, unsafe folded[end] != UInt8(ascii: ",") { end += 1 }
      return foldedSlice(start..<end)
    }
    return foldedSlice(0..<0)
  }

  private func foldedSlice(_ range: Range<Int>) -> TestedText {
    var text = self
    unsafe text.folded = folded + range.lowerBound
    text.foldedCount = range.count
    return text.lowered
  }
}

extension TestedText {
  /// As it is.
  var string: String {
    unsafe String(decoding: UnsafeBufferPointer(start: raw, count: rawCount), as: UTF8.self)
  }

  /// A part of it; slow.
  func string(_ part: ValuePart) -> String {
    if let slice = slice(part) { return slice.string }
    var text = ""
    _ = withRewritten(part) {
      text = $0.string
      return true
    }
    return text
  }
}

extension ValuePart {
  /// The part of a text that is at hand; slow.
  package func text(of text: String) -> String {
    let (raw, folded) = (Array(text.utf8), Fold.lowercase(text))
    return unsafe raw.withUnsafeBufferPointer { raw in
      unsafe folded.withUnsafeBufferPointer { folded in
        guard let start = raw.baseAddress, let foldedStart = folded.baseAddress else { return "" }
        return unsafe TestedText(
          raw: start, rawCount: raw.count, folded: foldedStart, foldedCount: folded.count
        ).string(self)
      }
    }
  }
}
