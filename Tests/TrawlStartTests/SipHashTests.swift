import Testing

@testable import Trawl

@Suite struct SipHashTests {
  /// From `vectors_sip128` of the reference implementation: the hash of the bytes 0, 1, ... under the key 0, 1, ... 15.
  static let vectors: [(count: Int, hash: String)] = [
    (0, "a3817f04ba25a8e66df67214c7550293"), (1, "da87c1d86b99af44347659119b22fc45"),
    (2, "8177228da4a45dc7fca38bdef60affe4"), (7, "a1f1ebbed8dbc153c0b84aa61ff08239"),
    (8, "3b62a9ba6258f5610f83e264f31497b4"), (15, "5493e99933b0a8117e08ec0f97cfc3d9"),
    (16, "6ee2a4ca67b054bbfd3315bf85230577"), (63, "5150d1772f50834a503e069a973fbd7c"),
  ]

  @Test(arguments: vectors)
  func theHashIsThatOfTheReference(_ vector: (count: Int, hash: String)) {
    let key = SipHash.Word128((0..<16).map { UInt8($0) })
    #expect(SipHash.hash((0..<vector.count).map { UInt8($0) }, key: key).text == vector.hash)
  }

  @Test func aHashIsTheSameAsBytes() {
    let hash = SipHash.Word128(low: 0x0123_4567_89AB_CDEF, high: 42)
    #expect(SipHash.Word128(hash.bytes) == hash)
  }
}
