extension CorpusCounts {
  /// Corpora without rules are left out.
  var json: JSON {
    .object(
      Corpus.allCases.filter { self[$0] > 0 }.map { JSON.Member($0.rawValue, .integer(self[$0])) })
  }
}

extension CatalogTotals {
  var json: JSON {
    .object([
      "events": CatalogTotals.json(events), "fields": CatalogTotals.json(fields), "keys": keys.json,
      "keys_in_three": keysInThree.json, "keys_in_two": keysInTwo.json, "rules": rules.json,
      "rules_with_shared_key": rulesWithSharedKey.json, "tactics": CatalogTotals.json(tactics),
      "techniques": CatalogTotals.json(techniques),
    ])
  }

  private static func json(_ entries: [Entry]) -> JSON {
    .object(entries.map { JSON.Member($0.name, $0.counts.json) })
  }
}

extension CorpusSummary {
  var json: JSON {
    .object([
      "commit": commit?.json, "files": files.json, "name": corpus.rawValue.json, "parsed": parsed.json,
      "root": root.json, "rules": rules.json,
      "skipped": .array(skipped.map { .object(["path": $0.path.json, "reason": $0.reason.json]) }),
    ])
  }

  /// Which state of the collection it was, if that is known.
  var snapshot: JSON? {
    commit.map { .object(["commit": $0.json, "corpus": corpus.rawValue.json]) }
  }
}

extension IndicatorKey {
  /// By field, kind and value, as bytes.
  static func isBefore(_ left: IndicatorKey, _ right: IndicatorKey) -> Bool {
    if left.field != right.field { return left.field.utf8.lexicographicallyPrecedes(right.field.utf8) }
    if left.kind != right.kind { return left.kind.utf8.lexicographicallyPrecedes(right.kind.utf8) }
    return left.value.utf8.lexicographicallyPrecedes(right.value.utf8)
  }
}
