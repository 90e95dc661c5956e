/// A stretch of a query's text, in bytes of UTF-8.
package struct SourceRange: Hashable, Sendable {
  package var start: Int
  package var end: Int

  /// From the first range's start to the second's end.
  func through(_ other: SourceRange) -> SourceRange {
    SourceRange(start: start, end: Swift.max(end, other.end))
  }
}
