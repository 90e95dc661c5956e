import TrawlOutput
import TrawlRules

/// Diagnostics for people: where, what, the line of the file with what is meant underlined, and what to write instead.
public struct DiagnosticText {
  private let style: Style
  /// Cells of a line.
  private let width: Int
  /// The lines of the file that was looked at last.
  private var source: (file: String, lines: [Substring]) = ("", [])

  public init(width: Int, style: Style) {
    self.width = width
    self.style = style
  }

  /// A diagnostic, ending in a newline.
  public mutating func text(_ diagnostic: Diagnostic) -> String {
    let severity = diagnostic.severity.rawValue
    let label = diagnostic.severity == .error ? style.error(severity) : style.warning(severity)
    var text = style.bold("\(diagnostic.location)".visible) + ": \(label): \(diagnostic.message.visible)"
    if let title = diagnostic.ruleTitle { text += style.dim(" [\(title.visible)]") }
    text += "\n" + excerpt(diagnostic)
    if let advice = diagnostic.advice {
      let lines = advice.visible.wrappedAtBlanks(to: max(20, width - 8))
      text += style.dim("      = ") + lines.joined(separator: "\n        ") + "\n"
    }
    return text
  }

  /// Diagnostics that say the same: the first in full, then where else it holds. There is at least one.
  mutating func text(_ alike: [Diagnostic]) -> String {
    var text = text(alike[0])
    guard alike.count > 1 else { return text }
    text += style.dim("      = ") + "likewise in \(Wording.count(alike.count - 1, "other place"))\n"
    for diagnostic in alike.dropFirst() { text += "        \(diagnostic.location)".visible + "\n" }
    return text
  }

  /// The line of the file, and below it what is meant underlined.
  private mutating func excerpt(_ diagnostic: Diagnostic) -> String {
    let location = diagnostic.location
    guard location.line > 0, let line = line(location.line, of: location.file) else { return "" }
    let number = String(repeating: " ", count: max(0, 5 - "\(location.line)".count)) + "\(location.line)"
    let scalars = Array(line.unicodeScalars)
    let column = min(max(location.column, 1) - 1, scalars.count)
    // A long line is shown around the place.
    let room = max(20, width - 9)
    let start = column < room * 2 / 3 ? 0 : column - room / 3
    let before = DiagnosticText.shown(scalars[start..<column])
    let text = ((start > 0 ? "…" : "") + before + DiagnosticText.shown(scalars[column...])).fitted(to: room)
    var result = style.dim("\(number) | ") + text + "\n"
    if location.column > 0 {
      let length = DiagnosticText.length(of: diagnostic.excerpt, at: scalars[column...])
      let indent = before.displayWidth + (start > 0 ? 1 : 0)
      let mark = "^" + String(repeating: "~", count: max(0, min(length, room - indent) - 1))
      result += style.dim("      | ") + String(repeating: " ", count: indent) + style.error(mark) + "\n"
    }
    return result
  }

  /// Tabs as blanks, so that the mark stands below its place.
  private static func shown(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    for scalar in scalars { text.append(scalar == "\t" ? " " : scalar) }
    return String(text).visible
  }

  /// How much of the line the excerpt takes, if it stands there.
  private static func length(of excerpt: String?, at rest: ArraySlice<Unicode.Scalar>) -> Int {
    guard let first = excerpt?.unicodeScalars.prefix(while: { $0 != "\n" }), rest.starts(with: first) else {
      return 1
    }
    return shown(Array(first)[...]).displayWidth
  }

  private mutating func line(_ number: Int, of file: String) -> Substring? {
    if source.file != file { source = (file, DiagnosticText.lines(of: file)) }
    return source.lines.indices.contains(number - 1) ? source.lines[number - 1] : nil
  }

  /// The lines of a file of rules; none if it cannot be read.
  static func lines(of file: String) -> [Substring] {
    text(of: file).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  }

  private static func text(of file: String) -> String {
    if file.hasPrefix(RuleLoader.builtInFolder) {
      let name = file.dropFirst(RuleLoader.builtInFolder.count)
      return embeddedFiles.first { $0.name == name }?.text ?? ""
    }
    return (try? readFile(file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
