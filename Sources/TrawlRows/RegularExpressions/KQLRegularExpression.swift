/// A regular expression of `matches regex`: Rust's dialect as written, and the same for Hyperscan and PCRE2.
public struct KQLRegularExpression: Equatable, Sendable {
  /// As the query has it.
  public var source: String
  /// For engines of Perl's dialect, searched for anywhere, case-sensitive unless it says otherwise; `$` is written
  /// `\z` where it means the end of the text alone.
  public var pattern: String
  /// Whether `\d \w \s` are Unicode's, that is UTF-8 and UCP for Hyperscan. Not where `\b` occurs, which Hyperscan
  /// has for ASCII only.
  public var isUnicode: Bool
  /// Whether the empty text matches; nil where that depends on what `\b` means there.
  public var emptyMatch: Bool?

  package init(source: String, pattern: String, isUnicode: Bool, emptyMatch: Bool?) {
    self.source = source
    self.pattern = pattern
    self.isUnicode = isUnicode
    self.emptyMatch = emptyMatch
  }
}
