import Testing
import TrawlKQL
import TrawlTestSupport

/// `invoke FileProfile()` by a local table.
struct FileProfileTests {
  private static let known = String(repeating: "a1", count: 20)
  private static let rare = String(repeating: "b2", count: 20)
  private static let table = """
    sha1,GlobalPrevalence,Signer,IsCertificateValid,GlobalFirstSeen,Note
    \(known.uppercased()),50000,"Contoso, Ltd",True,2024-01-02,x
    \(rare),7,,,,
    """

  private func holds(
    _ steps: String, _ row: [String: JSONValue], table: String = table
  ) throws -> Bool {
    var options = KQLOptions()
    options.profiles = try FileProfiles(table)
    let query = try loadedQuery("DeviceFileEvents\n\(steps)", options: options)
    #expect(query.outcome == .full)
    return try QueryEngine(query).matches(table: "DeviceFileEvents", row)
  }

  @Test(
    "what the table says of a file is asked as any column is",
    arguments: [
      ("where GlobalPrevalence < 50", rare, true), ("where GlobalPrevalence < 50", known, false),
      ("where Signer == 'Contoso, Ltd' and IsCertificateValid", known, true),
      ("where IsCertificateValid != 1", rare, true), ("where isnull(GlobalFirstSeen)", rare, true),
      ("where GlobalFirstSeen == datetime(2024-01-02)", known, true),
      ("where ProfileAvailability == 'Available' and SHA256 == '' and SHA1 != ''", rare, true),
      ("extend P = GlobalPrevalence * 2 | where P == 14", rare, true),
    ])
  func columns(steps: String, hash: String, isMatch: Bool) throws {
    let steps = "| invoke FileProfile(SHA1, 1000)\n| \(steps)"
    #expect(try holds(steps, ["SHA1": .string(hash)]) == isMatch)
    #expect(try holds(steps, ["SHA1": .string(hash.uppercased())]) == isMatch)
  }

  @Test("a file that the table does not know has no values")
  func missing() throws {
    let other = ["SHA1": JSONValue.string(String(repeating: "c3", count: 20))]
    let invoke = "| invoke FileProfile()\n"
    #expect(try holds(invoke + "| where ProfileAvailability == 'Missing' and Signer == ''", other))
    #expect(try holds(invoke + "| where isnull(GlobalPrevalence)", other))
    #expect(try !holds(invoke + "| where GlobalPrevalence < 1000", other))
    #expect(try holds(invoke + "| where ProfileAvailability == ''", ["SHA1": .string("none")]))
    #expect(try holds(invoke + "| where ProfileAvailability == ''", [:]))
  }

  @Test("the hash may be of another column, and the column's name a text")
  func otherColumns() throws {
    let row = ["InitiatingProcessSHA1": JSONValue.string(Self.rare)]
    for argument in ["InitiatingProcessSHA1", "\"InitiatingProcessSHA1\", 500"] {
      #expect(try holds("| invoke FileProfile(\(argument))\n| where GlobalPrevalence == 7", row))
    }
    // What the row has stays.
    let size = row.merging(["FileSize": .number("12")]) { $1 }
    let table = "SHA1,FileSize\n\(Self.rare),99\n"
    let steps = "| invoke FileProfile('InitiatingProcessSHA1')\n| where FileSize == 12"
    #expect(try holds(steps, size, table: table))
    #expect(
      try onlySkipped(
        "DeviceFileEvents\n| invoke FileProfile(Sha1)", options: withProfiles()
      ).text.contains("KQL202"))
    #expect(
      try onlySkipped(
        "DeviceFileEvents\n| invoke FileProfile(FileSize)", options: withProfiles()
      ).text.contains("KQL506 FileProfile takes a column of hashes, and this is long"))
  }

  private func withProfiles() throws -> KQLOptions {
    var options = KQLOptions()
    options.profiles = try FileProfiles(Self.table)
    return options
  }

  @Test("SHA-256 and MD5 are keys too, and JSON is read as CSV is")
  func forms() throws {
    let (sha256, md5) = (String(repeating: "d4", count: 32), String(repeating: "e5", count: 16))
    let lines = """
      {"SHA256":"\(sha256)","GlobalPrevalence":3,"Signer":null}
      {"MD5":"\(md5)","GlobalPrevalence":4}
      """
    for table in [lines, "[\(lines.split(separator: "\n").joined(separator: ","))]"] {
      let steps = "| invoke FileProfile(SHA256)\n| where GlobalPrevalence == 3 and Signer == ''"
      #expect(try holds(steps, ["SHA256": .string(sha256)], table: table))
      #expect(
        try holds(
          "| invoke FileProfile(MD5)\n| where GlobalPrevalence == 4", ["MD5": .string(md5)], table: table))
    }
  }

  @Test("behind a summarize the groups have profiles")
  func groups() throws {
    let text = """
      DeviceFileEvents
      | summarize n = count() by SHA1
      | invoke FileProfile(SHA1)
      | where GlobalPrevalence < 9
      """
    let query = try loadedQuery(text, options: withProfiles())
    let plan = try #require(query.plan)
    #expect(plan.columns.map(\.name).prefix(4) == ["SHA1", "n", "SHA256", "MD5"])
    // All events of a group have its hash, so single events are known too.
    let engine = try QueryEngine(query)
    #expect(try engine.matches(table: "DeviceFileEvents", ["SHA1": .string(Self.rare)]))
    #expect(try !engine.matches(table: "DeviceFileEvents", ["SHA1": .string(Self.known)]))
  }

  @Test(
    "a table with mistakes is refused",
    arguments: [
      ("", "no rows"), ("SHA1\nxyz\n", "row 1: 'xyz' is no SHA-1"), ("Signer\nx\n", "row 1 has no SHA1"),
      ("SHA1,GlobalPrevalence\n\(rare),\n\(known),many\n", "row 2: GlobalPrevalence is int, which 'many'"),
      ("SHA1,GlobalPrevalance\n\(rare),1\n", "Did you mean 'GlobalPrevalence'?"),
      ("[1]", "row 1 is no object"),
    ])
  func mistakes(table: String, message: String) throws {
    let error = #expect(throws: FileProfiles.Problem.self) { try FileProfiles(table) }
    #expect(try #require(error).message.contains(message))
  }
}
