import Testing
import TrawlKQL
import TrawlTestSupport

/// Random queries on random rows: what they were lowered to says what their text says.
struct AgreementTests {
  private static let texts = [
    "", "a", "A", "b.c", "a b", "éa", "x-enc y", "cmd.exe", "CMD.EXE", "_a_", "a_b", "12", "1.2.3.4", "a\\b",
    "{\"k\":\"a\"}",
  ]
  private static let numbers = ["0", "1", "12", "-3", "445"]
  private static let textOperators = [
    "==", "!=", "=~", "!~", "contains", "!contains", "contains_cs", "has", "!has", "has_cs", "hasprefix",
    "hassuffix",
    "!hasprefix", "startswith", "endswith", "!startswith", "startswith_cs", "endswith_cs", "!has_cs",
  ]
  private static let listOperators = ["in", "!in", "in~", "!in~", "has_any", "has_all"]

  struct Maker {
    var random: SplitMix64

    mutating func pick<Value>(_ values: [Value]) -> Value {
      values.randomElement(using: &random) ?? values[0]
    }

    mutating func literal() -> String { "@\"" + pick(texts).replacing("\"", with: "\"\"") + "\"" }

    mutating func column() -> String {
      pick([
        "FileName", "FolderPath", "tolower(FileName)", "AdditionalFields.k", "tostring(AdditionalFields.k)",
        "Name",
      ])
    }

    mutating func text() -> String {
      let operand = column()
      if Int.random(in: 0..<8, using: &random) == 0 { return "\(operand) \(pick(textOperators)) FolderPath" }
      return "\(operand) \(pick(textOperators)) \(literal())"
    }

    mutating func list() -> String {
      let items = (0..<Int.random(in: 1...3, using: &random)).map { _ in literal() }
      let inner =
        Bool.random(using: &random)
        ? items.joined(separator: ", ") : "dynamic([\(items.joined(separator: ", "))])"
      return "\(column()) \(pick(listOperators)) (\(inner))"
    }

    mutating func number() -> String {
      let left = pick(["RemotePort", "LogonId", "RemotePort + LogonId", "strlen(FileName)", "LogonId * 2"])
      let right = pick(numbers + ["LocalPort", "RemotePort"])
      if Int.random(in: 0..<4, using: &random) == 0 { return "\(left) between (0 .. \(right))" }
      return "\(left) \(pick(["==", "!=", "<", "<=", ">", ">="])) \(right)"
    }

    mutating func condition(_ depth: Int) -> String {
      switch Int.random(in: 0..<(depth > 0 ? 10 : 7), using: &random) {
      case 0...2: text()
      case 3: list()
      case 4, 5: number()
      case 6:
        "\(pick(["isempty", "isnotempty", "isnull", "isnotnull"]))(\(pick(["FileName", "LogonId", "AdditionalFields.k"])))"
      case 7: "not(\(condition(depth - 1)))"
      case 8: "(\(condition(depth - 1)) and \(condition(depth - 1)))"
      default: "(\(condition(depth - 1)) or \(condition(depth - 1)))"
      }
    }

    mutating func row() -> [String: JSONValue] {
      var row: [String: JSONValue] = [:]
      for name in ["FileName", "FolderPath", "AdditionalFields"]
      where Int.random(in: 0..<5, using: &random) > 0 {
        row[name] = .string(pick(texts))
      }
      for name in ["RemotePort", "LogonId", "LocalPort"] where Int.random(in: 0..<3, using: &random) > 0 {
        row[name] = .number(pick(numbers))
      }
      return row
    }
  }

  @Test("the engine answers most of them")
  func evaluated() throws {
    let queries = try (0..<150).map { seed in
      var maker = Maker(random: SplitMix64(seed: UInt64(seed)))
      let condition = maker.condition(2)
      return try loadedQuery(
        "DeviceEvents\n| extend Name = strcat(FileName, \"x\")\n| where \(condition)")
    }
    let answered = try queries.count { try QueryEngine.of($0) != nil }
    #expect(answered > 50, "\(answered) of 150")
  }

  @Test(arguments: 0..<150)
  func loweredAndWrittenAgree(seed: Int) throws {
    var maker = Maker(random: SplitMix64(seed: UInt64(seed)))
    let query = """
      DeviceEvents
      | extend Name = strcat(FileName, "x")
      | where \(maker.condition(3))
      | where \(maker.condition(1))
      """
    for _ in 0..<12 { _ = try matches(query, maker.row(), table: "DeviceEvents") }
  }
}
