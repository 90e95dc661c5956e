import Foundation
import Testing
import TrawlRules
import TrawlTestSupport

/// What the rules of the Corpus make use of, so that a demonstration over them leaves nothing out.
@Suite struct CoverageTests {
  let rules: [Rule]

  init() throws { rules = try Corpus.rules().rules }

  /// `expand` needs a user's file; the rules must load without.
  static let modifiers = [
    "contains", "startswith", "endswith", "all", "cased", "exists", "neq", "re", "i", "m", "s", "cidr", "lt",
    "lte",
    "gt", "gte", "fieldref", "base64", "base64offset", "wide", "utf16le", "utf16be", "utf16", "windash",
    "minute",
    "hour", "day", "week", "month", "year",
  ]

  @Test(arguments: modifiers)
  func aModifierIsUsed(_ modifier: String) {
    #expect(rules.contains { $0.items.contains { $0.modifiers.contains(modifier) } })
  }

  @Test(arguments: ["contains", "startswith", "endswith", "neq"])
  func aModifierIsUsedTogetherWithFieldref(_ modifier: String) {
    #expect(
      rules.contains { $0.items.contains { Set($0.modifiers).isSuperset(of: ["fieldref", modifier]) } })
  }

  @Test func everyKindOfTestIsUsed() {
    var kinds: Set<String> = []
    for item in rules.flatMap(\.items) {
      kinds.insert("\(item.predicate.test)".prefix { $0 != "(" }.description)
    }
    #expect(
      kinds == ["text", "regularExpression", "network", "number", "null", "present", "field", "timePart"])
  }

  @Test func networksOfBothKindsAreUsed() {
    let counts = rules.flatMap(\.items).compactMap { item -> Int? in
      if case .network(let network) = item.predicate.test { network.address.count } else { nil }
    }
    #expect(Set(counts) == [4, 16])
  }

  @Test(arguments: [
    "1 of [a-z]+_\\*", "any of [a-z]+_\\*", "all of [a-z]+_\\*", "1 of them", "all of them", "\\bnot 1 of ",
    "\\band not \\(", "\\(.* or .*\\)", " or ", "^[a-z]+$", "not _[a-z]+",
  ])
  func aFormOfConditionIsUsed(_ form: String) {
    let conditions = rules.flatMap(\.metadata.conditions)
    #expect(conditions.contains { $0.range(of: form, options: .regularExpression) != nil })
  }

  @Test func aRuleHasSeveralConditions() {
    #expect(rules.contains { $0.metadata.conditions.count > 1 })
  }

  @Test func keywordsWildcardsAndEmptyValuesAreUsed() {
    let items = rules.flatMap(\.items)
    #expect(items.contains { $0.field == nil && $0.modifiers.contains("all") })
    #expect(items.contains { $0.field == nil && $0.modifiers.isEmpty && $0.value.contains("*") })
    #expect(items.contains { $0.field != nil && $0.value.contains("?") })
    #expect(items.contains { $0.predicate.test == .text(.equals("")) })
    #expect(items.contains { $0.value.contains(#"\*"#) })
  }
}
