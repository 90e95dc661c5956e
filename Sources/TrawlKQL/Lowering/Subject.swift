import TrawlRows
import TrawlRules

/// Whose text a test looks at, and in which case.
struct Subject {
  enum Case {
    case asIs, lower, upper
  }

  var subject: Predicate.Subject
  var type: KQLType
  var letterCase = Case.asIs

  private init(subject: Predicate.Subject, type: KQLType) {
    self.subject = subject
    self.type = type
  }

  /// The column, or any; an error for what must be computed.
  init(_ operand: KQLOperand) throws(Computed) {
    switch operand {
    case .column(let name, let type):
      self.init(subject: .field(name), type: type)
    case .anyColumn: self.init(subject: .anyValue, type: .string)
    case .call(.tostring, let arguments) where arguments.count == 1:
      try self.init(arguments[0])
      guard isText || [.int, .long, .bool].contains(type) else {
        throw Computed()
      }
    case .call(.parseJSON, let arguments) where arguments.count == 1:
      // The text of JSON is what it is parsed from.
      try self.init(arguments[0])
    case .call(.tolower, let arguments) where arguments.count == 1:
      try self.init(arguments[0])
      letterCase = .lower
    case .call(.toupper, let arguments) where arguments.count == 1:
      try self.init(arguments[0])
      letterCase = .upper
    default: throw Computed()
    }
  }

  /// Whether what is absent is the empty text. Dynamic columns are JSON text in Defender.
  var isText: Bool { [.string, .dynamic, .unknown, .guid].contains(type) }
}
