import Hyperscan
import Testing

@Suite struct PatternTests {
  @Test func anEmptyPatternCannotBeMade() {
    #expect(Pattern([]) == nil)
    #expect(Pattern("".utf8, flags: .allowEmpty) == nil)
    #expect(Pattern("a".utf8)?.bytes == [97])
  }
}
