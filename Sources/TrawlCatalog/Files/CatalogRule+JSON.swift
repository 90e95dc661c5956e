import TrawlRules

extension CatalogRule {
  /// `sigma/edc2f8ae-2412-4dfd-b9d5-0c57727e70be`: unique among all collections.
  public var reference: String { "\(corpus.rawValue)/\(id)" }

  /// What it says of itself, and where its page is; without its text, stages and indicators.
  func metadata(page: String) -> [JSON.Member] {
    let object = JSON.object([
      "attack": .array(attack.map(\.json)), "author": author?.json, "corpus": corpus.rawValue.json,
      "date": date?.json, "deprecated": isDeprecated ? .bool(true) : nil, "description": description?.json,
      "diagnostics": .strings(ifAny: diagnostics), "events": .array(events.map(\.json)),
      "falsepositives": .strings(ifAny: falsePositives), "hash": contentHash.json, "id": id.json,
      "indicator_count": indicators.count.json, "language": language.json, "level": level?.json,
      "logsource": logSource.json, "modified": modified?.json, "page": page.json, "path": path.json,
      "references": .strings(ifAny: references), "status": status?.json, "tags": .strings(ifAny: tags),
      "title": title.json, "type": type?.json,
    ])
    if case .object(let members) = object { return members } else { return [] }
  }
}

extension RuleSource {
  fileprivate var json: JSON {
    .object([
      "category": category?.json, "definition": definition?.json, "names": .strings(ifAny: names),
      "product": product?.json, "service": service?.json,
    ])
  }
}

extension AttackEntry {
  fileprivate var json: JSON {
    .object([
      "tactics": .array(tactics.map { .object(["id": $0.id.json, "name": $0.name.json]) }),
      "technique": technique.map { technique in
        .object([
          "id": technique.id.json, "name": technique.name?.json, "parent_name": technique.parentName?.json,
          "successor": technique.successor?.json,
        ])
      },
    ])
  }
}

extension EventEntry {
  fileprivate var json: JSON {
    .object([
      "channel": channel?.json, "event_id": eventID?.json, "provider": provider.json, "title": title?.json,
    ])
  }
}

extension RuleOutline.Stage {
  /// `isPrinted`: with the author's text.
  func json(isPrinted: Bool) -> JSON {
    .object([
      "name": name.json, "polarity": polarity.rawValue.json,
      "predicates": .array(predicates.map(\.json)), "text": isPrinted ? text.json : nil,
    ])
  }
}

extension RuleOutline.Question {
  fileprivate var json: JSON {
    .object([
      "field": field?.json, "kind": kind.rawValue.json, "negated": isNegated ? .bool(true) : nil,
      "value": value.json,
    ])
  }
}

extension Indicator {
  func json(in corpus: Corpus) -> JSON {
    let polarity = (isMatched ? ["matched"] : []) + (isExcluded ? ["excluded"] : [])
    return .object([
      "counts": counts.json, "counts_with_deprecated": countsWithDeprecated.json,
      "excluded_only": excludedOnly.json, "field": field.json, "kind": kind.json,
      "others": others(for: corpus).total.json, "polarity": .strings(polarity), "total": total.json,
      "value": value.json,
    ])
  }
}
