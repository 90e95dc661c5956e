import Testing
import TrawlRules

/// Patterns over two letters against every short value over them.
@Suite struct GlobTests {
  /// `*` and `?` by the definition, without any cleverness.
  private func matches(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == "*" {
      return text.indices.contains { matches(pattern.dropFirst(), text[$0...]) }
        || matches(pattern.dropFirst(), [])
    }
    guard let character = text.first, first == "?" || first == character else { return false }
    return matches(pattern.dropFirst(), text.dropFirst())
  }

  private func words(_ letters: [Character], _ longest: Int) -> [[Character]] {
    var words: [[Character]] = [[]]
    var last = words
    for _ in 0..<longest {
      last = last.flatMap { word in letters.map { word + [$0] } }
      words += last
    }
    return words
  }

  private func pattern(_ characters: [Character]) -> TextPattern {
    TextPattern(
      characters.map { character -> TextPattern.Element in
        switch character {
        case "*": .anyRun
        case "?": .anyOne
        default: .text(String(character))
        }
      })
  }

  @Test(arguments: [["a", "b"], ["a", "é"], ["ä", "😀"]] as [[Character]])
  func everyShortPatternMatchesWhatItMeans(_ letters: [Character]) throws {
    let values = words(letters, 5)
    let patterns = words(letters + ["*", "?"], 4)
    let rules = patterns.enumerated().map { index, characters in
      Rule(
        id: "\(index)", title: "", location: Location(file: ""), logSource: LogSource(product: "corpus"),
        items: [
          Rule.Item(
            predicate: Predicate(.field("f"), .text(pattern(characters))), searchIdentifier: "s", field: "f",
            modifiers: [], value: String(characters))
        ], condition: .item(0))
    }
    let engine = try EngineUnderTest(rules, given: LogSource(product: "corpus"))
    let found = try engine.matches(values.map { #"{"f":"\#(String($0))"}"# }, passes: 1)
    for (value, ids) in zip(values, found) {
      let expected = patterns.indices.filter { matches(patterns[$0][...], value[...]) }.map { "\($0)" }
      #expect(ids == expected, "\(String(value))")
    }
  }
}
