extension RuleOutline {
  /// How a text with wildcards is asked for. Runs of any text at its ends decide the kind and are no part of the value;
  /// with a wildcard left within it is a `glob`, which is whole.
  public static func asked(_ elements: [TextPattern.Element]) -> (kind: Kind, value: String) {
    let elements = elements.filter { $0 != .text("") }
    var core = elements[...]
    while core.first == .anyRun { core.removeFirst() }
    while core.last == .anyRun { core.removeLast() }
    if core.isEmpty { return (elements.isEmpty ? .equals : .exists, "") }
    var literal = ""
    for element in core {
      guard case .text(let text) = element else { return (.glob, elements.map(\.inGlob).joined()) }
      literal += text
    }
    switch (elements.first == .anyRun, elements.last == .anyRun) {
    case (false, false): return (.equals, literal)
    case (true, false): return (.endsWith, literal)
    case (false, true): return (.startsWith, literal)
    case (true, true): return (.contains, literal)
    }
  }
}

extension TextPattern.Element {
  /// In the spelling of fnmatch.
  fileprivate var inGlob: String {
    switch self {
    case .anyRun: "*"
    case .anyOne: "?"
    case .dash: "-"
    case .text(let text):
      text.unicodeScalars.reduce(into: "") { glob, scalar in
        glob += scalar == "*" || scalar == "?" || scalar == "[" ? "[\(scalar)]" : String(scalar)
      }
    }
  }
}
