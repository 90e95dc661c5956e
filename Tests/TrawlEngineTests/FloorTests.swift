import Testing
import TrawlDecoding
import TrawlEvents

/// The floor takes what the decoder takes, and looks up every key.
@Suite struct FloorTests {
  private let fields = {
    var fields = FieldTable()
    for name in ["a", "Long name of a field", "ü"] { _ = fields.number(of: name) }
    return fields
  }()

  private func walk(_ text: String) -> (events: Int, known: Int) { walk(Array(text.utf8)) }

  private func walk(_ bytes: [UInt8]) -> (events: Int, known: Int) {
    var floor = JSONFloor(fields: fields)
    let padding = [UInt8](repeating: UInt8(ascii: "\""), count: EventBatch.padding)
    unsafe (bytes + padding).withUnsafeBufferPointer { buffer in
      if let base = buffer.baseAddress { unsafe floor.walkLines(base, count: bytes.count) }
    }
    return (floor.events, floor.knownKeys)
  }

  @Test func everyKeyIsLookedUpAtEveryDepth() {
    let (events, known) = walk(
      """
      {"a":1,"b":{"a":{"Long name of a field":null}},"c":[{"ü":"a"},[{"a":2}]]}
      {"Long name of a fielD":1,"A":2,"":3}

      {"a":"\\"a\\":1"}
      """)
    #expect(events == 3)
    #expect(known == 6)
  }

  @Test func aBadLineCostsThatLineOnly() {
    let hit = "{\"a\":1}"
    for bad in [
      "{\"a\":", "{\"a\":\"x", "garbage", "{\"a\" 1}", "[1,2", "}", "{\"a\":1}}", "\"text\"", "12",
      "[{\"a\":1}]",
    ] {
      for text in ["\(hit)\n\(bad)\n\(hit)\n", "\(bad)\n\(hit)\n\(hit)", "\(hit)\n\(hit)\n\(bad)"] {
        let (events, known) = walk(text)
        #expect(events == 2 && known == 2, "\(bad)")
      }
    }
    let (events, known) = walk(Array("\(hit)\n{\"a\":\"".utf8) + [0xFF] + Array("\"}\n\(hit)\n".utf8))
    #expect(events == 2 && known == 2)
  }

  @Test func anyDepthIsWalked() {
    let deep = String(repeating: "{\"a\":[", count: 50_000) + String(repeating: "]}", count: 50_000)
    #expect(walk(deep + "\n{\"a\":1}\n").events == 2)
  }

  @Test func documentsAreWalkedOneByOne() {
    let text = "[{\"a\":\n1}, {\"a\":2},{\"a\"]"
    let bytes = Array(text.utf8) + [UInt8](repeating: 0, count: EventBatch.padding)
    var floor = JSONFloor(fields: fields)
    unsafe bytes.withUnsafeBufferPointer { buffer in
      if let base = buffer.baseAddress { unsafe floor.walkDocuments([1..<9, 11..<18, 19..<23], base) }
    }
    #expect(floor.events == 2)
    #expect(floor.knownKeys == 2)
  }
}
