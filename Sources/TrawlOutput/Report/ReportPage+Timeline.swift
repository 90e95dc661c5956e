import TrawlHTML

extension ReportPage {
  /// Of the plot, in its own units.
  private static let (width, height, left) = (1000, 160, 44)

  /// Findings by time, stacked by level; nothing when no finding has a time.
  var timelinePlot: HTML {
    guard let bars = tally.timeline.bars, let most = bars.counts.values.map({ $0.reduce(0, +) }).max(),
      most > 0
    else { return HTML() }
    var parts = axis(most)
    let count = bars.last - bars.first + 1
    let step = (ReportPage.width - ReportPage.left) * 100 / count
    for number in bars.counts.keys.sorted() {
      let x = ReportPage.left * 100 + (number - bars.first) * step
      parts += stack(bars.counts[number] ?? [], at: x, step, most, from: number * bars.width, bars.width)
    }
    return """
      <section aria-labelledby="timeline"><h2 id="timeline">Timeline</h2>
      <svg class="timeline" id="plot" viewBox="0 0 1000 190" role="img" aria-labelledby="timeline">\(parts)\(ticks(bars))</svg>
      <p class="note legend">\(legend)A bar is \(ReportPage.span(bars.width)); times are UTC.</p></section>

      """
  }

  private func stack(
    _ levels: [Int], at x: Int, _ step: Int, _ most: Int, from start: Int, _ width: Int
  ) -> HTML {
    var parts = HTML()
    var top = ReportPage.height * 100
    // The most severe at the bottom, where the eye compares best.
    for (level, number) in levels.enumerated() where number > 0 {
      let height = max(150, number * (ReportPage.height - 10) * 100 / most)
      top -= height
      parts += """
        <rect class="\(ReportPage.colour(level))" x="\(hundredths: x)" y="\(hundredths: top)" \
        width="\(hundredths: max(120, step - 60))" height="\(hundredths: height)"/>
        """
    }
    let total = levels.reduce(0, +)
    return """
      <a href="#from=\(start)&amp;to=\(start + width)"><title>\(ReportPage.time(start * 1_000_000)): \(count: total)</title>\
      \(parts)</a>
      """
  }

  private func axis(_ most: Int) -> HTML {
    """
    <line class="axis" x1="\(ReportPage.left)" x2="1000" y1="160" y2="160"/>\
    <line class="grid" x1="\(ReportPage.left)" x2="1000" y1="10" y2="10"/>\
    <text x="\(ReportPage.left - 6)" y="14" text-anchor="end">\(count: most)</text>\
    <text x="\(ReportPage.left - 6)" y="164" text-anchor="end">0</text>
    """
  }

  /// The times at both ends.
  private func ticks(_ bars: ReportTimeline.Bars) -> HTML {
    let end = (bars.last + 1) * bars.width
    return """
      <text x="\(ReportPage.left)" y="182">\(ReportPage.time(bars.first * bars.width * 1_000_000))</text>\
      <text x="1000" y="182" text-anchor="end">\(ReportPage.time(end * 1_000_000))</text>
      """
  }

  private var legend: HTML {
    var parts = HTML()
    for (level, name) in ReportTally.levels.enumerated() where tally.all.byLevel[level] > 0 {
      parts += """
        <span class="key"><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="\(ReportPage.colour(level))" width="10" \
        height="10"/></svg> \(name.isEmpty ? "no level" : name)</span>
        """
    }
    return parts
  }

  /// `10 minutes`
  private static func span(_ seconds: Int) -> String {
    let units = [
      (31_449_600, "year"), (604_800, "week"), (86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"),
    ]
    let (size, name) = units.first { seconds % $0.0 == 0 } ?? (1, "second")
    return seconds == size ? "1 \(name)" : "\(seconds / size) \(name)s"
  }
}

extension HTML.StringInterpolation {
  /// A number that counts hundredths.
  fileprivate mutating func appendInterpolation(hundredths number: Int) {
    let rest = abs(number) % 100
    appendInterpolation(number / 100)
    appendLiteral(".")
    if rest < 10 { appendLiteral("0") }
    appendInterpolation(rest)
  }
}
