/// A rule as its author laid it out: its stages in order, each with what it asks. For people and for counting; what a
/// rule means is in `Rule`.
public struct RuleOutline: Sendable, Equatable {
  public var stages: [Stage]

  public init(stages: [Stage] = []) { self.stages = stages }

  /// A part of a rule: a Sigma condition or search identifier, a command or event of a query.
  public struct Stage: Sendable, Equatable {
    /// `selection_img`, `condition`, `where`, `process`.
    public var name: String
    /// As written.
    public var text: String
    public var polarity: Polarity
    public var predicates: [Question]

    public init(_ name: String, text: String, polarity: Polarity = .matched, predicates: [Question] = []) {
      self.name = name
      self.text = text
      self.polarity = polarity
      self.predicates = predicates
    }
  }

  /// What a rule asks of one field, with one value.
  public struct Question: Sendable, Hashable {
    /// As written; nil for a keyword, which any field may hold.
    public var field: String?
    public var kind: Kind
    /// The literal text for plain kinds, without escapes and without the stars that the kind stands for; a `glob` is
    /// whole, its literal `*`, `?` and `[` written `[*]`, `[?]` and `[[]`.
    public var value: String
    /// Whether it stands under an odd number of nots.
    public var isNegated: Bool

    public init(field: String?, kind: Kind, value: String, isNegated: Bool = false) {
      self.field = field
      self.kind = kind
      self.value = value
      self.isNegated = isNegated
    }
  }

  /// Whether a rule wants a stage to hold or not to hold.
  public enum Polarity: String, Sendable {
    case matched, excluded, both
    /// Nothing refers to it.
    case unused
  }

  /// How a value is asked for: a base such as `eq`, and encodings behind it, as in `match|base64offset`.
  public struct Kind: RawRepresentable, Hashable, Sendable {
    public var rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static let equals = Kind(rawValue: "eq")
    public static let contains = Kind(rawValue: "match")
    public static let startsWith = Kind(rawValue: "starts_with")
    public static let endsWith = Kind(rawValue: "ends_with")
    public static let glob = Kind(rawValue: "glob")
    public static let regularExpression = Kind(rawValue: "regex")
    public static let network = Kind(rawValue: "cidr")
    public static let null = Kind(rawValue: "null")
    public static let exists = Kind(rawValue: "exists")
    /// The value is the name of another field.
    public static let fieldReference = Kind(rawValue: "fieldref")
    public static let less = Kind(rawValue: "lt")
    public static let lessOrEqual = Kind(rawValue: "lte")
    public static let greater = Kind(rawValue: "gt")
    public static let greaterOrEqual = Kind(rawValue: "gte")
  }
}
