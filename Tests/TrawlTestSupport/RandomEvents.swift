import TrawlRules

extension RandomRules {
  /// An event as JSON text, with values that these rules look for and others that they nearly do.
  public mutating func event(for rules: [Rule]) -> String {
    var members: [JSONValue.Member] = []
    for _ in 0..<random.count(0...7) {
      let rule = random.pick(rules)
      guard !rule.items.isEmpty else { continue }
      let item = random.pick(rule.items)
      let name = random.chance(80) ? item.field ?? random.pick(Self.fields) : random.pick(Self.fields)
      members.append(placed(name, value(for: item.predicate.test)))
    }
    if random.chance(12) { members += windowsMarks() }
    if random.chance(8) { members += ownLogSource() }
    if random.chance(10) { members += record() }
    members.shuffle(using: &random)
    if random.chance(10), let member = members.first { members.append(repeated(member)) }
    return written(.object(members))
  }

  /// What an event may say of where it comes from, or seem to.
  private mutating func ownLogSource() -> [JSONValue.Member] {
    func member(_ name: String, _ choices: [String]) -> JSONValue.Member {
      JSONValue.Member(name, .string(random.pick(choices)))
    }
    let zeek = member("_path", ["dns", "http", "x"])
    let cloud = ["eventVersion", "eventSource", "eventName", "awsRegion"].map {
      JSONValue.Member($0, .string("a"))
    }
    let product = member("product", ["linux", "Corpus", "x", "Windows", "aws"])
    let category = member("category", ["process_creation", "Webserver", "x", ""])
    let service = member("service", ["security", "cloudtrail", "x"])
    return random.pick([
      [zeek], [zeek, product], cloud, cloud + [category], [product], [product, category],
      [category, service], [product, service], [JSONValue.Member("product", .array([.null, product.value]))],
    ])
  }

  /// Fields of the record: System of EVTX as JSON, or Winlogbeat's.
  private mutating func record() -> [JSONValue.Member] {
    let name = random.pick(["f", "Computer", "Channel", "EventID", "Provider", "x", "System"])
    let attributes = JSONValue.Member(
      random.pick(["#attributes", "@k", "@Name", "k", "xmlns"]),
      random.pick([
        .string(text(0...3)),
        .object([JSONValue.Member(random.pick(["k", "Name", "xmlns"]), .string(text(0...3)))]),
      ]))
    var inner = [attributes]
    if random.chance(40) { inner.append(JSONValue.Member("#text", .string(text(0...3)))) }
    if random.chance(20) { inner.append(JSONValue.Member("f", .string(text(0...3)))) }
    var element = JSONValue.object(inner)
    if random.chance(15) { element = .array([element, .string(text(0...3))].shuffled(using: &random)) }
    if random.chance(25) { element = .string(text(0...3)) }
    if random.chance(5) { element = .array([]) }
    let members = [JSONValue.Member(name, element)]
    let path = random.pick([
      ["System"], ["Event", "System"], ["winlog"], ["winlog", "event_data"], ["winlog", "user_data"],
      ["Event", "EventData"], ["EventData"], ["UserData", "X"], ["Event", "UserData"], ["Event"],
      ["Event", "RenderingInfo"], ["Event", "UserData", "X", "f"],
    ])
    var value = JSONValue.object(members)
    for name in path.dropFirst().reversed() { value = .object([JSONValue.Member(name, value)]) }
    let aliases = [
      "winlog.channel", "winlog.event_id", "Hostname", "computer_name", "source_name", "winlog.f", "f_k",
    ]
    if random.chance(20) { return [JSONValue.Member(random.pick(aliases), element)] }
    if random.chance(15) {
      let inner = JSONValue.Member(
        random.pick(["channel", "event_id", "computer_name", "provider_name", "f"]), element)
      return [JSONValue.Member("winlog", .object([inner]))]
    }
    return [JSONValue.Member(path[0], random.chance(8) ? .array([value]) : value)]
  }

  /// The member again, with another value.
  private mutating func repeated(_ member: JSONValue.Member) -> JSONValue.Member {
    JSONValue.Member(member.name, random.pick([.null, .string(text(0...3)), .object([]), member.value]))
  }

  private mutating func windowsMarks() -> [JSONValue.Member] {
    let channel = random.pick([
      "Security", "security", "Microsoft-Windows-Sysmon/Operational", "System", "", "x",
    ])
    let id = random.pick([
      JSONValue.number("1"), .string("1"), .number("4688"), .string("4688"), .number("1.0"), .null,
    ])
    let (channelName, idName) = random.pick([
      ("Channel", "EventID"), ("log_name", "event_id"), ("Channel", "event_id"),
    ])
    let marks = [JSONValue.Member(channelName, .string(channel)), JSONValue.Member(idName, id)]
    switch random.count(0...3) {
    case 0: return [JSONValue.Member("System", .object(marks))]
    case 1: return [JSONValue.Member("Event", .object([JSONValue.Member("System", .object(marks))]))]
    default: return marks
    }
  }

  /// The field at its own name, along its path, or within one of the containers whose members are fields.
  private mutating func placed(_ name: String, _ value: JSONValue) -> JSONValue.Member {
    var member = JSONValue.Member(random.chance(4) ? name.prefix(1) + " " + name.dropFirst() : name, value)
    let parts = name.split(separator: ".").map(String.init)
    if parts.count > 1, random.chance(65) {
      member = JSONValue.Member(parts.last!, value)
      for part in parts.dropLast().reversed() { member = JSONValue.Member(part, around(member)) }
    }
    if random.chance(3), case .object(let inner) = member.value, inner.count == 1 {
      return JSONValue.Member("\(member.name).\(inner[0].name)", inner[0].value)
    }
    switch random.count(0...19) {
    case 0: return JSONValue.Member("EventData", .object([member]))
    case 1: return JSONValue.Member("event_data", .object([member]))
    case 2:
      return JSONValue.Member("winlog", .object([JSONValue.Member("event_data", .object([member]))]))
    case 3: return JSONValue.Member("Event", .object([JSONValue.Member("EventData", .object([member]))]))
    case 4: return JSONValue.Member("UserData", .object([JSONValue.Member("Any", .object([member]))]))
    case 5: return JSONValue.Member("other", .object([member]))
    default: return member
    }
  }

  private mutating func around(_ member: JSONValue.Member) -> JSONValue {
    let object = JSONValue.object(
      random.chance(20) ? [JSONValue.Member("z", .number("1")), member] : [member])
    return random.chance(25) ? .array([.object([]), object, .string("a")].shuffled(using: &random)) : object
  }

  private mutating func value(for test: Test) -> JSONValue {
    if random.chance(12) {
      let count = random.count(0...3)
      return .array((0..<count).map { _ in scalar(for: test) })
    }
    if random.chance(3) {
      return .object([JSONValue.Member(random.pick(["k", "b", "#text"]), scalar(for: test))])
    }
    return scalar(for: test)
  }

  private mutating func scalar(for test: Test) -> JSONValue {
    switch random.count(0...19) {
    case 0: return .null
    case 1: return .bool(random.chance(50))
    case 2: return .number(random.pick(Self.numbers))
    case 3: return .string(text(0...5))
    case 4: return .string(random.pick(Self.addresses + Self.times + Self.numbers))
    default: break
    }
    switch test {
    case .text(let pattern): return .string(instance(of: pattern))
    case .needle(let needle): return .string(instance(of: needle.pattern))
    case .network: return .string(random.pick(Self.addresses))
    case .number:
      let text = random.pick(Self.numbers)
      return random.chance(50) ? .number(text) : .string(random.pick([text, "0\(text)", "\(text) ", "0x1"]))
    case .timePart: return .string(random.pick(Self.times))
    default: return .string(text(0...4))
    }
  }

  /// A text that the pattern matches, or would but for a little.
  private mutating func instance(of pattern: TextPattern) -> String {
    var text = ""
    for element in pattern.elements {
      switch element {
      case .text(let part): text += random.chance(50) ? part : recased(part)
      case .anyRun: text += self.text(0...3)
      case .anyOne: text += random.pick(Self.letters)
      case .dash: text += random.pick(["-", "/", "\u{2013}", "\u{2014}", "\u{2015}", "\u{2212}", "x"])
      }
    }
    var scalars = Array(text.unicodeScalars)
    if random.chance(15), !scalars.isEmpty { scalars.remove(at: random.count(0...(scalars.count - 1))) }
    if random.chance(10) { scalars += Array(self.text(1...2).unicodeScalars) }
    return String(String.UnicodeScalarView(scalars))
  }

  private mutating func recased(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let partners = Self.letters.filter {
        comparable($0, isCased: false) == comparable(String(scalar), isCased: false)
      }
      result += partners.isEmpty ? String(scalar) : random.pick(partners)
    }
    return result
  }

  static let numbers = [
    "0", "1", "-1", "7", "10", "4688", "4688.0", "1.0", "0.5", "1e3", "-1.5", "9.75", "1E-2", "-0",
    "9223372036854775807",
    "-9223372036854775808", "9223372036854775808", "9007199254740993", "9007199254740992", "1e400",
  ]

  static let addresses = [
    "10.1.2.3", "10.1.2.256", "11.0.0.1", "192.168.1.7", "192.168.1.128", "192.168.1.07", "::1",
    "0:0:0:0:0:0:0:1",
    "fe80::1", "FE80::1%eth0", "fec0::1", "2001:db8::1", "2001:DB8:8000::1", "::ffff:10.0.0.1", "10.1.2",
    "1:2", "",
  ]

  static let times = [
    "2026-01-01T00:00:00Z", "2026-12-31T23:59:59.999Z", "2026-03-12 03:12:31", "2024-12-31T12:00:00+02:00",
    "2026-01-31T01:00:00-0330", "2026-03-12", "03:12", "2026-3-12T00:00:00Z", "1772700000", "1772700000123",
  ]
}
