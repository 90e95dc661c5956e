import Glibc
import TrawlEvents

/// What a decoder knows of a member by its object and its key as spelled: the answer of `FieldModel`.
struct KeyNode: BitwiseCopyable {
  var first: FieldID = 0
  var second: FieldID = 0
  var firstRank: UInt8 = 0
  var secondRank: UInt8 = 0
  /// Raw value of the mark plus one, or 0.
  var mark: UInt8 = 0
  var markRank: UInt8 = 0
  var isDropped = false
  /// See `Member.isLeaf`.
  var isLeaf = false
  /// Whether it stands for members of several names.
  var isShared = false
  /// Fields beyond the second, in `KeyCache.extras`.
  var extraCount: UInt8 = 0
  var firstExtra: UInt32 = 0
  /// The object in which the member was seen last, and the token of its key there.
  var object: UInt32 = 0
  var token: UInt32 = 0
}

/// A field, and how it ranks where it was found.
struct RankedField: BitwiseCopyable {
  var field: FieldID
  var rank: UInt8
}

/// The members met so far, each a node; found by the node of its object and the raw bytes of its key. Node 0 is the
/// event itself.
///
/// Bounded: whoever feeds it ever new keys has it emptied between events.
struct KeyCache: ~Copyable {
  struct Slot: BitwiseCopyable {
    var node: UInt32 = 0
    var parent: UInt32 = 0
    var head: UInt64 = 0
    var tail: UInt64 = 0
    var length: UInt32 = 0
    var textOffset: UInt32 = 0
  }

  private let model: FieldModel
  private var slots = Block<Slot>(repeating: Slot(), count: 1024)
  private var mask = 1023
  private var texts = Block<UInt8>(capacity: 16384)
  private var places: [Place] = [Place()]
  private(set) var extras = Block<RankedField>()
  /// Slots that are taken.
  private var used = 0
  /// Of members beyond `mostKeys`; 0 is none.
  private var shared: UInt32 = 0
  private var sharedSection: UInt32 = 0

  /// So many keys of a batch are told apart; of the others, those that are no fields are all one. Bounds the memory for
  /// a giant line of ever new keys; the price is that repeated ones among them all count for keywords.
  private static let mostKeys = 1 << 16

  var nodes = Block<KeyNode>(capacity: 1024)

  init(model: FieldModel) {
    self.model = model
    nodes.append(KeyNode())
  }

  /// Whether a member is the element System.
  func isSystem(_ node: UInt32) -> Bool {
    Int(node) < places.count && places[Int(node)].role == .system
  }

  /// Between events: starts over when there are too many keys to keep; true when nodes are no longer what they were.
  @discardableResult
  mutating func boundMemory() -> Bool {
    guard nodes.count > 8192 || used > 16384 || texts.count > 4 << 20 else { return false }
    slots = Block(repeating: Slot(), count: 1024)
    mask = 1023
    texts = Block(capacity: 16384)
    places = [Place()]
    extras = Block()
    nodes = Block(capacity: 1024)
    nodes.append(KeyNode())
    (used, shared, sharedSection) = (0, 0, 0)
    return true
  }

  /// The node of a member. `key` lies in padded memory: 8 bytes from any of its bytes may be read.
  @unsafe @inline(__always)
  mutating func node(of key: UnsafePointer<UInt8>, count: Int, in parent: UInt32) -> UInt32 {
    let (head, tail) = unsafe KeyCache.words(key, count)
    var index = KeyCache.hash(head, tail, count, parent) & mask
    while slots[index].node != 0 {
      let slot = slots[index]
      if slot.head == head, slot.tail == tail, slot.length == UInt32(count), slot.parent == parent,
        unsafe count <= 16 || middleIsEqual(slot, key, count)
      {
        return slot.node
      }
      index = (index + 1) & mask
    }
    return unsafe insert(key, count: count, in: parent)
  }

  /// The first and last 8 bytes; a shorter key in one word, filled up with zeros.
  @inline(__always)
  private static func words(_ key: UnsafePointer<UInt8>, _ count: Int) -> (UInt64, UInt64) {
    let head = unsafe UnsafeRawPointer(key).loadUnaligned(as: UInt64.self)
    if count >= 8 {
      return unsafe (head, UnsafeRawPointer(key + count - 8).loadUnaligned(as: UInt64.self))
    }
    return (head & ((1 << (UInt64(count) &* 8)) &- 1), 0)
  }

  @inline(__always)
  private static func hash(_ head: UInt64, _ tail: UInt64, _ count: Int, _ parent: UInt32) -> Int {
    var hash = (head ^ (UInt64(parent) &* 0x9E37_79B9_7F4A_7C15)) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ (hash &>> 32) ^ tail ^ UInt64(truncatingIfNeeded: count)) &* 0xC4CE_B9FE_1A85_EC53
    return Int(truncatingIfNeeded: hash &>> 32)
  }

  private func middleIsEqual(_ slot: Slot, _ key: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    for index in 8..<(count - 8) where unsafe texts[Int(slot.textOffset) + index] != key[index] {
      return false
    }
    return true
  }

  @inline(never)
  private mutating func insert(_ key: UnsafePointer<UInt8>, count: Int, in parent: UInt32) -> UInt32 {
    let bytes = unsafe UnsafeBufferPointer(start: key, count: count)
    let name = unsafe JSONText.unescaped(bytes)
    if unsafe bytes.contains(UInt8(ascii: "\\")) {
      // However a key is spelled, it has one node: that of its spelling with the fewest escapes.
      var usual = Block<UInt8>(capacity: count + 16)
      for byte in name.utf8 {
        if byte == UInt8(ascii: "\\") { usual.append(byte) }
        usual.append(byte)
      }
      let length = usual.count
      if unsafe length != count || memcmp(usual.pointer, key, count) != 0 {
        let node = unsafe self.node(of: usual.paddedPointer(), count: length, in: parent)
        if used < KeyCache.mostKeys { unsafe store(key, count, parent, node) }
        return node
      }
    }
    let member = model.member(name, of: places[Int(parent)])
    if used >= KeyCache.mostKeys, member.isNowhere { return sharedNode(member.place.role == .section) }
    let node = append(member)
    unsafe store(key, count, parent, node)
    return node
  }

  /// The node of members beyond `mostKeys` that are no fields, and hold none but leaves of a section.
  private mutating func sharedNode(_ isSection: Bool) -> UInt32 {
    let known = isSection ? sharedSection : shared
    if known != 0 { return known }
    let node = append(Member(place: Place(role: isSection ? .section : .other, scopes: [])))
    nodes[Int(node)].isShared = true
    if isSection { sharedSection = node } else { shared = node }
    return node
  }

  private mutating func append(_ member: Member) -> UInt32 {
    var node = KeyCache.node(member)
    node.firstExtra = UInt32(extras.count)
    for field in member.fields.dropFirst(2).prefix(Int(UInt8.max)) {
      extras.append(RankedField(field: field.id, rank: field.rank))
      node.extraCount += 1
    }
    nodes.append(node)
    places.append(member.place)
    return UInt32(nodes.count - 1)
  }

  private mutating func store(_ key: UnsafePointer<UInt8>, _ count: Int, _ parent: UInt32, _ node: UInt32) {
    used += 1
    if used * 2 > slots.count { growSlots() }
    let (head, tail) = unsafe KeyCache.words(key, count)
    let offset = UInt32(texts.count)
    unsafe texts.append(contentsOf: UnsafeRawBufferPointer(start: key, count: count))
    store(
      Slot(node: node, parent: parent, head: head, tail: tail, length: UInt32(count), textOffset: offset))
  }

  private static func node(_ member: Member) -> KeyNode {
    var node = KeyNode()
    if let field = member.fields.first { (node.first, node.firstRank) = field }
    if member.fields.count > 1 { (node.second, node.secondRank) = member.fields[1] }
    if let mark = member.mark { (node.mark, node.markRank) = (mark.mark.rawValue + 1, mark.rank) }
    node.isDropped = member.isDropped
    node.isLeaf = member.isLeaf
    return node
  }

  private mutating func store(_ slot: Slot) {
    var index = KeyCache.hash(slot.head, slot.tail, Int(slot.length), slot.parent) & mask
    while slots[index].node != 0 { index = (index + 1) & mask }
    slots[index] = slot
  }

  private mutating func growSlots() {
    var old = Block<Slot>(repeating: Slot(), count: slots.count * 2)
    swap(&old, &slots)
    mask = slots.count - 1
    for index in 0..<old.count where old[index].node != 0 { store(old[index]) }
  }
}
