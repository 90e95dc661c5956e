import Hyperscan
import Testing

@Suite struct DatabaseTests {
  private func pattern(_ text: String, _ id: UInt32, _ flags: Pattern.Flags = []) throws -> Pattern {
    try #require(Pattern(text.utf8, id: id, flags: flags))
  }

  private func hits(_ database: borrowing Database, _ text: String, _ scratch: borrowing Scratch) -> [Hit] {
    let bytes = Array(text.utf8)
    return unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe database.scan(bytes.baseAddress!, count: bytes.count, scratch)
      return (0..<scratch.count).map { scratch[$0] }
    }
  }

  private func hits(_ database: borrowing Database, _ text: String) throws -> [[UInt32]] {
    var scratch = Scratch()
    try scratch.fit(database)
    return hits(database, text, scratch).map { [$0.id, $0.end] }
  }

  private func finds(_ database: borrowing Database, _ text: String, _ scratch: borrowing Scratch) -> Bool {
    let bytes = Array(text.utf8)
    return unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe database.matches(bytes.baseAddress!, count: bytes.count, scratch)
    }
  }

  @Test func aLiteralIsFoundWhereverItEndsInOrderOfItsEnds() throws {
    let database = try Database(literals: [pattern("aba", 7), pattern("b", 3), pattern("zz", 1)])
    let found = try hits(database, "ababa")
    #expect(found.map { $0[1] } == found.map { $0[1] }.sorted())
    #expect(Set(found) == [[3, 2], [7, 3], [3, 4], [7, 5]])
    #expect(found.count == 4)
  }

  @Test func nothingInALiteralIsSpecial() throws {
    let texts = ["a.c", "(*)", "\\d+", "[x]", "^$|", "\u{0}\u{1}", "é*"]
    let database = try Database(
      literals: texts.enumerated().map { try pattern($0.element, UInt32($0.offset)) })
    for (index, text) in texts.enumerated() {
      let found = try hits(database, "<\(text)>")
      #expect(found.map { $0[0] } == [UInt32(index)])
      #expect(found.first?[1] == UInt32(text.utf8.count + 1))
    }
    let found1 = try hits(database, "abc xx dd")
    #expect(found1 == [])
  }

  @Test func caselessFoldsASCIIOnlyUnlessTheDatabaseIsUTF8() throws {
    let ascii = try Database(literals: [pattern("Kä", 1, .caseless)])
    let found2 = try hits(ascii, "kä")
    #expect(found2 == [[1, 3]])
    let found3 = try hits(ascii, "kÄ")
    #expect(found3 == [])
    let unicode = try Database(expressions: [pattern("Kä", 1, [.caseless, .utf8])])
    let found4 = try hits(unicode, "kÄ")
    #expect(found4 == [[1, 3]])
    let found5 = try hits(unicode, "\u{212A}Ä")
    #expect(found5 == [[1, 5]])
  }

  @Test func flagsMeanWhatTheySay() throws {
    #expect(try hitsOf("a.b", [], "a\nb") == [])
    #expect(try hitsOf("a.b", .dotAll, "a\nb") == [[1, 3]])
    #expect(try hitsOf("^b", [], "a\nb") == [])
    #expect(try hitsOf("^b", .multiline, "a\nb") == [[1, 3]])
    #expect(try hitsOf("a", .singleMatch, "aaa") == [[1, 1]])
  }

  private func hitsOf(_ expression: String, _ flags: Pattern.Flags, _ text: String) throws -> [[UInt32]] {
    let database = try Database(expressions: [pattern(expression, 1, flags)])
    return try hits(database, text)
  }

  @Test(arguments: ["(", "a**", "(?=a)b", "(a)\\1", "[z-a]"])
  func anErrorNamesThePatternThatIsRefused(_ source: String) throws {
    let patterns = try [pattern("fine", 1), pattern(source, 42), pattern("also fine", 3)]
    do {
      _ = try Database(expressions: patterns)
      Issue.record("compiled: \(source)")
    } catch {
      #expect(error.pattern == patterns[1])
      #expect(!error.message.isEmpty)
      #expect("\(error)".contains(source) && "\(error)".contains("42"))
    }
  }

  @Test func anExpressionThatMatchesNothingAtAllIsRefusedUnlessAllowed() throws {
    #expect(throws: CompileError.self) { _ = try Database(expressions: [pattern("x*", 1)]) }
    _ = try Database(expressions: [pattern("x*", 1, .allowEmpty)])
  }

  @Test func noPatternsAtAllAreAnErrorNotACrash() {
    #expect(throws: CompileError.self) { _ = try Database(literals: []) }
    #expect(throws: CompileError.self) { _ = try Database(expressions: []) }
  }

  @Test func aDatabaseIsTheSameWhenItWasKeptAsBytes() throws {
    let database = try Database(literals: (0..<500).map { try pattern("word \($0) ", UInt32($0)) })
    let loaded = try Database(serialized: database.serialized())
    let text = (0..<500).map { "word \($0) " }.joined(separator: "-")
    let (found, same) = try (hits(loaded, text), hits(database, text))
    #expect(found == same)
    let found6 = try hits(loaded, text)
    #expect(found6.count == 500)
    let sizes = (database.size, loaded.size)
    #expect(sizes.0 == sizes.1 && sizes.0 > 0)
  }

  @Test func bytesThatAreNoDatabaseAreRefused() throws {
    #expect(throws: HyperscanError.self) { _ = try Database(serialized: []) }
    #expect(throws: HyperscanError.self) { _ = try Database(serialized: Array("not a database".utf8)) }
    var bytes = try Database(literals: [pattern("abc", 1)]).serialized()
    bytes[bytes.count / 2] ^= 0xFF
    #expect(throws: HyperscanError.self) { _ = try Database(serialized: bytes) }
    #expect(throws: HyperscanError.self) {
      _ = try Database(serialized: Array(bytes.prefix(bytes.count / 2)))
    }
  }

  @Test func theScratchHoldsAsManyHitsAsThereAre() throws {
    let database = try Database(literals: [pattern("a", 1), pattern("aa", 2)])
    var scratch = Scratch()
    try scratch.fit(database)
    let found7 = hits(database, "b", scratch)
    #expect(found7.isEmpty)
    let found = hits(database, String(repeating: "a", count: 100_000), scratch)
    #expect(found.count == 199_999)
    #expect(found.last?.end == 100_000)
    let found8 = hits(database, "aa", scratch)
    #expect(found8.count == 3)
  }

  @Test func aScratchFitsSeveralDatabases() throws {
    let small = try Database(literals: [pattern("x", 1)])
    let large = try Database(literals: (0..<5000).map { try pattern("literal number \($0)", UInt32($0)) })
    let expression = try Database(expressions: [pattern("(a|b)*c{3,9}[^x]+y", 9)])
    var scratch = Scratch()
    try scratch.fit(small)
    try scratch.fit(large)
    try scratch.fit(expression)
    for _ in 0..<3 {
      let found9 = hits(small, "x", scratch)
      #expect(found9.count == 1)
      let found10 = hits(large, "literal number 4999", scratch)
      #expect(found10.contains { $0.id == 4999 })
      let found11 = finds(expression, "ababcccc zzz y", scratch)
      #expect(found11)
      let found12 = finds(expression, "ababcc zzz y", scratch)
      #expect(!found12)
    }
  }
}
