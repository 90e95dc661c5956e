import TrawlEvents

/// Simple Unicode lower-casing, code point by code point: the fold by which everything compares that is not cased.
public enum Fold {
  /// The lower case of one code point; always a single one (`İ` is `i`, `ß` stays).
  public static func lowercase(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    if scalar.value < 0x80 {
      return scalar.value >= 0x41 && scalar.value <= 0x5A ? Unicode.Scalar(UInt8(scalar.value + 32)) : scalar
    }
    guard scalar.properties.changesWhenLowercased else { return scalar }
    let mapped = scalar.properties.lowercaseMapping.unicodeScalars
    // The only full mapping of several code points is that of U+0130; its simple one is the first of them.
    return mapped.first ?? scalar
  }

  /// A text, folded.
  public static func lowercase(_ text: String) -> [UInt8] {
    var folded = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { folded.append(lowercase(scalar)) }
    return Array(String(folded).utf8)
  }

  /// Appends UTF-8 text, folded, to `output`. ASCII takes a byte per cycle or less; other text a few dozen.
  @unsafe
  static func append(_ source: UnsafePointer<UInt8>, count: Int, to output: inout Block<UInt8>) {
    output.reserve(output.count + count)
    let target = unsafe output.pointer + output.count
    var highest: UInt8 = 0
    for index in 0..<count {
      let byte = unsafe source[index]
      highest |= byte
      unsafe target[index] = byte &- 0x41 < 26 ? byte | 0x20 : byte
    }
    if highest < 0x80 {
      output.assumeCount(output.count + count)
    } else {
      unsafe appendUnicode(UnsafeBufferPointer(start: source, count: count), to: &output)
    }
  }

  private static func appendUnicode(_ source: UnsafeBufferPointer<UInt8>, to output: inout Block<UInt8>) {
    var decoder = UTF8()
    var bytes = unsafe source.makeIterator()
    while true {
      switch unsafe decoder.decode(&bytes) {
      case .scalarValue(let scalar):
        for byte in unsafe UTF8.encode(lowercase(scalar)).unsafelyUnwrapped { output.append(byte) }
      case .error: for byte in [0xEF, 0xBF, 0xBD] as [UInt8] { output.append(byte) }
      case .emptyInput: return
      }
    }
  }
}
