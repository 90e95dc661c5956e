import TrawlRows
import TrawlRules

extension Lowering {
  /// When a comparison is true or false; it is neither where a side is null, but for `==` and `!=` of one null.
  mutating func compare(
    _ left: KQLOperand, _ comparison: KQLComparison, _ right: KQLOperand, is wanted: Bool
  ) throws(Computed) -> Condition {
    if case .constant = left {
      if case .constant = right { throw Computed() }
      return try compare(right, comparison.mirrored, left, is: wanted)
    }
    if case .constant(let value) = right {
      return try compare(left, comparison, value, is: wanted)
    }
    return try compareColumns(left, comparison, right, is: wanted)
  }

  private mutating func compare(
    _ operand: KQLOperand, _ comparison: KQLComparison, _ value: KQLValue, is wanted: Bool
  ) throws(Computed) -> Condition {
    if case .null = value {
      // Null equals nothing; two nulls give null.
      guard comparison == .equal || comparison == .notEqual else { return Condition(false) }
      guard (comparison == .notEqual) == wanted else { return Condition(false) }
      return try isNull(operand).negated(true)
    }
    if comparison == .equal || comparison == .notEqual {
      return try equals(operand, value).negated((comparison == .notEqual) == wanted)
    }
    guard let number = value.number else {
      throw Computed()
    }
    let subject = try numberSubject(operand)
    let kind = wanted ? comparison : comparison.opposite
    guard let test = kind.test(number) else { throw Computed() }
    return item(subject, test, kind.rawValue, value.text ?? "")
  }

  /// When the operand equals a value; never null.
  mutating func equals(_ operand: KQLOperand, _ value: KQLValue) throws(Computed) -> Condition {
    switch value {
    case .null: return Condition(false)
    case .bool(let truth): return try self.truth(operand, is: truth)
    case .string(let text), .guid(let text):
      let subject = try Subject(operand)
      guard subject.type != .string, text.isEmpty else {
        return try self.text(operand, .equals, text, isCased: true)
      }
      // Of JSON, what is absent is null and no empty text.
      return item(subject.subject, .text(.equals("")), "==", "")
    case .integer, .real:
      guard let number = value.number else { return Condition(false) }
      return item(try numberSubject(operand), .number(.equal, number), "==", value.text ?? "")
    default: throw Computed()
    }
  }

  private func numberSubject(_ operand: KQLOperand) throws(Computed) -> Predicate.Subject {
    guard case .column(let name, let type) = operand else { throw Computed() }
    guard type.isNumber || type == .dynamic || type == .unknown else {
      throw Computed()
    }
    return .field(name)
  }

  /// Of two columns of integers, whose texts are equal where they are.
  private mutating func compareColumns(
    _ left: KQLOperand, _ comparison: KQLComparison, _ right: KQLOperand, is wanted: Bool
  ) throws(Computed) -> Condition {
    guard case .column(let one, let oneType) = left else { throw Computed() }
    guard case .column(let other, let otherType) = right else { throw Computed() }
    let whole: Set<KQLType> = [.int, .long]
    guard whole.contains(oneType), whole.contains(otherType) else {
      throw Computed()
    }
    guard comparison == .equal || comparison == .notEqual else {
      throw Computed()
    }
    let present = [one, other].map { item(.field($0), .null, "isnull", "").negated(true) }
    let isEqual = item(.field(one), .column(other, .equals, isCased: true), "==", other)
    if (comparison == .equal) == wanted { return .allOf([present[0], isEqual]) }
    return .allOf([isEqual.negated(true), .anyOf(present)])
  }

  /// When a bool is true, or when it is false; it is neither where it is null.
  mutating func truth(_ operand: KQLOperand, is wanted: Bool) throws(Computed) -> Condition {
    switch operand {
    case .constant(.bool(let value)): return Condition(value == wanted)
    case .constant(.null): return Condition(false)
    case .condition(let predicate): return condition(predicate, is: wanted)
    case .column(let name, let type):
      guard [.bool, .dynamic, .unknown].contains(type) else {
        throw Computed()
      }
      // Tables in CSV have True and False, and some writers of JSON 1 and 0.
      return .anyOf(
        (wanted ? ["true", "1"] : ["false", "0"]).map {
          item(.field(name), .text(.equals($0)), "==", $0)
        })
    case .call(let function, let arguments): return try addresses(function, arguments, is: wanted)
    default: throw Computed()
    }
  }

  /// The functions of IPv4 addresses, which are null where there is none.
  private mutating func addresses(
    _ function: KQLFunction, _ arguments: [KQLOperand], is wanted: Bool
  ) throws(Computed) -> Condition {
    guard let ranges = KQLNetworks.ranges(function, arguments.dropFirst()) else { throw Computed() }
    guard let first = arguments.first, case .field(let name) = try Subject(first).subject else {
      throw Computed()
    }
    let inside = Condition.anyOf(
      ranges.map { item(.field(name), .network($0), function.rawValue, KQLNetworks.text($0)) })
    if wanted { return inside }
    let isAddress = item(.field(name), .network(KQLNetworks.all), function.rawValue, "0.0.0.0/0")
    return .allOf([isAddress, inside.negated(true)])
  }
}

extension KQLValue {
  /// A number as tests have it.
  fileprivate var number: Number? {
    switch self {
    case .integer(let value): .integer(value)
    case .real(let value): .real(value)
    default: nil
    }
  }
}

extension KQLComparison {
  /// With the sides exchanged.
  fileprivate var mirrored: KQLComparison {
    switch self {
    case .equal, .notEqual: self
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    }
  }

  /// What holds where this does not, and neither side is null.
  fileprivate var opposite: KQLComparison {
    switch self {
    case .equal: .notEqual
    case .notEqual: .equal
    case .less: .greaterOrEqual
    case .lessOrEqual: .greater
    case .greater: .lessOrEqual
    case .greaterOrEqual: .less
    }
  }

  /// The test of an order; nil for `==` and `!=`.
  fileprivate func test(_ number: Number) -> Test? {
    switch self {
    case .equal, .notEqual: nil
    case .less: .number(.less, number)
    case .lessOrEqual: .number(.lessOrEqual, number)
    case .greater: .number(.greater, number)
    case .greaterOrEqual: .number(.greaterOrEqual, number)
    }
  }
}
