import TrawlRows

/// Why a query was given up.
public struct QueryLimit: Error, Equatable, Sendable {
  public var message: String

  public init(message: String) { self.message = message }
}

/// How much memory rows, groups and lists may take.
public struct MemoryBudget: Sendable {
  /// What holds a table in memory by default: 1 GiB.
  public static let standard = 1 << 30

  /// In bytes.
  public let limit: Int
  private(set) var used = 0

  /// At most so many bytes, counted by what the values hold; the process takes about twice as much.
  public init(limit: Int = standard) { self.limit = limit }

  /// Counts bytes that stay; `holder` says in what.
  mutating func spend(_ bytes: Int, _ holder: String) throws(QueryLimit) {
    used += bytes
    guard used > limit else { return }
    throw QueryLimit(
      message:
        "\(holder) would take more than \(limit >> 20) MiB (--max-memory); filter or group more narrowly"
    )
  }

  /// Counts bytes that are free again.
  mutating func release(_ bytes: Int) { used -= bytes }
}

extension KQLValue {
  /// About how many bytes it takes.
  var footprint: Int {
    switch self {
    case .string(let text), .guid(let text): 32 + text.utf8.count
    case .list(let values): values.reduce(48) { $0 + $1.footprint }
    case .bag(let members): members.reduce(48) { $0 + 32 + $1.name.utf8.count + $1.value.footprint }
    default: 24
    }
  }
}

extension [KQLValue] {
  /// About how many bytes a row takes.
  var footprint: Int { reduce(64) { $0 + $1.footprint } }
}
