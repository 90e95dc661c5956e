import Testing

@testable import TrawlCatalog

/// Kibana's KQL.
struct KibanaTests {
  private func asked(_ query: String) -> [String] {
    let reading = KibanaReader.read(query)
    #expect(reading.problems.isEmpty, "\(query): \(reading.problems)")
    #expect(reading.names == ["query"])
    return reading.asked
  }

  @Test(
    arguments: [
      ("a:b", ["a eq b"]), ("a : \"b c\"", ["a eq b c"]), ("a:*b*", ["a match b"]),
      ("a:\"*b*\"", ["a eq *b*"]),
      ("a:*", ["a exists"]), ("not a:*", ["not a exists"]), ("a:b*c", ["a glob b*c"]),
      ("a >= 5 and b<6", ["a gte 5", "b lt 6"]),
      ("a:\"C:\\Windows\\\\x\\\"y\"", ["a eq C:\\Windows\\x\"y"]), ("a:\\*b\\ c\\(", ["a eq *b c("]),
      ("a:x\\ty", ["a eq x\ty"]),
      ("a:one two", ["a eq one two"]), ("a:one two and b:3", ["a eq one two", "b eq 3"]),
      ("a.*:x", ["a.* eq x"]),
      ("\"a b\":x", ["a b eq x"]), ("word", ["match word"]),
      ("a:(notepad or order)", ["a eq notepad", "a eq order"]),
      ("a:C?d", ["a eq C?d"]),
    ])
  func `a value is quoted or not`(query: String, expected: [String]) {
    #expect(asked(query) == expected)
  }

  @Test(
    arguments: [
      ("a:(b or \"c\" OR d*)", ["a eq b", "a eq c", "a starts_with d"]),
      ("a:(b and not c)", ["a eq b", "not a eq c"]),
      ("not a:(b or not (c or d))", ["not a eq b", "a eq c", "a eq d"]), ("a:not b", ["not a eq b"]),
      ("NOT(a:1 or not b:2) and c:3", ["not a eq 1", "b eq 2", "c eq 3"]), ("not not a:1", ["a eq 1"]),
      ("a:{ b:1 and c:{ d:2 } }", ["a.b eq 1", "a.c.d eq 2"]),
    ])
  func `lists, nots and nested fields`(query: String, expected: [String]) {
    #expect(asked(query) == expected)
  }

  @Test func `fields of scope are left out`() {
    #expect(
      asked("event.category:process and host.os.type:linux and data_stream.dataset:x and a:1") == ["a eq 1"])
  }

  @Test(arguments: [
    "", "a:", "a:(b", "a:b)", "a:(b or )", "a:\"b", "(a:b", "a:{b:c", ":x", "a:b and", "a >= ",
  ])
  func `what is not understood is told`(query: String) {
    #expect(!KibanaReader.read(query).problems.isEmpty)
  }

  @Test func `what stands before a mistake is kept`() {
    #expect(KibanaReader.read("a:1 and b:(2 or )").asked == ["a eq 1", "b eq 2"])
  }
}
