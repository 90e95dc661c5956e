import TrawlKQL

/// A Markdown file with fenced blocks.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzKQLMarkdown(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  let documents = unsafe KQLLoader().load(
    Array(UnsafeBufferPointer(start: bytes, count: count)), file: "fuzz.md")
  for diagnostic in documents.diagnostics {
    precondition(
      diagnostic.code == 100 || diagnostic.diagnostic.location.line >= 1, "a place: \(diagnostic.text)")
    precondition(diagnostic.text.contains("KQL\(diagnostic.code)"), "a code: \(diagnostic.text)")
  }
  let ids = documents.queries.map(\.id) + documents.skipped.map(\.id)
  precondition(Set(ids).count == ids.count, "ids are unique: \(ids)")
  for query in documents.queries { precondition(query.location.line > 0, "a line of the file") }
  return 0
}
