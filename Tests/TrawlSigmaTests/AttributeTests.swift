import Testing
import TrawlRules
import TrawlSigma

/// What a rule says about itself.
struct AttributeTests {
  @Test("attributes are kept as written")
  func metadata() throws {
    let rule = try loadedRule(
      """
      title: 'A: rule'
      id: EDC2F8AE-2412-4dfd-b9d5-0c57727e70be
      status: stable
      description: |
          Two
          lines
      references: [x, y]
      author: [a, b]
      date: 2021-03-03
      modified: 2023/04/05
      tags:
          - attack.t1059.001
      logsource: {category: Process_Creation, product: windows, definition: d}
      detection: {s: {f: a}, condition: s}
      falsepositives: none
      fields: [f]
      level: High
      """)
    #expect(rule.id == "edc2f8ae-2412-4dfd-b9d5-0c57727e70be" && rule.title == "A: rule")
    #expect(rule.status == .stable && rule.level == .high && rule.tags == ["attack.t1059.001"])
    #expect(rule.logSource == LogSource(product: "windows", category: "process_creation"))
    #expect(rule.metadata.description == "Two\nlines\n" && rule.metadata.author == "a, b")
    #expect(rule.metadata.date == "2021-03-03" && rule.metadata.modified == "2023/04/05")
    #expect(rule.metadata.references == ["x", "y"] && rule.metadata.falsePositives == ["none"])
    #expect(rule.metadata.fields == ["f"] && rule.metadata.conditions == ["s"])
    #expect(rule.language == .sigma && rule.location == Location(file: "a.yml", line: 1, column: 1))
  }

  @Test(
    "title, logsource, detection and condition are required",
    arguments: [
      ("title: x", "missing title"), ("logsource: {product: windows}", "missing logsource"),
      ("detection: {s: {f: a}, condition: s}", "missing detection"), ("condition: s", "missing condition"),
    ])
  func required(part: String, reason: String) throws {
    let rule = "title: x\nlogsource: {product: windows}\ndetection: {s: {f: a}, condition: s}\n"
    let cut = rule.split(separator: part, maxSplits: 1).joined()
    #expect(try onlyError(cut.replacing(", }", with: "}")).reason == reason)
  }

  @Test(
    "attributes of a wrong type are errors",
    arguments: [
      ("title: [x]", "wrong type"), ("title: ''", "wrong type"), ("logsource: x", "wrong type"),
      ("logsource: {product: [a]}", "wrong type"), ("logsource: {}", "empty logsource"),
      ("logsource: {produkt: a}", "empty logsource"), ("detection: x", "wrong type"),
      ("detection: {s: {f: a}, condition: {a: b}}", "wrong type"),
      ("detection: {s: {f: a}, condition: []}", "empty condition"),
      ("detection: {condition: s}", "no search identifier"),
    ])
  func wrongTypes(attribute: String, reason: String) throws {
    let name = attribute.prefix { $0 != ":" }
    let lines = ["title: x", "logsource: {product: windows}", "detection: {s: {f: a}, condition: s}"]
    let text = lines.map { $0.hasPrefix(name) ? attribute : $0 }.joined(separator: "\n")
    let documents = SigmaParser().parse(text, file: "a.yml")
    #expect(documents.refused == 1 && documents.diagnostics.first?.reason == reason)
    if !attribute.hasPrefix("title") { #expect(documents.diagnostics.first?.ruleTitle == "x") }
  }

  @Test("a misspelt attribute is found out")
  func misspelt() throws {
    #expect(
      try onlyError("title: x\nlogsources: {product: a}\ndetection: {s: {f: a}, condition: s}").advice
        == "write logsource instead of logsources")
  }

  @Test("odd ids, levels, statuses and lists are warnings")
  func oddAttributes() {
    let text = "id: nope\nlevel: hihg\nstatus: x\ntags: {a: b}\n" + ruleText("s: {f: a}\ncondition: s")
    let documents = SigmaParser().parse(text, file: "a.yml")
    #expect(documents.rules.map(\.id) == ["nope"])
    #expect(
      documents.diagnostics.map(\.reason) == [
        "id is not a UUID", "unknown level", "unknown status", "wrong type",
      ])
    #expect(documents.diagnostics[1].advice == "write high")
  }

  @Test("a rule without an id is known by its file and place")
  func missingID() {
    let rule = ruleText("s: {f: a}\ncondition: s")
    let documents = SigmaParser().parse(rule + "---\n" + rule, file: "rules/windows/a.yml")
    #expect(documents.rules.map(\.id) == ["a.yml#1", "a.yml#2"])
  }
}
