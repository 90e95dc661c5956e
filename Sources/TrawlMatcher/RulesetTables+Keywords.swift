import TrawlEvents

extension RulesetTables {
  /// The programs of which a test of any value may pass on one that is a number, a time, a GUID or a SID.
  func programsOfNumbers(_ rowTests: [RowTest]) -> [Int] {
    (0..<programs.count).filter { number in
      let first = Int(programs[number].firstNode)
      return (first..<Int(nodes[first].end)).contains {
        nodes[$0].kind == .test && mayPassOnNumber(tests[Int(nodes[$0].argument)], rowTests)
      }
    }
  }

  private func mayPassOnNumber(_ test: TestEntry, _ rowTests: [RowTest]) -> Bool {
    guard test.field == TestEntry.anyValue else { return false }
    switch test.kind {
    case .text: return test.part != .whole || !asksForLetters(textTests[Int(test.argument)])
    case .row: return rowTests[Int(test.argument)].readsAnyColumn
    default: return true
    }
  }

  /// Whether no text of a number passes: it lacks a character that is asked for.
  private func asksForLetters(_ test: TextEntry) -> Bool {
    guard test.shape == .glob else { return hasOtherThanNumbers(test.offset, test.length) }
    for element in Int(test.offset)..<Int(test.offset + test.length)
    where globs[element].kind == .text && hasOtherThanNumbers(globs[element].offset, globs[element].length) {
      return true
    }
    return false
  }

  private func hasOtherThanNumbers(_ offset: UInt32, _ length: UInt32) -> Bool {
    for place in Int(offset)..<Int(offset + length) where !Self.isOfNumbers(texts[place]) { return true }
    return false
  }

  /// What stands in decimal and hexadecimal numbers, GUIDs in braces, times of RFC 3339, and `S-1-5-18`.
  private static func isOfNumbers(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    case UInt8(ascii: "x"), UInt8(ascii: "X"), UInt8(ascii: "s"), UInt8(ascii: "S"), UInt8(ascii: "t"),
      UInt8(ascii: "T"), UInt8(ascii: "z"), UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "{"),
      UInt8(ascii: "}"), UInt8(ascii: ":"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
