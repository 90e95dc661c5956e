import Testing
import TrawlKQL
import TrawlTestSupport

/// The query of the seed page on the cases of the KQL reference, section 4.
struct SeedQueryTests {
  struct Example: Sendable, CustomTestStringConvertible {
    var number: Int
    var fileName: String?
    var commandLine: String?
    var isMatch: Bool
    var testDescription: String { "case \(number)" }

    init(_ number: Int, _ fileName: String?, _ commandLine: String?, _ isMatch: Bool) {
      self.number = number
      self.fileName = fileName
      self.commandLine = commandLine.map { $0 == "P" ? seedPhrase : $0 }
      self.isMatch = isMatch
    }
  }

  /// Names of files around the phrase.
  static let names: [Example] = [
    Example(
      1, "powershell.exe", "powershell -nop -c \"\(seedPhrase)('10.0.0.5',4444);$s=$client.GetStream()\"",
      true),
    Example(2, "cmd.exe", "cmd /c powershell -c \"\(seedPhrase)('h',1)\"", true),
    Example(3, "PowerShell_ISE.exe", "P", true),
    Example(4, "POWERSHELL.EXE", "$CLIENT = NEW-OBJECT SYSTEM.NET.SOCKETS.TCPCLIENT('h',1)", true),
    Example(5, "powershell_ise.exe", "$client = new-object system.net.sockets.tcpclient", true),
    Example(6, "pwsh.exe", "P", false),
    Example(7, "xpowershell.exe", "P", false),
    Example(8, "powershell.exe1", "P", false),
    Example(9, "powershell.exe.bak", "P", true),
    Example(10, "my-cmd.exe", "P", true),
    Example(11, "my_cmd.exe", "P", true),
    Example(12, "mycmd.exe", "P", false),
    Example(13, "C:\\Windows\\System32\\cmd.exe", "P", true),
    Example(14, "cmd.exe ", "P", true),
    Example(15, "cmd .exe", "P", false),
    Example(16, "cmd", "P", false),
    Example(17, "", "P", false),
    Example(18, nil, "P", false),
    Example(19, "powershell-ise.exe", "P", false),
    Example(20, "windowspowershell_ise.exe", "P", false),
    Example(21, "windows_powershell.exe", "P", true),
    Example(22, "\"cmd.exe\"", "P", true),
    Example(23, "cmd.exe:ads", "P", true),
    Example(24, "\u{E9}cmd.exe", "P", false),
    Example(25, "cmd.exe\u{DF}", "P", false),
    Example(26, "\u{441}md.exe", "P", false),
    Example(27, "cmd.exe\u{B2}", "P", false),
    Example(28, "cmd\u{200B}.exe", "P", false),
    Example(29, "cmd.exe\u{200B}", "P", true),
    Example(30, "power\u{17F}hell.exe", "P", false),
    Example(31, "cmd.exe & powershell.exe", "P", true),
    Example(53, "conhost.exe", "P", false),
  ]

  /// Command lines of a listed program.
  static let commandLines: [Example] = [
    Example(32, "cmd.exe", "", false),
    Example(33, "cmd.exe", nil, false),
    Example(34, "powershell.exe", "$client=New-Object System.Net.Sockets.TCPClient", false),
    Example(35, "powershell.exe", "$client  = New-Object System.Net.Sockets.TCPClient", false),
    Example(36, "powershell.exe", "$client\t=\tNew-Object System.Net.Sockets.TCPClient", false),
    Example(37, "powershell.exe", "$client =\nNew-Object System.Net.Sockets.TCPClient", false),
    Example(38, "powershell.exe", "$client\u{A0}= New-Object System.Net.Sockets.TCPClient", false),
    Example(39, "powershell.exe", "$clients = New-Object System.Net.Sockets.TCPClient", false),
    Example(40, "powershell.exe", "$myclient = New-Object System.Net.Sockets.TCPClient", false),
    Example(41, "powershell.exe", "$$client = New-Object System.Net.Sockets.TCPClientFactory", true),
    Example(42, "powershell.exe", "$c = New-Object System.Net.Sockets.TCPClient", false),
    Example(43, "powershell.exe", "$client = New-Object Net.Sockets.TCPClient", false),
    Example(44, "powershell.exe", "$client = New-Object -TypeName System.Net.Sockets.TCPClient", false),
    Example(45, "powershell.exe", "powershell -EncodedCommand JABjAGwAaQBlAG4AdAA=", false),
    Example(46, "powershell.exe", "$cl`ient = New-Object System.Net.Sockets.TCPClient", false),
    Example(47, "powershell.exe", "'$client = New-Object '+'System.Net.Sockets.TCPClient'", false),
    Example(48, "powershell.exe", "$client = New-Object System.Net.Sockets.TCPCl\u{131}ent", false),
    Example(49, "powershell.exe", "\u{FF04}client = New-Object System.Net.Sockets.TCPClient", false),
    Example(50, "powershell.exe", "$client = New-Object System.Net.Sockets.TCPClien", false),
    Example(51, "powershell.exe", String(repeating: "A", count: 1 << 20) + seedPhrase, true),
    Example(52, "powershell.exe", "%24client = New-Object System.Net.Sockets.TCPClient", false),
    Example(54, "powershell.exe", "powershell.exe -File run.ps1", false),
  ]

  @Test(arguments: names + commandLines)
  func aRowMatchesAsTheReferenceSays(_ example: Example) throws {
    var row: [String: JSONValue] = [:]
    row["FileName"] = example.fileName.map { .string($0) }
    row["ProcessCommandLine"] = example.commandLine.map { .string($0) }
    #expect(try matches(seedQuery, row) == example.isMatch)
  }

  @Test func theSeedPagesQueryIsFull() throws {
    let query = try loadedQuery(seedQuery)
    #expect(query.outcome == .full)
    #expect(
      query.filters == [
        KQLFilter(
          table: "DeviceProcessEvents",
          predicate: .all([
            .text(
              .column("FileName", .string), .has, ["cmd.exe", "powershell.exe", "PowerShell_ISE.exe"], .any,
              isCased: false),
            .text(.column("ProcessCommandLine", .string), .contains, [seedPhrase], .any, isCased: false),
          ]))
      ])
  }

  @Test func case55TextIsComparedAfterItsEscapesAreResolved() throws {
    let escaped = "\"\\u0024client \\u003d New-Object System.Net.Sockets.TCPClient\""
    #expect(
      try matches(
        seedQuery, ["FileName": .string("cmd.exe"), "ProcessCommandLine": JSONValue(parsing: escaped)]))
  }

  @Test func case56TheParentsCommandLineIsAnotherColumn() throws {
    let row: [String: JSONValue] = [
      "FileName": .string("cmd.exe"), "InitiatingProcessCommandLine": .string(seedPhrase),
    ]
    #expect(try !matches(seedQuery, row))
  }

  @Test func case57ARowOfAnotherTableDoesNotMatch() throws {
    let row: [String: JSONValue] = [
      "FileName": .string("cmd.exe"), "ProcessCommandLine": .string(seedPhrase),
    ]
    #expect(try matches(seedQuery, row))
    #expect(try !matches(seedQuery, row, table: "DeviceNetworkEvents"))
  }

  @Test func case62ANumberInATextColumnIsAnErrorOfTheRow() throws {
    let row: [String: JSONValue] = ["FileName": .number("7"), "ProcessCommandLine": .string(seedPhrase)]
    #expect(throws: KQLReference.RowError.self) { try matches(seedQuery, row) }
  }
}
