import Testing

@testable import TrawlCatalog

/// Hostile queries: nested without end, long, or cut off anywhere. All must end with a message, none with the stack.
struct BoundsTests {
  private static func read(_ language: String, _ query: String) -> QueryReading {
    switch language {
    case "spl":
      SPLReader.read(query, SPLMacros(["m": .init(text: "`m` `m`"), "n": .init(text: "a=1 (b=2)")]))
    case "eql": EQLReader.read(query)
    case "kuery": KibanaReader.read(query)
    default: ESQLReader.read(query)
    }
  }

  private static let refused: [(String, String, String)] = [
    ("spl", "", "("), ("spl", "", "["), ("spl", "", "NOT "), ("spl", "", "a=("), ("spl", "| where ", "("),
    ("spl", "| where ", "not "), ("spl", "| where ", "f("), ("spl", "| where ", "-"), ("spl", "", "`m`"),
    ("spl", "", "[|append "), ("spl", "", "`"), ("spl", "a in ", "("), ("spl", "| where ", "\"x"),
    ("spl", "| map search=", "\"search "),
    ("eql", "process where ", "("), ("eql", "process where ", "not "), ("eql", "process where ", "f("),
    ("eql", "process where a in ", "("), ("eql", "sequence ", "["), ("eql", "sequence ", "!"),
    ("eql", "", "\""),
    ("eql", "process where a == ", "-"), ("eql", "process where a == ", "1 + "),
    ("eql", "process where a == 1", " and"),
    ("kuery", "", "("), ("kuery", "", "not "), ("kuery", "", "a:("), ("kuery", "", "a:{"),
    ("kuery", "a:", " "),
    ("kuery", "a:1", " or"), ("kuery", "", "<"), ("esql", "from i | where ", "("),
    ("esql", "from i | where ", "not "),
    ("esql", "from i | where ", "f("), ("esql", "from i | where ", "["), ("esql", "from i | grok a \"", "%{"),
    ("esql", "", "|"), ("esql", "", "/*"), ("esql", "from i | where kql(\"", "("),
    ("esql", "from i | dissect a \"", "%{b"),
  ]

  @Test(arguments: refused)
  func `a piece repeated 100,000 times is refused, not followed`(
    language: String, start: String, piece: String
  ) {
    let reading = Self.read(language, start + String(repeating: piece, count: 100_000))
    #expect(!reading.problems.isEmpty)
    #expect(reading.problems.count <= QueryLimits.problems)
  }

  private static let harmless: [(String, String, String)] = [
    ("spl", "", "|"), ("spl", "| stats ", "a("), ("spl", "| rex ", "(?<a"), ("spl", "", "\""),
    ("spl", "", "\\"),
    ("spl", "| rename ", "a as "), ("spl", "| eval ", "a="), ("spl", "", "a=1 "),
    ("eql", "process where a", ".b"), ("eql", "process where true", " and true"),
    ("eql", "sequence ", "[a where true]"),
    ("kuery", "a", " b"), ("kuery", "a:", "*"), ("kuery", "", "\\"), ("kuery", "a", "  "),
    ("esql", "from i | where a", "::b"),
    ("esql", "from i | where true", " or true"), ("esql", "from i | dissect a \"\"", " \"%{b\""),
  ]

  @Test(arguments: harmless)
  func `a piece repeated 80,000 times takes no more than its length`(
    language: String, start: String, piece: String
  ) {
    #expect(Self.read(language, start + String(repeating: piece, count: 80_000)).problems.isEmpty)
  }

  @Test(arguments: ["spl", "eql", "kuery", "esql"])
  func `a query of two megabytes is refused`(language: String) {
    let reading = Self.read(language, "a " + String(repeating: "and b:c ", count: 262_144))
    #expect(reading.problems.count == 1)
    #expect(reading.stages.allSatisfy { $0.predicates.isEmpty })
  }

  private static let whole: [(String, String)] = [
    (
      "spl",
      "`n` a IN (\"x\",y) NOT [search c=1] | tstats count where d=\"e f\" by g | where like(h,\"%i\") | rex \"(?<j>.)\""
    ),
    (
      "eql",
      "sequence by a [b where c : (\"d*\", \"\"\"e\"\"\") and not f in (1)] ![g where cidrMatch(h, \"i\")] until [j where true]"
    ),
    ("kuery", "a:(b or \"c d\" and not e*) and not f:{g >= 5} and h:\\* or i j"),
    (
      "esql",
      "from a metadata b | where c == \"d\" and e like (\"f*\") /* g */ | eval h = 1 | grok i \"%{J:k}\" | where l is not null"
    ),
  ]

  @Test(arguments: whole)
  func `a query cut off anywhere is read as far as it goes`(language: String, query: String) {
    let count = Self.read(language, query).asked.count
    #expect(Self.read(language, query).problems.isEmpty)
    for end in query.indices {
      #expect(Self.read(language, String(query[..<end])).asked.count <= count + 1, "\(query[..<end])")
    }
  }
}
