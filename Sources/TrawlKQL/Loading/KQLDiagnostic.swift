import TrawlRules

/// What is wrong with a query or worth knowing of it.
public struct KQLDiagnostic: Sendable {
  /// `KQL104`: 1xx text and grammar, 2xx names, 3xx a reference time or data is needed, 4xx KQL that Trawl does not run,
  /// 5xx types, 6xx regular expressions.
  public var code: Int
  /// The same as rules of other languages have it; the code stands before the message.
  public var diagnostic: Diagnostic
  /// The block's number in its file, if there are several.
  public var block: Int?
  /// The line of the text that is meant.
  public var sourceLine: String

  /// Place and message, the line of the text, and what to do below the place.
  public var text: String {
    let location = diagnostic.location
    let place = block.map { "\(location.file) block \($0) line \(location.line):\(location.column)" }
    let head = "\(place ?? location.description): \(diagnostic.message)"
    let before = sourceLine.unicodeScalars.prefix(max(0, location.column - 1 - indentation))
    let blanks = String(String.UnicodeScalarView(before.map { $0 == "\t" ? "\t" : " " }))
    let advice = diagnostic.advice.map { " \($0)" } ?? ""
    return "\(head)\n   \(sourceLine)\n   \(blanks)^\(advice)"
  }

  /// Columns of the file before the line.
  var indentation: Int
}

extension KQLSource {
  /// A problem of the text, at its place in the file.
  func diagnostic(_ problem: Problem, _ severity: Diagnostic.Severity) -> KQLDiagnostic {
    let bytes = Array(text.utf8)
    let at = min(problem.range.start, bytes.count)
    let lineStart = bytes[..<at].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let lineEnd =
      bytes[at...].firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } ?? bytes.count
    let lines = bytes[..<at].count { $0 == UInt8(ascii: "\n") }
    let column = String(decoding: bytes[lineStart..<at], as: UTF8.self).unicodeScalars.count
    let end = max(at, min(problem.range.end, lineEnd))
    return KQLDiagnostic(
      code: problem.code,
      diagnostic: Diagnostic(
        severity, at: Location(file: file, line: line + lines, column: column + 1 + indentation),
        reason: problem.reason, message: "KQL\(problem.code) \(problem.message)",
        excerpt: String(decoding: bytes[at..<end], as: UTF8.self), advice: problem.advice, ruleTitle: title),
      block: block, sourceLine: String(decoding: bytes[lineStart..<lineEnd], as: UTF8.self),
      indentation: indentation)
  }
}
