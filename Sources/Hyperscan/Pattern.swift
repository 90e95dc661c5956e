/// What a database looks for: a literal or an expression, with a number to report. Never empty: Hyperscan 5.4.0 crashes
/// on an empty literal.
public struct Pattern: Hashable, Sendable {
  /// How a pattern compares; the values are Hyperscan's own.
  public struct Flags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Without regard to case; ASCII only unless `utf8` is set.
    public static let caseless = Flags(rawValue: 1)
    /// `.` stands for newlines too.
    public static let dotAll = Flags(rawValue: 2)
    /// `^` and `$` stand for the starts and ends of lines too.
    public static let multiline = Flags(rawValue: 4)
    /// One report at most for each scan.
    public static let singleMatch = Flags(rawValue: 8)
    /// The expression may match the empty string.
    public static let allowEmpty = Flags(rawValue: 16)
    /// Characters are code points; what is scanned must be valid UTF-8.
    public static let utf8 = Flags(rawValue: 32)
    /// `\d`, `\w`, `\s` and `\b` are Unicode's; with `utf8` only.
    public static let unicodeProperties = Flags(rawValue: 64)
  }

  /// The bytes of the literal, or the expression in UTF-8; neither is ever empty.
  public let bytes: [UInt8]
  /// Reported with each hit.
  public let id: UInt32
  public let flags: Flags

  /// nil when `bytes` is empty.
  public init?(_ bytes: some Sequence<UInt8>, id: UInt32 = 0, flags: Flags = []) {
    self.bytes = Array(bytes)
    self.id = id
    self.flags = flags
    if self.bytes.isEmpty { return nil }
  }
}

/// Why patterns did not compile.
public struct CompileError: Error, Sendable, CustomStringConvertible {
  /// The pattern that is refused, or nil when the set as a whole is.
  public let pattern: Pattern?
  /// In Hyperscan's words.
  public let message: String

  public var description: String {
    guard let pattern else { return message }
    return "\(message), in pattern \(pattern.id): \(String(decoding: pattern.bytes, as: UTF8.self))"
  }
}

/// A call of Hyperscan that failed otherwise; `code` is its `hs_error_t`.
public struct HyperscanError: Error, Sendable, CustomStringConvertible {
  public let code: Int32

  public var description: String {
    switch code {
    case -2: "Hyperscan: out of memory"
    case -5: "Hyperscan: the database was made by another version of Hyperscan"
    case -6: "Hyperscan: the database was made for another CPU"
    case -8, -9: "Hyperscan: the memory allocator is misaligned"
    case -10: "Hyperscan: a scratch is used by two scans at once"
    default: "Hyperscan: error \(code)"
    }
  }
}
