import Testing
import TrawlRules

/// SEMANTICS 8, 17 and 18: search identifiers and keywords.
struct SearchIdentifierTests {
  @Test("a map is and over its items")
  func maps() throws {
    let rule = try loadedRule(ruleText("s: {f: a, g: [b, c]}\ncondition: s"))
    #expect(rule.condition == .all([.item(0), .any([.item(1), .item(2)])]))
    #expect(rule.items.map(\.field) == ["f", "g", "g"])
  }

  @Test("a list of maps is or of ands")
  func listOfMaps() throws {
    let rule = try loadedRule(ruleText("s: [{f: a}, {f: b, g: c}]\ncondition: s"))
    #expect(rule.condition == .any([.item(0), .all([.item(1), .item(2)])]))
  }

  @Test("a list of strings is keywords, of which one must be contained somewhere")
  func keywords() throws {
    let rule = try loadedRule(ruleText("s: [foo, 'b*r', 4688]\ncondition: s"))
    #expect(rule.condition == .any([.item(0), .item(1), .item(2)]))
    #expect(
      rule.items.allSatisfy { $0.predicate.subject == .anyValue && $0.field == nil && $0.modifiers.isEmpty })
    let bar = TextPattern([.anyRun, .text("b"), .anyRun, .text("r"), .anyRun])
    #expect(
      rule.items.map(\.predicate.test) == [.text(.contains("foo")), .text(bar), .text(.contains("4688"))])
  }

  @Test("one keyword needs no list")
  func oneKeyword() throws {
    #expect(
      try loadedRule(ruleText("s: foo\ncondition: s")).items[0].predicate
        == Predicate(.anyValue, .text(.contains("foo"))))
  }

  @Test("keywords under a key of |all must all be contained")
  func keylessAll() throws {
    let rule = try loadedRule(ruleText("s:\n    '|all': [foo, bar]\ncondition: s"))
    #expect(rule.condition == .all([.item(0), .item(1)]))
    #expect(rule.items.map(\.predicate) == ["foo", "bar"].map { Predicate(.anyValue, .text(.contains($0))) })
    #expect(rule.items[0].modifiers == ["all"])
  }

  @Test("keywords take modifiers of texts, not those that need a field")
  func keywordModifiers() throws {
    let rule = try loadedRule(ruleText("s:\n    '|re': a.b\ncondition: s"))
    #expect(rule.items[0].predicate == Predicate(.anyValue, .regularExpression(RegularExpression("a.b"))))
    #expect(
      try onlyError(ruleText("s:\n    '|exists': true\ncondition: s")).reason == "modifier needs a field")
  }

  @Test("a list may mix keywords and maps")
  func mixedList() throws {
    let rule = try loadedRule(ruleText("s: [foo, {f: a}, bar]\ncondition: s"))
    #expect(rule.condition == .any([.any([.item(0), .item(1)]), .item(2)]))
    #expect(rule.items.map(\.value) == ["foo", "bar", "a"])
  }

  @Test("blanks in names of fields do not count, in keys of YAML either")
  func blanks() throws {
    #expect(try itemRule("Target User Name: x").items[0].predicate.subject == .field("TargetUserName"))
    #expect(try itemRule("f |contains: x").items[0].predicate.subject == .field("f"))
  }

  @Test("names of fields keep their case and their dots")
  func fieldNames() throws {
    #expect(try itemRule("Event.Category: x").items[0].predicate.subject == .field("Event.Category"))
  }

  @Test(
    "what is no search identifier is refused",
    arguments: [
      ("s: []", "empty search identifier"), ("s: {}", "empty search identifier"),
      ("s: {f: []}", "empty list"),
      ("s: {f: {g: a}}", "wrong type"), ("s: {f: [[a]]}", "wrong type"), ("s: [[a]]", "wrong type"),
      ("s:", "empty keyword"), ("s: [a, null]", "empty keyword"),
    ])
  func refusals(identifier: String, reason: String) throws {
    #expect(try onlyError(ruleText("\(identifier)\ncondition: s")).reason == reason)
  }

  @Test("the empty text as what must be contained gets a warning")
  func emptyText() {
    #expect(warnings(ruleText("s: {f|contains: [a, '']}\ncondition: s")) == ["empty value"])
    #expect(warnings(ruleText("s: {f: ''}\ncondition: s")).isEmpty)
  }
}
