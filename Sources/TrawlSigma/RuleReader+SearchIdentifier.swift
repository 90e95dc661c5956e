import TrawlRules

/// Search identifiers: maps, lists of values, lists of maps, keywords.
extension RuleReader {
  /// Nil if something in it is wrong, which is then reported.
  mutating func searchIdentifier(_ name: String, _ node: YAMLNode) -> Formula? {
    switch node.content {
    case .scalar, .mapping: return group(name, node)
    case .sequence(let members):
      let keywords = members.filter { $0.scalar != nil }
      var groups: [Formula?] = []
      if !keywords.isEmpty { groups.append(item(name, FieldItem(keywords))) }
      for member in members where member.scalar == nil { groups.append(group(name, member)) }
      return joined(groups, all: false, at: node, of: name)
    }
  }

  private mutating func group(_ name: String, _ node: YAMLNode) -> Formula? {
    switch node.content {
    case .scalar: return item(name, FieldItem([node]))
    case .mapping(let entries):
      var items: [Formula?] = []
      for entry in entries { items.append(item(name, entry)) }
      return joined(items, all: true, at: node, of: name)
    case .sequence:
      report(
        at: node, reason: "wrong type", "a list within the list of '\(name)'", advice: "make it one list")
      return nil
    }
  }

  private mutating func joined(_ members: [Formula?], all: Bool, at node: YAMLNode, of name: String)
    -> Formula?
  {
    if members.isEmpty {
      report(
        at: node, reason: "empty search identifier", "the search identifier '\(name)' is empty",
        advice: "delete it, or say what it looks for")
    }
    let present = members.compactMap(\.self)
    return present.isEmpty || present.count < members.count ? nil : .joined(present, all: all)
  }

  private mutating func item(_ name: String, _ entry: YAMLEntry) -> Formula? {
    let key = FieldName(entry.name)
    let chain = modifierChain(key, entry.key)
    switch entry.value.content {
    case .mapping:
      report(
        at: entry.value, reason: "wrong type", "the value of '\(entry.name)' is a map",
        advice: "join the names of the fields with a dot: outer.inner")
      return nil
    case .scalar:
      return chain.flatMap { item(name, FieldItem(key, $0, entry.key, [entry.value])) }
    case .sequence(let values):
      guard !values.isEmpty else {
        report(at: entry.value, reason: "empty list", "'\(entry.name)' has no values", advice: "delete it")
        return nil
      }
      return chain.flatMap { item(name, FieldItem(key, $0, entry.key, values)) }
    }
  }

  /// Nil, and reported, if one is unknown or they do not go together.
  mutating func modifierChain(_ key: FieldName, _ node: YAMLNode) -> ModifierChain? {
    var modifiers: [(name: String, modifier: Modifier)] = []
    var isValid = true
    for name in key.modifierNames {
      guard let modifier = Modifier.byName[name] else {
        unknownModifier(name, node)
        isValid = false
        continue
      }
      isValid = isCompatible(name, modifier, with: modifiers, node) && isValid
      modifiers.append((name, modifier))
    }
    if key.field == nil { isValid = suitsKeywords(modifiers, node) && isValid }
    return isValid ? ModifierChain(modifiers.map(\.modifier)) : nil
  }

  private mutating func unknownModifier(_ name: String, _ node: YAMLNode) {
    guard !isFull else { return }
    let similar = nearestName(to: name, among: Modifier.byName.keys.sorted())
    report(
      at: source.location(of: name, in: node), reason: "unknown modifier", "unknown modifier '\(name)'",
      excerpt: node.scalar?.text,
      advice: similar.map { "write \($0)" } ?? "see the modifiers in the Sigma specification")
  }

  private mutating func isCompatible(
    _ name: String, _ modifier: Modifier, with earlier: [(name: String, modifier: Modifier)], _ node: YAMLNode
  ) -> Bool {
    if modifier.kind == .flag, !earlier.contains(where: { $0.modifier == .re }) {
      report(
        at: source.location(of: name, in: node), reason: "flag without re",
        "the modifier '\(name)' is a flag of re, which is not before it", excerpt: node.scalar?.text,
        advice: "write re|\(name)")
      return false
    }
    var conflict = earlier.lazy.compactMap { other in
      modifier.conflict(after: other.modifier, named: name).map { (other.name, $0) }
    }.first
    if modifier.kind == .encoding, earlier.count(where: { $0.modifier.kind == .encoding }) >= 4 {
      conflict = (name, "encode at most four times")
    }
    guard let (other, advice) = conflict else { return true }
    report(
      at: source.location(of: name, in: node), reason: "modifiers do not go together",
      "the modifiers '\(other)' and '\(name)' do not go together", excerpt: node.scalar?.text, advice: advice)
    return false
  }

  private mutating func suitsKeywords(
    _ modifiers: [(name: String, modifier: Modifier)], _ node: YAMLNode
  ) -> Bool {
    let unsuitable = modifiers.first { [.exists, .field, .timePart].contains($0.modifier.kind) }
    guard let unsuitable else { return true }
    report(
      at: node, reason: "modifier needs a field", "the modifier '\(unsuitable.name)' needs a field",
      advice: "write the field before it: Field|\(unsuitable.name)")
    return false
  }
}
