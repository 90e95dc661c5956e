import TrawlRows
import TrawlRules

/// Makes predicates of three values into conditions of two: each is lowered to when it is true, or to when it is false. What
/// is neither is null, so that `not` of it drops the row as `where` does.
struct Lowering {
  private(set) var items: [Rule.Item] = []
  private var numbers: [Rule.Item: Int] = [:]

  /// When the predicate is true, or when it is false.
  mutating func condition(_ predicate: KQLPredicate, is wanted: Bool) -> Condition {
    switch predicate {
    case .constant(let value): return Condition(value == wanted)
    case .not(let part): return condition(part, is: !wanted)
    case .all(let parts): return conditions(parts, is: wanted, all: wanted)
    case .any(let parts): return conditions(parts, is: wanted, all: !wanted)
    default: break
    }
    let before = items.count
    do throws(Computed) {
      return withContainers(try question(predicate, is: wanted), predicate, is: wanted)
    } catch {
      for item in items[before...] { numbers[item] = nil }
      items.removeSubrange(before...)
      return computed(predicate, is: wanted)
    }
  }

  /// A condition on texts also where a dynamic column holds no text but an object or array: there it is computed.
  private mutating func withContainers(
    _ condition: Condition, _ predicate: KQLPredicate, is wanted: Bool
  ) -> Condition {
    let names = predicate.columns.filter { $0.type == .dynamic }.map(\.name)
    if names.isEmpty || condition == Condition(true) || condition == Condition(false) { return condition }
    let isContainer = Condition.anyOf(
      names.map { item(.field($0), .container, "gettype", "dictionary or array") })
    return .anyOf([
      .allOf([isContainer.negated(true), condition]), .allOf([isContainer, computed(predicate, is: wanted)]),
    ])
  }

  /// A question that the database and tests of single values answer; an error if its value must be computed.
  private mutating func question(
    _ predicate: KQLPredicate, is wanted: Bool
  ) throws(Computed) -> Condition {
    switch predicate {
    case .constant, .not, .all, .any: return condition(predicate, is: wanted)
    case .text(let operand, let test, let needles, let quantifier, let isCased):
      var parts: [Condition] = []
      for needle in needles { parts.append(try text(operand, test.place, needle, isCased: isCased)) }
      return (quantifier == .any ? Condition.anyOf(parts) : .allOf(parts)).negated(!wanted)
    case .related(let left, let test, let right, let isCased):
      return try related(left, test.place, right, isCased: isCased).negated(!wanted)
    case .matches(let operand, let expression): return try matches(operand, expression).negated(!wanted)
    case .member(let operand, let values):
      var parts: [Condition] = []
      for value in values { parts.append(try equals(operand, value)) }
      return Condition.anyOf(parts).negated(!wanted)
    case .compare(let left, let comparison, let right):
      return try compare(left, comparison, right, is: wanted)
    case .listed: throw Computed()
    case .isEmpty(let operand): return try isEmpty(operand).negated(!wanted)
    case .isNull(let operand): return try isNull(operand).negated(!wanted)
    case .truth(let operand): return try truth(operand, is: wanted)
    }
  }

  private mutating func conditions(
    _ predicates: [KQLPredicate], is wanted: Bool, all: Bool
  ) -> Condition {
    var parts: [Condition] = []
    for predicate in predicates { parts.append(condition(predicate, is: wanted)) }
    return all ? .allOf(parts) : .anyOf(parts)
  }

  /// The item that computes the predicate for each event that the rest of the query lets through.
  private mutating func computed(_ predicate: KQLPredicate, is wanted: Bool) -> Condition {
    item(.row, .row(RowCondition(predicate, is: wanted)), wanted ? "where" : "where not", predicate.shown)
  }

  /// The item that asks a test of a subject, shown as the query has it.
  mutating func item(
    _ subject: Predicate.Subject, _ test: Test, _ op: String, _ value: String
  ) -> Condition {
    var field: String?
    if case .field(let name) = subject { field = name }
    let item = Rule.Item(
      predicate: Predicate(subject, test), searchIdentifier: "where", field: field, modifiers: [op],
      value: value)
    if let known = numbers[item] { return .item(known) }
    numbers[item] = items.count
    items.append(item)
    return .item(items.count - 1)
  }
}

extension Condition {
  init(_ value: Bool) { self = value ? .all([]) : .any([]) }

  /// Each holds; constants are taken out.
  static func allOf(_ parts: [Condition]) -> Condition {
    if parts.contains(Condition(false)) { return Condition(false) }
    let parts = parts.filter { $0 != Condition(true) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  /// At least one holds; constants are taken out.
  static func anyOf(_ parts: [Condition]) -> Condition {
    if parts.contains(Condition(true)) { return Condition(true) }
    let parts = parts.filter { $0 != Condition(false) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  func negated(_ isNegated: Bool) -> Condition {
    guard isNegated else { return self }
    if case .not(let inner) = self { return inner }
    if self == Condition(true) || self == Condition(false) { return Condition(self == Condition(false)) }
    return .not(self)
  }
}

extension KQLTextTest {
  var place: Needle.Place {
    switch self {
    case .equals: .equals
    case .contains: .contains
    case .startsWith: .startsWith
    case .endsWith: .endsWith
    case .has: .term
    case .hasPrefix: .termStart
    case .hasSuffix: .termEnd
    }
  }
}
