import Testing
import TrawlRules

@testable import TrawlSigma

/// What YAML may and may not be.
struct YAMLTests {
  private let rule = ruleText("s: {f: a}\ncondition: s")

  private func refusal(_ text: String) throws -> Diagnostic {
    let documents = SigmaParser().parse(text, file: "a.yml")
    #expect(documents.refused == 1 && documents.rules.isEmpty)
    return try #require(documents.diagnostics.first)
  }

  @Test("a mistake in one document does not lose the others")
  func isolation() {
    let documents = SigmaParser().parse(
      "\(rule)---\nbad: [\n---\n\(rule)...\n---\n- x\n---\n\(rule)", file: "a.yml")
    #expect(documents.rules.count == 3 && documents.refused == 2)
    #expect(documents.rules.map(\.location.line) == [1, 10, 20])
    #expect(documents.rules.map(\.id) == ["a.yml#1", "a.yml#2", "a.yml#4"])
    #expect(documents.diagnostics.map(\.location.line) == [9, 18])
  }

  @Test("malformed YAML has its place, the line and a reason")
  func malformed() throws {
    let error = try refusal("title: x\n logsource: y\n")
    #expect(error.location == Location(file: "a.yml", line: 2, column: 11))
    #expect(error.reason == "malformed YAML" && error.excerpt == " logsource: y")
  }

  @Test("a repeated key is reported with both lines, and the rest of the rule too")
  func repeatedKeys() {
    let text = ruleText("s:\n    f|contains: a\n    g|oops: b\n    f|contains: c\ncondition: s")
    let documents = SigmaParser().parse(text, file: "a.yml")
    #expect(documents.diagnostics.map(\.reason) == ["repeated key", "unknown modifier"])
    #expect(
      documents.diagnostics[0].message == "the key 'f|contains' is there twice in one map (lines 6 and 8)")
    #expect(documents.diagnostics[0].location == Location(file: "a.yml", line: 8, column: 9))
    #expect(documents.diagnostics[1].location == Location(file: "a.yml", line: 7, column: 11))
  }

  @Test("quoted, short and several repeated keys are found, too")
  func otherRepeatedKeys() {
    for map in ["{f: a, f: b}", "{'f': a, f: b}", "{\"f\": a, 'f': b}"] {
      #expect(SigmaParser().parse(ruleText("s: \(map)\ncondition: s"), file: "a.yml").diagnostics.count == 1)
    }
    let text = ruleText("s: {f: a, f: b, g: c, g: d, f: e}\ncondition: s\ncondition: s")
    #expect(
      SigmaParser().parse(text, file: "a.yml").diagnostics.map(\.reason).count { $0 == "repeated key" } == 4)
  }

  @Test("keys repeated without end, and keys without text, are refused as well", arguments: ["f", "''"])
  func manyRepeatedKeys(key: String) throws {
    let map = Array(repeating: "\(key): a", count: 100).joined(separator: ", ")
    #expect(try onlyError(ruleText("s: {\(map)}\ncondition: s")).reason == "repeated key")
  }

  @Test(
    "anchors and aliases are refused",
    arguments: ["&x a", "*x", "[*x]", "{a: &x b}", "*.exe", "- &x", "? &x"])
  func aliases(value: String) throws {
    let error = try refusal("title: x\ndetection:\n  f:\n    \(value)\n")
    #expect(error.reason == "YAML alias" || error.reason == "YAML anchor")
    #expect(error.location.line == 4 && error.advice?.contains("quote") == true)
  }

  @Test(
    "stars and ampersands in quotes, texts and comments are no aliases",
    arguments: [
      "'*x &y'", "\"\\\"*x\"", "a *x &y", "a # *x", "|\n        *x\n        &y", ">-\n       *x",
      "a\n        *x", "['*x', a &y]", "[a\n        *x]",
    ])
  func noAliases(value: String) {
    let documents = SigmaParser().parse(ruleText("s:\n    f: \(value)\ncondition: s"), file: "a.yml")
    #expect(documents.rules.count == 1, "\(documents.diagnostics)")
  }

  @Test("a billion laughs are refused at once")
  func billionLaughs() throws {
    var text = "a0: &a0 [x, x]\n"
    for level in 1..<40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    #expect(try refusal(text + "? *a39\n: x\n").reason == "YAML anchor")
  }

  @Test("deep nesting is refused before it can exhaust the stack", arguments: ["[", "{a: ", "- ", "? "])
  func depth(opening: String) throws {
    #expect(try refusal(String(repeating: opening, count: 500_000)).reason == "YAML nested too deeply")
  }

  @Test("deep nesting by indentation is refused")
  func indentation() throws {
    let text = (0..<1_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect(try refusal(text).reason == "YAML nested too deeply")
  }

  @Test("a file of more than 4 MiB is refused")
  func size() throws {
    let error = try refusal("# " + String(repeating: "x", count: SigmaParser.maximumFileSize))
    #expect(error.reason == "file too large")
  }

  @Test("a byte order mark and CR LF do not matter")
  func lineEnds() throws {
    let text =
      "\u{FEFF}"
      + ruleText("s:\n    f|oops: a\n    g: b\ncondition: s").split(separator: "\n").joined(separator: "\r\n")
    #expect(try onlyError(text).location == Location(file: "a.yml", line: 6, column: 11))
    let documents = SigmaParser().parse([0xEF, 0xBB, 0xBF] + Array(rule.utf8), file: "a.yml")
    #expect(documents.rules.count == 1)
  }

  @Test("bytes that are not UTF-8 are refused with their place")
  func encoding() throws {
    let bytes = Array("title: x\nab: ".utf8) + [0xFF, 0x0A]
    let error = try #require(SigmaParser().parse(bytes, file: "a.yml").diagnostics.first)
    #expect(error.reason == "not UTF-8" && error.location == Location(file: "a.yml", line: 2, column: 5))
    let utf16 = [UInt8]([0xFF, 0xFE]) + "title".utf16.flatMap { [UInt8($0), 0] }
    #expect(SigmaParser().parse(utf16, file: "a.yml").diagnostics.first?.message == "the file is UTF-16")
  }

  @Test("control characters are refused", arguments: ["\0", "\u{1}", "\u{7F}"])
  func controlCharacters(character: String) throws {
    #expect(try refusal("title: x\nf: a\(character)b\n").reason == "malformed YAML")
  }

  @Test(
    "documents without content are skipped",
    arguments: ["", "---\n", "# a\n---\n---\n# b\n", "%YAML 1.1\n---\n"])
  func empty(text: String) {
    let documents = SigmaParser().parse(text, file: "a.yml")
    #expect(documents.refused == 0 && documents.diagnostics.map(\.reason) == ["empty file"])
    #expect(SigmaParser().parse(text + "---\n" + rule, file: "a.yml").rules.count == 1)
  }

  @Test(
    "what is no rule is refused once",
    arguments: ["- a\n", "a\n", "'x'\n", "version: 3\nservices: {}\n", "? [a]\n: b\n"])
  func otherFiles(text: String) throws {
    #expect(SigmaParser().parse(text, file: "a.yml").refused == 1)
    #expect(SigmaParser().parse(text, file: "a.yml").rules.isEmpty)
  }

  @Test("correlations and filters are counted apart")
  func otherDocuments() {
    let text = "title: x\ncorrelation: {type: event_count}\n---\ntitle: y\nfilter: {rules: any}\n---\n\(rule)"
    let documents = SigmaParser().parse(text, file: "a.yml")
    #expect(documents.correlations == 1 && documents.filters == 1 && documents.refused == 0)
    #expect(documents.rules.count == 1 && documents.diagnostics.isEmpty)
  }

  @Test("tags of YAML say what a scalar is")
  func tags() throws {
    #expect(try tests(of: "f: !!str null") == [.text(.equals("null"))])
    #expect(try tests(of: "f|gt: !!int '5'") == [.number(.greater, .integer(5))])
  }

  @Test("many complaints about one document are cut off")
  func manyComplaints() {
    let items = (0..<10_000).map { "    f\($0)|oops: x" }.joined(separator: "\n")
    let documents = SigmaParser().parse(ruleText("s:\n\(items)\ncondition: s"), file: "a.yml")
    #expect(documents.diagnostics.count == 100 && documents.refused == 1)
  }
}
