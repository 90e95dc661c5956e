import TrawlRows

/// A piece of a query.
struct Token: Equatable {
  enum Kind: Equatable {
    /// An identifier, a keyword, or an operator of letters such as `has_any`, `!in~`.
    case name(String)
    /// A string of any form, its escapes resolved.
    case string(String)
    /// A number, a timespan or a typed literal such as `datetime(2024-01-01)`.
    case value(KQLValue)
    /// `datetime()`, which is the time of the run.
    case now
    case symbol(String)
    case end
  }

  var kind: Kind
  var range: SourceRange

  func isSymbol(_ text: String) -> Bool { kind == .symbol(text) }
  func isName(_ text: String) -> Bool { kind == .name(text) }

  var name: String? {
    if case .name(let name) = kind { name } else { nil }
  }
}
