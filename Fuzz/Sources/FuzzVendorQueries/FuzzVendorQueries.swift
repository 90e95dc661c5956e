import TrawlRules

@testable import TrawlCatalog

/// A query of Splunk or Elastic, or a file of Splunk; the first byte says which. None stops the program, and what is read is
/// sound. Files of Elastic are left out: TOMLKit 0.6.0 leaks, which libFuzzer takes for a finding.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzVendorQueries(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  let input = unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: count))
  guard let first = input.first else { return 0 }
  let rest = Array(input.dropFirst())
  let text = String(decoding: rest, as: UTF8.self)
  switch first % 5 {
  case 0: check(SPLReader.read(text, macros))
  case 1: check(EQLReader.read(text))
  case 2: check(KibanaReader.read(text))
  case 3: check(ESQLReader.read(text))
  default: check(SplunkCollection.rules([CollectionFile(path: "a.yml", bytes: rest)]))
  }
  return 0
}

private let macros = SPLMacros([
  "m": .init(text: "`m` a=1 | `n(b)`"), "n": .init(arguments: ["x", "y"], text: "($x$=\"$y$\" OR c=*$x$)"),
])

private func check(_ reading: QueryReading) {
  precondition(reading.problems.count <= QueryLimits.problems, "no flood of messages")
  precondition(reading.problems.allSatisfy { !$0.isEmpty }, "a message has words")
  for stage in reading.stages { check(stage) }
}

private func check(_ reading: CollectionReading) {
  precondition(reading.rules.count + reading.skipped.count <= 1, "a file is a rule, a macro, or is skipped")
  for rule in reading.rules {
    precondition(!rule.id.isEmpty || !rule.body.isEmpty, "a rule has an id or a body")
    for stage in rule.stages { check(stage) }
  }
}

private func check(_ stage: RuleOutline.Stage) {
  for question in stage.predicates {
    switch question.kind {
    case .null, .exists: precondition(question.value.isEmpty, "asks for no value")
    case .glob:
      precondition(question.value.unicodeScalars.contains { $0 == "*" || $0 == "?" }, "a glob has a wildcard")
    case .contains, .startsWith, .endsWith, .equals, .regularExpression, .network, .less, .lessOrEqual,
      .greater,
      .greaterOrEqual:
      break
    default: preconditionFailure("no such kind: \(question.kind.rawValue)")
    }
  }
}
