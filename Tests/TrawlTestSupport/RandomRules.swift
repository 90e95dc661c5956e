import TrawlRules

/// Rules and events by chance, made to meet often: few names, few letters, and events that take their values from the
/// rules. The same seed gives the same rules and events.
public struct RandomRules: Sendable {
  var random: SplitMix64
  private var made = 0

  public init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// Names that rules ask for and events have.
  static let fields = [
    "f", "g", "Image", "a.b", "a.b.c", "EventID", "Channel", "Computer", "x_y", "größe",
    "f_k", "Provider_Name", "winlog.f",
  ]

  /// Letters with their folding partners, everything that escapes, wildcards as text, blanks and controls.
  static let letters = [
    "a", "A", "b", "B", "c", "k", "K", "\u{212A}", "i", "I", "\u{130}", "ı", "ß", "\u{1E9E}", "s", "S", "ſ",
    "é",
    "e\u{301}", "Σ", "σ", "ς", "漢", "😀", "𐐀", "𐐨", " ", "\\", "/", "\"", "*", "?", "-", "–", "\n", "\t", "\r",
    "\u{0}", "\u{7F}", "\u{2028}", "0", "1", "7", ".", "%", "'",
  ]

  /// Fewer of them, for texts that are to meet.
  static let commonLetters = ["a", "A", "b", "k", "K", "i", "s", "1", " ", "\\", "-", "/"]

  /// A rule of one to five items.
  public mutating func rule() -> Rule {
    made += 1
    var items: [Rule.Item] = []
    for index in 0..<random.count(1...5) { items.append(item(index)) }
    return Rule(
      id: "random-\(made)", title: "Random \(made)", location: Location(file: "random"),
      logSource: logSource(),
      items: items, condition: condition(items.count, depth: 3))
  }

  /// So many rules.
  public mutating func rules(_ count: Int) -> [Rule] { (0..<count).map { _ in rule() } }

  /// Most rules look at events of `RandomRules.given`, some at Windows events.
  private mutating func logSource() -> LogSource {
    if random.chance(85) { return Self.given }
    return random.pick([
      LogSource(product: "windows"), LogSource(product: "windows", category: "process_creation"),
      LogSource(product: "windows", service: "security"), LogSource(category: "antivirus"),
      LogSource(product: "linux"), LogSource(category: "webserver"),
      LogSource(category: "process_creation"), LogSource(service: "security"),
      LogSource(product: "windows", category: "process_creation", service: "security"),
      LogSource(product: "windows", category: "process_creation", service: "sysmon"),
      LogSource(product: "aws", service: "cloudtrail"), LogSource(product: "zeek", service: "dns"),
      LogSource(product: "linux", category: "process_creation"),
    ])
  }

  /// What `--logsource` says for random events without a channel.
  public static let given = LogSource(product: "corpus")

  private mutating func condition(_ items: Int, depth: Int) -> Condition {
    if depth == 0 || random.chance(30) { return .item(random.count(0...(items - 1))) }
    if random.chance(20) { return .not(condition(items, depth: depth - 1)) }
    let count = random.chance(3) ? 0 : random.count(1...4)
    let parts = (0..<count).map { _ in condition(items, depth: depth - 1) }
    return random.chance(50) ? .all(parts) : .any(parts)
  }

  private mutating func item(_ index: Int) -> Rule.Item {
    let isKeyword = random.chance(15)
    let field = random.pick(Self.fields)
    let subject = random.chance(8) ? Predicate.Subject.part(.fileName, field) : .field(field)
    let predicate = isKeyword ? Predicate(.anyValue, keyword()) : Predicate(subject, test())
    return Rule.Item(
      predicate: predicate, searchIdentifier: "s\(index)", field: isKeyword ? nil : field, modifiers: [],
      value: "\(predicate.test)")
  }

  private mutating func keyword() -> Test {
    if random.chance(10) { return needle() }
    return random.chance(90) ? .text(TextPattern([.anyRun] + elements() + [.anyRun])) : expression()
  }

  private mutating func needle() -> Test {
    let text = random.chance(4) ? "" : text(1...4)
    return Needle(text, random.pick(Needle.Place.allCases), isCased: random.chance(20)).test
  }

  private mutating func test() -> Test {
    switch random.count(0...99) {
    case 0..<40: .text(pattern())
    case 40..<55: needle()
    case 55..<64: expression()
    case 64..<69: .network(random.pick(Self.networks))
    case 69..<79: .number(comparison(), number())
    case 79..<84: .null
    case 84..<88: .present
    case 88..<91:
      .column(random.pick(Self.fields), random.pick(Needle.Place.allCases), isCased: random.chance(30))
    case 91..<96:
      .field(random.pick(Self.fields), random.pick([.equals, .contains, .startsWith, .endsWith]))
    default:
      .timePart(random.pick(TimePart.allCases), comparison(), random.pick([0, 1, 3, 12, 31, 52, 2026]))
    }
  }

  private mutating func comparison() -> Comparison {
    random.pick([.equal, .less, .lessOrEqual, .greater, .greaterOrEqual])
  }

  private mutating func number() -> Number {
    random.chance(70)
      ? .integer(random.pick([0, 1, -1, 7, 10, 4688, .max, .min, 9_007_199_254_740_993]))
      : .real(random.pick([0.5, 1.0, -1.5, 1e3, 9.75]))
  }
}

extension RandomRules {
  private mutating func pattern() -> TextPattern {
    var elements = elements()
    switch random.count(0...5) {
    case 0: elements = [.anyRun] + elements + [.anyRun]
    case 1: elements.append(.anyRun)
    case 2: elements.insert(.anyRun, at: 0)
    case 3: elements.insert(random.pick([.anyRun, .anyOne]), at: random.count(0...elements.count))
    default: break
    }
    return TextPattern(elements, isCased: random.chance(12))
  }

  private mutating func elements() -> [TextPattern.Element] {
    if random.chance(4) { return [] }
    var elements: [TextPattern.Element] = [.text(text(1...4))]
    while random.chance(25) {
      elements.append(random.pick([.anyRun, .anyOne, .anyOne, .dash, .text(text(1...3))]))
      elements.append(.text(text(1...3)))
    }
    if random.chance(8) { elements.insert(.dash, at: 0) }
    return elements
  }

  mutating func text(_ length: ClosedRange<Int>) -> String {
    let letters = random.chance(60) ? Self.commonLetters : Self.letters
    return (0..<random.count(length)).map { _ in random.pick(letters) }.joined()
  }

  private mutating func expression() -> Test {
    .regularExpression(
      RegularExpression(
        random.pick(Self.expressions), ignoresCase: random.chance(30), isMultiline: random.chance(25),
        dotMatchesNewline: random.chance(25), isUnicode: random.chance(20)))
  }

  static let expressions = [
    "a+b", "^a", "a$", "^[abk]{2,3}$", "(a|b)k", "(?<!a)b", "a(?=b)", "(a|k)\\1", "a.b", "\\d+", "^\\w+$",
    "\\s", "\\bA",
    "k", "ß", "é", "^$", "[^a]b", "a{2,}", "\\\\", "\\x2d", "i.?s", "1\\d*", "(?i)ab", "^.{3}$", "a\\nb",
    "\\.|/", "s[^\\\\]*k",
    "σ", "[k-m]", "x*",
  ]

  static let networks = [
    Network(address: [10, 0, 0, 0], prefixLength: 8), Network(address: [192, 168, 1, 0], prefixLength: 25),
    Network(address: [0, 0, 0, 0], prefixLength: 0), Network(address: [192, 168, 1, 7], prefixLength: 32),
    Network(address: [0xFE, 0x80] + Array(repeating: 0, count: 14), prefixLength: 10),
    Network(address: Array(repeating: 0, count: 15) + [1], prefixLength: 128),
    Network(address: [0x20, 0x01, 0x0D, 0xB8] + Array(repeating: 0, count: 12), prefixLength: 33),
  ]
}
