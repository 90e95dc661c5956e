import TrawlEvents

/// What a decoder knows of a member by its object and its key as spelled: the answer of `FieldModel`, in 16 bytes.
struct KeyNode: BitwiseCopyable {
  var first: FieldID = 0
  var second: FieldID = 0
  var firstRank: UInt8 = 0
  var secondRank: UInt8 = 0
  /// Raw value of the mark plus one, or 0.
  var mark: UInt8 = 0
  var markRank: UInt8 = 0
  var isDropped = false
  /// The object in which the member was seen last, and the first of its values there and the one behind its last.
  var object: UInt32 = 0
  var firstValue: UInt32 = 0
  var endValue: UInt32 = 0
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
  var nodes = Block<KeyNode>(capacity: 1024)

  init(model: FieldModel) {
    self.model = model
    nodes.append(KeyNode())
  }

  /// Between events: starts over when there are too many keys to keep.
  mutating func boundMemory() {
    guard nodes.count > 8192 || texts.count > 4 << 20 else { return }
    slots = Block(repeating: Slot(), count: 1024)
    mask = 1023
    texts = Block(capacity: 16384)
    places = [Place()]
    nodes = Block(capacity: 1024)
    nodes.append(KeyNode())
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
    let member = unsafe model.member(JSONText.unescaped(bytes), of: places[Int(parent)])
    let node = UInt32(nodes.count)
    nodes.append(KeyCache.node(member))
    places.append(member.place)
    if nodes.count * 2 > slots.count { growSlots() }
    let (head, tail) = unsafe words(key, count)
    let offset = UInt32(texts.count)
    unsafe texts.append(contentsOf: UnsafeRawBufferPointer(bytes))
    store(
      Slot(node: node, parent: parent, head: head, tail: tail, length: UInt32(count), textOffset: offset))
    return node
  }

  private func words(_ key: UnsafePointer<UInt8>, _ count: Int) -> (UInt64, UInt64) {
    unsafe KeyCache.words(key, count)
  }

  private static func node(_ member: Member) -> KeyNode {
    var node = KeyNode()
    if let field = member.fields.first { (node.first, node.firstRank) = field }
    if member.fields.count > 1 { (node.second, node.secondRank) = member.fields[1] }
    if let mark = member.mark { (node.mark, node.markRank) = (mark.mark.rawValue + 1, mark.rank) }
    node.isDropped = member.isDropped
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
