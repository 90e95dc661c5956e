import TrawlEvents
import TrawlMatcher
import TrawlRows
import TrawlRules

/// The event's names of the fields that a rule names.
struct FieldNames {
  /// Where the value of a field comes from.
  enum Source: Hashable {
    case field(String)
    /// A part of a field, or what it is taken for.
    case part(TrawlRules.ValuePart, String)
    /// Text that holds a field among other things: that it contains something is asked of the field.
    case holding(String)
    /// The same in every event.
    case constant(String)
    /// Two fields, of the first of which it may be a part; of rows only.
    case joined(Joint, TrawlRules.ValuePart?, String, String)
  }

  /// How two fields make one; the raw value is its name in the table of log sources.
  enum Joint: String {
    /// With a backslash between them; where one is empty, the other alone.
    case path
    /// The same, unless the first ends with the second: a file's path.
    case filePath = "filepath"
    /// A registry key and the name of a value in it.
    case registryValue = "registryvalue"
    /// The data of a registry value, and its type.
    case registryDetails = "registrydetails"
  }

  /// By the rule's name of a field, where it differs.
  var sources: [String: Source] = [:]
  /// Whether fields that are not named are empty; else they have the same name in the event.
  var isClosed = false
  /// The member of the event that all fields are in.
  var member: String?

  /// The event's field for a rule's; nil for one that no event has.
  func source(of field: String) -> Source? {
    guard let source = sources[field] else { return isClosed ? nil : .field(path(field)) }
    switch source {
    case .field(let name): return .field(path(name))
    case .part(let part, let name): return .part(part, path(name))
    case .holding(let name): return .holding(path(name))
    case .constant: return source
    case .joined(let joint, let part, let first, let second):
      return .joined(joint, part, path(first), path(second))
    }
  }

  /// Of a field in the event.
  func path(_ field: String) -> String { member.map { "\($0).\(field)" } ?? field }
}

extension FieldNames.Source {
  /// As the table of log sources writes it: `Image`, `basename(Image)`, `holding(Query)` or `'ProcessCreated'`; nil for
  /// what is none of these.
  init?(parsing text: String) {
    if text.hasPrefix("'"), text.hasSuffix("'"), text.utf8.count > 1 {
      self = .constant(String(text.dropFirst().dropLast()))
      return
    }
    guard text.hasSuffix(")"), let open = text.firstIndex(of: "(") else {
      self = .field(text)
      return
    }
    let name = String(text[text.index(after: open)...].dropLast())
    if text[..<open] == "holding" {
      self = .holding(name)
    } else if let joint = FieldNames.Joint(rawValue: String(text[..<open])) {
      self.init(joint, name)
    } else if let part = TrawlRules.ValuePart(rawValue: String(text[..<open])) {
      self = .part(part, name)
    } else {
      return nil
    }
  }

  /// Two fields, a comma between them.
  private init?(_ joint: FieldNames.Joint, _ fields: String) {
    let fields = fields.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 2, case .field(let second) = FieldNames.Source(parsing: fields[1]) else {
      return nil
    }
    switch FieldNames.Source(parsing: fields[0]) {
    case .field(let first): self = .joined(joint, nil, first, second)
    case .part(let part, let first): self = .joined(joint, part, first, second)
    default: return nil
    }
  }
}

/// A rule's predicate as it is asked of the events of a route.
enum RoutedPredicate {
  case asked(Predicate)
  /// Every event of the route gives the same answer, since the field has one value.
  case constant(Bool)
  /// No event of the route has the field: the answer is that of an empty one.
  case empty(Bool)
  /// In words: what cannot be asked.
  case refused(String)
}

extension FieldNames {
  /// The predicate as it is asked of an event.
  func routed(_ predicate: Predicate) -> RoutedPredicate {
    var predicate = predicate
    if case .row(let condition) = predicate.test { return routed(condition) }
    if let name = predicate.test.otherField {
      if let related = FieldNames.related(predicate), !isField(.field(name)) || !isField(predicate.subject) {
        return routed(related)
      }
      guard case .field(let other) = source(of: name) else { return .refused("a comparison with \(name)") }
      predicate.test.otherField = other
    }
    guard case .field(let name) = predicate.subject else { return .asked(predicate) }
    let isComparison = predicate.test.otherField != nil
    switch source(of: name) {
    case nil where isComparison, .constant where isComparison, .holding where isComparison:
      return .refused("a comparison of \(name) with another column")
    case .joined: return .refused("anything of \(name)")
    case nil: return .empty(predicate.test == .null)
    case .field(let other): predicate.subject = .field(other)
    case .part(let part, _) where isComparison && !part.isSlice:
      return .refused("a comparison of \(name) with another column")
    case .part(let part, let other): predicate.subject = FieldNames.subject(part, other, predicate.test)
    case .holding(let other): return FieldNames.holding(other, name, predicate.test)
    case .constant(let value): return .constant(FieldNames.holds(predicate.test, value))
    }
    return .asked(predicate)
  }

  /// Tests that do not regard case need no lower case: they are shared with those of other rules.
  private static func subject(_ part: TrawlRules.ValuePart, _ field: String, _ test: Test)
    -> Predicate.Subject
  {
    guard case .text(let pattern) = test, !pattern.isCased else { return .part(part, field) }
    switch part {
    case .lowerCase: return .field(field)
    case .lowerFileName: return .part(.fileName, field)
    default: return .part(part, field)
    }
  }

  /// What a text that holds a field among other things is asked: whether it contains something.
  private static func holding(_ field: String, _ name: String, _ test: Test) -> RoutedPredicate {
    switch test {
    case .null, .container: return .constant(false)
    case .present: return .constant(true)
    case .text(let pattern) where pattern.elements.isEmpty: return .constant(false)
    case .text(let pattern) where pattern.elements.first == .anyRun && pattern.elements.last == .anyRun:
      return .asked(Predicate(.field(field), test))
    case .needle(let needle) where [.contains, .term, .termStart, .termEnd].contains(needle.place):
      return .asked(Predicate(.field(field), test))
    default: return .refused("anything of \(name) but what it contains")
    }
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

  /// A test of rows with the sources that its columns have in the events.
  private func routed(_ condition: RowCondition) -> RoutedPredicate {
    var condition = condition
    for column in condition.columns.indices {
      var sources: [RowColumn.Source] = []
      for source in condition.columns[column].sources {
        guard case .field(let name) = source else {
          sources.append(source)
          continue
        }
        switch self.source(of: name) {
        case .field(let other): sources.append(.field(other))
        case .part(let part, let other): sources.append(.part(part, other))
        case .constant(let text): sources.append(.constant(text))
        case .holding: return .refused("anything of \(name) but what it contains")
        case .joined: return .refused("anything of \(name)")
        case nil: break
        }
      }
      condition.columns[column].sources = sources
    }
    return .asked(Predicate(.row, .row(condition)))
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
