import Foundation
import Testing

/// Holds `docs/findings.md` to what is really written.
@Suite struct SchemaTests {
  /// Types by member, as documented: `rule.id` to `["string"]`.
  private let documented: [String: Set<String>]

  init() throws {
    let document = URL(filePath: #filePath).appending(path: "../../../docs/findings.md").standardized
    var rows: [String: Set<String>] = [:]
    for line in try String(contentsOf: document, encoding: .utf8).split(separator: "\n")
    where line.hasPrefix("| `") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      let types = cells[1].replacing(" or ", with: ", ").components(separatedBy: ", ")
      rows[cells[0].replacing("`", with: "")] = Set(types)
    }
    documented = rows
  }

  /// Real findings with all that can be asked for: of the Corpus, and of an event that is not quite JSON.
  private func findings() throws -> [Any] {
    let workspace = try Workspace.withRule()
    try workspace.write("odd.json", Workspace.event(more: ",\"x\":\"a\\qb\"") + "\n")
    try workspace.write(
      "nolevel.yml", Workspace.rule.replacing("level: high\n", with: "").replacing("status: test\n", with: "")
    )
    let events = URL(filePath: #filePath).appending(path: "../../../Corpus/Events").standardized.path()
    var lines: [Substring] = []
    for detail in ["full", "matched", "none"] {
      lines += try workspace.trawl("scan", "-q", "--why", "--event", detail, events).lines
      lines += try workspace.trawl("scan", "-q", "--event", detail, "-r", "nolevel.yml", "odd.json").lines
    }
    return try lines.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) }
  }

  /// Calls `body` with every member of a value, by its path; what an event holds is its own.
  private func visit(_ value: Any, _ path: String, _ body: (String, Any) -> Void) {
    if !path.isEmpty, !path.hasSuffix("[]") { body(path, value) }
    guard path != "event" else { return }
    if let object = value as? [String: Any] {
      for (name, member) in object { visit(member, path.isEmpty ? name : "\(path).\(name)", body) }
    } else if let array = value as? [Any] {
      for member in array { visit(member, path + "[]", body) }
    }
  }

  private func type(_ value: Any) -> String {
    switch value {
    case is NSNull: "null"
    case is String: "string"
    case is [Any]: "array"
    case is [String: Any]: "object"
    case let number as NSNumber where number.doubleValue == number.doubleValue.rounded(): "integer"
    default: "number"
    }
  }

  @Test func everyMemberOfAFindingIsDocumentedWithItsType() throws {
    let findings = try findings()
    #expect(findings.count > 100)
    for finding in findings {
      visit(finding, "") { path, value in
        #expect(documented[path]?.contains(type(value)) ?? false, "\(path): \(type(value))")
      }
    }
  }

  @Test func everyDocumentedMemberIsWritten() throws {
    var written: [String: Set<String>] = [:]
    for finding in try findings() { visit(finding, "") { written[$0, default: []].insert(type($1)) } }
    #expect(Set(written.keys) == Set(documented.keys))
    for (path, types) in documented where path != "event" { #expect(written[path] == types, "\(path)") }
  }

  @Test func theHeaderOfTheCSVIsDocumented() throws {
    let workspace = try Workspace.withRule()
    try workspace.write("log.json", Workspace.event() + "\n")
    let run = try workspace.trawl(
      "scan", "-q", "-r", "rules", "--why", "--event", "full", "--format", "csv", "log.json")
    let document = URL(filePath: #filePath).appending(path: "../../../docs/findings.md").standardized
    let text = try String(contentsOf: document, encoding: .utf8)
    let section = try #require(text.components(separatedBy: "\n## ").first { $0.hasPrefix("CSV") })
    var rest = section[...]
    for column in try #require(run.lines.first).trimmingCharacters(in: .newlines).split(separator: ",") {
      let found = try #require(rest.firstRange(of: "`\(column)`"), "\(column)")
      rest = rest[found.upperBound...]
    }
  }
}
