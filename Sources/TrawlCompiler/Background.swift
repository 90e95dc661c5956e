import TrawlMatcher
import TrawlRules

/// What quiet machines log all day, by field: values that announce nothing, however long the literals in them are.
struct Background {
  private struct Value {
    var text: [UInt8]
    /// Share of the field's events, in percent.
    var share: Double
  }

  private var values: [String: [Value]] = [:]
  /// By field: all runs of three bytes; most literals are told apart by their first.
  private var beginnings: [String: Set<UInt32>] = [:]

  /// The values that come with Trawl.
  static let standard: Background = {
    var background = Background()
    for file in embeddedFiles where file.name == "background.tsv" {
      for line in file.text.split(separator: "\n") where !line.hasPrefix("#") {
        background.add(line.split(separator: "\t"))
      }
    }
    return background
  }()

  private mutating func add(_ columns: [Substring]) {
    precondition(columns.count == 3, "the table of the package has no mistakes: \(columns)")
    let value = Value(text: Fold.lowercase(String(columns[2])), share: Double(columns[1]) ?? 0)
    for field in columns[0].split(separator: " ") {
      values[String(field), default: []].append(value)
      for index in value.text.indices.dropLast(2) {
        beginnings[String(field), default: []].insert(Background.beginning(value.text[index...]))
      }
    }
  }

  private static func beginning(_ text: ArraySlice<UInt8>) -> UInt32 {
    text.prefix(3).reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// The share of the events of a field, in percent, in which a folded literal lies as a pattern asks.
  func share(of literal: [UInt8], _ shape: TextShape?, in field: String) -> Double {
    guard let values = values[field], let beginnings = beginnings[field] else { return 0 }
    if literal.count >= 3, !beginnings.contains(Background.beginning(literal[...])) { return 0 }
    return values.reduce(0) { $0 + (Background.lies(literal, shape, in: $1.text) ? $1.share : 0) }
  }

  private static func lies(_ literal: [UInt8], _ shape: TextShape?, in text: [UInt8]) -> Bool {
    switch shape {
    case .equals: return text == literal
    case .startsWith: return text.starts(with: literal)
    case .endsWith: return text.count >= literal.count && text.suffix(literal.count).elementsEqual(literal)
    default:
      guard literal.count <= text.count else { return false }
      return (0...(text.count - literal.count)).contains { text[$0...].starts(with: literal) }
    }
  }
}
