import Glibc
import TrawlEvents

/// A text as tests see it: as it is, and folded. Both lie in memory that outlives the test.
@safe
struct TestedText {
  var raw: UnsafePointer<UInt8>
  var rawCount: Int
  var folded: UnsafePointer<UInt8>
  var foldedCount: Int
  /// What is known to be in it, if that was found out.
  var filter = unsafe UnsafePointer<UInt64>?.none
}

extension TestedText {
  /// What stands behind the last backslash or slash; all where there is none.
  var fileName: TestedText {
    var name = self
    while name.rawCount > 0, unsafe !TestedText.isSeparator(raw[name.rawCount - 1]) { name.rawCount -= 1 }
    while name.foldedCount > 0, unsafe !TestedText.isSeparator(folded[name.foldedCount - 1]) {
      name.foldedCount -= 1
    }
    unsafe name.raw = raw + name.rawCount
    unsafe name.folded = folded + name.foldedCount
    name.rawCount = rawCount - name.rawCount
    name.foldedCount = foldedCount - name.foldedCount
    return name
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "/")
  }
}

extension RulesetTables {
  /// Whether a text test, by number, passes on a text.
  func passes(_ number: Int, _ text: TestedText) -> Bool {
    guard mayPass(number, text) else { return false }
    let needle = textTests[number].needle
    return needle == TextEntry.noNeedle || place(of: needles[Int(needle)], in: text) != nil
  }

  /// The same but for the needle.
  @inline(__always)
  private func mayPass(_ number: Int, _ text: TestedText) -> Bool {
    let test = textTests[number]
    let hint = textHints[number]
    if let filter = unsafe text.filter, hint.hasRuns, unsafe !TextFilter.mayHold(hint, filter) {
      return false
    }
    let (value, count) = unsafe test.isCased ? (text.raw, text.rawCount) : (text.folded, text.foldedCount)
    let length = Int(test.length)
    if test.shape == .glob {
      return unsafe matchesGlob(
        Int(test.offset), Int(test.offset) + length, UnsafeBufferPointer(start: value, count: count))
    }
    guard length <= count else { return false }
    let literal = unsafe UnsafePointer(texts.pointer + Int(test.offset))
    switch test.shape {
    case .equals: return unsafe length == count && isEqual(value, literal, length)
    case .startsWith: return unsafe isEqual(value, literal, length)
    case .endsWith: return unsafe isEqual(value + (count - length), literal, length)
    default: return unsafe firstOffset(value, count, literal, length, rarest: Int(hint.rarest)) != nil
    }
  }

  /// Matches a glob on the whole of a text; `?` and dashes are code points. Goes back to the last `*` only, which is
  /// enough: what an earlier `*` could take, the last one can take too.
  private func matchesGlob(_ first: Int, _ end: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var element = first
    var position = 0
    var retryElement = -1
    var retryPosition = 0
    while true {
      if element < end, globs[element].kind == .anyRun {
        element += 1
        if element == end { return true }
        retryElement = element
        retryPosition = position
      } else if element == end, position == text.count {
        return true
      } else if element < end, let length = unsafe step(globs[element], text, position) {
        element += 1
        position += length
      } else {
        guard retryElement >= 0, retryPosition < text.count else { return false }
        unsafe retryPosition += codePointLength(text[retryPosition])
        guard let next = unsafe nextStart(retryElement, end, text, retryPosition) else { return false }
        retryPosition = next
        element = retryElement
        position = retryPosition
      }
    }
  }

  /// The first place from `position` on where the elements behind a `*` may match; nil when there is none.
  private func nextStart(
    _ number: Int, _ end: Int, _ text: UnsafeBufferPointer<UInt8>, _ position: Int
  ) -> Int? {
    let element = globs[number]
    // What stands before a dash is mostly a blank, which is everywhere: what stands behind it is looked for.
    if element.kind == .dash, number + 1 < end, globs[number + 1].kind == .text {
      return unsafe startOfDash(position, 0, globs[number + 1], text)
    }
    guard element.kind == .text, position < text.count else { return position }
    if element.length <= 2, number + 2 < end, globs[number + 1].kind == .dash, globs[number + 2].kind == .text
    {
      return unsafe startOfDash(position, Int(element.length), globs[number + 2], text)
    }
    return unsafe firstPlace(of: element, text, position)
  }

  private func firstPlace(
    of element: GlobEntry, _ text: UnsafeBufferPointer<UInt8>, _ position: Int
  ) -> Int? {
    guard position < text.count, let base = text.baseAddress else { return nil }
    let offset = unsafe firstOffset(
      base + position, text.count - position, texts.pointer + Int(element.offset), Int(element.length))
    return offset.map { position + $0 }
  }

  /// The first place from `position` on that lies `before` bytes before a dash with a text behind it.
  private func startOfDash(
    _ position: Int, _ before: Int, _ behind: GlobEntry, _ text: UnsafeBufferPointer<UInt8>
  ) -> Int? {
    var from = position + before + 1
    while let place = unsafe firstPlace(of: behind, text, from) {
      for width in stride(from: 1, through: 3, by: 2) where place - width - before >= position {
        if unsafe dash(text, place - width) == width { return place - width - before }
      }
      from = place + 1
    }
    return nil
  }

  /// Bytes of the dash at a position; nil when there is none.
  private func dash(_ text: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int? {
    guard position < text.count else { return nil }
    let byte = unsafe text[position]
    if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/") { return 1 }
    // U+2013, U+2014 and U+2015 are E2 80 93, 94 and 95.
    guard text.count - position >= 3, byte == 0xE2, unsafe text[position + 1] == 0x80 else { return nil }
    return unsafe (0x93...0x95).contains(text[position + 2]) ? 3 : nil
  }

  /// How many bytes an element other than `*` takes at a position; nil when it does not fit.
  private func step(_ element: GlobEntry, _ text: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int? {
    let left = text.count - position
    switch element.kind {
    case .text:
      let length = Int(element.length)
      guard length <= left, let base = text.baseAddress else { return nil }
      return unsafe isEqual(base + position, texts.pointer + Int(element.offset), length) ? length : nil
    case .anyOne:
      return left > 0 ? min(left, unsafe codePointLength(text[position])) : nil
    case .dash: return unsafe dash(text, position)
    case .anyRun: return nil
    }
  }
}

/// Bytes of the code point that starts with a byte of valid UTF-8.
private func codePointLength(_ lead: UInt8) -> Int {
  if lead < 0xC0 { return 1 }
  return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
}

extension Ruleset {
  /// Whether a test passes on one text; tests that need an event are false.
  func passes(_ test: TestEntry, _ text: TestedText, _ scratch: borrowing ExpressionScratch) -> Bool {
    let text = test.part == .whole ? text : text.fileName
    let argument = Int(test.argument)
    switch test.kind {
    case .text: return tables.passes(argument, text)
    case .expression: return unsafe expressions[argument].matches(text.raw, count: text.rawCount, scratch)
    case .network:
      guard let address = unsafe IPAddress(UnsafeBufferPointer(start: text.raw, count: text.rawCount)) else {
        return false
      }
      return tables.networks[argument].contains(address)
    case .number:
      return unsafe tables.numbers[argument].holds(
        for: UnsafeBufferPointer(start: text.raw, count: text.rawCount))
    case .timePart:
      let number = tables.numbers[argument]
      guard let part = DatePart(rawValue: number.part),
        let date = unsafe DateText(UnsafeBufferPointer(start: text.raw, count: text.rawCount))
      else { return false }
      return number.holds(for: date.part(part))
    case .null, .field, .column, .row, .container: return false
    case .present: return true
    }
  }

  /// Whether a test other than a comparison of fields holds for a field with this one value.
  package func holds(_ test: TestEntry, text: String) -> Bool { holds(test, text: text, ExpressionScratch()) }

  /// The same, with what an earlier test has set up.
  func holds(_ test: TestEntry, text: String, _ scratch: borrowing ExpressionScratch) -> Bool {
    var raw = Block<UInt8>(capacity: text.utf8.count + 8)
    for byte in text.utf8 { raw.append(byte) }
    var folded = Block<UInt8>(capacity: text.utf8.count + 8)
    unsafe Fold.append(raw.pointer, count: raw.count, to: &folded)
    let tested = unsafe TestedText(
      raw: raw.pointer, rawCount: raw.count, folded: folded.pointer, foldedCount: folded.count)
    return passes(test, tested, scratch)
  }
}

/// Where `length` bytes first occur among `count`; an empty literal does at 0.
///
/// Looks for the literal's rarest byte, by memchr: that passes over most of a text at dozens of bytes a cycle.
func firstOffset(
  _ value: UnsafePointer<UInt8>, _ count: Int, _ literal: UnsafePointer<UInt8>, _ length: Int,
  rarest: Int? = nil
) -> Int? {
  guard length > 0 else { return 0 }
  guard length <= count else { return nil }
  let rare = unsafe rarest ?? (count < 32 ? 0 : ByteRarity.rarest(literal, min(length, 32)))
  let byte = unsafe Int32(literal[rare])
  var start = unsafe value + rare
  let end = unsafe value + (count - length + 1) + rare
  while unsafe start < end, let found = unsafe memchr(start, byte, end - start) {
    let place = unsafe UnsafePointer(found.assumingMemoryBound(to: UInt8.self))
    let candidate = unsafe place - rare
    if unsafe isEqual(candidate, literal, length) { return unsafe candidate - value }
    unsafe start = place + 1
  }
  return nil
}

/// Whether two texts of the same length are the same. Most differ in their first or last eight bytes, which costs no call.
@inline(__always)
func isEqual(_ first: UnsafePointer<UInt8>, _ second: UnsafePointer<UInt8>, _ count: Int) -> Bool {
  let (one, other) = unsafe (UnsafeRawPointer(first), UnsafeRawPointer(second))
  func differ<Word: FixedWidthInteger>(_ offset: Int, _: Word.Type) -> Bool {
    unsafe one.loadUnaligned(fromByteOffset: offset, as: Word.self)
      != other.loadUnaligned(fromByteOffset: offset, as: Word.self)
  }
  if count >= 8 {
    if differ(count - 8, UInt64.self) || differ(0, UInt64.self) { return false }
    return unsafe count <= 16 || memcmp(first, second, count) == 0
  }
  if count >= 4 { return !differ(0, UInt32.self) && !differ(count - 4, UInt32.self) }
  for index in 0..<count where unsafe first[index] != second[index] { return false }
  return true
}

/// How common bytes are in folded texts of logs.
enum ByteRarity {
  /// The most common first; all others are rare.
  private static let order: StaticString = " etaoinsrlcdupm\\.hgwfyb-0124v3685:79kx/_jq;z=\"',(){}[]%$"

  /// By byte: the more common, the higher. Made once and kept.
  nonisolated(unsafe) static let ranks: UnsafePointer<UInt8> = {
    let ranks = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
    unsafe ranks.initialize(repeating: 0, count: 256)
    for index in 0..<order.utf8CodeUnitCount {
      unsafe ranks[Int(order.utf8Start[index])] = UInt8(order.utf8CodeUnitCount - index)
    }
    return unsafe UnsafePointer(ranks)
  }()

  /// The place of the rarest of some bytes.
  static func rarest(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
    let ranks = unsafe ranks
    var best = 0
    var bestRank = UInt8.max
    for index in 0..<count {
      let rank = unsafe ranks[Int(bytes[index])]
      if rank < bestRank { (best, bestRank) = (index, rank) }
    }
    return best
  }
}
