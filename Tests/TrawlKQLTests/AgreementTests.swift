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

  private struct Maker {
    var random: SplitMix64

    mutating func pick<Value>(_ values: [Value]) -> Value {
      values.randomElement(using: &random) ?? values[0]
    }

    mutating func literal() -> String { "@\"" + pick(texts).replacing("\"", with: "\"\"") + "\"" }

    mutating func column() -> String {
      pick([
        "FileName", "FolderPath", "tolower(FileName)", "AdditionalFields.k", "tostring(AdditionalFields.k)",
        "Name", "AdditionalFields", "tostring(AdditionalFields.l)", "tostring(AdditionalFields)",
        "toupper(FolderPath)", "trim(@'[_.]+', FileName)", "extract(@'(\\w)\\.?', 1, FileName)",
        "replace_regex(FolderPath, @'(a)', @'<\\1>')", "substring(FileName, 1, 3)", "tostring(RemotePort)",
        "reverse(FolderPath)", "tostring(split(FileName, '.')[0])", "strcat(FileName, '-', FolderPath)",
        "iff(FileName has 'a', FolderPath, 'b')",
        "case(LogonId > 3, FileName, RemotePort == 1, 'a', FolderPath)",
        "coalesce(FileName, FolderPath)", "base64_decode_tostring(base64_encode_tostring(FileName))",
        "replace_string(FileName, 'a', 'b.c')",
        "tostring(pack_array(FileName, RemotePort, AdditionalFields))",
        "strcat_array(split(FileName, '_'), ' ')", "format_datetime(Timestamp, 'yyyy-MM-dd hh:mm tt')",
        "tostring(bag_pack('k', FileName, 'j', LogonId))",
        "tostring(set_union(pack_array(FileName), dynamic(['a'])))",
        "min_of(FileName, FolderPath)", "tostring(parse_json(FileName))",
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
      let left = pick([
        "RemotePort", "LogonId", "RemotePort + LogonId", "strlen(FileName)", "LogonId * 2",
        "LogonId / LocalPort",
        "LogonId % 5", "-RemotePort", "countof(FileName, 'a')", "indexof(FolderPath, '.')",
        "tolong(FolderPath)",
        "array_length(split(FileName, ' '))", "binary_xor(LogonId, 3)", "bin(LogonId, 5)", "abs(RemotePort)",
        "max_of(LogonId, RemotePort)", "toint(AdditionalFields.k)", "strcmp(FileName, FolderPath)",
        "datetime_diff('day', Timestamp, datetime(2024-02-28))", "string_size(FileName)",
        "hourofday(Timestamp)",
        "ipv4_compare(FileName, '1.2.3.4')", "array_index_of(split(FileName, '.'), 'c')",
      ])
      let right = pick(numbers + ["LocalPort", "RemotePort"])
      if Int.random(in: 0..<4, using: &random) == 0 { return "\(left) between (0 .. \(right))" }
      return "\(left) \(pick(["==", "!=", "<", "<=", ">", ">="])) \(right)"
    }

    mutating func time() -> String {
      let left = pick([
        "Timestamp", "bin(Timestamp, 1h)", "startofday(Timestamp)", "Timestamp + 2d",
        "startofmonth(Timestamp)",
        "datetime(2024-03-01) - 1d", "todatetime(tostring(Timestamp))",
      ])
      let right = pick([
        "datetime(2024-02-29)", "datetime(2024-02-29 12:30:00)", "datetime(null)", "Timestamp",
      ])
      let span =
        "\(left) - datetime(2024-02-01) \(pick(["<", ">=", "=="])) \(pick(["28d", "12h * 3", "1d / 2"]))"
      if Int.random(in: 0..<4, using: &random) == 0 { return span }
      return "\(left) \(pick(["==", "!=", "<", "<=", ">", ">="])) \(right)"
    }

    mutating func condition(_ depth: Int) -> String {
      switch Int.random(in: 0..<(depth > 0 ? 12 : 7), using: &random) {
      case 0...2: text()
      case 3: list()
      case 4, 5: number()
      case 6:
        "\(pick(["isempty", "isnotempty", "isnull", "isnotnull"]))(\(pick(["FileName", "LogonId", "AdditionalFields.k"])))"
      case 7, 10: time()
      case 11: "not(\(condition(depth - 1)))"
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
      if Int.random(in: 0..<4, using: &random) == 0 {
        let text = JSONValue.string(pick(texts))
        row["AdditionalFields"] = pick([
          .object([JSONValue.Member("k", text), JSONValue.Member("l", .array([text, .number("1")]))]),
          .array([text, .object([]), .null]), .object([]),
        ])
      }
      for name in ["RemotePort", "LogonId", "LocalPort"] where Int.random(in: 0..<3, using: &random) > 0 {
        row[name] = .number(pick(numbers))
      }
      if Int.random(in: 0..<3, using: &random) > 0 {
        row["Timestamp"] = .string(
          pick(["2024-02-29T12:30:00Z", "2024-02-29", "2023-12-31T23:59:59.1234567Z"]))
      }
      return row
    }
  }

  @Test("many of them have parts that are computed, and some have none")
  func computed() throws {
    let queries = try (0..<150).map { seed in
      var maker = Maker(random: SplitMix64(seed: UInt64(seed)))
      let condition = maker.condition(2)
      return try loadedQuery(
        "DeviceEvents\n| extend Name = strcat(FileName, \"x\")\n| where \(condition)")
    }
    let computed = queries.count { $0.rules()[0].items.contains { $0.predicate.subject == .row } }
    #expect(computed > 75 && computed < 140, "\(computed) of 150")
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
