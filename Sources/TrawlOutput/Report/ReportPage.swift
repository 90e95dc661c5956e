import TrawlHTML
import TrawlMatcher

/// A scan as one page that needs nothing beside it: figures first, then all findings, which its script shows page by page.
public struct ReportPage {
  /// What the page says beside the findings.
  public struct Context: Sendable {
    /// What was scanned, as the user named it.
    public var title = ""
    /// What a scan says when it is over, in lines.
    public var summary = ""
    /// Addresses of rules' pages, by id.
    public var links: [String: String] = [:]
    public var attack = ReportAttack()
    public var isStopped = false

    public init() {}
  }

  let tally: ReportTally
  let context: Context
  private let style: OwnFile
  private let script: OwnFile

  public init(_ tally: ReportTally, _ context: Context) {
    self.tally = tally
    self.context = context
    style = OwnFile(embedded: OwnFile.baseStyle.text + ReportPage.file("report.css"))
    script = OwnFile(embedded: OwnFile.pageScript.text + ReportPage.file("report.js"))
  }

  private static func file(_ name: String) -> String { embeddedFiles.first { $0.name == name }?.text ?? "" }

  /// All up to the rows, the most severe of which come first.
  public var beginning: [UInt8] {
    var page = head
    page += figures
    page += timelinePlot
    page += "<div class=\"sides\">\n"
    page += ruleTable
    page += hostTable
    page += "</div>\n"
    page += techniqueMatrix
    page += findings
    page += "</main>\n<script type=\"application/json\" id=\"facts\">"
    return page.bytes + facts.bytes
      + Array("</script>\n<script type=\"application/json\" id=\"rows\">[\n".utf8)
  }

  /// All behind the rows.
  public var ending: [UInt8] {
    let page: HTML = "null]</script>\n<script>\(HTML(script))</script>\n</html>\n"
    return page.bytes
  }

  private var head: HTML {
    """
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src \(policyOf: script); \
    style-src \(policyOf: style); base-uri 'none'; form-action 'none'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="no-referrer">
    <title>Scan of \(context.title)</title>
    <style>\(HTML(style))</style>
    <a class="skip" href="#findings">To the findings</a>
    <main>

    """
  }

  private var figures: HTML {
    let stopped: HTML =
      context.isStopped ? "<p class=\"warning\">The scan was stopped before its end.</p>" : HTML()
    var counts = HTML()
    for (level, name) in ReportTally.levels.enumerated() where tally.all.byLevel[level] > 0 {
      counts += """
        <li><a href="#level=\(Link.encoded(name))" class="level \(ReportPage.colour(level))">\
        <b>\(count: tally.all.byLevel[level])</b> \(name.isEmpty ? "without level" : name)</a></li>
        """
    }
    return """
      <h1>Scan of \(context.title)</h1>
      \(stopped)<p class="lead">\(headline)</p>
      <ul class="levels" aria-label="Findings by level">\(counts)</ul>
      <details class="summary"><summary>What was scanned, and what was not</summary><pre tabindex="0">\(context.summary)</pre>\
      </details>

      """
  }

  /// `414 findings of 23 rules on 4 hosts, from 2020-09-20 14:20:03 to 2020-10-01 09:00:00 UTC.`
  private var headline: HTML {
    let (findings, rules, hosts) = (tally.all.total, tally.byRule.count, tally.byHost.count)
    guard findings > 0 else { return "Nothing was found." }
    var text: HTML = """
      \(count: findings) \(findings == 1 ? "finding" : "findings") of \(count: rules) \(rules == 1 ? "rule" : "rules")
      """
    if hosts > 0 { text += " on \(count: hosts) \(hosts == 1 ? "host" : "hosts")" }
    if let first = tally.all.first, let last = tally.all.last {
      text += ", from \(ReportPage.time(first)) to \(ReportPage.time(last)) UTC"
    }
    return text + "."
  }

  /// The name of a level's colour.
  static func colour(_ level: Int) -> HTML {
    switch level {
    case 0: "critical"
    case 1: "high"
    case 2: "medium"
    case 3: "low"
    default: "other"
    }
  }

  /// To the minute. `time`: microseconds since 1970.
  static func minute(_ time: Int?) -> String { String(self.time(time).prefix(16)) }

  /// To the second. `time`: microseconds since 1970.
  static func time(_ time: Int?) -> String {
    guard let time else { return "" }
    let text = DateText(microseconds: Int64(time)).text.prefix(19)
    return text.split(separator: "T").joined(separator: " ")
  }
}
