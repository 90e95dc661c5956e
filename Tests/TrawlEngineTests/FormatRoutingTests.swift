import Testing
import TrawlDecoding
import TrawlEvents
import TrawlRules
import TrawlSigma
import TrawlTestSupport

@testable import TrawlCompiler
@testable import TrawlMatcher

/// Which rules look at events whose format says where they come from.
@Suite struct FormatRoutingTests {
  private static let sources = [
    "product: linux", "product: linux, service: auditd", "product: linux, service: syslog",
    "product: linux, service: sshd", "product: linux, service: auth", "product: linux, service: cron",
    "product: linux, service: mine", "product: windows", "service: sshd", "product: aws", "category: proxy",
  ]

  /// A rule for each log source that holds for every event with an x in it; its id says which.
  private static func rules() -> [Rule] {
    sources.enumerated().flatMap { index, source in
      let id = "00000000-0000-4000-8000-0000000000\(index < 10 ? "0" : "")\(index)"
      let text = """
        title: Rule \(index)
        id: \(id)
        logsource: {\(source)}
        detection:
          words: [x]
          condition: words
        """
      return SigmaParser().parse(text, file: "rule").rules
    }
  }

  /// The log sources whose rules hold for any of the events of a log.
  private func found<Decoder: FormatDecoder & ~Copyable>(
    _: Decoder.Type, _ text: String, given: LogSource? = nil, table: String = "", isStored: Bool = false
  ) throws -> [String] {
    var options = RulesetCompiler.Options()
    options.givenLogSource = given
    #expect(options.logSources.add(table, file: "table").isEmpty)
    var ruleset = try RulesetCompiler.compile(Self.rules(), options: options).ruleset
    if isStored { ruleset = try Ruleset(stored: ruleset.stored()) }
    return try Self.matches(Decoder.self, text, ruleset)
  }

  private static func matches<Decoder: FormatDecoder & ~Copyable>(
    _: Decoder.Type, _ text: String, _ ruleset: Ruleset
  ) throws -> [String] {
    var decoder = Decoder(fields: ruleset.fields)
    var matcher = try Matcher(ruleset, memoCapacity: 64)
    var batch = EventBatch()
    let bytes = Array(text.utf8) + [UInt8](repeating: 0x78, count: EventBatch.padding)
    var found: Set<Int> = []
    unsafe bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe decoder.decode(base, text.utf8.count, header: [], into: &batch)
      matcher.match(batch)
      for index in 0..<matcher.matches.count { found.insert(Int(matcher.matches[index].rule)) }
    }
    return found.sorted().map { sources[$0] }
  }

  @Test func anAuditLogIsOfItsService() throws {
    let log = "type=EXECVE msg=audit(1.2:3): a0=\"x\" Channel=Security product=windows service=sshd\n"
    #expect(try found(AuditdDecoder.self, log) == ["product: linux", "product: linux, service: auditd"])
  }

  @Test func theProgramSaysOfWhichServicesALineIs() throws {
    func found(_ program: String) throws -> [String] {
      try self.found(SyslogDecoder.self, "Nov 21 10:00:00 host \(program)[1]: x\n").dropFirst(2) + []
    }
    #expect(
      try found("sshd") == [
        "product: linux, service: sshd", "product: linux, service: auth", "service: sshd",
      ])
    #expect(try found("su") == ["product: linux, service: auth"])
    #expect(try found("CROND") == ["product: linux, service: cron"])
    #expect(try found("other") == [] && found("sshd2") == [])
  }

  @Test func everyLineOfSyslogIsOfLinuxAndSyslog() throws {
    for line in ["Nov 21 10:00:00 host kernel: x", "no header, x", "<1>1 - - - - - [a k=\"x\"] -"] {
      #expect(
        try found(SyslogDecoder.self, line) == ["product: linux", "product: linux, service: syslog"],
        "\(line)")
    }
  }

  @Test func whatTheUserGivesComesFirst() throws {
    let given = LogSource(product: "aws", category: nil, service: nil)
    #expect(try found(SyslogDecoder.self, "Nov 21 10:00:00 h sshd: x", given: given) == ["product: aws"])
    #expect(try found(AuditdDecoder.self, "type=A msg=audit(1:2): a=x", given: given) == ["product: aws"])
    #expect(try found(TextDecoder.self, "x", given: given) == ["product: aws"])
    #expect(try found(TextDecoder.self, "x") == [])
  }

  @Test(arguments: [false, true])
  func aTableAddsPrograms(_ isStored: Bool) throws {
    let table = "program\tMyProgram\tmine Auth\nprogram\tsshd\tmine\n"
    let line = "Nov 21 10:00:00 h myprogram[1]: x"
    let services = ["syslog", "auth", "mine"].map { "product: linux, service: \($0)" }
    #expect(
      try found(SyslogDecoder.self, line, table: table, isStored: isStored) == ["product: linux"] + services)
    #expect(
      try found(SyslogDecoder.self, "Nov 21 10:00:00 h sshd: x", table: table, isStored: isStored)
        == ["product: linux", services[0], services[2]])
  }

  @Test func aProgramsEntryIsChecked() {
    var table = LogSourceTable()
    let diagnostics = table.add("program\tx\nprogram\t\ty\nprogram\tx\t \nprogram\tx\ty\n", file: "t")
    #expect(
      diagnostics.map(\.message) == [
        "2 columns, which is not what 'program' has", "a program without a name or services",
        "a program without a name or services",
      ])
    #expect(table.programs == ["x": ["y"]])
  }

  @Test func anyNumberOfProgramsIsRoutedWell() throws {
    let ruleset = try RulesetCompiler.compile(Self.rules()).ruleset
    let lines = (0..<5000).map { "Nov 21 10:00:00 h p\($0): y\nNov 21 10:00:00 h cron: y\n" }
    let log = lines.joined() + "Nov 21 10:00:00 h sshd: x"
    #expect(
      try Self.matches(SyslogDecoder.self, log, ruleset) == [
        "product: linux", "product: linux, service: syslog", "product: linux, service: sshd",
        "product: linux, service: auth", "service: sshd",
      ])
  }
}
