import Glibc
import TrawlEvents

/// Where records come from: a template, a channel and an event id. Rules ask for a few fields of each.
struct RecordSource: BitwiseCopyable {
  enum State: UInt8, BitwiseCopyable {
    /// Nobody was told of it yet.
    case new
    /// Somebody may say which of its values are wanted.
    case met
    /// All values are wanted.
    case whole
    /// Only some.
    case selected
  }

  var state = State.new
  var hasKeywords = false
  /// Of the wanted fields, a bit for each, in `RecordSources.fields`.
  var firstWord: UInt32 = 0
  /// In `TemplatePrograms.selected`, the first of a list.
  var firstItems = SelectedItems.none
  /// Of the outermost template.
  fileprivate var template: UInt32
  fileprivate var eventID: UInt16
  fileprivate var channelLength: UInt16
  /// In `RecordSources.names`.
  fileprivate var channel: UInt32
}

/// The sources met so far, and what is wanted of them.
struct RecordSources: ~Copyable {
  private(set) var entries = Block<RecordSource>(capacity: 64)
  /// The number of a source plus one, or 0.
  private var slots = Block<UInt32>(repeating: 0, count: slotCount)
  private var names = Block<UInt8>(capacity: 4096)
  private var fields = Block<UInt64>(capacity: 1024)

  private static let slotCount = 4096
  /// Records of further ones are decoded whole.
  private static let most = slotCount / 4

  mutating func clear() {
    entries.truncate(to: 0)
    names.truncate(to: 0)
    fields.truncate(to: 0)
    for slot in 0..<slots.count { slots[slot] = 0 }
  }

  /// The number of a source, given on first sight; nil when there are too many.
  @unsafe @inline(__always)
  mutating func find(template: UInt32, eventID: UInt16, channel: UnsafeRawBufferPointer) -> Int? {
    var slot = unsafe RecordSources.hash(template, eventID, channel) & (RecordSources.slotCount - 1)
    while slots[slot] != 0 {
      let entry = entries[Int(slots[slot]) - 1]
      if entry.template == template, entry.eventID == eventID, unsafe isNamed(entry, channel) {
        return Int(slots[slot]) - 1
      }
      slot = (slot + 1) & (RecordSources.slotCount - 1)
    }
    guard entries.count < RecordSources.most else { return nil }
    entries.append(
      RecordSource(
        template: template, eventID: eventID, channelLength: UInt16(truncatingIfNeeded: channel.count),
        channel: UInt32(names.count)))
    unsafe names.append(contentsOf: channel)
    slots[slot] = UInt32(entries.count)
    return entries.count - 1
  }

  @inline(__always)
  private func isNamed(_ entry: RecordSource, _ channel: UnsafeRawBufferPointer) -> Bool {
    guard Int(entry.channelLength) == channel.count else { return false }
    guard let base = channel.baseAddress else { return true }
    return unsafe memcmp(names.pointer + Int(entry.channel), base, channel.count) == 0
  }

  @inline(__always)
  private static func hash(_ template: UInt32, _ eventID: UInt16, _ channel: UnsafeRawBufferPointer) -> Int {
    var hash = (UInt64(template) << 16 | UInt64(eventID)) &* 0x9E37_79B9_7F4A_7C15
    var offset = 0
    while offset + 8 <= channel.count {
      let word = unsafe channel.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      hash = (hash ^ word) &* 0xFF51_AFD7_ED55_8CCD
      hash ^= hash >> 32
      offset += 8
    }
    return Int(truncatingIfNeeded: hash >> 40)
  }

  mutating func set(_ state: RecordSource.State, of source: Int) { entries[source].state = state }

  /// Says which values of a source are wanted.
  mutating func select(_ selection: EventSelection, for source: Int) {
    entries[source].state = .selected
    entries[source].hasKeywords = selection.hasKeywords
    entries[source].firstWord = UInt32(fields.count)
    for first in stride(from: 0, to: selection.fields.count, by: 64) {
      var word: UInt64 = 0
      for bit in 0..<min(64, selection.fields.count - first) where selection.fields[first + bit] {
        word |= 1 << UInt64(bit)
      }
      fields.append(word)
    }
  }

  func wants(_ field: FieldID, of source: RecordSource) -> Bool {
    field != 0 && fields[Int(source.firstWord) + Int(field) >> 6] >> UInt64(field & 63) & 1 != 0
  }

  mutating func setFirstItems(_ items: Int, of source: Int) {
    entries[source].firstItems = UInt32(items)
  }
}

/// The items of a program that are looked at in records of a source.
struct SelectedItems: BitwiseCopyable {
  /// Of the program.
  var program: UInt32
  var items: Places
  /// Those that bear the time and the computer, and the record's number, of a record that is known.
  var marks: Places
  /// The numbers of the substitutions that rules look at, in `TemplatePrograms.keys`; nil where there is more to it.
  var keys: Places?
  /// The substitution in which further elements lie, and the member that they lie in.
  var deep: UInt32?
  var deepNode: UInt32 = 0
  /// Of the same source, in `TemplatePrograms.selected`.
  var next: UInt32

  static let none = UInt32.max
}

/// A range of places in a block.
struct Places: BitwiseCopyable {
  var first: UInt32 = 0
  var end: UInt32 = 0

  var indices: Range<Int> { Int(first)..<Int(end) }
}
