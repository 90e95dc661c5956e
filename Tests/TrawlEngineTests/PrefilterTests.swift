import Testing
import TrawlMatcher
import TrawlRules
import TrawlTestSupport

@testable import TrawlCompiler

/// A prefilter may only weaken a rule, never strengthen it: what a literal is required for contains it.
@Suite struct PrefilterTests {
  /// Every code point of two bytes or less, and some more, by what it folds to.
  private static let partners: [Unicode.Scalar: [Unicode.Scalar]] = {
    var partners: [Unicode.Scalar: [Unicode.Scalar]] = [:]
    for value in Array(0..<0x800 as Range<UInt32>) + [0x1E9E, 0x212A, 0x212B, 0x10400, 0x10428] {
      guard let scalar = Unicode.Scalar(value) else { continue }
      partners[Fold.lowercase(scalar), default: []].append(scalar)
    }
    return partners
  }()

  /// A text that a pattern matches, with other letters of the same fold where case does not matter.
  private func instance(of pattern: TextPattern, _ random: inout SplitMix64) -> String {
    var text = String.UnicodeScalarView()
    func anything() -> Unicode.Scalar { ["a", "é", "\n", "\"", "漢", "K"].randomElement(using: &random)! }
    for element in pattern.elements {
      switch element {
      case .text(let part):
        for scalar in part.unicodeScalars {
          let choices = pattern.isCased ? [] : Self.partners[Fold.lowercase(scalar)] ?? []
          text.append(choices.randomElement(using: &random) ?? scalar)
        }
      case .anyRun: for _ in 0..<Int.random(in: 0...3, using: &random) { text.append(anything()) }
      case .anyOne: text.append(anything())
      case .dash: text.append((["-", "/", "–", "—", "―"] as [Unicode.Scalar]).randomElement(using: &random)!)
      }
    }
    return String(text)
  }

  private func patterns(_ count: Int, seed: UInt64) -> [TextPattern] {
    var random = RandomRules(seed: seed)
    var patterns: [TextPattern] = []
    while patterns.count < count {
      for item in random.rule().items {
        if case .text(let pattern) = item.predicate.test { patterns.append(pattern) }
      }
    }
    return patterns
  }

  @Test func everyTextThatAPatternMatchesHoldsItsLiteral() {
    var random = SplitMix64(seed: 1)
    var literals = 0
    for pattern in patterns(4000, seed: 11) {
      guard let literal = RequiredLiteral.of(pattern) else { continue }
      literals += 1
      for _ in 0..<5 {
        let text = instance(of: pattern, &random)
        #expect(holds(pattern, text), "not an instance of \(pattern): \(text)")
        #expect(contains(Fold.lowercase(text), literal), "\(pattern) \(text)")
      }
    }
    #expect(literals > 3000)
  }

  private func holds(_ pattern: TextPattern, _ text: String) -> Bool {
    Reference.holds(.text(pattern), JSONValue.string(text))
  }

  private func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    part.isEmpty || text.indices.contains { text[$0...].starts(with: part) }
  }
}

/// Expressions put together from pieces, each with texts that it matches.
@Suite struct ExpressionLiteralTests {
  /// A piece of an expression, and texts that it may match.
  static let pieces: [(source: String, texts: [String])] = [
    ("a", ["a"]), ("Ab", ["Ab", "ab", "AB"]), ("kis", ["kis", "KIS", "\u{212A}is", "ki\u{17F}"]),
    ("abc", ["abc", "ABC"]),
    ("xyz+", ["xyz", "xyzzz"]), ("xyz*", ["xy", "xyz"]), ("xyz?", ["xy", "xyz"]),
    ("xyz{0,2}", ["xy", "xyzz"]),
    ("xyz{2}", ["xyzz"]), ("xyz+?", ["xyz", "xyzz"]), ("xyz?+", ["xy", "xyz"]), (".", ["q", "é"]),
    (".*", ["", "qq"]),
    ("[abc]", ["a", "c"]), ("[^abc]", ["d"]), ("[]x]", ["]", "x"]), ("[^]x]", ["a"]),
    (#"[a\]b]"#, ["]", "a"]),
    ("(abc)", ["abc"]), ("(abc)?", ["", "abc"]), ("(?:abc|def)", ["abc", "def"]),
    ("(?:abc)*", ["", "abcabc"]),
    ("(?=a)", [""]), ("(?!zz)", [""]), ("(?<!q)", [""]), ("(?>abc)", ["abc"]), ("(?<n>abc)", ["abc"]),
    (#"\."#, ["."]),
    (#"\\"#, ["\\"]), (#"\d"#, ["7"]), (#"\w+"#, ["w", "ww"]), (#"\s*"#, ["", " "]), (#"\b"#, [""]),
    (#"\x61bc"#, ["abc"]),
    (#"\Qabc\E"#, ["abc"]), (#"\Qa|c\E"#, ["a|c"]), ("(?i)", [""]), ("(?s)", [""]),
    ("(?i:abc)", ["ABC", "abc"]),
    ("(?#abc)", [""]), ("a|b", ["a", "b"]), ("(abc|(de(f|g)))", ["abc", "deg"]),
    ("(a(*ACCEPT)b)", ["a", "ab"]),
    ("(?|abc|def)", ["def"]), ("é", ["é", "É"]), ("aé*b", ["ab", "aéb"]), ("a{,2}", ["a{,2}", "aa", ""]),
    ("a{x}", ["a{x}"]),
    ("^", [""]), ("$", [""]), (#"(ab)\1"#, ["abab"]), ("[[:alpha:]]", ["a"]), ("(?x)a b", ["ab"]),
    (#"\Kabc"#, ["abc"]),
    ("(?i)abc(?-i)", ["ABC"]), (#"\R"#, ["\n"]), (#"\N"#, ["n"]), (#"\h"#, [" "]), ("(?(1)a|b)", ["a", "b"]),
    (#"\pL"#, ["a"]), (#"\cA"#, ["\u{1}"]), (#"\o{101}"#, ["A"]), (#"\N{U+41}"#, ["A"]), (#"\/"#, ["/"]),
    (#"\-x"#, ["-x"]),
  ]

  @Test func everyTextThatAnExpressionIsFoundInHoldsItsLiteral() {
    var random = SplitMix64(seed: 2)
    var (literals, matched) = (0, 0)
    for _ in 0..<20_000 {
      let parts = (0..<Int.random(in: 1...4, using: &random)).map { _ in
        Self.pieces.randomElement(using: &random)!
      }
      let expression = RegularExpression(
        parts.map(\.source).joined(), ignoresCase: Bool.random(using: &random),
        isMultiline: Bool.random(using: &random),
        dotMatchesNewline: Bool.random(using: &random))
      guard let literal = RequiredLiteral.of(expression), compiles(expression) else { continue }
      literals += 1
      for _ in 0..<6 {
        var text = parts.map { $0.texts.randomElement(using: &random)! }.joined()
        if Bool.random(using: &random) { text = String(text.dropLast(Int.random(in: 0...3, using: &random))) }
        guard Reference.holds(.regularExpression(expression), .string(text)) else { continue }
        matched += 1
        let folded = Fold.lowercase(text)
        #expect(
          folded.indices.contains { folded[$0...].starts(with: literal) },
          "/\(expression.pattern)/ is found in '\(text)' without '\(String(decoding: literal, as: UTF8.self))'"
        )
      }
    }
    #expect(literals > 1000 && matched > 2000, "\(literals) literals, \(matched) matches")
  }

  private func compiles(_ expression: RegularExpression) -> Bool {
    (try? Expression(
      expression.pattern, ignoresCase: expression.ignoresCase, isMultiline: expression.isMultiline,
      dotMatchesNewline: expression.dotMatchesNewline, isUnicode: expression.isUnicode)) != nil
  }
}

/// Keywords are looked for in the raw bytes of a record first: however the record is spelled, the gate opens.
@Suite struct GateTests {
  private static let words = [
    "mimikatz", "sekurlsa::logonpasswords", "kiki", "C:\\Windows\\Temp", "https://evil.example/k", "größe K",
    "a\"quoted\"k",
    "ПРИВЕТ kit", "tab\there", "ki*ik?k",
  ]

  private func rule(_ word: String) -> Rule {
    var elements: [TextPattern.Element] = [.anyRun]
    for character in word.unicodeScalars {
      elements.append(character == "*" ? .anyRun : character == "?" ? .anyOne : .text(String(character)))
    }
    return Rule(
      id: word, title: word, location: Location(file: ""), logSource: LogSource(product: "corpus"),
      items: [
        Rule.Item(
          predicate: Predicate(.anyValue, .text(TextPattern(elements + [.anyRun]))),
          searchIdentifier: "keywords",
          field: nil, modifiers: [], value: word)
      ], condition: .item(0))
  }

  /// A letter of the same fold, spelled in one of the ways that JSON has.
  private func spelled(_ scalar: Unicode.Scalar, _ random: inout SplitMix64) -> String {
    var scalar = scalar
    let upper = Array(scalar.properties.uppercaseMapping.unicodeScalars)
    if upper.count == 1, Bool.random(using: &random) { scalar = upper[0] }
    if scalar == "k" || scalar == "K", Bool.random(using: &random) { scalar = "\u{212A}" }
    if scalar == "i" || scalar == "I", Bool.random(using: &random) { scalar = "\u{130}" }
    if scalar == "/", Bool.random(using: &random) { return "\\/" }
    let mustEscape = scalar == "\"" || scalar == "\\" || scalar.value < 0x20
    if mustEscape || Bool.random(using: &random) {
      return scalar.utf16.map { unit in
        let digits = String(unit, radix: 16, uppercase: Bool.random(using: &random))
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }.joined()
    }
    return String(scalar)
  }

  @Test func aKeywordIsFoundHoweverTheRecordSpellsIt() throws {
    let engine = try EngineUnderTest(Self.words.map(rule), given: LogSource(product: "corpus"))
    #expect(engine.report.gates == 1 && engine.report.unannounced == [])
    var random = SplitMix64(seed: 3)
    for word in Self.words {
      let text = word.replacing("*", with: "").replacing("?", with: "x")
      let events = (0..<200).map { _ in
        let spelling = text.unicodeScalars.map { spelled($0, &random) }.joined()
        return #"{"x":"before \#(spelling) after"}"#
      }
      for (event, found) in zip(events, try engine.matches(events)) {
        #expect(found.contains(word), "\(event)")
      }
    }
  }

  @Test func aClosedGateKeepsARecordFromBeingLookedAt() throws {
    let engine = try EngineUnderTest([rule("mimikatz")], given: LogSource(product: "corpus"))
    var matcher = try Matcher(engine.ruleset)
    matcher.matchLines([#"{"x":"mimi katz"}"#, #"{"x":"mimikatz"}"#, #"{"x":"nothing"}"#], engine.ruleset)
    let (open, candidates, matches) = (
      matcher.counts.openGates, matcher.counts.candidates, matcher.matches.count
    )
    #expect(open == 1 && candidates == 1 && matches == 1)
  }

  /// Events of a narrow log source are asked once for its keywords and those of wider ones.
  @Test func oneGateAnswersForWiderLogSourcesToo() throws {
    func rule(_ word: String, for source: LogSource) -> Rule {
      var rule = self.rule(word)
      rule.logSource = source
      return rule
    }
    let rules = [
      rule("everywhere", for: LogSource(product: "windows")),
      rule("creation", for: LogSource(product: "windows", category: "process_creation")),
      rule("auditing", for: LogSource(product: "windows", service: "security")),
    ]
    let engine = try EngineUnderTest(rules)
    let events = ["everywhere creation auditing", "creation", "auditing", "everywhere", "nothing"]
    func found(_ channel: String, _ eventID: Int) throws -> [[String]] {
      try engine.matches(
        events.map { #"{"Channel":"\#(channel)","EventID":\#(eventID),"x":"\#($0)"}"# })
    }
    #expect(
      try found("Microsoft-Windows-Sysmon/Operational", 1)
        == [["everywhere", "creation"], ["creation"], [], ["everywhere"], []])
    #expect(
      try found("Security", 4624) == [["everywhere", "auditing"], [], ["auditing"], ["everywhere"], []])
    #expect(
      try found("Microsoft-Windows-Sysmon/Operational", 3) == [["everywhere"], [], [], ["everywhere"], []])
    var matcher = try Matcher(engine.ruleset)
    matcher.matchLines(
      [#"{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"x":"everywhere creation"}"#],
      engine.ruleset)
    let open = matcher.counts.openGates
    #expect(open == 1)
  }
}

/// What announces a rule is what is rare.
@Suite struct AnnouncementTests {
  /// A long literal of every quiet machine against a short one that none has.
  @Test func whatQuietMachinesLogAnnouncesNothing() throws {
    let items = [
      ("Image", TextPattern.endsWith("\\svchost.exe")), ("CommandLine", .contains("zq-9x")),
    ].map { field, pattern in
      Rule.Item(
        predicate: Predicate(.field(field), .text(pattern)), searchIdentifier: "s", field: field,
        modifiers: [], value: "")
    }
    let source = LogSource(product: "corpus")
    let rule = Rule(
      id: "r", title: "", location: Location(file: ""), logSource: source, items: items,
      condition: .all([.item(0), .item(1)]))
    let engine = try EngineUnderTest([rule], given: source)
    var matcher = try Matcher(engine.ruleset)
    matcher.matchLines(
      [
        #"{"Image":"C:\\Windows\\System32\\svchost.exe","CommandLine":"svchost.exe -k netsvcs"}"#,
        #"{"Image":"C:\\Windows\\System32\\svchost.exe","CommandLine":"svchost.exe zq-9x"}"#,
      ], engine.ruleset)
    let (candidates, matches) = (matcher.counts.candidates, matcher.matches.count)
    #expect(candidates == 1 && matches == 1)
  }
}
