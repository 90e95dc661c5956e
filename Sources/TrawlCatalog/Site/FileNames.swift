/// Makes names of files out of texts that anyone may have written: of lower-case letters, digits, `-`, `_` and `.` alone, no
/// two alike, none hidden. The same texts in the same order give the same names.
struct FileNames {
  private var taken: Set<String>

  /// `reserved`: names that no text gets.
  init(reserved: Set<String> = []) { taken = reserved }

  /// Long enough for every id that is in use; a file system allows 255 bytes.
  private static let longest = 100

  mutating func name(for text: String) -> String {
    let folded = text.lowercased()
    let safe = folded.utf8.prefix(FileNames.longest).map { FileNames.isSafe($0) ? $0 : UInt8(ascii: "-") }
    let dot = UInt8(ascii: ".")
    // No dot beside a dot: what looks like a way out of the folder is none, but need not look like one.
    let plain = safe.indices.map {
      $0 > 0 && safe[$0] == dot && safe[$0 - 1] == dot ? UInt8(ascii: "-") : safe[$0]
    }
    var name = String(decoding: plain.drop { $0 == dot }, as: UTF8.self)
    if name != text && name != folded || name.isEmpty { name += "-\(FileNames.hash(text))" }
    var unique = name
    var number = 2
    while !taken.insert(unique).inserted {
      unique = "\(name)-\(number)"
      number += 1
    }
    return unique
  }

  private static func isSafe(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
      UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// FNV-1a of 64 bits, in hexadecimal.
  static func hash(_ text: String) -> String {
    let value = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
