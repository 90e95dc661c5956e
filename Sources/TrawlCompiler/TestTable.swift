import TrawlEvents
import TrawlMatcher
import TrawlRules

/// The distinct predicates of all rules, numbered.
struct TestTable {
  private(set) var predicates: [Predicate] = []
  /// By predicate: the field it asks, `TestEntry.anyValue` for keywords.
  private(set) var fields: [FieldID] = []
  /// By predicate: how many items of rules ask it.
  private(set) var uses: [Int] = []
  private var numbers: [Predicate: Int] = [:]
  private(set) var expressions: [Expression] = []
  private(set) var rowTests: [RowTest] = []
  /// By predicate.
  private var rowTestNumbers: [Int: Int] = [:]
  private var expressionNumbers: [RegularExpression: Int] = [:]
  /// By predicate: the other field of a comparison of two, else 0.
  private(set) var otherFields: [FieldID] = []

  /// The number of a predicate.
  mutating func number(
    of predicate: Predicate, _ table: inout FieldTable
  ) -> Int {
    if let known = numbers[predicate] {
      uses[known] += 1
      return known
    }
    let number = predicates.count
    uses.append(1)
    numbers[predicate] = number
    predicates.append(predicate)
    switch predicate.subject {
    case .field(let name), .fileName(let name): fields.append(table.number(of: name))
    case .anyValue: fields.append(TestEntry.anyValue)
    case .row: fields.append(addRowTest(predicate.test, number, &table))
    }
    if let name = predicate.test.otherField {
      otherFields.append(table.number(of: name))
    } else {
      otherFields.append(0)
    }
    return number
  }

  /// Numbers the fields of a test of rows; hands back the first.
  private mutating func addRowTest(_ test: Test, _ number: Int, _ table: inout FieldTable) -> FieldID {
    guard case .row(let condition) = test else { return TestEntry.anyValue }
    let columns = condition.columns.map { column in
      RowTest.Column(
        name: column.name, type: column.type, sources: column.sources.map { TestTable.source($0, &table) })
    }
    rowTestNumbers[number] = rowTests.count
    rowTests.append(RowTest(condition.predicate, is: condition.isWanted, columns: columns))
    for case .field(let field) in columns.flatMap(\.sources) { return field }
    return TestEntry.anyValue
  }

  private static func source(_ source: RowColumn.Source, _ table: inout FieldTable) -> RowTest.Source {
    switch source {
    case .field(let name): .field(table.number(of: name))
    case .fileName(let name): .fileName(table.number(of: name))
    case .constant(let text): .constant(text)
    case .eventTime: .eventTime
    }
  }

  /// The fields whose values decide a test; nil if others may.
  func decidingFields(of number: Int) -> Set<FieldID>? {
    if let test = rowTestNumbers[number] { return rowTests[test].fields }
    var fields: Set<FieldID> = [fields[number]]
    if predicates[number].test.otherField != nil { fields.insert(otherFields[number]) }
    return fields
  }

  /// Compiles an expression once.
  mutating func compile(_ expression: RegularExpression) throws(ExpressionError) {
    guard expressionNumbers[expression] == nil else { return }
    let compiled = try Expression(
      expression.pattern, ignoresCase: expression.ignoresCase, isMultiline: expression.isMultiline,
      dotMatchesNewline: expression.dotMatchesNewline, isUnicode: expression.isUnicode)
    expressionNumbers[expression] = expressions.count
    expressions.append(compiled)
  }

  /// Writes the entries of all predicates, in order of their numbers.
  func write(to tables: inout RulesetTables) {
    for (number, predicate) in predicates.enumerated() {
      var entry = entry(number, predicate, &tables)
      if case .fileName = predicate.subject { entry.part = .fileName }
      tables.tests.append(entry)
    }
  }

  private func entry(_ number: Int, _ predicate: Predicate, _ tables: inout RulesetTables) -> TestEntry {
    let field = fields[number]
    switch predicate.test {
    case .text(let pattern):
      tables.textTests.append(TestTable.text(pattern, &tables))
      return TestEntry(kind: .text, field: field, argument: UInt32(tables.textTests.count - 1))
    case .needle(let needle):
      tables.textTests.append(TestTable.text(needle, &tables))
      return TestEntry(kind: .text, field: field, argument: UInt32(tables.textTests.count - 1))
    case .regularExpression(let expression):
      return TestEntry(kind: .expression, field: field, argument: UInt32(expressionNumbers[expression] ?? 0))
    case .network(let network):
      tables.networks.append(NetworkEntry(address: network.address, prefixLength: network.prefixLength))
      return TestEntry(kind: .network, field: field, argument: UInt32(tables.networks.count - 1))
    case .number(let comparison, let number):
      tables.numbers.append(TestTable.number(comparison, number))
      return TestEntry(kind: .number, field: field, argument: UInt32(tables.numbers.count - 1))
    case .timePart(let part, let comparison, let value):
      var entry = TestTable.number(comparison, .integer(Int64(value)))
      entry.part = TestTable.datePart(part).rawValue
      tables.numbers.append(entry)
      return TestEntry(kind: .timePart, field: field, argument: UInt32(tables.numbers.count - 1))
    case .null: return TestEntry(kind: .null, field: field)
    case .present: return TestEntry(kind: .present, field: field)
    case .container: return TestEntry(kind: .container, field: field)
    case .row:
      return TestEntry(kind: .row, field: field, argument: UInt32(rowTestNumbers[number] ?? 0))
    case .column(_, let place, let isCased):
      return TestEntry(
        kind: .column, field: field, argument: isCased ? 1 : 0, other: otherFields[number],
        relation: TestTable.place(place).rawValue)
    case .field(_, let relation):
      let kind: Relation =
        switch relation {
        case .equals: .equals
        case .contains: .contains
        case .startsWith: .startsWith
        case .endsWith: .endsWith
        }
      return TestEntry(kind: .field, field: field, other: otherFields[number], relation: kind.rawValue)
    }
  }
}

extension TestTable {
  private static func number(_ comparison: Comparison, _ number: Number) -> NumberEntry {
    let kind: NumberEntry.Comparison =
      switch comparison {
      case .equal: .equal
      case .less: .less
      case .lessOrEqual: .lessOrEqual
      case .greater: .greater
      case .greaterOrEqual: .greaterOrEqual
      }
    switch number {
    case .integer(let value):
      return NumberEntry(comparison: kind, isInteger: true, integer: value, real: Double(value))
    case .real(let value): return NumberEntry(comparison: kind, isInteger: false, integer: 0, real: value)
    }
  }

  private static func datePart(_ part: TimePart) -> DatePart {
    switch part {
    case .minute: .minute
    case .hour: .hour
    case .day: .day
    case .week: .week
    case .month: .month
    case .year: .year
    }
  }

  /// Writes a test for a needle: as that of its pattern, which is quick, and what it asks besides.
  private static func text(_ needle: Needle, _ tables: inout RulesetTables) -> TextEntry {
    var entry = text(needle.pattern, &tables)
    let offset = append(Array(needle.text.utf8), &tables)
    entry.needle = UInt32(tables.needles.count)
    tables.needles.append(
      NeedleEntry(
        place: place(needle.place), isCased: needle.isCased, offset: offset,
        length: UInt32(tables.texts.count) - offset))
    return entry
  }

  private static func place(_ place: Needle.Place) -> NeedlePlace {
    switch place {
    case .equals: .equals
    case .startsWith: .startsWith
    case .endsWith: .endsWith
    case .contains: .contains
    case .term: .term
    case .termStart: .termStart
    case .termEnd: .termEnd
    }
  }

  /// Writes a text test: in one of the simple shapes where it has one, else as a glob.
  private static func text(_ pattern: TextPattern, _ tables: inout RulesetTables) -> TextEntry {
    func bytes(_ text: String) -> [UInt8] { pattern.isCased ? Array(text.utf8) : Fold.lowercase(text) }
    if let (shape, text) = pattern.simpleShape {
      let offset = append(bytes(text), &tables)
      return TextEntry(
        shape: shape, isCased: pattern.isCased, offset: offset, length: UInt32(tables.texts.count) - offset)
    }
    let first = UInt32(tables.globs.count)
    for element in pattern.elements {
      switch element {
      case .text(let text):
        let offset = append(bytes(text), &tables)
        tables.globs.append(
          GlobEntry(kind: .text, offset: offset, length: UInt32(tables.texts.count) - offset))
      case .anyRun: tables.globs.append(GlobEntry(kind: .anyRun))
      case .anyOne: tables.globs.append(GlobEntry(kind: .anyOne))
      case .dash: tables.globs.append(GlobEntry(kind: .dash))
      }
    }
    return TextEntry(
      shape: .glob, isCased: pattern.isCased, offset: first, length: UInt32(tables.globs.count) - first)
  }

  private static func append(_ bytes: [UInt8], _ tables: inout RulesetTables) -> UInt32 {
    let offset = UInt32(tables.texts.count)
    for byte in bytes { tables.texts.append(byte) }
    return offset
  }
}

extension Test {
  /// The field whose text this test compares with.
  var otherField: String? {
    get {
      switch self {
      case .field(let name, _), .column(let name, _, _): name
      default: nil
      }
    }
    set {
      switch (self, newValue) {
      case (.field(_, let relation), let name?): self = .field(name, relation)
      case (.column(_, let place, let isCased), let name?): self = .column(name, place, isCased: isCased)
      default: break
      }
    }
  }

  /// A pattern that every text matches on which this test passes, if it is one of texts, and whether that is all it asks.
  var pattern: (pattern: TextPattern, isAll: Bool)? {
    switch self {
    case .text(let pattern): (pattern, !pattern.isCased)
    case .needle(let needle): (needle.pattern, false)
    default: nil
    }
  }
}

extension Predicate {
  /// A pattern that every value matches on which the predicate holds, if it asks for texts, and whether that is all it asks.
  var pattern: (pattern: TextPattern, isAll: Bool)? {
    guard case .fileName = subject, let (pattern, _) = test.pattern else { return test.pattern }
    return (TextPattern([.anyRun] + pattern.elements, isCased: pattern.isCased), false)
  }
}

extension TextPattern {
  /// The shape and literal of a pattern that is one literal with `*` before, behind or on both sides.
  var simpleShape: (shape: TextShape, text: String)? {
    switch elements.count {
    case 0: return (.equals, "")
    case 1:
      if case .text(let text) = elements[0] { return (.equals, text) }
      return elements[0] == .anyRun ? (.contains, "") : nil
    case 2:
      if case .text(let text) = elements[0], elements[1] == .anyRun { return (.startsWith, text) }
      if case .text(let text) = elements[1], elements[0] == .anyRun { return (.endsWith, text) }
    case 3:
      if case .text(let text) = elements[1], elements[0] == .anyRun, elements[2] == .anyRun {
        return (.contains, text)
      }
    default: break
    }
    return nil
  }
}
