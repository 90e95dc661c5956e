extension RuleInfo {
  func store(in writer: inout ByteWriter, _ pool: inout TextPool) {
    for text in [id, title, level, status, language, file] { writer.put(text, in: &pool) }
    writer.put(tags, in: &pool)
    writer.put(count: logSource.count)
    for part in logSource {
      writer.put(part.name, in: &pool)
      writer.put(part.value, in: &pool)
    }
    writer.put(count: items.count)
    for item in items { item.store(in: &writer, &pool) }
    writer.put(count: condition.count)
    for node in condition { node.store(in: &writer) }
  }

  /// Reads what `store` wrote; `tests`: how many there are.
  convenience init(
    from reader: inout ByteReader, _ texts: StoredTexts, number: Int, tests: Int
  ) throws(StoredRulesError) {
    let (id, title) = (try texts.next(&reader), try texts.next(&reader))
    let (level, status) = (try texts.next(&reader), try texts.next(&reader))
    let (language, file) = (try texts.next(&reader), try texts.next(&reader))
    let tags = try texts.several(&reader)
    var logSource: [(name: String, value: String)] = []
    for _ in 0..<(try reader.count(of: 8)) {
      logSource.append((try texts.next(&reader), try texts.next(&reader)))
    }
    let itemCount = try reader.count(of: ItemInfo.leastStoredSize)
    var items: [ItemInfo] = []
    items.reserveCapacity(itemCount)
    for _ in 0..<itemCount { items.append(try ItemInfo(from: &reader, texts, tests: tests)) }
    let nodeCount = try reader.count(of: NodeEntry.storedSize)
    var condition: [NodeEntry] = []
    condition.reserveCapacity(nodeCount)
    var check = ConditionCheck(nodes: nodeCount, tests: itemCount, groups: 0)
    for _ in 0..<nodeCount {
      condition.append(try NodeEntry(from: &reader))
      try check.check(condition[condition.count - 1])
    }
    guard let root = condition.first, Int(root.end) == nodeCount else {
      throw StoredRulesError("a rule has no condition")
    }
    let routes = items.first?.routedTests.count ?? 0
    guard items.allSatisfy({ $0.routedTests.count == routes }) else {
      throw StoredRulesError("a rule's items have different routes")
    }
    self.init(
      number: number, id: id, title: title, level: level, status: status, tags: tags, language: language,
      file: file,
      logSource: logSource, items: items, condition: condition)
  }
}

extension ItemInfo {
  fileprivate static let leastStoredSize = 21

  fileprivate func store(in writer: inout ByteWriter, _ pool: inout TextPool) {
    writer.put(searchIdentifier, in: &pool)
    writer.put(field, in: &pool)
    writer.put(modifiers, in: &pool)
    writer.put(value, in: &pool)
    writer.put(count: routedTests.count)
    for test in [test] + routedTests { writer.put(test) }
  }

  fileprivate init(
    from reader: inout ByteReader, _ texts: StoredTexts, tests: Int
  ) throws(StoredRulesError) {
    self.init(
      searchIdentifier: try texts.next(&reader), field: try texts.optional(&reader),
      modifiers: try texts.several(&reader), value: try texts.next(&reader), test: 0)
    let routes = try reader.count(of: 4)
    test = try reader.number()
    for _ in 0..<routes { routedTests.append(try reader.number()) }
    guard Int(test) < tests, routedTests.allSatisfy({ Int($0) < tests }) else {
      throw StoredRulesError("a rule's item has no test")
    }
  }
}
