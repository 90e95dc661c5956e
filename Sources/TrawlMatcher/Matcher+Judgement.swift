import TrawlEvents

/// What is true of one event for a rule, asked item by item.
public struct RuleJudgement: Sendable {
  /// One for each program of the rule: of its own log source, then of routes.
  public var programs: [Program]

  public struct Program: Sendable {
    /// Whether the event is of the log source that the program reads.
    public var fits: Bool
    /// By item of the rule.
    public var items: [Item]
  }

  /// Whether a predicate holds, and of what.
  public struct Item: Sendable {
    /// The event's field; nil for keywords.
    public var field: String?
    public var holds: Bool
    /// The value that made it hold; otherwise those that the field has, at most eight of them.
    public var values: [Value]
  }

  /// A value of the event.
  public struct Value: Sendable, Hashable {
    /// Nil for null, and for objects and arrays.
    public var text: String?
    /// Where in the text what was looked for lies, in bytes of UTF-8.
    public var range: Range<Int>?
  }
}

extension Matcher {
  /// Asks each predicate of a rule of an event, whether or not the rule looks at events of its log source. Slow; for what
  /// is shown.
  public mutating func judgement(
    of rule: Int, event: Int, in batch: borrowing EventBatch
  ) -> RuleJudgement {
    texts.beginEvent()
    fieldIndex.build(event, batch)
    let source = source(of: event, in: batch)
    var judgement = RuleJudgement(programs: [])
    for program in 0..<tables.programs.count where tables.programs[program].rule == UInt32(rule) {
      let place = judgement.programs.count
      let items = ruleset.rules[rule].items.map { item in
        judge(item, tables.tests[Int(place == 0 ? item.test : item.routedTests[place - 1])], batch)
      }
      let selector = ruleset.logSources.selectors[Int(tables.programs[program].selector)]
      judgement.programs.append(RuleJudgement.Program(fits: selector.selects(source), items: items))
    }
    _ = withMapped(event, for: UInt32(rule), in: batch) { matcher, mapping, row -> Bool? in
      judgement.programs.append(matcher.judge(rule, mapping, row))
      return nil
    }
    return judgement
  }

  /// Asks a rule's own program of a row that is read as an event of its log source.
  private mutating func judge(
    _ rule: Int, _ mapping: MappingEntry, _ row: borrowing EventBatch
  ) -> RuleJudgement.Program {
    texts.beginEvent()
    fieldIndex.build(0, row)
    let items = ruleset.rules[rule].items.map { item in
      let test = tables.tests[Int(item.test)]
      var judged = judge(item, test, row)
      judged.field = columns(of: test.field, mapping, row) ?? judged.field
      return judged
    }
    return RuleJudgement.Program(fits: true, items: items)
  }

  private mutating func judge(
    _ item: ItemInfo, _ test: TestEntry, _ batch: borrowing EventBatch
  ) -> RuleJudgement.Item {
    let field = test.field == TestEntry.anyValue ? nil : ruleset.fields.names[Int(test.field)]
    guard holds(test, batch) else {
      return RuleJudgement.Item(field: field, holds: false, values: values(of: test.field, batch))
    }
    let evidence = evidence(item, test, batch)
    let hasValue = evidence.value != nil || field != nil && fieldIndex.first(test.field) != nil
    let value = RuleJudgement.Value(text: evidence.value, range: evidence.range)
    return RuleJudgement.Item(field: field, holds: true, values: hasValue ? [value] : [])
  }

  private static let mostShownValues = 8

  /// The first values of a field of the current event.
  private mutating func values(
    of field: FieldID, _ batch: borrowing EventBatch
  ) -> [RuleJudgement.Value] {
    guard field != TestEntry.anyValue else { return [] }
    var values: [RuleJudgement.Value] = []
    var next = fieldIndex.first(field)
    while let index = next, values.count < Matcher.mostShownValues {
      let value = batch.values[index]
      if value.isScalar {
        let text = texts.text(index, value, batch)
        let shown = unsafe String(
          decoding: UnsafeBufferPointer(start: text.raw, count: text.rawCount), as: UTF8.self)
        values.append(RuleJudgement.Value(text: shown, range: nil))
      } else {
        values.append(RuleJudgement.Value(text: nil, range: nil))
      }
      next = fieldIndex.next(index)
    }
    return values
  }
}
