import Glibc
import TrawlEvents

/// The texts of the current event's values, unescaped and folded once each.
struct TextCache: ~Copyable {
  struct Entry: BitwiseCopyable {
    /// Of the event.
    var serial: UInt32 = 0
    /// In `arena`, unless the text lies in the batch as it is.
    var rawOffset: UInt32 = 0
    var rawCount: UInt32 = 0
    var isInBatch = false
    var foldedOffset: UInt32 = 0
    var foldedCount: UInt32 = 0
  }

  private var entries = Block<Entry>(capacity: 256)
  private var arena = Block<UInt8>(capacity: 1 << 16)
  private var serial: UInt32 = 0
  private static let roomyArena = 1 << 20

  init() {}

  mutating func beginEvent() {
    arena.truncate(to: 0)
    arena.shrink(to: TextCache.roomyArena)
    serial &+= 1
    if serial == 0 {
      for index in 0..<entries.count { entries[index].serial = 0 }
      serial = 1
    }
  }

  /// The text of a value of the current event; `index` is its place in the batch. Valid until another is asked for.
  mutating func text(_ index: Int, _ value: EventValue, _ batch: borrowing EventBatch) -> TestedText {
    let slot = index & (TextCache.slotCount - 1)
    while entries.count <= slot { entries.append(Entry()) }
    if entries[slot].serial != serial || tags[slot] != UInt32(truncatingIfNeeded: index) {
      entries[slot] = prepare(value, batch)
      tags[slot] = UInt32(truncatingIfNeeded: index)
    }
    return tested(entries[slot], value, batch)
  }

  /// A text of the current event with its filter, if so many tests are worth one, with those that were asked for before.
  @inline(__always)
  mutating func filtered(_ text: TestedText, _ index: Int, tests: Int) -> TestedText {
    text.foldedCount < TextFilter.shortestText ? text : withFilter(text, index, tests: tests)
  }

  private mutating func withFilter(_ text: TestedText, _ index: Int, tests: Int) -> TestedText {
    let slot = index & (TextCache.filterCount - 1)
    if filterUses[slot].serial != serial || filterUses[slot].index != index {
      filterUses[slot] = FilterUse(serial: serial, index: index)
    }
    let before = filterUses[slot].tests
    filterUses[slot].tests += tests
    guard before + tests >= TextFilter.worthwhile else { return text }
    let filter = unsafe filters.pointer + slot * TextFilter.words
    if before < TextFilter.worthwhile { unsafe TextFilter.make(text.folded, text.foldedCount, at: filter) }
    var text = text
    unsafe text.filter = UnsafePointer(filter)
    return text
  }

  struct FilterUse: BitwiseCopyable {
    /// Of the event; and the place of the value.
    var serial: UInt32 = 0
    var index = 0
    var tests = 0
  }

  /// Filters that are kept: long values of one event that share a place take turns.
  private static let filterCount = 8
  private var filters = Block<UInt64>(repeating: 0, count: filterCount * TextFilter.words)
  private var filterUses = Block<FilterUse>(repeating: FilterUse(), count: filterCount)

  /// Values of one event share a slot only in events of more values than this.
  private static let slotCount = 4096
  private var tags = Block<UInt32>(repeating: 0, count: slotCount)

  private func tested(_ entry: Entry, _ value: EventValue, _ batch: borrowing EventBatch) -> TestedText {
    let memory = unsafe UnsafePointer(arena.pointer)
    let raw = unsafe entry.isInBatch ? batch.base + Int(value.offset) : memory + Int(entry.rawOffset)
    return unsafe TestedText(
      raw: raw, rawCount: Int(entry.rawCount), folded: memory + Int(entry.foldedOffset),
      foldedCount: Int(entry.foldedCount))
  }

  private mutating func prepare(_ value: EventValue, _ batch: borrowing EventBatch) -> Entry {
    var entry = Entry(serial: serial)
    let source = unsafe batch.base + Int(value.offset)
    let count = Int(value.length)
    if unsafe value.kind == .encoded || value.kind == .jsonString && memchr(source, 0x5C, count) != nil {
      entry.rawOffset = UInt32(truncatingIfNeeded: arena.count)
      batch.appendText(of: value, to: &arena)
      entry.rawCount = UInt32(truncatingIfNeeded: arena.count) - entry.rawOffset
    } else {
      entry.isInBatch = true
      entry.rawCount = value.length
    }
    entry.foldedOffset = UInt32(truncatingIfNeeded: arena.count)
    // The fold may need more room than its source; the source must not move while it is read.
    arena.reserve(arena.count + 3 * Int(entry.rawCount) + 16)
    let raw = unsafe entry.isInBatch ? source : UnsafePointer(arena.pointer) + Int(entry.rawOffset)
    unsafe Fold.append(raw, count: Int(entry.rawCount), to: &arena)
    entry.foldedCount = UInt32(truncatingIfNeeded: arena.count) - entry.foldedOffset
    return entry
  }
}
