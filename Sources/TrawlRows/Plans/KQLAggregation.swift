/// What an aggregate computes of the rows of a group; the raw value is the name of KQL. Null values take no part unless
/// something else is said (learn.microsoft.com, "Null values").
public enum KQLAggregate: String, Sendable, CaseIterable {
  case count
  /// Exact, where Kusto estimates.
  case dcount
  case sum, avg, min, max
  /// Of a sample: divided by one less than there are values.
  case stdev, variance
  /// Of the whole population.
  case stdevp, variancep
  /// The nearest rank; exact, where Kusto estimates.
  case percentiles
  case makeSet = "make_set"
  case makeList = "make_list"
  case makeListWithNulls = "make_list_with_nulls"
  case makeBag = "make_bag"
  case argMax = "arg_max"
  case argMin = "arg_min"
  case takeAny = "take_any"
}

/// An aggregate with what it looks at.
public struct KQLAggregation: Equatable, Sendable {
  public var function: KQLAggregate
  /// Of `arg_max` and `arg_min` the first is what is compared; all are handed out.
  public var arguments: [KQLOperand]
  /// Rows of which it is not true are passed over.
  public var condition: KQLPredicate?
  /// The percentages of `percentiles`.
  public var percentages: [Double]
  /// The most elements of a set or list.
  public var limit: Int
  /// The columns of its results: several for `arg_max`, `take_any` and `percentiles`.
  public var names: [String]

  /// Elements that a set or list may have (learn.microsoft.com, "make_set() (aggregation function)").
  public static let maximumElements = 1_048_576

  public init(
    _ function: KQLAggregate, _ arguments: [KQLOperand], condition: KQLPredicate? = nil,
    percentages: [Double] = [], limit: Int = maximumElements, names: [String]
  ) {
    self.function = function
    self.arguments = arguments
    self.condition = condition
    self.percentages = percentages
    self.limit = limit
    self.names = names
  }

  /// The types of its results.
  public var types: [KQLType] {
    switch function {
    case .count, .dcount: [.long]
    case .sum: [KQLAggregation.sumType(arguments.first?.type ?? .unknown)]
    case .avg: [KQLAggregation.meanType(arguments.first?.type ?? .unknown)]
    case .stdev, .variance, .stdevp, .variancep: [.real]
    case .min, .max: [arguments.first?.type ?? .unknown]
    case .percentiles: percentages.map { _ in arguments.first?.type ?? .unknown }
    case .makeSet, .makeList, .makeListWithNulls, .makeBag: [.dynamic]
    case .argMax, .argMin, .takeAny: arguments.map(\.type)
    }
  }

  private static func sumType(_ type: KQLType) -> KQLType { type == .int ? .long : type }

  private static func meanType(_ type: KQLType) -> KQLType {
    type == .datetime || type == .timespan ? type : .real
  }
}
