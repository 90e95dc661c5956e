import TrawlRules

/// Lays a document out for people. Mistakes were reported when the rule was read; here they only cost what they are in.
extension RuleReader {
  /// `id` and the diagnostics are those that reading the rule gave.
  func outlined(_ document: YAMLNode, _ kind: SigmaOutline.Kind, id: String, body: String) -> SigmaOutline {
    var described = Rule(
      id: id, title: "", location: source.location(of: document), logSource: LogSource(), items: [],
      condition: .any([]))
    var scratch = RuleReader(source, placeholders: placeholders)
    scratch.describe(&described, document)
    let logSource = document["logsource"]?.value
    let text = { (node: YAMLNode?, name: String) in node?[name]?.value.shownText }
    return SigmaOutline(
      kind: kind, id: id, title: text(document, "title") ?? "", status: text(document, "status"),
      level: text(document, "level"), tags: described.tags,
      logSource: LogSource(
        product: text(logSource, "product"), category: text(logSource, "category"),
        service: text(logSource, "service")),
      definition: text(logSource, "definition"), metadata: described.metadata, body: body,
      location: described.location, outline: kind == .rule ? outline(document) : parts(document),
      diagnostics: diagnostics.filter { $0.reason != Placeholders.unresolved })
  }

  /// Of a document that asks nothing of fields itself: the parts that make it what it is, as written.
  private func parts(_ document: YAMLNode) -> RuleOutline {
    let entries = ["correlation", "filter"].compactMap { document[$0] }
    return RuleOutline(
      stages: entries.map { RuleOutline.Stage($0.name, text: source.text(of: $0)) })
  }

  private func outline(_ document: YAMLNode) -> RuleOutline {
    guard let detection = document["detection"]?.value, let entries = detection.entries else {
      return RuleOutline()
    }
    let identifiers = entries.filter { !Self.attributes.contains($0.name) }
    let conditions = detection["condition"]?.value.shownTexts ?? []
    let polarities = ConditionPolarities(conditions, names: identifiers.map(\.name))
    let head = RuleOutline.Stage("condition", text: conditions.joined(separator: "\n"))
    return RuleOutline(
      stages: [head] + identifiers.map { stage($0, polarities.polarity(of: $0.name)) })
  }

  private func stage(_ entry: YAMLEntry, _ polarity: RuleOutline.Polarity) -> RuleOutline.Stage {
    RuleOutline.Stage(
      entry.name, text: source.text(of: entry), polarity: polarity,
      predicates: questions(entry.value, isExcluded: polarity == .excluded))
  }
}

// MARK: - Questions

extension RuleReader {
  private func questions(_ node: YAMLNode, isExcluded: Bool) -> [RuleOutline.Question] {
    switch node.content {
    case .scalar: return questions(FieldItem([node]), isExcluded: isExcluded)
    case .mapping(let entries): return entries.flatMap { questions($0, isExcluded: isExcluded) }
    case .sequence(let members):
      return members.flatMap { member in
        if case .sequence = member.content { return [RuleOutline.Question]() }
        return questions(member, isExcluded: isExcluded)
      }
    }
  }

  private func questions(_ entry: YAMLEntry, isExcluded: Bool) -> [RuleOutline.Question] {
    let key = FieldName(entry.name)
    var scratch = RuleReader(source, placeholders: placeholders)
    guard let chain = scratch.modifierChain(key, entry.key) else { return [] }
    let values: [YAMLNode] =
      if case .sequence(let members) = entry.value.content { members } else { [entry.value] }
    return questions(FieldItem(key, chain, entry.key, values), isExcluded: isExcluded)
  }

  private func questions(_ item: FieldItem, isExcluded: Bool) -> [RuleOutline.Question] {
    item.values.compactMap { node in
      guard let scalar = node.scalar else { return nil }
      let value = RuleValue(scalar)
      let isKeyword = item.key.field == nil
      // A text with a placeholder in it need not be a network or number yet.
      guard item.chain.hasPlaceholders || (try? value.tests(item.chain, isKeyword: isKeyword)) != nil else {
        return nil
      }
      let (kind, text) = value.asked(item.chain, isKeyword: isKeyword)
      let isAbsence = item.chain.relation == .exists && value.meaning == .boolean(false)
      return RuleOutline.Question(
        field: item.key.field, kind: RuleOutline.Kind(rawValue: kind.rawValue + item.chain.encodingNames),
        value: text, isNegated: isExcluded != (item.chain.isNegated != isAbsence))
    }
  }
}

extension YAMLNode {
  /// A single text; nil of nothing, lists and maps.
  fileprivate var shownText: String? {
    guard let scalar, scalar.meaning != .null, !scalar.text.isEmpty else { return nil }
    return scalar.text
  }

  /// A text, or those of a list.
  fileprivate var shownTexts: [String] {
    if case .sequence(let members) = content { return members.compactMap(\.shownText) }
    return shownText.map { [$0] } ?? []
  }
}
