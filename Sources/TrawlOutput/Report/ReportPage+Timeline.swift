import TrawlHTML

extension ReportPage {
  /// Of the plot, in its own units; a browser stretches it.
  private static let (width, height) = (1000, 160)

  /// Findings by time, stacked by level; nothing when no finding has a time.
  var timelinePlot: HTML {
    guard let bars = tally.timeline.bars, let most = bars.counts.values.map({ $0.reduce(0, +) }).max(),
      most > 0
    else { return HTML() }
    let step = ReportPage.width * 100 / (bars.last - bars.first + 1)
    var parts = HTML()
    for number in bars.counts.keys.sorted() {
      let x = (number - bars.first) * step
      parts += stack(bars.counts[number] ?? [], at: x, step, most, from: number * bars.width, bars.width)
    }
    return """
      <section aria-labelledby="timeline"><h2 id="timeline">Timeline</h2>
      <p class="scale" aria-hidden="true">\(count: most)</p>
      <svg class="timeline" id="plot" viewBox="0 0 1000 160" preserveAspectRatio="none" role="img" \
      aria-labelledby="timeline">\(parts)</svg>
      \(ends(of: bars))<p class="note legend">\(legend)A bar is \(ReportPage.span(bars.width)); times are UTC.</p></section>

      """
  }

  private func stack(
    _ levels: [Int], at x: Int, _ step: Int, _ most: Int, from start: Int, _ width: Int
  ) -> HTML {
    var parts = HTML()
    var top = ReportPage.height * 100
    // The most severe at the bottom, where the eye compares best.
    for (level, number) in levels.enumerated() where number > 0 {
      let height = max(150, number * ReportPage.height * 100 / most)
      top = max(0, top - height)
      parts += """
        <rect class="\(ReportPage.colour(level))" x="\(hundredths: x)" y="\(hundredths: top)" \
        width="\(hundredths: max(120, step - 60))" height="\(hundredths: height)"/>
        """
    }
    let total = levels.reduce(0, +)
    return """
      <a href="#from=\(start)&amp;to=\(start + width)"><title>\(ReportPage.time(start, width)): \(count: total)</title>\
      \(parts)</a>
      """
  }

  /// The times at both ends of the plot.
  private func ends(of bars: ReportTimeline.Bars) -> HTML {
    let end = (bars.last + 1) * bars.width
    return """
      <p class="scale ends"><span>\(ReportPage.time(bars.first * bars.width, bars.width))</span>\
      <span>\(ReportPage.time(end, bars.width))</span></p>
      """
  }

  /// A time in seconds since 1970, as exactly as a bar's width is worth.
  private static func time(_ seconds: Int, _ width: Int) -> String {
    let text = time(seconds * 1_000_000)
    return String(width % 86_400 == 0 ? text.prefix(10) : width % 60 == 0 ? text.prefix(16) : text[...])
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
      (604_800, "week"), (86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"),
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
