import Trawl

/// The condition of a rule that is otherwise sound.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzConditions(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  var text = unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  // What YAML would take for itself is the other target's business.
  text.unicodeScalars.removeAll { $0.value < 0x20 || $0.value == 0x7F }
  let quoted = text.replacing("'", with: "''")
  let rule = """
    title: Fuzz
    logsource: {product: windows}
    detection:
      selection: {a: 1}
      selection_b: {b|contains: x}
      filter_or: {c: null}
      _private: {d: y}
      keywords: [k]
      condition: '\(quoted)'
    """
  let documents = SigmaParser().parse(rule, file: "fuzz.yml")
  precondition(
    documents.rules.count + documents.refused == 1, "the rule is loaded or refused: \(documents.diagnostics)")
  for rule in documents.rules { check(rule.condition, items: rule.items.count) }
  return 0
}

/// A condition asks for items that the rule has.
private func check(_ condition: Condition, items: Int) {
  switch condition {
  case .item(let index): precondition((0..<items).contains(index), "an item of the rule")
  case .not(let part): check(part, items: items)
  case .all(let parts), .any(let parts): for part in parts { check(part, items: items) }
  }
}
