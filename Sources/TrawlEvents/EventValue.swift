/// One value of an event: where its bytes lie, not yet unescaped or decoded.
@frozen
public struct EventValue: BitwiseCopyable, Sendable {
  /// What kind of value it is.
  @frozen
  public enum Kind: UInt8, BitwiseCopyable, Sendable {
    /// Text between the quotes of a JSON string, escapes as they are.
    case jsonString
    /// A number or a Boolean as it is spelled.
    case plain
    /// As its format has it, to be made text by `EventBatch.appendText`. Bytes and `encoding` say which value it is.
    case encoded
    /// JSON null: present, but no text.
    case null
    /// An object or array: present, but no text of its own.
    case container
  }

  public var field: FieldID
  public var kind: Kind
  /// Of an encoded value: its type in its format, from 1 to 30; 0 of all others.
  public var encoding: UInt8
  /// Of the bytes, from the start of the batch, or of its encoded values.
  public var offset: UInt32
  /// In bytes.
  public var length: UInt32

  @inlinable @inline(__always)
  public init(field: FieldID, kind: Kind, encoding: UInt8 = 0, offset: UInt32, length: UInt32) {
    self.field = field
    self.kind = kind
    self.encoding = encoding
    self.offset = offset
    self.length = length
  }

  /// Whether the value has text to be matched.
  @inlinable
  public var isScalar: Bool {
    @inline(__always) get { kind.rawValue <= Kind.encoded.rawValue }
  }
}

/// The values that say where an event comes from and when it happened, whether or not a rule names their fields.
@frozen
public enum EventMark: UInt8, BitwiseCopyable, Sendable {
  case channel, eventID, product, category, service, time, computer

  /// How many marks there are.
  @inlinable public static var count: Int { 7 }
}
