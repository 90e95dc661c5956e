import Testing

@testable import TrawlScanner

@Suite struct SplitterTests {
  static let texts: [(text: String, documents: [String])] = [
    ("", []), (" \n", []), ("{}", ["{}"]),
    ("{\n \"a\": {\"b\": [1, {}]}\n}\n", ["{\n \"a\": {\"b\": [1, {}]}\n}"]),
    (#"[{"a":1},{"b":2}]"#, [#"{"a":1}"#, #"{"b":2}"#]),
    (#"{"a":1}{"b":2} {"c":3}"#, [#"{"a":1}"#, #"{"b":2}"#, #"{"c":3}"#]),
    (#"{"a":"}{][\"","b":"\\"}{}"#, [#"{"a":"}{][\"","b":"\\"}"#, "{}"]),
    (#"[[1,2],"a]",3,null]"#, ["[1,2]", #""a]""#, "3", "null"]),
    (#"{"Records":[{"a":1},{"b":2}],"x":{"y":[1]}} {"c":3}"#, [#"{"a":1}"#, #"{"b":2}"#, #"{"c":3}"#]),
    (
      #"{"Stats":{"a":[1,"]"]},"Schema":[{"Name":"A","Type":"String"}],"Results":[{"a":1},{"b":[2]}]}"#,
      [#"{"a":1}"#, #"{"b":[2]}"#]
    ),
    (#"{"@odata.context":"x}","schema":[],"results":[{"a":1}]}{"c":3}"#, [#"{"a":1}"#, #"{"c":3}"#]),
    (#"{"results":[{"a":1}],"schema":[{}]}"#, [#"{"a":1}"#]),
    ("{\"records\":[{\"a\":1}]}\n{\"records\": [\n{\"b\":2}]}\n", [#"{"a":1}"#, #"{"b":2}"#]),
    (#"{"schema":1,"results":[3]}"#, [#"{"schema":1,"results":[3]}"#]),
    (#"{"user":"x","results":[{"a":1}]}"#, [#"{"user":"x","results":[{"a":1}]}"#]),
    (#"{ "Records" : [ ] }"#, []), (#"{"Records":{"a":1}}"#, [#"{"Records":{"a":1}}"#]),
    (#"[{"a":1"#, [#"{"a":1"#]),
    (#"{"a":"unclosed"#, [#"{"a":"unclosed"#]), ("x y", ["x", "y"]), ("[1][2]", ["1", "2"]), ("]}", ["]}"]),
    (#"{"a":1},"#, [#"{"a":1}"#]), (#""\\\"" 1"#, [#""\\\"""#, "1"]),
  ]

  private func split(_ bytes: [UInt8], at cuts: [Int]) -> [String] {
    var splitter = DocumentSplitter()
    var documents: [String] = []
    var start = 0
    for end in cuts + [bytes.count] {
      unsafe Array(bytes[start..<end]).withUnsafeBufferPointer { piece in
        let (found, used) = unsafe splitter.split(piece, isLast: end == bytes.count)
        documents += found.map { unsafe String(decoding: piece[$0], as: UTF8.self) }
        start += used
      }
    }
    return documents
  }

  @Test(arguments: texts)
  func documentsLieWhereTheyLie(_ text: String, _ documents: [String]) {
    #expect(split(Array(text.utf8), at: []) == documents)
  }

  @Test(arguments: texts)
  func documentsAreTheSameInPiecesOfEverySize(_ text: String, _ documents: [String]) {
    let bytes = Array(text.utf8)
    for size in 1...max(1, bytes.count) {
      #expect(split(bytes, at: Array(stride(from: size, to: bytes.count, by: size))) == documents, "\(size)")
    }
    for cut in bytes.indices { #expect(split(bytes, at: [cut]) == documents, "\(cut)") }
  }
}
