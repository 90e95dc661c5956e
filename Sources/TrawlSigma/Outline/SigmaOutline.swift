import TrawlRules

/// A document of a file of Sigma rules as people read it: what it says of itself, and what it asks in its author's words.
/// Also of rules that cannot be loaded, as far as their YAML can be read.
public struct SigmaOutline: Sendable {
  public enum Kind: String, Sendable {
    case rule, correlation, filter
  }

  public var kind: Kind
  /// The rule's id, in lower case if it is a UUID; else its file's name with `#` and its number in it.
  public var id: String
  /// Empty where there is none.
  public var title: String
  /// As written, also where Sigma knows no such status or level.
  public var status: String?
  public var level: String?
  public var tags: [String]
  public var logSource: LogSource
  /// What the author says of the log source.
  public var definition: String?
  public var metadata: Rule.Metadata
  /// The document's text, without the line that begins it.
  public var body: String
  public var location: Location
  /// Stage 0 is the condition, the others are the search identifiers in the order of the file.
  public var outline: RuleOutline
  /// What is wrong with the rule; errors are why it cannot be loaded. A placeholder that has no values here is none.
  public var diagnostics: [Diagnostic]

  /// Whether all of it was understood.
  public var isWhole: Bool { !diagnostics.contains { $0.severity == .error } }
}

/// What a file of Sigma rules shows.
public struct SigmaOutlines: Sendable {
  public var rules: [SigmaOutline] = []
  /// Of documents that are not among `rules`, since they cannot be read or are no rules.
  public var diagnostics: [Diagnostic] = []
}

extension SigmaParser {
  /// All rules of a file's bytes, laid out for people. Costs what `parse` costs, and half as much again.
  public func outlines(_ bytes: [UInt8], file: String) -> SigmaOutlines {
    var collection = makeCollection(file: file)
    collection.outlines = SigmaOutlines()
    switch SourceText.checked(bytes, file: file) {
    case .success(let source): collection.read(source)
    case .failure(let diagnostic): collection.refuse([diagnostic])
    }
    return collection.outlines ?? SigmaOutlines()
  }
}
