/// One question about an event: does a value of a field, or any value at all, pass a test?
///
/// Predicates are compared and hashed by meaning, so that rules which ask the same share one.
public struct Predicate: Hashable, Sendable {
  /// What the test looks at.
  public enum Subject: Hashable, Sendable {
    /// The values of one field, by the name the rule uses, blanks removed. Field names are case-sensitive.
    case field(String)
    /// A part of the values of one field, or what they are taken for.
    case part(ValuePart, String)
    /// Every scalar value of the event, whatever its field: a keyword.
    case anyValue
    /// The event as the row of a table, of which a test of rows says what it reads.
    case row
  }

  public var subject: Subject
  public var test: Test

  public init(_ subject: Subject, _ test: Test) {
    self.subject = subject
    self.test = test
  }
}

/// What a test looks at in place of a whole value: Windows' events spell many things otherwise than Defender's tables do.
/// The raw value is its name in the table of log sources.
public enum ValuePart: String, Hashable, Sendable, CaseIterable {
  /// What stands behind the last backslash or slash; all where there is none.
  case fileName = "basename"
  case lowerCase = "lower"
  case lowerFileName = "lowername"
  /// What stands before the first backslash, in lower case; empty where there is none.
  case lowerDomain = "lowerdomain"
  /// A hash of Sysmon's `MD5=...,SHA256=...`, in lower case; empty where it is not among them.
  case md5, sha1, sha256
  /// A number, which may be hexadecimal, in decimal; empty for anything else.
  case decimal
  /// A registry key with the whole name of its hive.
  case registryKey = "registrykey"
  /// The same of the key that a value lies in.
  case registryValueKey = "valuekey"
  /// What a registry value holds, numbers in decimal.
  case registryData = "registrydata"
  /// `Public`, `Private`, `Loopback` and the like; empty for what is no address.
  case addressClass = "addressclass"
  case logonType = "logontype"
  case networkProtocol = "protocol"
  case tokenElevation = "elevation"
  case integrityLevel = "integrity"
  /// What happened to a registry key or value, as Defender calls it.
  case registryAction = "registryaction"
  /// A registry key, with the short name of its hive, and what happened to it, as Sysmon spells them.
  case sysmonKey = "sysmonkey"
  case sysmonAction = "sysmonaction"
  /// A number as Sysmon writes data of the registry: `DWORD (0x00000001)`.
  case dword, qword
}

/// What is asked of a value. A field with several values (a list) passes when any of them does; an absent field
/// passes no test but `.null` and `.column`.
public enum Test: Hashable, Sendable {
  /// The whole value matches the pattern.
  case text(TextPattern)
  /// The needle lies so in the value.
  case needle(Needle)
  /// The expression is found somewhere in the value.
  case regularExpression(RegularExpression)
  /// The value is an IP address within the network; false for anything else.
  case network(Network)
  /// The value is a decimal number and compares so; false for anything else, hexadecimal text included.
  case number(Comparison, Number)
  /// The field is absent, or its value is JSON null.
  case null
  /// The field is present; JSON null is present.
  case present
  /// The value is an object or array, which has no text of its own.
  case container
  /// The value relates to a value of another field of the same event, compared without regard to case; false when
  /// either is absent.
  case field(String, TextRelation)
  /// The text of another field of the same event lies so in the value, as a needle; whichever of the two is absent or
  /// null is taken for empty.
  case column(String, Needle.Place, isCased: Bool)
  /// The row fulfils the condition; of the subject `row` only, of which nothing else is asked.
  case row(RowCondition)
  /// The value is a date and time (RFC 3339 or the like, UTC unless it says otherwise) whose part compares so.
  case timePart(TimePart, Comparison, Int)
}

/// How a number compares with the rule's.
public enum Comparison: String, Hashable, Sendable {
  case equal = "=="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
}

/// A decimal number. Integers compare exactly over 64 bits.
public enum Number: Hashable, Sendable {
  case integer(Int64)
  case real(Double)
}

/// How the text of one field relates to the text of another.
public enum TextRelation: String, Hashable, Sendable {
  case equals, contains
  case startsWith = "startswith"
  case endsWith = "endswith"
}

/// A part of a date and time.
public enum TimePart: String, Hashable, Sendable, CaseIterable {
  case minute, hour, day, week, month, year
}

/// A regular expression, searched for anywhere in a value, case-sensitive unless flagged. `\d \w \s \b` are ASCII unless
/// `isUnicode`; without `isMultiline`, `$` matches at the end and before a final newline.
public struct RegularExpression: Hashable, Sendable {
  public var pattern: String
  public var ignoresCase: Bool
  public var isMultiline: Bool
  public var dotMatchesNewline: Bool
  public var isUnicode: Bool

  public init(
    _ pattern: String, ignoresCase: Bool = false, isMultiline: Bool = false, dotMatchesNewline: Bool = false,
    isUnicode: Bool = false
  ) {
    self.pattern = pattern
    self.ignoresCase = ignoresCase
    self.isMultiline = isMultiline
    self.dotMatchesNewline = dotMatchesNewline
    self.isUnicode = isUnicode
  }
}

/// An IP network: the address in network byte order (4 or 16 bytes), with all bits behind the prefix zero.
public struct Network: Hashable, Sendable {
  public var address: [UInt8]
  /// Length of the prefix in bits, 0 to 32 or 0 to 128.
  public var prefixLength: Int

  public init(address: [UInt8], prefixLength: Int) {
    precondition(address.count == 4 || address.count == 16, "an IP address has 4 or 16 bytes")
    precondition((0...(address.count * 8)).contains(prefixLength), "a prefix within the address")
    self.address = address
    self.prefixLength = prefixLength
  }
}
