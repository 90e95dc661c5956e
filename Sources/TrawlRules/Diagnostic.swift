/// A place in a file. Lines and columns count from 1; 0 means "the whole file".
public struct Location: Hashable, Sendable {
  public var file: String
  public var line: Int
  public var column: Int

  public init(file: String, line: Int = 0, column: Int = 0) {
    self.file = file
    self.line = line
    self.column = column
  }
}

extension Location: CustomStringConvertible {
  /// `rules/a.yml:12:5`
  public var description: String {
    if line == 0 { return file }
    return column == 0 ? "\(file):\(line)" : "\(file):\(line):\(column)"
  }
}

/// What is wrong with a rule, where, and what to write instead.
public struct Diagnostic: Error, Hashable, Sendable {
  public enum Severity: String, Sendable {
    /// The rule is not loaded.
    case error
    /// The rule is loaded, but probably does not mean what its author meant.
    case warning
  }

  public var severity: Severity
  public var location: Location
  /// A short class of the trouble, the same for all its cases, to count by: `unknown modifier`.
  public var reason: String
  /// What is wrong, in a sentence: `unknown modifier 'containz'`.
  public var message: String
  /// The text of the rule that is meant, if there is one.
  public var excerpt: String?
  /// What to do about it.
  public var advice: String?
  /// Title of the rule, if known.
  public var ruleTitle: String?

  public init(
    _ severity: Severity = .error, at location: Location, reason: String, message: String,
    excerpt: String? = nil, advice: String? = nil, ruleTitle: String? = nil
  ) {
    self.severity = severity
    self.location = location
    self.reason = reason
    self.message = message
    self.excerpt = excerpt
    self.advice = advice
    self.ruleTitle = ruleTitle
  }
}
