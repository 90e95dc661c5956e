import Glibc

/// Finds the documents in JSON that is not one event a line: a pretty-printed object, an array of objects, objects one
/// after the other, and envelopes, of which each record is a document. They need not be in memory together.
struct DocumentSplitter: Hashable, Sendable {
  /// Depth of the arrays that hold the events, and whether the innermost belongs to an envelope.
  var isInArray = false
  var isInEnvelope = false

  /// The documents that lie complete among the bytes, and how many bytes they and what is between them take. What is left
  /// comes again, with more behind it; at the end of the file the rest is a document, however it ends.
  mutating func split(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) -> (
    documents: [Range<Int>], used: Int
  ) {
    var documents: [Range<Int>] = []
    var index = 0
    while true {
      while index < bytes.count, unsafe DocumentSplitter.isBetween(bytes[index]) { index += 1 }
      guard index < bytes.count else { return (documents, index) }
      let byte = unsafe bytes[index]
      if byte == UInt8(ascii: "["), !isInArray {
        isInArray = true
        index += 1
      } else if byte == UInt8(ascii: "]"), isInArray {
        isInArray = false
        index += 1
      } else if isInEnvelope, !isInArray {
        // What stands behind an envelope's records is not an event.
        guard let end = unsafe endOfEnvelope(bytes, index) else {
          return (documents, isLast ? bytes.count : index)
        }
        isInEnvelope = false
        index = end
      } else if !isInArray, let start = unsafe startOfRecords(bytes, index) {
        isInEnvelope = true
        isInArray = true
        index = start
      } else if let end = unsafe end(of: byte, bytes, index, isLast: isLast) {
        documents.append(index..<end)
        index = end
      } else {
        return (documents, index)
      }
    }
  }

  static func isBetween(_ byte: UInt8) -> Bool {
    byte == 32 || byte == 10 || byte == 13 || byte == 9 || byte == UInt8(ascii: ",")
  }

  /// Behind the value at `start`; nil when it is not all there.
  private func end(
    of byte: UInt8, _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, isLast: Bool
  ) -> Int? {
    if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
      return unsafe endOfBrackets(bytes, start) ?? (isLast ? bytes.count : nil)
    }
    if byte == UInt8(ascii: "\"") { return unsafe endOfString(bytes, start) ?? (isLast ? bytes.count : nil) }
    var index = start + 1
    while index < bytes.count, unsafe !DocumentSplitter.isBetween(bytes[index]),
      unsafe !"{[]\"".utf8.contains(bytes[index])
    {
      index += 1
    }
    return index < bytes.count || isLast ? index : nil
  }

  func endOfBrackets(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
    var depth = 0
    var index = start
    while index < bytes.count {
      switch unsafe bytes[index] {
      case UInt8(ascii: "\""):
        guard let end = unsafe endOfString(bytes, index) else { return nil }
        index = end
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 { return index + 1 }
      default: break
      }
      index += 1
    }
    return nil
  }

  /// Behind the string at `start`.
  func endOfString(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    var index = start + 1
    while index < bytes.count {
      guard let found = unsafe memchr(base + index, Int32(UInt8(ascii: "\"")), bytes.count - index) else {
        return nil
      }
      let quote = unsafe UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - base
      var backslashes = 0
      while unsafe base[quote - 1 - backslashes] == UInt8(ascii: "\\") { backslashes += 1 }
      if backslashes % 2 == 0 { return quote + 1 }
      index = quote + 1
    }
    return nil
  }
}
