import Glibc
import TrawlEvents

/// Templates of the chunks before, each with what it was compiled to: most chunks of a log define the same ones again.
///
/// A definition is known by its identifier and by every byte of it, but for where in the chunk the names lie that it
/// refers to; those are compared as texts. Comparing costs a fifth of compiling.
struct TemplateCache: ~Copyable {
  /// A name that a definition has.
  struct Name: BitwiseCopyable {
    /// Of the reference to it, from the start of the definition's elements.
    var place: UInt32
    /// Whether it lies behind the reference, and so among the definition's bytes.
    var isHere: Bool
    /// Of a name that lies elsewhere: its UTF-16 in `bytes`.
    var text: UInt32 = 0
    var length: UInt32 = 0
  }

  /// A name that was read: where the reference to it stood in the chunk, and where it said that the name is.
  struct Reading: BitwiseCopyable {
    var place: UInt32
    var target: UInt32
  }

  struct Key: BitwiseCopyable, Equatable {
    var identifier: SIMD2<UInt64>
    var size: UInt32
    /// The member that the template lies in.
    var parent: UInt32

    var hash: Int {
      let mixed = (identifier[0] ^ identifier[1] &* 31 ^ UInt64(parent) << 32 ^ UInt64(size))
      return Int(truncatingIfNeeded: (mixed &* 0x9E37_79B9_7F4A_7C15) >> 40)
    }
  }

  struct Entry: BitwiseCopyable {
    var key: Key
    var firstByte: UInt32
    var firstName: UInt32
    var nameCount: UInt32
    var firstItem: UInt32
    var itemCount: UInt32
  }

  private var entries = Block<Entry>(capacity: 64)
  /// The number of an entry plus one, or 0.
  private var slots = Block<UInt32>(repeating: 0, count: slotCount)
  private var names = Block<Name>(capacity: 1024)
  private var bytes = Block<UInt8>(capacity: 1 << 14)
  /// Names that were read since the record, or the definition that is compiled, began.
  var readings = Block<Reading>(capacity: 256)

  private static let slotCount = 1024
  /// So many templates of one key are told apart: they differ in which names they are the first to have.
  private static let longestProbe = 8

  var isFull: Bool { entries.count > TemplateCache.slotCount / 2 || bytes.count > 4 << 20 }

  mutating func clear() {
    entries.truncate(to: 0)
    names.truncate(to: 0)
    bytes.truncate(to: 0)
    for slot in 0..<slots.count { slots[slot] = 0 }
  }

  /// The items of a definition whose elements begin at `start`, or nil.
  func find(_ key: Key, at start: Int, in chunk: ByteRegion) -> (first: UInt32, count: UInt32)? {
    for probe in 0..<TemplateCache.longestProbe {
      let slot = slots[(key.hash &+ probe) & (TemplateCache.slotCount - 1)]
      if slot == 0 { return nil }
      let entry = entries[Int(slot) - 1]
      if entry.key == key, isSame(entry, at: start, in: chunk) { return (entry.firstItem, entry.itemCount) }
    }
    return nil
  }

  private func isSame(_ entry: Entry, at start: Int, in chunk: ByteRegion) -> Bool {
    guard let found = unsafe chunk.bytes(start, Int(entry.key.size))?.baseAddress else { return false }
    let known = unsafe UnsafeRawPointer(bytes.pointer + Int(entry.firstByte))
    var place = 0
    for index in Int(entry.firstName)..<Int(entry.firstName + entry.nameCount) {
      let name = names[index]
      let reference = Int(name.place)
      guard unsafe memcmp(found + place, known + place, reference - place) == 0,
        isSame(name, referredAt: start + reference, in: chunk)
      else { return false }
      // Behind a name's reference lies its link to another, if it is here.
      place = reference + (name.isHere ? 8 : 4)
    }
    return unsafe memcmp(found + place, known + place, Int(entry.key.size) - place) == 0
  }

  private func isSame(_ name: Name, referredAt place: Int, in chunk: ByteRegion) -> Bool {
    guard let target = chunk.load(place, UInt32.self) else { return false }
    if name.isHere || Int(target) == place + 4 { return name.isHere && Int(target) == place + 4 }
    guard let count = chunk.load(Int(target) + 6, UInt16.self), 2 * UInt32(count) == name.length,
      let text = unsafe chunk.bytes(Int(target) + 8, Int(name.length))?.baseAddress
    else { return false }
    return unsafe memcmp(text, bytes.pointer + Int(name.text), Int(name.length)) == 0
  }

  /// Keeps what a definition was compiled to, the names of which are in `readings`.
  mutating func keep(_ key: Key, at start: Int, in chunk: ByteRegion, items: Range<Int>) {
    var slot = key.hash & (TemplateCache.slotCount - 1)
    var probes = 1
    while slots[slot] != 0 {
      if probes == TemplateCache.longestProbe { return }
      slot = (slot + 1) & (TemplateCache.slotCount - 1)
      probes += 1
    }
    guard let elements = unsafe chunk.bytes(start, Int(key.size)), lieWithin(start + Int(key.size), chunk)
    else {
      return
    }
    let (firstByte, firstName) = (bytes.count, names.count)
    unsafe bytes.append(contentsOf: elements)
    for index in 0..<readings.count { keep(readings[index], from: start, in: chunk) }
    entries.append(
      Entry(
        key: key, firstByte: UInt32(firstByte), firstName: UInt32(firstName),
        nameCount: UInt32(names.count - firstName), firstItem: UInt32(items.lowerBound),
        itemCount: UInt32(items.count)))
    slots[slot] = UInt32(entries.count)
  }

  /// Whether all names that are here end before `end`; a processing instruction's may run over it.
  private func lieWithin(_ end: Int, _ chunk: ByteRegion) -> Bool {
    for index in 0..<readings.count where readings[index].target == readings[index].place + 4 {
      let name = Int(readings[index].target)
      guard let count = chunk.load(name + 6, UInt16.self), name + 8 + 2 * Int(count) <= end else {
        return false
      }
    }
    return true
  }

  private mutating func keep(_ reading: Reading, from start: Int, in chunk: ByteRegion) {
    var name = Name(
      place: reading.place - UInt32(start), isHere: reading.target == reading.place + 4,
      text: UInt32(bytes.count))
    if !name.isHere, let count = chunk.load(Int(reading.target) + 6, UInt16.self),
      let text = unsafe chunk.bytes(Int(reading.target) + 8, 2 * Int(count))
    {
      name.length = 2 * UInt32(count)
      unsafe bytes.append(contentsOf: text)
    }
    names.append(name)
  }
}
