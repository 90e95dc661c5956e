import Testing
import TrawlKQL
import TrawlTestSupport

/// The KQL reference, section 3.
struct SemanticsTests {
  @Test(
    "terms end at the edges of the needle that are letters or digits (3.3)",
    arguments: [
      ("a_b", "has", "a", true), ("éa", "has", "a", false), ("errors", "has", "error", false),
      ("xa b", "has", "a ", false), ("a b", "has", "a ", true), ("x ab y", "has", " a", false),
      ("b .b-", "has", " ", true), ("x-error", "hasprefix", "err", true),
      ("x-error", "hassuffix", "err", false),
      ("err or", "hasprefix", "r o", false), ("x ab y", "hasprefix", " a", true),
      ("cmd.exe", "has", ".exe", true),
      ("x-enc y", "has", "-enc", true), ("powershell -encoded", "has", "-enc", false),
      ("xa a", "has", "a", true),
      ("anything", "has", "", true), ("", "has", "", true), ("a && b", "has", "&&", true),
      ("Cmd", "has_cs", "cmd", false), ("cmd", "has_cs", "cmd", true),
      ("x-error", "hassuffix", "ERROR", true),
    ])
  func terms(text: String, op: String, needle: String, expected: Bool) throws {
    #expect(try holds("ProcessCommandLine \(op) \"\(needle)\"", of: text) == expected)
    if op == "has" {
      #expect(try holds("ProcessCommandLine !has \"\(needle)\"", of: text) == !expected)
      #expect(try holds("ProcessCommandLine has_any (\"\(needle)\")", of: text) == expected)
      #expect(try holds("ProcessCommandLine has_all (\"\(needle)\")", of: text) == expected)
    }
  }

  @Test(
    "operators without regard to case fold ASCII letters only (3.1, 3.2)",
    arguments: [
      ("=~", "ABC", "abc", true), ("==", "ABC", "abc", false), ("contains", "xABCx", "abc", true),
      ("contains_cs", "xABCx", "abc", false), ("startswith", "ABCx", "abc", true),
      ("startswith_cs", "ABCx", "abc", false), ("endswith", "xABC", "abc", true),
      ("endswith_cs", "xABC", "ABC", true),
      ("=~", "ÉA", "éa", false), ("contains", "power\u{17F}hell", "powershell", false),
      ("!~", "ABC", "abc", false),
      ("!contains", "xABCx", "abc", false), ("!startswith", "ABCx", "b", true),
      ("!endswith", "xABC", "bc", false),
    ])
  func cases(op: String, text: String, needle: String, expected: Bool) throws {
    #expect(try holds("ProcessCommandLine \(op) \"\(needle)\"", of: text) == expected)
  }

  @Test("é and e with an accent are different texts")
  func bytes() throws {
    #expect(try !holds("ProcessCommandLine == \"\u{E9}\"", of: "e\u{301}"))
    #expect(try holds("ProcessCommandLine != \"\u{E9}\"", of: "e\u{301}"))
    #expect(try !holds("ProcessCommandLine in (\"\u{E9}\")", of: "e\u{301}"))
  }

  @Test(
    "a missing string is empty, and all negated forms hold of it (3.4)",
    arguments: [
      ("isempty(FolderPath)", true), ("isnull(FolderPath)", false), ("isnotnull(FolderPath)", true),
      ("isnotempty(FolderPath)", false), ("FolderPath == \"\"", true), ("FolderPath != \"x\"", true),
      ("FolderPath !has \"x\"", true), ("FolderPath !contains \"x\"", true), ("FolderPath !in (\"x\")", true),
      ("FolderPath in (dynamic([null]))", false), ("FolderPath in~ (dynamic([null]))", false),
      ("FolderPath !in~ (\"x\")", true), ("FolderPath has \"x\"", false),
      ("FolderPath in~ (\"x\", \"\")", true),
      ("not(FolderPath matches regex \"x\")", true), ("FolderPath has_any (\"\")", true),
    ])
  func missingStrings(condition: String, expected: Bool) throws {
    #expect(try holds(condition, of: "y") == expected)
  }

  @Test(
    "a missing number is null, and where drops null (3.4)",
    arguments: [
      ("LogonId == 1", false), ("LogonId != 1", true), ("LogonId > 1", false), ("not(LogonId > 1)", false),
      ("not(LogonId == 1)", true), ("LogonId in (1)", false), ("LogonId !in (1)", true),
      ("isnull(LogonId)", true),
      ("isempty(LogonId)", true), ("LogonId > 1 or ProcessCommandLine == \"y\"", true),
      ("LogonId > 1 and ProcessCommandLine == \"z\"", false),
      ("not(LogonId > 1 and ProcessCommandLine == \"z\")", true),
      ("not(LogonId > 1 or ProcessCommandLine == \"z\")", false), ("LogonId + 1 == 2", false),
      ("IsProcessRemoteSession", false), ("not(IsProcessRemoteSession)", false),
      ("LogonId == FileSize", false),
      ("LogonId between (1 .. 5)", false), ("not(LogonId between (1 .. 5))", false),
    ])
  func missingNumbers(condition: String, expected: Bool) throws {
    #expect(try holds(condition, of: "y") == expected)
  }

  @Test(
    "lists degenerate as the engine was seen to do (3.5)",
    arguments: [
      ("ProcessCommandLine has_any (dynamic([]))", false), ("ProcessCommandLine has_all (dynamic([]))", true),
      ("ProcessCommandLine has_any (dynamic([null]))", true),
      ("ProcessCommandLine has_all (dynamic([null, \"y\"]))", true),
      ("ProcessCommandLine has_any (dynamic([\"a\", [\"b\", [\"y\"]]]))", true),
      ("ProcessCommandLine in (dynamic([\"y\"]))", true),
      ("ProcessCommandLine has_any (1, 2)", false), ("ProcessCommandLine has_any (42, \"q\")", true),
      ("ProcessCommandLine in~ (\"Y 42\", dynamic([\"q\"]))", true),
      ("ProcessCommandLine !in~ (\"Y 42\", dynamic([\"q\"]))", false),
    ])
  func lists(condition: String, expected: Bool) throws {
    let text = condition.contains("42") ? "y 42" : "y"
    #expect(try holds(condition, of: text) == expected)
  }

  @Test(
    "numbers, bools, text in their place and columns compare (3.8)",
    arguments: [
      ("RemotePort == \"3389\"", true), ("RemotePort == 3389", true), ("RemotePort in (80, 3389)", true),
      ("RemotePort in (\"80\", \"3389\")", true), ("RemotePort between (3000 .. 4000)", true),
      ("RemotePort !between (3000 .. 4000)", false), ("RemotePort == \"x\"", false),
      ("RemotePort != \"x\"", true),
      ("RemotePort * 2 > 6000", true), ("RemotePort / 2 == 1694", true), ("RemotePort % 10 == 9", true),
      ("RemotePort == LocalPort", false), ("LocalPort < RemotePort", true), ("RemoteIP == LocalIP", false),
      ("ipv4_is_private(LocalIP)", true), ("ipv4_is_private(RemoteIP)", false),
      ("ipv4_is_in_range(LocalIP, \"10.0.0.0/8\")", true), ("not(ipv4_is_private(RemoteUrl))", false),
      ("ipv4_is_in_any_range(LocalIP, dynamic([\"172.16.0.0/12\", \"10.1.0.0/16\"]))", true),
      ("has_ipv4(RemoteUrl, \"1.2.3.4\")", true),
      ("has_any_ipv4_prefix(RemoteUrl, dynamic([\"1.2.\"]))", true),
      ("has_ipv4(RemoteUrl, \"1.2.3.40\")", false), ("strlen(RemoteUrl) > 10", true),
      ("tolower(RemoteUrl) == \"http://1.2.3.4/x\"", true),
      ("RemoteUrl startswith strcat(\"HTTP\", \"://\")", true),
      ("RemoteUrl contains RemoteIP", true), ("iff(RemotePort == 3389, \"rdp\", \"\") == \"rdp\"", true),
      ("* has \"10.1.2.3\"", true), ("* == \"nothing\"", false),
    ])
  func values(condition: String, expected: Bool) throws {
    let row: [String: JSONValue] = [
      "RemotePort": .number("3389"), "LocalPort": .number("1025"), "RemoteIP": .string("1.2.3.4"),
      "LocalIP": .string("10.1.2.3"), "RemoteUrl": .string("http://1.2.3.4/X"),
    ]
    let query = "DeviceNetworkEvents\n| where \(condition)"
    #expect(try matches(query, row, table: "DeviceNetworkEvents") == expected)
  }

  @Test(
    "members of AdditionalFields, with or without parse_json",
    arguments: [
      ("AdditionalFields.Name == \"x\"", true), ("parse_json(AdditionalFields).Name == \"x\"", true),
      ("tostring(todynamic(AdditionalFields).Name) =~ \"X\"", true),
      ("AdditionalFields[\"Name\"] == \"x\"", true),
      ("AdditionalFields.Port == 445", true), ("AdditionalFields.List[1] == \"b\"", true),
      ("AdditionalFields.List[-1] == \"b\"", true), ("AdditionalFields.None == \"x\"", false),
      ("AdditionalFields.None != \"x\"", true), ("isempty(AdditionalFields.None)", true),
      ("AdditionalFields has \"Port\"", true), ("AdditionalFields.Inner.Deep has \"deep\"", true),
      ("AdditionalFields.['Inner'].Deep in~ (\"THE DEEP\")", true),
      ("array_length(AdditionalFields.List) == 2", true),
      ("set_has_element(AdditionalFields.List, \"a\")", true), ("AdditionalFields.Flag == true", true),
    ])
  func members(condition: String, expected: Bool) throws {
    let json =
      "{\"Name\":\"x\",\"Port\":445,\"List\":[\"a\",\"b\"],\"Inner\":{\"Deep\":\"the deep\"},\"Flag\":true}"
    let row: [String: JSONValue] = ["AdditionalFields": .string(json)]
    #expect(try matches("DeviceEvents\n| where \(condition)", row, table: "DeviceEvents") == expected)
  }

  @Test(
    "expressions are Rust's: unanchored, case-sensitive, $ is the end (3.6)",
    arguments: [
      ("b+", "abbc", true), ("B+", "abbc", false), ("(?i)B+", "abbc", true), ("c$", "abc\\n", false),
      ("c$", "abc", true), ("(?m)c$", "abc\\nd", true), ("a.c", "a\\nc", false), ("\\\\d", "\u{664}", true),
      ("^\\\\w+$", "é", true), ("\\\\x41", "A", true), ("[\\\\u0041]", "A", true), ("(?P<n>a)c|b", "b", true),
    ])
  func expressions(pattern: String, text: String, expected: Bool) throws {
    let plain = text.replacing("\\n", with: "\n")
    #expect(try holds("ProcessCommandLine matches regex \"\(pattern)\"", of: plain) == expected)
  }
}
