/// What was found in an element of XML, on its way to a value.
struct XMLContent {
  /// The attributes, and then the elements: those of one name are a list.
  var members: [KQLMember] = []
  var text: [UInt8] = []
  private var children: [KQLMember] = []
  private var places: [[UInt8]: Int] = [:]
  /// Of children of which there are several.
  private var lists: [Int: [KQLValue]] = [:]

  mutating func add(_ child: KQLMember) {
    if let place = places[Array(child.name.utf8)] {
      lists[place, default: [children[place].value]].append(child.value)
    } else {
      places[Array(child.name.utf8)] = children.count
      children.append(child)
    }
  }

  /// A text alone stands for itself, and nothing for null.
  var value: KQLValue {
    let text = XMLContent.scalar(text)
    if members.isEmpty && children.isEmpty { return text ?? .null(.dynamic) }
    let elements = children.enumerated().map { place, child in
      KQLMember(child.name, lists[place].map { .list($0) } ?? child.value)
    }
    return .bag(KQLMember.lastOfEach(members + (text.map { [KQLMember("#text", $0)] } ?? []) + elements))
  }

  private static func scalar(_ bytes: [UInt8]) -> KQLValue? {
    let isBlank = { (byte: UInt8) in byte <= 0x20 }
    guard let first = bytes.firstIndex(where: { !isBlank($0) }),
      let last = bytes.lastIndex(where: { !isBlank($0) })
    else { return nil }
    let text = String(decoding: bytes[first...last], as: UTF8.self)
    guard bytes[first] == UInt8(ascii: "-") || (0x30...0x39).contains(bytes[first]) else {
      return .string(text)
    }
    switch KQLValue(json: text) {
    case .integer(let number): return .integer(number)
    case .real(let number): return .real(number)
    default: return .string(text)
    }
  }
}
