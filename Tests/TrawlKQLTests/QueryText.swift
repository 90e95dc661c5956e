import Testing
import TrawlKQL
import TrawlRows
import TrawlRules
import TrawlTestSupport

/// The phrase of the seed query.
let seedPhrase = "$client = New-Object System.Net.Sockets.TCPClient"

/// The query of the seed page, as printed there.
let seedQuery = """
  DeviceProcessEvents
  | where FileName has_any ("cmd.exe", "powershell.exe", "PowerShell_ISE.exe")
  | where ProcessCommandLine contains "\(seedPhrase)"
  // credit: Microsoft Defender Threat Intelligence
  """

/// The only query of a text, which must load.
func loadedQuery(
  _ text: String, options: KQLOptions = KQLOptions(), at location: SourceLocation = #_sourceLocation
) throws -> KQLQuery {
  let documents = KQLLoader(options: options).load(text, file: "q.kql")
  #expect(documents.skipped.isEmpty, "\(documents.skipped.map(\.diagnostic.text))", sourceLocation: location)
  return try #require(documents.queries.first, sourceLocation: location)
}

/// What is said of a text whose only query is skipped.
func onlySkipped(
  _ text: String, options: KQLOptions = KQLOptions(), at location: SourceLocation = #_sourceLocation
) throws -> KQLDiagnostic {
  let documents = KQLLoader(options: options).load(text, file: "q.kql")
  #expect(documents.queries.isEmpty && documents.skipped.count == 1, sourceLocation: location)
  return try #require(documents.skipped.first, sourceLocation: location).diagnostic
}

/// The predicate of a condition on processes.
func predicate(
  _ condition: String, table: String = "DeviceProcessEvents", at location: SourceLocation = #_sourceLocation
) throws -> KQLPredicate {
  let query = try loadedQuery("\(table)\n| where \(condition)", at: location)
  return try #require(query.filters.first, sourceLocation: location).predicate
}

/// Whether a row matches a query, by the query's text, by what it was lowered to as the reference and as Trawl evaluate it,
/// and by the engine, which must agree.
func matches(
  _ query: String, _ row: [String: JSONValue], table: String = "DeviceProcessEvents",
  at location: SourceLocation = #_sourceLocation
) throws -> Bool {
  let loaded = try loadedQuery(query, at: location)
  let lowered = try loaded.filters.contains { filter in
    try filter.table == table && KQLPredicateReference(table: table, row: row).truth(filter.predicate) == true
  }
  let written = try KQLReference(query).matches(table: table, row: row)
  #expect(
    lowered == written, "as lowered \(lowered), as written \(written): \(query)", sourceLocation: location)
  for filter in loaded.filters where filter.table == table {
    let values = try KQLPredicateReference(table: table, row: row)
    let (plain, evaluated) = (try values.truth(filter.predicate), filter.predicate.truth(in: TestRow(values)))
    #expect(
      plain == evaluated, "evaluated \(evaluated as Any), not \(plain as Any): \(query)\n\(row)",
      sourceLocation: location)
  }
  let found = try QueryEngine(loaded).matches(table: table, row)
  #expect(
    found == written, "by the engine \(found), as written \(written): \(query)\n\(row)",
    sourceLocation: location)
  return written
}

/// A row of the reference as Trawl's evaluation reads it.
struct TestRow: KQLRow {
  let row: [String: KQLValue]

  init(_ reference: KQLPredicateReference) { row = reference.row }

  init(_ row: [String: KQLValue] = [:]) { self.row = row }

  func value(of column: String, _ type: KQLType) -> KQLValue {
    row[column] ?? (type == .string ? .string("") : .null(type))
  }

  var columnTexts: [String] { row.values.map(\.shown) }
}

/// Whether a condition holds of a process with this command line.
func holds(
  _ condition: String, of text: String, at location: SourceLocation = #_sourceLocation
) throws -> Bool {
  try matches(
    "DeviceProcessEvents\n| where \(condition)", ["ProcessCommandLine": .string(text)], at: location)
}
