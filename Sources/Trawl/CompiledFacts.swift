import TrawlMatcher
import TrawlRules

/// What is known of compiled rules beside the ruleset: for the summary of a scan, which says the same as if it had read the
/// rules itself.
struct CompiledFacts: Sendable {
  var files = 0
  var unselected = 0
  var refused = 0
  var correlations = 0
  var filters = 0
  var unknownNames: [String] = []
  var diagnostics: [Diagnostic] = []
}

extension CompiledFacts {
  init(_ rules: PreparedRules) {
    files = rules.files
    unselected = rules.unselected
    refused = rules.refused
    correlations = rules.correlations
    filters = rules.filters
    unknownNames = rules.unknownNames
    diagnostics = rules.diagnostics
  }

  func store(in writer: inout ByteWriter) {
    for count in [files, unselected, refused, correlations, filters] { writer.put(count: count) }
    writer.put(count: unknownNames.count)
    for name in unknownNames { writer.put(name) }
    writer.put(count: diagnostics.count)
    for diagnostic in diagnostics { diagnostic.store(in: &writer) }
  }

  init(from reader: inout ByteReader) throws(StoredRulesError) {
    files = Int(try reader.number(UInt32.self))
    unselected = Int(try reader.number(UInt32.self))
    refused = Int(try reader.number(UInt32.self))
    correlations = Int(try reader.number(UInt32.self))
    filters = Int(try reader.number(UInt32.self))
    for _ in 0..<(try reader.count(of: 4)) { unknownNames.append(try reader.text()) }
    for _ in 0..<(try reader.count(of: 24)) { diagnostics.append(try Diagnostic(from: &reader)) }
  }
}

extension Diagnostic {
  fileprivate func store(in writer: inout ByteWriter) {
    writer.put(severity == .error)
    writer.put(location.file)
    writer.put(count: location.line)
    writer.put(count: location.column)
    writer.put(reason)
    writer.put(message)
    for text in [excerpt, advice, ruleTitle] { writer.put(text) }
  }

  fileprivate init(from reader: inout ByteReader) throws(StoredRulesError) {
    let severity: Severity = try reader.flag() ? .error : .warning
    let file = try reader.text()
    let (line, column) = (try reader.number(UInt32.self), try reader.number(UInt32.self))
    self.init(
      severity, at: Location(file: file, line: Int(line), column: Int(column)), reason: try reader.text(),
      message: try reader.text(), excerpt: try reader.optionalText(), advice: try reader.optionalText(),
      ruleTitle: try reader.optionalText())
  }
}
