/// Findings by time and level, in steps that grow with the span: few enough to keep, whatever the log says.
struct ReportTimeline {
  /// Seconds; each divides the next, so that counts of one step add up to those of a longer one.
  private static let widths = [
    1, 10, 60, 600, 3600, 21_600, 86_400, 604_800, 2_419_200, 31_449_600, 314_496_000,
  ]
  private static let mostSteps = 8192
  private static let mostBars = 120

  private var place = 0
  private var counts: [Int: [Int]] = [:]

  /// `time`: microseconds since 1970.
  mutating func add(_ level: Int, _ time: Int) {
    let step = ReportTimeline.floor(time, 1_000_000 * ReportTimeline.widths[place])
    counts[step, default: ReportTimeline.none][level] += 1
    while counts.count > ReportTimeline.mostSteps, place + 1 < ReportTimeline.widths.count { widen() }
  }

  private static let none = [Int](repeating: 0, count: ReportTally.levels.count)

  private mutating func widen() {
    let factor = ReportTimeline.widths[place + 1] / ReportTimeline.widths[place]
    counts = ReportTimeline.summed(counts, factor)
    place += 1
  }

  private static func summed(_ counts: [Int: [Int]], _ factor: Int) -> [Int: [Int]] {
    var sums: [Int: [Int]] = [:]
    for (step, levels) in counts {
      let sum = sums[floor(step, factor), default: none]
      sums[floor(step, factor)] = zip(sum, levels).map { $0 + $1 }
    }
    return sums
  }

  private static func floor(_ number: Int, _ divisor: Int) -> Int {
    let quotient = number / divisor
    return number % divisor < 0 ? quotient - 1 : quotient
  }

  /// What a plot shows: the width of a bar in seconds, and the bars that are not empty by their number.
  struct Bars {
    var width: Int
    var first: Int
    var last: Int
    var counts: [Int: [Int]]
  }

  /// Nil when no finding has a time.
  var bars: Bars? {
    var bars = counts
    var place = place
    while let first = bars.keys.min(), let last = bars.keys.max() {
      let isFew = last - first < ReportTimeline.mostBars
      guard !isFew, place + 1 < ReportTimeline.widths.count else {
        return Bars(width: ReportTimeline.widths[place], first: first, last: last, counts: bars)
      }
      bars = ReportTimeline.summed(bars, ReportTimeline.widths[place + 1] / ReportTimeline.widths[place])
      place += 1
    }
    return nil
  }
}
