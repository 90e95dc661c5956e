import TrawlHTML
import TrawlMatcher

/// The evidence of a finding for the page: values with their hits set off, cut to what one reads.
enum ReportEvidence {
  /// Values of a finding, and questions of a value, that are shown.
  private static let mostValues = 10
  private static let mostQuestions = 12
  /// Bytes of a value before its first hit, and in all; and of a pattern.
  private static let before = 160
  private static let longest = 600
  private static let longestPattern = 240

  /// `[[field, [text, hit, text, ...], [[search identifier, modifiers, pattern], ...], bytes cut before, bytes cut behind],
  /// ...]`; a last number says how many values are left out.
  static func data(of evidence: [Evidence]) -> PageData {
    var groups: [[Evidence]] = []
    for item in evidence {
      let index = groups.firstIndex {
        $0[0].field == item.field && $0[0].value == item.value && item.field != nil
      }
      if let index { groups[index].append(item) } else { groups.append([item]) }
    }
    var data = PageData()
    data.array { data in
      for group in groups.prefix(mostValues) { data.array { add(group, to: &$0) } }
      if groups.count > mostValues { data.add(groups.count - mostValues) }
    }
    return data
  }

  private static func add(_ group: [Evidence], to data: inout PageData) {
    data.add(group[0].field)
    let parts = group[0].value.map { Excerpt($0, hits: group.compactMap(\.range), before, longest) }
    data.array { data in for text in parts?.texts ?? [] { data.add(text) } }
    data.array { data in
      for item in group.prefix(mostQuestions) {
        let pattern = Excerpt(item.pattern, hits: [], 0, longestPattern)
        let end = pattern.cutBehind > 0 ? "…" : ""
        data.add(each: [
          item.searchIdentifier, item.modifiers.joined(separator: "|"), pattern.texts.joined() + end,
        ])
      }
      if group.count > mostQuestions { data.add(group.count - mostQuestions) }
    }
    data.add(parts?.cutBefore ?? 0)
    data.add(parts?.cutBehind ?? 0)
  }
}

/// The part of a value around its first hit, as texts of which every second is a hit.
private struct Excerpt {
  private(set) var texts: [String] = []
  let cutBefore: Int
  let cutBehind: Int

  init(_ value: String, hits: [Range<Int>], _ before: Int, _ longest: Int) {
    let bytes = Array(value.utf8)
    let hits = hits.map { $0.clamped(to: 0..<bytes.count) }.filter { !$0.isEmpty }
      .sorted { $0.lowerBound < $1.lowerBound }
    let first = hits.first?.lowerBound ?? 0
    let isLong = bytes.count > longest
    let start = isLong && first > before ? Excerpt.boundary(first - before, bytes) : 0
    let end = isLong ? Excerpt.boundary(min(bytes.count, start + longest), bytes) : bytes.count
    cutBefore = start
    cutBehind = bytes.count - end
    var place = start
    for hit in hits where hit.upperBound > place && hit.lowerBound < end {
      let from = max(hit.lowerBound, place)
      // A hit that the one before it touches goes on with it.
      if from > place || texts.isEmpty {
        texts.append(String(decoding: bytes[place..<from], as: UTF8.self))
        texts.append("")
      }
      let to = min(hit.upperBound, end)
      texts[texts.count - 1] += String(decoding: bytes[from..<to], as: UTF8.self)
      place = to
    }
    if place < end { texts.append(String(decoding: bytes[place..<end], as: UTF8.self)) }
  }

  /// The place, moved on to where a character begins.
  private static func boundary(_ place: Int, _ bytes: [UInt8]) -> Int {
    var place = place
    while place < bytes.count, bytes[place] & 0xC0 == 0x80 { place += 1 }
    return place
  }
}
