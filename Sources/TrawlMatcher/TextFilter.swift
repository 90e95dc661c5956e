import TrawlEvents

/// Which runs of two and three bytes a text has, as hashed bits: tells of most literals that they are not in it, at the
/// cost of two look-ups. Worth its making where a long text is asked for many literals.
///
/// 2 KiB, in the nearest cache. Making it costs about a nanosecond a byte.
enum TextFilter {
  static let words = 256

  /// Shorter texts are searched as fast as that.
  static let shortestText = 64
  /// So often a text is asked before it gets a filter.
  static let worthwhile = 12

  @inline(__always)
  private static func hash(_ run: UInt32) -> Int {
    Int(truncatingIfNeeded: (run &* 0x9E37_79B1) &>> 18)
  }

  /// The low three bytes of a word are the run.
  @inline(__always)
  private static func hashOfThree(_ word: UInt32) -> Int { hash(word & 0xFF_FFFF) }

  /// The low two bytes of a word are the run.
  @inline(__always)
  private static func hashOfTwo(_ word: UInt32) -> Int { hash(word & 0xFFFF | 0x100_0000) }

  /// Makes the filter of a folded text at `filter`. 8 bytes behind the text's last may be read.
  static func make(_ text: UnsafePointer<UInt8>, _ count: Int, at filter: UnsafeMutablePointer<UInt64>) {
    unsafe filter.update(repeating: 0, count: words)
    let start = unsafe UnsafeRawPointer(text)
    var index = 0
    while index + 1 < count {
      let word = unsafe start.loadUnaligned(fromByteOffset: index, as: UInt32.self)
      let two = hashOfTwo(word)
      unsafe filter[two >> 6] |= 1 << UInt64(two & 63)
      // The last run of three has a byte from behind the text, which does no harm.
      let three = hashOfThree(word)
      unsafe filter[three >> 6] |= 1 << UInt64(three & 63)
      index += 1
    }
  }

  /// Whether a text may have all that a hint asks for.
  @inline(__always)
  static func mayHold(_ hint: TextHint, _ filter: UnsafePointer<UInt64>) -> Bool {
    unsafe filter[Int(hint.first) >> 6] >> UInt64(hint.first & 63)
      & filter[Int(hint.second) >> 6] >> UInt64(hint.second & 63) & 1 != 0
  }

  /// The hash of a run of three bytes, or of two, in the low bytes of a word.
  fileprivate static func hash(of word: UInt32, count: Int) -> UInt16 {
    UInt16(count == 3 ? hashOfThree(word) : hashOfTwo(word))
  }
}

/// What makes a text test fast: found once, when the rules are loaded.
struct TextHint: BitwiseCopyable {
  /// Hashes of two runs that every text holds on which the test passes; the same where there is only one.
  var first: UInt16 = 0
  var second: UInt16 = 0
  /// Whether there is any.
  var hasRuns = false
  /// Place of the rarest byte of a literal, among its first 32.
  var rarest: UInt8 = 0
}

extension TextHint {
  /// So many places of a part are looked at beside its first: more would hardly find anything rarer.
  private static let places = 31

  /// Notes the runs of a fixed part of a pattern, which every text holds that it matches; the two rarest are kept.
  ///
  /// Of a cased part, ASCII is folded here; runs with other bytes are passed over.
  fileprivate mutating func note(
    _ part: UnsafeBufferPointer<UInt8>, isCased: Bool, _ commonness: inout (first: Int, second: Int)
  ) {
    let length = min(3, part.count)
    guard length >= 2 else { return }
    let ranks = unsafe ByteRarity.ranks
    for place in 0...min(part.count - length, TextHint.places) {
      var (word, sum, isPlain) = (UInt32(0), length < 3 ? 100 : 0, true)
      for index in (place..<(place + length)).reversed() {
        let byte = unsafe part[index]
        if isCased && byte >= 0x80 { isPlain = false }
        let folded = byte &- 0x41 < 26 ? byte | 0x20 : byte
        word = word << 8 | UInt32(folded)
        sum += unsafe Int(ranks[Int(folded)])
      }
      guard isPlain, sum < commonness.second else { continue }
      let hash = TextFilter.hash(of: word, count: length)
      if sum < commonness.first {
        (second, commonness.second) = (first, commonness.first)
        (first, commonness.first) = (hash, sum)
      } else if hash != first {
        (second, commonness.second) = (hash, sum)
      }
    }
  }

  fileprivate mutating func finish(_ commonness: (first: Int, second: Int)) {
    hasRuns = commonness.first < .max
    if commonness.second == .max { second = first }
  }
}

extension RulesetTables {
  /// Finds the hints of all text tests: some milliseconds for all of SigmaHQ.
  mutating func makeHints() {
    textHints = Block(capacity: textTests.count)
    for index in 0..<textTests.count { textHints.append(hint(for: textTests[index])) }
  }

  private func hint(for test: TextEntry) -> TextHint {
    var hint = TextHint()
    var commonness = (first: Int.max, second: Int.max)
    if test.shape == .glob {
      for element in Int(test.offset)..<Int(test.offset + test.length) where globs[element].kind == .text {
        let part = unsafe text(globs[element].offset, globs[element].length)
        unsafe hint.note(part, isCased: test.isCased, &commonness)
      }
    } else {
      let part = unsafe text(test.offset, test.length)
      unsafe hint.note(part, isCased: test.isCased, &commonness)
      if let base = part.baseAddress {
        hint.rarest = unsafe UInt8(ByteRarity.rarest(base, min(part.count, 32)))
      }
    }
    hint.finish(commonness)
    return hint
  }

  /// The rarest run in the fixed parts of a test that is not cased.
  func rarestRun(of test: TextEntry) -> RunIndex.Run? {
    let hash = hint(for: test).first
    var parts = [(test.offset, test.length)]
    if test.shape == .glob {
      parts = (Int(test.offset)..<Int(test.offset + test.length)).map { globs[$0] }
        .filter { $0.kind == .text }.map { ($0.offset, $0.length) }
    }
    for (offset, length) in parts where length >= 2 {
      let part = unsafe text(offset, length)
      let count = min(3, Int(length))
      for place in 0...(Int(length) - count) {
        var word: UInt32 = 0
        for index in (place..<(place + count)).reversed() { word = unsafe word << 8 | UInt32(part[index]) }
        if TextFilter.hash(of: word, count: count) == hash {
          return RunIndex.Run(bytes: word, count: count, offset: offset, length: length, place: UInt32(place))
        }
      }
    }
    return nil
  }

  private func text(_ offset: UInt32, _ length: UInt32) -> UnsafeBufferPointer<UInt8> {
    unsafe UnsafeBufferPointer(start: texts.pointer + Int(offset), count: Int(length))
  }
}
