import TrawlEvents
import TrawlMatcher
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
    if let name = predicate.test.otherField {
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
