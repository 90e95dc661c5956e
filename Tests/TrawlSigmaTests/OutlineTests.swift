import Testing
import TrawlRules

@testable import TrawlSigma

struct OutlineTests {
  private func outlines(_ text: String) -> SigmaOutlines {
    SigmaParser().outlines(Array(text.utf8), file: "rules/a.yml")
  }

  private func stages(_ detection: String) throws -> [RuleOutline.Stage] {
    try #require(outlines(ruleText(detection)).rules.first).outline.stages
  }

  /// The questions of an item of the search identifier `s`: kind, value, and `-` in front if negated.
  private func questions(_ item: String, condition: String = "s") throws -> [String] {
    let stages = try stages("s:\n    \(item)\ncondition: \(condition)")
    return stages[1].predicates.map { "\($0.isNegated ? "-" : "")\($0.kind.rawValue) \($0.value)" }
  }

  @Test func `stages are the condition and the search identifiers as written, without their indentation`()
    throws
  {
    let stages = try stages(
      """
      selection_img:
          - OriginalFileName:
                - 'PowerShell.EXE'
          - Image|endswith: '\\pwsh.exe'   # of version 7

      # about the next one
      selection_cli:
      - CommandLine|contains: ' -e '
      condition: all of selection_*
      """)
    #expect(stages.map(\.name) == ["condition", "selection_img", "selection_cli"])
    #expect(stages[0].text == "all of selection_*")
    #expect(
      stages[1].text == """
        selection_img:
            - OriginalFileName:
                  - 'PowerShell.EXE'
            - Image|endswith: '\\pwsh.exe'   # of version 7
        """)
    #expect(stages[2].text == "selection_cli:\n- CommandLine|contains: ' -e '")
  }

  @Test func `a comment within a search identifier belongs to it when more of it follows`() throws {
    let stages = try stages("s:\n    a: b\n# why\n    c: d\n# end\ncondition: s")
    #expect(stages[1].text == "s:\n    a: b\n# why\n    c: d")
  }

  @Test func `search identifiers in braces end at their comma or the closing brace`() {
    let text = """
      title: A rule
      logsource: {product: windows}
      detection: {a: {Image: 'x, y}'}, b: [it's, "\\"]"], condition: a or b}
      """
    let stages = outlines(text).rules[0].outline.stages
    #expect(stages.map(\.text) == ["a or b", "a: {Image: 'x, y}'}", "b: [it's, \"\\\"]\"]"])
  }

  @Test(arguments: [
    ("not 1 of f_*", "excluded"), ("not (a and not 1 of f_*)", "matched"), ("f_1 or not f_1", "both"),
    ("a", "unused"), ("1 of them", "matched"), ("not all of them", "excluded"), ("a or ", "unused"),
  ])
  func `polarity follows the nots of the condition`(_ condition: String, _ polarity: String) throws {
    let stages = try stages("a:\n    x: 1\nf_1:\n    y: 2\ncondition: \(condition)")
    #expect(stages[2].polarity.rawValue == polarity)
    #expect(stages[2].predicates.map(\.isNegated) == [polarity == "excluded"])
  }

  @Test(arguments: [
    ("Image: C:\\a.exe", "eq C:\\a.exe"), ("Image: '*\\a.exe'", "ends_with \\a.exe"),
    ("Image|startswith: C:\\", "starts_with C:\\"), ("CommandLine|contains|all: ' x '", "match  x "),
    ("Image|endswith: 'a*[b]'", "glob *a*[[]b]"), ("Image: 'a\\*b'", "eq a*b"), ("Image: '*'", "exists "),
    ("Image|endswith: 'x?\\*'", "glob *x?[*]"), ("Image: ''", "eq "), ("Image:", "null "),
    ("EventID: 0x10", "eq 16"), ("Initiated: true", "eq true"), ("Size|gte: 10", "gte 10"),
    ("CommandLine|re: '^a.*'", "regex ^a.*"), ("Ip|cidr: 10.0.0.0/8", "cidr 10.0.0.0/8"),
    ("Image|exists: true", "exists "), ("Image|exists: false", "-exists "), ("Image|neq: a", "-eq a"),
    ("Image|fieldref: ParentImage", "fieldref ParentImage"),
    ("Image|fieldref|endswith: User", "fieldref|ends_with User"),
    ("CommandLine|contains|windash: ' -x '", "match  -x "),
    ("CommandLine|wide|base64offset|contains: http", "match|wide|base64offset http"),
    ("User|expand: '%admins%'", "eq|expand %admins%"), ("Time|hour|lt: 8", "lt|hour 8"),
  ])
  func `a value is asked for in the way its modifiers and stars say`(_ item: String, _ expected: String)
    throws
  {
    #expect(try questions(item) == [expected])
  }

  @Test func `a value under a not that is itself negated is not negated`() throws {
    #expect(try questions("Image|neq: a", condition: "not s") == ["eq a"])
  }

  @Test func `a keyword is asked of any field`() throws {
    let stages = try stages("k:\n    - mimi*katz\n    - 4711\ncondition: k")
    #expect(stages[1].predicates.map(\.field) == [nil, nil])
    #expect(stages[1].predicates.map(\.kind) == [.glob, .contains])
    #expect(stages[1].predicates.map(\.value) == ["*mimi*katz*", "4711"])
  }

  @Test func `a rule that is refused is shown with what is wrong, without what was not understood`() throws {
    let rule = try #require(
      outlines("level: hihg\nstatus: test\n" + ruleText("s:\n    a|containz: x\n    b: y\ncondition: s"))
        .rules.first)
    #expect(!rule.isWhole)
    #expect(rule.title == "A rule" && rule.level == "hihg" && rule.status == "test")
    #expect(rule.diagnostics.map(\.reason) == ["unknown modifier", "unknown level"])
    #expect(rule.outline.stages[1].predicates.map(\.value) == ["y"])
  }

  @Test func `a placeholder without values is shown as it is, and is no mistake`() throws {
    let rule = try #require(outlines(ruleText("s:\n    a|cidr|expand: '%nets%'\ncondition: s")).rules.first)
    #expect(rule.isWhole)
    #expect(rule.outline.stages[1].predicates.map(\.value) == ["%nets%"])
    #expect(rule.outline.stages[1].predicates.map(\.kind.rawValue) == ["cidr|expand"])
  }

  @Test func `a correlation has a stage and asks nothing`() throws {
    let rules = outlines(
      "---\ntitle: Many\ncorrelation:\n    type: event_count\n    rules: [x]\n---\n"
        + ruleText("s:\n    a: b\ncondition: s")
    ).rules
    #expect(rules.map(\.kind) == [.correlation, .rule])
    #expect(rules[0].outline.stages.map(\.text) == ["correlation:\n    type: event_count\n    rules: [x]"])
    #expect(rules[0].body.hasPrefix("title: Many"))
    #expect(rules[1].id == "a.yml#1")
  }

  @Test func `what cannot be read or is no rule is reported and not shown`() {
    let read = outlines("a: [\n---\nname: no rule\n")
    #expect(read.rules.isEmpty)
    #expect(read.diagnostics.map(\.reason) == ["malformed YAML", "not a rule"])
  }

  @Test func `what is said once for all rules of a file is said of each`() {
    let text = """
      action: global
      title: All
      logsource: {product: windows, category: ps_script, definition: Must be on}
      ---
      detection: {s: {a: b}, condition: s}
      """
    let rule = outlines(text).rules[0]
    #expect(rule.title == "All" && rule.definition == "Must be on")
    #expect(rule.logSource == LogSource(product: "windows", category: "ps_script"))
    #expect(rule.outline.stages.map(\.text) == ["s", "s: {a: b}"])
  }

  @Test func `a condition that names everything over and over does not take long`() throws {
    let names = (0..<2000).map { "s\($0):\n    a: b" }.joined(separator: "\n")
    let condition = Array(repeating: "1 of them", count: 2000).joined(separator: " or ")
    let stages = try stages(names + "\ncondition: " + condition)
    #expect(stages[1].polarity == .unused)
  }
}
