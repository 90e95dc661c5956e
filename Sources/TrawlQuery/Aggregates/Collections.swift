import TrawlRows

/// `make_set(x)`: distinct values in the order in which they first come. Of a list its elements are taken, so that sets of
/// sets join.
struct ValueSet: Accumulator {
  let limit: Int
  private var seen: Set<[UInt8]> = []
  private var elements: [KQLValue] = []

  init(limit: Int) { self.limit = limit }

  mutating func add(_ values: [KQLValue]) -> Int {
    guard let value = values.first else { return 0 }
    guard case .list(let members) = value else { return insert(value) }
    return members.reduce(0) { $0 + insert($1) }
  }

  private mutating func insert(_ value: KQLValue) -> Int {
    guard elements.count < limit, !value.isNull else { return 0 }
    let bytes = RowCode.bytes([value])
    guard seen.insert(bytes).inserted else { return 0 }
    elements.append(value)
    return value.footprint + 48 + bytes.count
  }

  var results: [KQLValue] { [.list(elements)] }
}

/// `make_list(x)`.
struct ValueList: Accumulator {
  let limit: Int
  let keepsNulls: Bool
  private var elements: [KQLValue] = []

  init(limit: Int, keepsNulls: Bool) {
    self.limit = limit
    self.keepsNulls = keepsNulls
  }

  mutating func add(_ values: [KQLValue]) -> Int {
    guard let value = values.first, elements.count < limit, keepsNulls || !value.isNull else { return 0 }
    elements.append(value)
    return value.footprint
  }

  var results: [KQLValue] { [.list(elements)] }
}

/// `make_bag(x)`: the members of all bags; of a repeated name the first counts.
struct ValueBag: Accumulator {
  let limit: Int
  private var names: Set<[UInt8]> = []
  private var members: [KQLMember] = []

  init(limit: Int) { self.limit = limit }

  mutating func add(_ values: [KQLValue]) -> Int {
    guard case .bag(let added)? = values.first else { return 0 }
    var bytes = 0
    for member in added where members.count < limit && names.insert(Array(member.name.utf8)).inserted {
      members.append(member)
      bytes += 64 + 2 * member.name.utf8.count + member.value.footprint
    }
    return bytes
  }

  var results: [KQLValue] { [.bag(members)] }
}
