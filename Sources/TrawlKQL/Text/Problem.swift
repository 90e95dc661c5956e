/// Why a query cannot be used, at a place of its text. The codes are classes: 1xx text and grammar, 2xx names, 3xx a
/// reference time or data is needed, 4xx KQL that Trawl does not run, 5xx types, 6xx regular expressions.
package struct Problem: Error, Hashable, Sendable {
  package var code: Int
  package var range: SourceRange
  /// A short class to count by: `join`.
  package var reason: String
  package var message: String
  package var advice: String?

  init(_ code: Int, _ range: SourceRange, reason: String, _ message: String, advice: String? = nil) {
    self.code = code
    self.range = range
    self.reason = reason
    self.message = message
    self.advice = advice
  }

  /// Whether it says only that no single event can be told to match.
  var needsTable: Bool { [401, 402, 413].contains(code) }

  /// Whether the query is sound KQL which Trawl, or its data, cannot serve.
  var isLimit: Bool { (300..<500).contains(code) }
}
