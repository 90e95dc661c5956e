import TrawlMatcher

/// Findings as JSON lines, one object a line. The schema is documented in `docs/findings.md`.
public struct JSONLines: Sendable {
  public init() {}

  /// Appends a finding and a newline.
  public func append(_ finding: Finding, to output: inout [UInt8]) {
    output += Array("{\"rule\":{\"id\":\"\(finding.rule.id)\"},\"source\":{\"file\":\"\(finding.file)\",\"record\":\(finding.record)}}\n".utf8)
  }
}
