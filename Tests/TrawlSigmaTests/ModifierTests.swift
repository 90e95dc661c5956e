import Testing
import TrawlRules

/// SEMANTICS 9 to 12 and 14 to 16: what modifiers make of values.
struct ModifierTests {
  @Test(
    "every value of contains|all must be contained, whichever comes first",
    arguments: ["contains|all", "all|contains"])
  func all(modifiers: String) throws {
    let rule = try itemRule("f|\(modifiers): [a, b]")
    #expect(rule.condition == .all([.item(0), .item(1)]))
    #expect(rule.items.map(\.predicate.test) == [.text(.contains("a")), .text(.contains("b"))])
    #expect(try itemRule("f|\(modifiers): a").condition == .item(0))
  }

  @Test("a list of values is one flat any")
  func lists() throws {
    #expect(try itemRule("f: [a, b, c]").condition == .any([.item(0), .item(1), .item(2)]))
  }

  @Test("neq of a list is not any of it")
  func neq() throws {
    #expect(try itemRule("f|neq: [a, b]").condition == .not(.any([.item(0), .item(1)])))
    #expect(try itemRule("f|contains|neq: a").condition == .not(.item(0)))
  }

  @Test("exists asks for the key, or its absence")
  func exists() throws {
    #expect(try tests(of: "f|exists: true") == [.present])
    #expect(try itemRule("f|exists: true").condition == .item(0))
    #expect(try itemRule("f|exists: false").condition == .not(.item(0)))
    #expect(try itemRule("f|exists|neq: false").condition == .item(0))
    #expect(try itemError("f|exists: maybe").reason == "value does not suit modifier")
    #expect(try itemError("f|exists: 'true'").advice == "write true or false without quotes")
  }

  @Test("re keeps its text and takes flags")
  func expressions() throws {
    #expect(try tests(of: #"f|re: '^a\.*\\$'"#) == [.regularExpression(RegularExpression(#"^a\.*\\$"#))])
    let flagged = RegularExpression("a", ignoresCase: true, isMultiline: true, dotMatchesNewline: true)
    #expect(try tests(of: "f|re|i|m|s: a") == [.regularExpression(flagged)])
    #expect(try itemError("f|i: a").advice == "write re|i")
  }

  @Test(
    "windash varies dashes and slashes at the start of words",
    arguments: [
      (" -enc ", [.anyRun, .text(" "), .dash, .text("enc "), .anyRun]),
      ("/c", [.anyRun, .dash, .text("c"), .anyRun]),
      ("a-b", [.anyRun, .text("a-b"), .anyRun]),
      ("--x", [.anyRun, .text("-"), .dash, .text("x"), .anyRun]),
      ("x -", [.anyRun, .text("x -"), .anyRun]),
      ("-ü -a /_", [.anyRun, .dash, .text("ü "), .dash, .text("a "), .dash, .text("_"), .anyRun]),
      ("a*-b", [.anyRun, .text("a"), .anyRun, .dash, .text("b"), .anyRun]),
    ] as [(String, [TextPattern.Element])])
  func windash(value: String, expected: [TextPattern.Element]) throws {
    #expect(try elements(of: "f|windash|contains: '\(value)'") == expected)
    #expect(try elements(of: "f|contains|windash: '\(value)'") == expected)
  }

  @Test("numbers compare as integers and as fractions")
  func comparisons() throws {
    #expect(try tests(of: "f|lt: 9223372036854775807") == [.number(.less, .integer(.max))])
    #expect(try tests(of: "f|lte: -1") == [.number(.lessOrEqual, .integer(-1))])
    #expect(try tests(of: "f|gt: 1.5") == [.number(.greater, .real(1.5))])
    #expect(try tests(of: "f|gte: 0x10") == [.number(.greaterOrEqual, .integer(16))])
    #expect(try itemError("f|lt: '5'").advice == "write it without quotes")
    #expect(try itemError("f|lt: x").reason == "not a number")
  }

  @Test(
    "networks are read in any spelling",
    arguments: ["2001:db8::/32", "2001:0DB8:0:0::0/32", "2001:db8:0:0:0:0:0.0.0.0/32"])
  func networks(spelling: String) throws {
    let address: [UInt8] = [0x20, 0x01, 0x0D, 0xB8] + Array(repeating: 0, count: 12)
    #expect(try tests(of: "f|cidr: '\(spelling)'") == [.network(Network(address: address, prefixLength: 32))])
  }

  @Test("networks of IPv4 have a prefix, a mask or neither")
  func version4() throws {
    let ten = TrawlRules.Test.network(Network(address: [10, 0, 0, 0], prefixLength: 8))
    #expect(try tests(of: "f|cidr: [10.0.0.0/8, 10.0.0.0/255.0.0.0]") == [ten, ten])
    #expect(
      try tests(of: "f|cidr: 10.1.2.3") == [.network(Network(address: [10, 1, 2, 3], prefixLength: 32))])
    #expect(
      try tests(of: "f|cidr: 0.0.0.0/0") == [.network(Network(address: [0, 0, 0, 0], prefixLength: 0))])
  }

  @Test("a network with host bits is refused, and the network that is meant is named")
  func hostBits() throws {
    #expect(try itemError("f|cidr: 10.0.0.1/8").advice == "write 10.0.0.0/8")
    #expect(try itemError("f|cidr: 172.16.255.0/12").advice == "write 172.16.0.0/12")
    #expect(try itemError("f|cidr: 'fe80::1/10'").reason == "network with host bits")
  }

  @Test(
    "what is no network is refused",
    arguments: [
      "10.0.0/8", "10.0.0.0/33", "010.0.0.0/8", "10.0.0.0/", "1.2.3.4.5", "::1::/64", "x", "fe80::%eth0/64",
      "12345::",
      "1:2:3:4:5:6:7:8:9", "::/129", "10.0.0.0/255.0.255.0",
    ])
  func notNetworks(text: String) throws {
    #expect(try itemError("f|cidr: '\(text)'").reason == "not a network")
  }

  @Test("fieldref names another field, blanks removed, in four relations")
  func fieldReferences() throws {
    #expect(try tests(of: "f|fieldref: Other Field") == [.field("OtherField", .equals)])
    #expect(try tests(of: "f|fieldref|contains: g") == [.field("g", .contains)])
    #expect(try tests(of: "f|startswith|fieldref: g") == [.field("g", .startsWith)])
    #expect(try tests(of: "f|fieldref|endswith: g") == [.field("g", .endsWith)])
    #expect(try itemRule("f|fieldref|neq: g").condition == .not(.item(0)))
  }

  @Test("parts of times are equal or compare")
  func timeParts() throws {
    #expect(try tests(of: "f|hour: [5, 6]") == [.timePart(.hour, .equal, 5), .timePart(.hour, .equal, 6)])
    #expect(try tests(of: "f|week|gte: 53") == [.timePart(.week, .greaterOrEqual, 53)])
    #expect(try tests(of: "f|minute|lt: 1") == [.timePart(.minute, .less, 1)])
    #expect(try itemError("f|hour: 24").advice == "write a number from 0 to 23")
    #expect(try itemError("f|day: x").reason == "not a number")
    #expect(try itemError("f|gte|hour: 5").reason == "modifiers do not go together")
  }

  @Test("an unknown modifier is named with its place and the nearest one")
  func unknownModifier() throws {
    let error = try itemError("Image|all|endswth: x")
    #expect(error.message == "unknown modifier 'endswth'" && error.advice == "write endswith")
    #expect(
      error.location == Location(file: "a.yml", line: 6, column: 19) && error.excerpt == "Image|all|endswth")
    #expect(try itemError("f|: x").reason == "unknown modifier")
    #expect(try itemError("f|Contains: x").advice == "write contains")
  }

  @Test(
    "modifiers that do not go together are both named",
    arguments: [
      ("contains", "startswith"), ("re", "contains"), ("cidr", "re"), ("lt", "gt"), ("exists", "contains"),
      ("cased", "re"), ("fieldref", "cased"), ("contains", "base64"), ("windash", "base64"),
      ("base64", "windash"),
      ("windash", "re"), ("exists", "expand"), ("hour", "day"), ("re", "windash"), ("cidr", "endswith"),
    ])
  func conflicts(first: String, second: String) throws {
    let error = try itemError("f|\(first)|\(second): x")
    #expect(error.reason == "modifiers do not go together")
    #expect(error.message == "the modifiers '\(first)' and '\(second)' do not go together")
  }
}
