/// How the events of a file are laid out.
package enum InputFormat: Sendable {
  /// One JSON object a line.
  case lines
  /// JSON documents: pretty-printed, in an array, one after the other.
  case documents
  /// A Windows event log.
  case evtx

  /// Recognises a file by its first bytes; an explanation when it is not JSON. A byte order mark is passed over by the
  /// caller.
  static func recognise(_ bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool) -> Result<
    InputFormat, FormatError
  > {
    if unsafe bytes.starts(with: Array("ElfFile\0".utf8)) { return .success(.evtx) }
    if let message = unsafe foreign(bytes) { return .failure(FormatError(message: message)) }
    if unsafe bytes.prefix(512).contains(0) {
      return .failure(FormatError(message: "a binary file of no known format"))
    }
    guard let first = unsafe bytes.first(where: { !isBlank($0) }) else { return .success(.lines) }
    if first == UInt8(ascii: "[") { return .success(.documents) }
    if unsafe DocumentSplitter.startOfRecords(bytes, 0) != nil { return .success(.documents) }
    var sawObject = false
    var start = 0
    while start < bytes.count {
      let end = unsafe bytes[start...].firstIndex(of: 10) ?? bytes.count
      if unsafe bytes[start] == UInt8(ascii: "{") {
        let isComplete = end < bytes.count || isWhole
        switch unsafe line(bytes, start, end) {
        case .object: return .success(.lines)
        case .objects: return .success(.documents)
        case .open where !isComplete && !sawObject: return .success(.lines)
        case .open: sawObject = true
        }
      }
      start = end + 1
    }
    if sawObject { return .success(.documents) }
    let isIndented = first == UInt8(ascii: "{")
    return isIndented
      ? .success(.documents) : .failure(FormatError(message: "not JSON: no line starts with '{'"))
  }

  struct FormatError: Error {
    var message: String
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }

  private enum Line {
    /// One whole object.
    case object
    /// A whole object and more behind it.
    case objects
    /// An object that does not end in the line.
    case open
  }

  private static func line(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Line {
    var depth = 0
    var isInString = false
    var index = start
    while index < end {
      let byte = unsafe bytes[index]
      if isInString {
        if byte == UInt8(ascii: "\\") { index += 1 }
        if byte == UInt8(ascii: "\"") { isInString = false }
      } else if byte == UInt8(ascii: "\"") {
        isInString = true
      } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
        depth += 1
      } else if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
        depth -= 1
        if depth == 0 {
          let rest = unsafe bytes[(index + 1)..<end]
          return unsafe rest.contains(UInt8(ascii: "{")) ? .objects : .object
        }
      }
      index += 1
    }
    return .open
  }

  /// Files that are often met and are not JSON.
  private static func foreign(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    func starts(_ magic: [UInt8]) -> Bool { unsafe bytes.starts(with: magic) }
    if starts([0xFF, 0xFE]) || starts([0xFE, 0xFF]) {
      return "UTF-16 text: convert it with iconv -f utf-16 -t utf-8"
    }
    return nil
  }
}
