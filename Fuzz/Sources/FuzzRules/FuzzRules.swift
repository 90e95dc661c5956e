import Trawl

/// A file of rules: whatever it holds, the front end returns, with rules or with diagnostics that say where; and what it
/// loads, the compiler takes or refuses.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRules(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  let text = unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  let documents = SigmaParser(placeholders: ["names": ["a", "b*"]]).parse(text, file: "fuzz.yml")
  let lines = text.utf8.count { $0 == 10 || $0 == 13 } + 1
  for diagnostic in documents.diagnostics {
    precondition(!diagnostic.message.isEmpty && !diagnostic.reason.isEmpty, "a diagnostic says something")
    precondition(diagnostic.location.line <= lines + 1, "a diagnostic lies within its file: \(diagnostic)")
  }
  let errors = documents.diagnostics.count { $0.severity == .error }
  precondition(errors >= documents.refused, "what is refused is reported")
  for rule in documents.rules {
    for item in rule.items {
      precondition(!item.searchIdentifier.isEmpty, "an item belongs to a search identifier")
    }
  }
  return 0
}
