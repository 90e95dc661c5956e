import TrawlEvents

/// What kind of question a test asks.
@frozen
public enum TestKind: UInt8, BitwiseCopyable, Sendable {
  case text, expression, network, number, null, present, field, timePart, column, row, container
}

/// One lazily evaluated predicate. 12 bytes.
public struct TestEntry: BitwiseCopyable, Sendable {
  /// The subject of keywords: every scalar value of the event.
  public static let anyValue = FieldID.max

  public var kind: TestKind
  /// How a field relates, raw value of `Relation`, where the kind is `field`; where it is `column`, that of
  /// `NeedlePlace`.
  public var relation: UInt8
  public var field: FieldID
  public var part = ValuePart.whole
  /// Index into the table of the kind; where the kind is `column`, 1 if case matters.
  public var argument: UInt32
  /// The other field, where the kind is `field` or `column`.
  public var other: FieldID

  public init(kind: TestKind, field: FieldID, argument: UInt32 = 0, other: FieldID = 0, relation: UInt8 = 0) {
    self.kind = kind
    self.relation = relation
    self.field = field
    self.argument = argument
    self.other = other
  }
}

/// How a text lies in a value.
@frozen
public enum TextShape: UInt8, BitwiseCopyable, Sendable {
  case equals, startsWith, endsWith, contains, glob
}

/// A text test: a literal and how it lies in the value, or a glob. Literals are folded unless cased.
public struct TextEntry: BitwiseCopyable, Sendable {
  public static let noNeedle = UInt32.max

  public var shape: TextShape
  public var isCased: Bool
  /// Of the literal in `texts`; of a glob, of its first element in `globs`.
  public var offset: UInt32
  /// Of the literal in bytes; of a glob, its elements.
  public var length: UInt32
  /// In `needles`, what must hold of the text as it is besides, or `noNeedle`.
  public var needle: UInt32

  public init(
    shape: TextShape, isCased: Bool, offset: UInt32, length: UInt32, needle: UInt32 = noNeedle
  ) {
    self.shape = shape
    self.isCased = isCased
    self.offset = offset
    self.length = length
    self.needle = needle
  }
}

/// One element of a glob.
public struct GlobEntry: BitwiseCopyable, Sendable {
  @frozen
  public enum Kind: UInt8, BitwiseCopyable, Sendable {
    case text, anyRun, anyOne, dash
  }
  public var kind: Kind
  public var offset: UInt32
  public var length: UInt32

  public init(kind: Kind, offset: UInt32 = 0, length: UInt32 = 0) {
    self.kind = kind
    self.offset = offset
    self.length = length
  }
}

/// A comparison of numbers or of a part of a date.
public struct NumberEntry: BitwiseCopyable, Sendable {
  @frozen
  public enum Comparison: UInt8, BitwiseCopyable, Sendable {
    case equal, less, lessOrEqual, greater, greaterOrEqual
  }
  public var comparison: Comparison
  public var isInteger: Bool
  public var integer: Int64
  public var real: Double
  /// Which part of a date, raw value of `DatePart`, where it is one.
  public var part: UInt8

  public init(comparison: Comparison, isInteger: Bool, integer: Int64, real: Double, part: UInt8 = 0) {
    self.comparison = comparison
    self.isInteger = isInteger
    self.integer = integer
    self.real = real
    self.part = part
  }
}

/// An IP network.
public struct NetworkEntry: BitwiseCopyable, Sendable {
  public var high: UInt64
  public var low: UInt64
  public var isVersion6: Bool
  public var prefixLength: UInt8

  /// `address`: 4 or 16 bytes in network order.
  public init(address: [UInt8], prefixLength: Int) {
    let value = IPAddress(bytes: address)
    high = value.high
    low = value.low
    isVersion6 = value.isVersion6
    self.prefixLength = UInt8(prefixLength)
  }
}

/// A pattern of the database: how long it is, and what its hits may mean.
public struct PatternEntry: BitwiseCopyable, Sendable {
  public var length: UInt32
  public var firstTarget: UInt32
  public var targetCount: UInt32

  public init(length: UInt32, firstTarget: UInt32, targetCount: UInt32) {
    self.length = length
    self.firstTarget = firstTarget
    self.targetCount = targetCount
  }
}

/// What a hit of a pattern means in one field: a bit to set, if the anchors hold and the test confirms it. 12 bytes.
public struct TargetEntry: BitwiseCopyable, Sendable {
  public static let noTest = UInt32.max
  public static let atStart: UInt8 = 1
  public static let atEnd: UInt8 = 2

  public var field: FieldID
  public var anchors: UInt8
  public var group: UInt32
  /// The test that must pass on the value too, or `noTest`.
  public var test: UInt32

  public init(field: FieldID, anchors: UInt8, group: UInt32, test: UInt32) {
    self.field = field
    self.anchors = anchors
    self.group = group
    self.test = test
  }
}

/// What is asked of the values of a field.
public struct FieldEntry: BitwiseCopyable, Sendable {
  public static let noDatabase = UInt16.max

  /// The database that scans them, in `Ruleset.databases`, or `noDatabase`.
  public var database: UInt16 = noDatabase
  /// Whether the table of equalities has literals for it.
  public var hasEqualities = false
  public var firstCheck: UInt32 = 0
  public var checkCount: UInt32 = 0
  public var firstFamily: UInt32 = 0
  public var familyCount: UInt32 = 0

  public init() {}
}

/// A test made on each new value of a field, and the bit that it sets.
public struct CheckEntry: BitwiseCopyable, Sendable {
  public var test: UInt32
  public var group: UInt32

  public init(test: UInt32, group: UInt32) {
    self.test = test
    self.group = group
  }
}

/// Literals of one length that begin with the same name and `=`, such as the hashes that rules list by the thousand:
/// found by their name and a look-up in the table of equalities instead of a pattern each.
public struct FamilyEntry: BitwiseCopyable, Sendable {
  /// Of the name in `texts`, without `=`.
  public var nameOffset: UInt32
  public var nameLength: UInt32
  /// Of what stands behind `=`.
  public var valueLength: UInt32

  public init(nameOffset: UInt32, nameLength: UInt32, valueLength: UInt32) {
    self.nameOffset = nameOffset
    self.nameLength = nameLength
    self.valueLength = valueLength
  }
}

/// A slot of the table of equalities: a field and a folded literal, and the bit that they set. Open addressing;
/// several slots may hold the same literal.
public struct EqualityEntry: BitwiseCopyable, Sendable {
  public static let noGroup = UInt32.max

  public var hash: UInt64 = 0
  public var field: FieldID = 0
  public var group: UInt32 = noGroup
  public var offset: UInt32 = 0
  public var length: UInt32 = 0
  public var test: UInt32 = TargetEntry.noTest
  /// Whether the literal belongs to a family: it may stand anywhere in the value.
  public var isMember = false

  public init() {}
}

/// A bit: the rules (programs) to look at when it is set.
public struct GroupEntry: BitwiseCopyable, Sendable {
  public var firstTrigger: UInt32
  public var triggerCount: UInt32

  public init(firstTrigger: UInt32, triggerCount: UInt32) {
    self.firstTrigger = firstTrigger
    self.triggerCount = triggerCount
  }
}

/// A node of a rule's program, in prefix order.
public struct NodeEntry: BitwiseCopyable, Sendable {
  @frozen
  public enum Kind: UInt8, BitwiseCopyable, Sendable {
    /// `argument` is a test, evaluated when asked.
    case test
    /// `argument` is a group: a bit that the database set.
    case group
    case all, any, not
  }
  public var kind: Kind
  public var argument: UInt32
  /// The index behind the last node below this one.
  public var end: UInt32

  public init(kind: Kind, argument: UInt32 = 0, end: UInt32) {
    self.kind = kind
    self.argument = argument
    self.end = end
  }
}

/// A rule for one kind of log source: routes give a rule a second program with other field names.
public struct ProgramEntry: BitwiseCopyable, Sendable {
  public var rule: UInt32
  public var selector: UInt32
  public var firstNode: UInt32
  /// Whether no bit announces it: it is evaluated for every event of its log source.
  public var isAlways: Bool
  /// What decides it: groups, in `RulesetTables.programGroups`, and the values of fields, in
  /// `RulesetTables.programFields`; `unbounded` when any value may.
  public var firstGroup: UInt32 = 0
  public var groupCount: UInt8 = 0
  public var firstField: UInt32 = 0
  public var fieldCount: UInt8 = unbounded

  public static let unbounded = UInt8.max

  /// Whether it is known what decides it.
  var isBounded: Bool { fieldCount != ProgramEntry.unbounded }

  public init(rule: UInt32, selector: UInt32, firstNode: UInt32, isAlways: Bool) {
    self.rule = rule
    self.selector = selector
    self.firstNode = firstNode
    self.isAlways = isAlways
  }
}
