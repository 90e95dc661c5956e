import TrawlEvents
import TrawlMatcher
import TrawlRows
import TrawlRules

/// The event's names of the fields that a rule names.
struct FieldNames {
  /// Where the value of a field comes from.
  enum Source: Hashable {
    case field(String)
    /// What stands behind the last backslash or slash of a field.
    case fileName(String)
    /// The same in every event.
    case constant(String)
  }

  /// By the rule's name of a field, where it differs.
  var sources: [String: Source] = [:]
  /// The member of the event that all fields are in.
  var member: String?

  /// The event's field for a rule's.
  func source(of field: String) -> Source {
    let source = sources[field] ?? .field(field)
    if let member, case .field(let name) = source { return .field("\(member).\(name)") }
    return source
  }
}

extension FieldNames.Source {
  /// As the table of log sources writes it: `Image`, `basename(Image)` or `'ProcessCreated'`.
  init(parsing text: String) {
    if text.hasPrefix("'"), text.hasSuffix("'"), text.utf8.count > 1 {
      self = .constant(String(text.dropFirst().dropLast()))
    } else if text.hasPrefix("basename("), text.hasSuffix(")") {
      self = .fileName(String(text.dropFirst("basename(".count).dropLast()))
    } else {
      self = .field(text)
    }
  }
}

extension FieldNames {
  /// The predicate as it is asked of an event; nil for a comparison with a field that is made of another.
  func predicate(_ predicate: Predicate) -> Predicate? {
    var predicate = predicate
    if case .row(var condition) = predicate.test {
      condition.columns = condition.columns.map(column)
      return Predicate(.row, .row(condition))
    }
    if let name = predicate.test.otherField {
      if let related = FieldNames.related(predicate), !isField(.field(name)) || !isField(predicate.subject) {
        return self.predicate(related)
      }
      guard case .field(let other) = source(of: name) else { return nil }
      predicate.test.otherField = other
    }
    guard case .field(let name) = predicate.subject else { return predicate }
    switch source(of: name) {
    case .field(let other): predicate.subject = .field(other)
    case .fileName(let other): predicate.subject = .fileName(other)
    case .constant(let value):
      guard predicate.test.otherField == nil else { return nil }
      // No event of the kind has a field of this name: that tells true from false.
      return Predicate(.field(name), FieldNames.holds(predicate.test, value) ? .null : .present)
    }
    return predicate
  }

  private func isField(_ subject: Predicate.Subject) -> Bool {
    guard case .field(let name) = subject, case .field = source(of: name) else { return false }
    return true
  }

  /// A comparison of two columns as a test of rows, whose columns may be made of others.
  private static func related(_ predicate: Predicate) -> Predicate? {
    guard case .column(let other, let place, let isCased) = predicate.test,
      case .field(let name) = predicate.subject, let test = KQLTextTest(rawValue: place.textTest)
    else { return nil }
    let condition = KQLPredicate.related(
      .column(name, .string), test, .column(other, .string), isCased: isCased)
    return Predicate(.row, .row(RowCondition(condition, is: true)))
  }

  /// A column of a row with the sources that its events have.
  private func column(_ column: RowColumn) -> RowColumn {
    var column = column
    column.sources = column.sources.map { source in
      guard case .field(let name) = source else { return source }
      switch self.source(of: name) {
      case .field(let other): return .field(other)
      case .fileName(let other): return .fileName(other)
      case .constant(let text): return .constant(text)
      }
    }
    return column
  }

  /// Whether a test passes on a field that always has this value.
  private static func holds(_ test: Test, _ value: String) -> Bool {
    var fields = FieldTable()
    var tests = TestTable()
    let predicate = Predicate(.field("f"), test)
    if case .regularExpression(let expression) = test, (try? tests.compile(expression)) == nil {
      return false
    }
    _ = tests.number(of: predicate, &fields)
    var tables = RulesetTables()
    tests.write(to: &tables)
    let entry = tables.tests[0]
    let selection = LogSourceSelection(
      selectors: [], shapes: [], tableNames: [:], given: nil, eventIDField: 0)
    let ruleset = Ruleset(
      rules: [], fields: fields, logSources: selection, tables: tables, databases: [],
      expressions: tests.expressions, gates: [])
    return ruleset.holds(entry, text: value)
  }
}

extension Needle.Place {
  /// The name that tests of texts have for the place.
  fileprivate var textTest: String { self == .equals ? KQLTextTest.equals.rawValue : rawValue }
}

extension Rule.Item {
  /// The columns or fields that it asks.
  var columns: [String] {
    if case .row(let condition) = predicate.test { return condition.columns.map(\.name) }
    return field.map { [$0] } ?? []
  }
}
