import Testing
import TrawlEvents

@testable import TrawlMatcher

@Suite struct MemoTests {
  private func groups(_ numbers: [UInt32]) -> Block<UInt32> {
    var block = Block<UInt32>()
    for number in numbers { block.append(number) }
    return block
  }

  private func keep(_ text: String, key: UInt32 = 1, hash: UInt64, _ numbers: [UInt32], in memo: inout Memo)
    -> Int
  {
    let groups = groups(numbers)
    return unsafe Array(text.utf8 + [0, 0, 0, 0, 0, 0, 0, 0]).withUnsafeBufferPointer { bytes in
      unsafe memo.keep(bytes.baseAddress!, text.utf8.count, key: key, hash: hash, groups: groups)
    }
  }

  private func find(_ text: String, key: UInt32 = 1, hash: UInt64, in memo: borrowing Memo) -> [UInt32]? {
    let slot = unsafe Array(text.utf8 + [0, 0, 0, 0, 0, 0, 0, 0]).withUnsafeBufferPointer { bytes in
      unsafe memo.find(bytes.baseAddress!, text.utf8.count, key: key, hash: hash)
    }
    return slot < 0 ? nil : memo.hits(of: slot).map { memo.hits[$0] }
  }

  @Test func valuesOfOneHashAreToldApart() {
    var memo = Memo(capacity: 64)
    _ = keep("a", hash: 5, [1, 2], in: &memo)
    _ = keep("b", hash: 5, [3], in: &memo)
    _ = keep("a", key: 2, hash: 5, [], in: &memo)
    _ = keep("", hash: 5, [4], in: &memo)
    #expect(find("a", hash: 5, in: memo) == [1, 2])
    #expect(find("b", hash: 5, in: memo) == [3])
    #expect(find("a", key: 2, hash: 5, in: memo) == [])
    #expect(find("", hash: 5, in: memo) == [4])
    #expect(find("c", hash: 5, in: memo) == nil)
    #expect(find("a", key: 3, hash: 5, in: memo) == nil)
  }

  @Test func aFullMemoStartsOverAndForgetsNothingWrong() {
    var memo = Memo(capacity: 8)
    var kept = 0
    for number in 0..<1000 as Range<UInt32> {
      let text = "value \(number)"
      let hash = UInt64(number) &* 0x9E37_79B9 | 1
      if keep(text, hash: hash, [number], in: &memo) >= 0 { kept += 1 }
      if let found = find(text, hash: hash, in: memo) { #expect(found == [number]) }
      if let found = find("value 0", hash: 1, in: memo) { #expect(found == [0]) }
    }
    #expect(kept > 900)
  }

  @Test func aValueThatFindsItsSlotsTakenIsNotKept() {
    var memo = Memo(capacity: 1 << 10)
    let kept = (0..<40).filter { keep("\($0)", hash: 7, [UInt32($0)], in: &memo) >= 0 }
    #expect(kept == Array(0..<16))
    #expect(find("15", hash: 7, in: memo) == [15])
    #expect(find("16", hash: 7, in: memo) == nil)
  }

  @Test func aLongValueIsNotKept() {
    var memo = Memo(capacity: 64)
    let longest = String(repeating: "x", count: 2 * Memo.longestValue)
    #expect(keep(longest, hash: 3, [1], in: &memo) >= 0)
    #expect(keep(longest + "x", hash: 5, [1], in: &memo) < 0)
  }

  @Test func aMemoOfNoSlotsKeepsNothing() {
    var memo = Memo(capacity: 0)
    let isEnabled = memo.isEnabled
    #expect(!isEnabled)
    #expect(keep("a", hash: 3, [1], in: &memo) < 0)
  }

  @Test func theHashDependsOnEveryByteAndOnNoneBehindTheLast() {
    let memo = Memo(capacity: 64, seed: 42)
    for count in 0...70 {
      var bytes = (0..<(count + 32)).map { UInt8($0 & 0xFF) }
      func hash() -> UInt64 {
        unsafe bytes.withUnsafeBufferPointer { unsafe memo.hash($0.baseAddress!, count, key: 1) }
      }
      let first = hash()
      bytes[count] ^= 0xFF
      #expect(hash() == first)
      for index in 0..<count {
        bytes[index] ^= 1
        #expect(hash() != first)
        bytes[index] ^= 1
      }
      #expect(
        unsafe bytes.withUnsafeBufferPointer { unsafe memo.hash($0.baseAddress!, count, key: 2) } != first)
    }
  }

  @Test func numbersOfValuesAreTheirOwnWithinAnEra() {
    var memo = Memo(capacity: 4)
    var seen: Set<UInt32> = []
    for number in 0..<100 as Range<UInt32> {
      let slot = keep("\(number)", hash: UInt64(number) * 2 + 1, [], in: &memo)
      let value = memo.number(of: max(slot, 0))
      if slot >= 0 { #expect(seen.insert(value).inserted) }
    }
    let era = memo.era
    #expect(era == 0 && seen.count > 50)
  }
}
