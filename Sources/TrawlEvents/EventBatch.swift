/// Where an event lies in its batch.
@frozen
public struct EventRecord: BitwiseCopyable, Sendable {
  /// Of the first of its values, in `EventBatch.values`.
  public var firstValue: UInt32
  /// Of its text in the batch: offset and length in bytes.
  public var offset: UInt32
  public var length: UInt32
  /// Place among the lines or documents of the batch, from 0.
  public var ordinal: UInt32
  /// Where the record begins in the bytes that were decoded, which need not be those of the batch.
  public var source: UInt32
  /// Whether only the values of an `EventSelection` are there.
  public var isSelected = false
  /// What a matcher found of a record with the same values, as its number there plus one; then but its time, its computer and
  /// the text for keywords are decoded. 0 where that is not known.
  public var outcome: UInt32 = 0
  /// What the record says is its number; 0 where lines are counted instead.
  public var number: UInt64

  /// `source`: `offset`, unless something else is said.
  @inlinable
  public init(
    firstValue: UInt32, offset: UInt32, length: UInt32, ordinal: UInt32, source: UInt32? = nil,
    number: UInt64 = 0
  ) {
    self.firstValue = firstValue
    self.offset = offset
    self.length = length
    self.ordinal = ordinal
    self.source = source ?? offset
    self.number = number
  }
}

/// What the format of a log alone says about where its events come from.
public enum EventOrigin: UInt8, Sendable {
  case unknown
  /// The audit log of Linux.
  case auditd
  /// Syslog: the program that wrote an event says the rest.
  case syslog
}

/// A stretch of a log, decoded: its bytes, the events in it and their values.
///
/// Filled by a decoder, read by a matcher, reused for the next stretch. All offsets are from the start of `bytes`.
@safe
public struct EventBatch: ~Copyable {
  /// Readable bytes behind the last one of a batch, so that words may be loaded from its end.
  public static var padding: Int { 64 }

  /// A longer text, in bytes as they lie, is the name of no channel, product or the like.
  @inlinable public static var longestName: Int { 256 }

  /// The log's bytes; at least `EventBatch.padding` further ones may be read.
  @unsafe public private(set) var base: UnsafePointer<UInt8>
  public private(set) var byteCount: Int
  /// Where values lie that are still encoded, padded as `base` is.
  @unsafe public private(set) var encodedBase: UnsafePointer<UInt8>
  private var encodedText: EncodedText = { _, _, _ in }
  /// Of all its events.
  public var origin = EventOrigin.unknown
  public var events = Block<EventRecord>(capacity: 1024)
  /// The values of all events, one event after the other.
  public var values = Block<EventValue>(capacity: 16384)
  /// Per event `EventMark.count` indexes into `values`; `EventBatch.noValue` where an event has no such value.
  public var marks = Block<UInt32>(capacity: 8192)

  @inlinable public static var noValue: UInt32 { .max }

  public init() {
    unsafe base = UnsafePointer(EventBatch.nothing)
    unsafe encodedBase = UnsafePointer(EventBatch.nothing)
    byteCount = 0
  }

  nonisolated(unsafe) private static let nothing: UnsafeMutablePointer<UInt8> = {
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: padding)
    unsafe bytes.initialize(repeating: 0, count: padding)
    return unsafe bytes
  }()

  /// Starts over with other bytes, which must outlive the use of the batch.
  @unsafe
  public mutating func reset(base: UnsafePointer<UInt8>, count: Int) {
    unsafe self.base = base
    byteCount = count
    origin = .unknown
    events.truncate(to: 0)
    values.truncate(to: 0)
    marks.truncate(to: 0)
  }

  /// Moves the bytes that all offsets mean elsewhere; they must outlive the use of the batch.
  @unsafe
  public mutating func move(to base: UnsafePointer<UInt8>, count: Int) {
    unsafe self.base = base
    byteCount = count
  }

  /// Appends the text of a value of some encoding, which was found to be sound, as UTF-8.
  public typealias EncodedText = @Sendable (UInt8, UnsafeRawBufferPointer, inout Block<UInt8>) -> Void

  /// Says where the batch's encoded values lie, which must outlive the use of the batch, and how they become text.
  @unsafe
  public mutating func keepEncoded(at base: UnsafePointer<UInt8>, text: @escaping EncodedText) {
    unsafe encodedBase = base
    unsafe encodedText = unsafe text
  }

  /// The bytes of a value as they lie; at least `EventBatch.padding` further ones may be read.
  @unsafe @inlinable @inline(__always)
  public func bytes(of value: EventValue) -> UnsafeBufferPointer<UInt8> {
    let base = unsafe value.kind == .encoded ? encodedBase : base
    return unsafe UnsafeBufferPointer(start: base + Int(value.offset), count: Int(value.length))
  }

  /// Appends the text of a value that has one: escapes resolved, encoded values decoded. Slow; for values that are new, and
  /// for what is shown.
  public func appendText(of value: EventValue, to output: inout Block<UInt8>) {
    let bytes = unsafe bytes(of: value)
    switch value.kind {
    case .jsonString:
      guard let base = bytes.baseAddress else { return }
      unsafe JSONText.unescape(base, count: bytes.count, to: &output)
    case .plain: unsafe output.append(contentsOf: UnsafeRawBufferPointer(bytes))
    case .encoded: unsafe encodedText(value.encoding, UnsafeRawBufferPointer(bytes), &output)
    case .null, .container: break
    }
  }

  /// The text of a value, empty where it has none.
  public func text(of value: EventValue) -> String {
    var text = Block<UInt8>(capacity: Int(value.length) + 16)
    appendText(of: value, to: &text)
    return unsafe String(decoding: UnsafeBufferPointer(start: text.pointer, count: text.count), as: UTF8.self)
  }

  /// The values of an event, as a range of `values`.
  @inlinable @inline(__always)
  public func values(of event: Int) -> Range<Int> {
    let first = Int(events[event].firstValue)
    let end = event + 1 < events.count ? Int(events[event + 1].firstValue) : values.count
    return first..<end
  }

  /// The value that bears a mark, or nil.
  @inlinable @inline(__always)
  public func mark(_ mark: EventMark, of event: Int) -> EventValue? {
    let index = marks[event * EventMark.count + Int(mark.rawValue)]
    return index == EventBatch.noValue ? nil : values[Int(index)]
  }
}
