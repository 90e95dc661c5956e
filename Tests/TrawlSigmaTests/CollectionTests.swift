import Testing
import TrawlRules
import TrawlSigma

/// Collections: `action: global`, `reset` and `repeat`, as pySigma 1.5 merges them.
struct CollectionTests {
  private let global = """
    action: global
    title: G
    level: high
    logsource: {product: windows}
    detection: {s: {f: g, h: 1}, condition: s}

    """

  @Test("global is put over each rule behind it, maps into maps")
  func merging() throws {
    let text = global + "---\ntitle: R\nlogsource: {service: x}\ndetection: {s: {f: r}, t: {z: 1}}\n"
    let rule = try loadedRule(text)
    #expect(rule.title == "G" && rule.level == .high)
    #expect(rule.logSource == LogSource(product: "windows", service: "x"))
    #expect(rule.items.map(\.value) == ["g", "1"])
  }

  @Test("repeat is put over the rule before it")
  func repeating() {
    let text = global + "---\nlogsource: {service: x}\n---\naction: repeat\nlogsource: {service: y}\n"
    let documents = SigmaParser().parse(text + "detection: {s: {f: q}}\n", file: "a.yml")
    #expect(documents.rules.map(\.logSource.service) == ["x", "y"])
    #expect(documents.rules.map { $0.items.map(\.value) } == [["g", "1"], ["q", "1"]])
    #expect(documents.refused == 0 && documents.diagnostics.isEmpty)
  }

  @Test("reset ends global")
  func resetting() {
    let text =
      global
      + "---\naction: reset\n---\ntitle: Z\nlogsource: {product: linux}\ndetection: {s: {f: c}, condition: s}\n"
    let documents = SigmaParser().parse(text, file: "a.yml")
    #expect(documents.rules.map(\.title) == ["Z"])
  }

  @Test("an unknown action is an error")
  func unknown() throws {
    #expect(try onlyError("action: foo\ntitle: F\n").reason == "unknown action")
  }
}
