import Trawl

extension OutputOptions {
  /// The form that findings are made in while scanning.
  var scannedFormat: any FindingFormat { report == nil ? findingFormat : ReportedFormat(findingFormat) }

  func openReport(_ rules: PreparedRules) throws -> ReportOutput? {
    guard let report else { return nil }
    return try ReportOutput(path: report, clobber: clobber, rules: rules.ruleset.rules)
  }

  /// Addresses of the pages of rules, by id, as seen from the report.
  func ruleLinks() throws -> [String: String] {
    guard let catalog, let report else { return [:] }
    do throws(InputProblem) { return try RuleLinks.read(catalog: catalog, from: report) } catch {
      throw Failure("\(error.path): \(error.message) (--catalog)")
    }
  }
}

extension ScanCommand {
  /// Where findings go while scanning.
  func writer(_ output: FindingOutput, _ report: ReportOutput?) -> @Sendable ([UInt8]) throws -> Void {
    guard let report else { return { try output.write($0) } }
    return { bytes in
      let (findings, records) = ReportedFormat.split(bytes)
      try report.take(records)
      try output.write(findings)
    }
  }

  /// What the report says beside the findings.
  func reportContext(
    _ summary: ScanSummary, _ prepared: PreparedRules, _ missing: [InputProblem],
    _ links: [String: String]
  ) -> ReportPage.Context {
    var context = ReportPage.Context()
    let shown = 3
    let more = logs.count > shown ? " and \(logs.count - shown) more" : ""
    context.title = logs.prefix(shown).joined(separator: ", ") + more
    context.summary = ScanReport(summary, prepared, missing: missing, width: 100, style: .plain).text
    context.attack = ReportAttack(of: summary.findingsByRule.keys.map { prepared.ruleset.rules[$0] })
    context.links = links
    context.isStopped = summary.isStopped
    return context
  }
}
