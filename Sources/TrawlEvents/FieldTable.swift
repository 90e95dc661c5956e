/// Number of a field that some rule names. 0 stands for every field that none names.
public typealias FieldID = UInt16

/// The fields that rules name, numbered from 1. Names are case-sensitive and hold no blanks.
public struct FieldTable: Sendable {
  /// `names[0]` is the empty name of fields that no rule names.
  public private(set) var names: [String] = [""]
  private var numbers: [ExactText: FieldID] = [:]

  public init() {}

  /// How many numbers there are, 0 included.
  public var count: Int { names.count }

  /// The number of a name, given on first sight. At most 65,534 names: the last number stands for keywords.
  public mutating func number(of name: String) -> FieldID {
    if let known = numbers[ExactText(name)] { return known }
    precondition(names.count < Int(FieldID.max), "at most 65,534 distinct field names in a rule set")
    let number = FieldID(names.count)
    names.append(name)
    numbers[ExactText(name)] = number
    return number
  }

  /// The number of a name, or nil when no rule names it.
  public func find(_ name: String) -> FieldID? { numbers[ExactText(name)] }
}
