import Testing
import TrawlKQL
import TrawlTestSupport

/// Defender writes AdditionalFields as a text of JSON, Sentinel as an object: queries mean the same by both.
struct DynamicColumnTests {
  private static let object = JSONValue.object([
    JSONValue.Member("PipeName", .string("\\Device\\évil pipe")), JSONValue.Member("Count", .number("3")),
    JSONValue.Member("Names", .array([.string("a"), .string("b}\"")])),
  ])

  @Test(
    "conditions on its members and on its text",
    arguments: [
      ("AdditionalFields.PipeName has \"évil\"", true),
      ("parse_json(AdditionalFields).PipeName endswith \"pipe\"", true),
      ("tostring(AdditionalFields.PipeName) == \"\"", false), ("AdditionalFields.Count > 2", true),
      ("AdditionalFields.Count == 3", true), ("toint(AdditionalFields.Count) in (4)", false),
      ("AdditionalFields.Names[1] == \"b}\\\"\"", true), ("AdditionalFields.Names has \"a\"", true),
      ("array_length(AdditionalFields.Names) == 2", true), ("isempty(AdditionalFields.None)", true),
      ("AdditionalFields has \"Count\"", true), ("AdditionalFields contains \"\\\"Count\\\":3\"", true),
      ("AdditionalFields !has \"pipe\"", false), ("not(AdditionalFields has \"x\")", true),
      ("AdditionalFields matches regex \"Names.*a\"", true), ("isempty(AdditionalFields)", false),
      ("AdditionalFields == \"a\"", false), ("set_has_element(AdditionalFields.Names, \"a\")", true),
      ("bag_keys(AdditionalFields)[0] == \"PipeName\"", true),
    ])
  func members(condition: String, expected: Bool) throws {
    let query = "DeviceEvents\n| where \(condition)"
    #expect(try matches(query, ["AdditionalFields": Self.object], table: "DeviceEvents") == expected)
    let text = JSONValue.string(Self.object.compactText)
    #expect(try matches(query, ["AdditionalFields": text], table: "DeviceEvents") == expected)
  }

  @Test("another object between equal events is seen, though programs are remembered")
  func memo() throws {
    let engine = try QueryEngine(
      loadedQuery("DeviceEvents\n| where FileName == \"a\" and AdditionalFields.k == 1"))
    func line(_ fields: String) -> String {
      "{\"Type\":\"DeviceEvents\",\"FileName\":\"a\",\"AdditionalFields\":\(fields)}"
    }
    let lines = [
      line("{\"k\":1}"), line("{\"k\":2}"), line("{\"k\":1}"), line("\"{\\\"k\\\":1}\""), line("[]"),
    ]
    #expect(try engine.matches(lines) == [true, false, true, true, false])
  }
}
