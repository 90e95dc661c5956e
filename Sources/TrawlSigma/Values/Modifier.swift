import TrawlRules

/// A modifier of a field, by the specification's appendix "Sigma Modifiers".
enum Modifier: Hashable {
  case contains, startswith, endswith
  case all, neq, expand
  case cased, windash
  case exists, cidr, fieldref
  case re
  case flag(RegularExpressionFlag)
  case comparison(Comparison)
  case timePart(TimePart)
  case encoding(Encoding)

  /// Modifiers that decide alike what they go with.
  enum Kind {
    case anchor, anywhere, text, dash, exists, network, field, expression, flag, comparison, timePart,
      encoding
  }

  static let byName: [String: Modifier] = {
    var modifiers: [String: Modifier] = [
      "contains": .contains, "startswith": .startswith, "endswith": .endswith, "all": .all, "neq": .neq,
      "expand": .expand, "cased": .cased, "windash": .windash, "exists": .exists, "cidr": .cidr,
      "fieldref": .fieldref, "re": .re, "lt": .comparison(.less), "lte": .comparison(.lessOrEqual),
      "gt": .comparison(.greater), "gte": .comparison(.greaterOrEqual),
    ]
    for flag in RegularExpressionFlag.allCases { modifiers[flag.rawValue] = .flag(flag) }
    for part in TimePart.allCases { modifiers[part.rawValue] = .timePart(part) }
    for encoding in Encoding.allCases { modifiers[encoding.rawValue] = .encoding(encoding) }
    return modifiers
  }()

  var kind: Kind {
    switch self {
    case .contains, .startswith, .endswith: .anchor
    case .all, .neq, .expand: .anywhere
    case .cased: .text
    case .windash: .dash
    case .exists: .exists
    case .cidr: .network
    case .fieldref: .field
    case .re: .expression
    case .flag: .flag
    case .comparison: .comparison
    case .timePart: .timePart
    case .encoding: .encoding
    }
  }

  /// What is wrong with this modifier after an earlier one; nil if nothing is.
  func conflict(after earlier: Modifier, named name: String) -> String? {
    if self == earlier, kind != .encoding { return nil }
    switch (earlier.kind, kind) {
    case (.anywhere, .anywhere), (.anywhere, _), (_, .anywhere):
      let expandsNothing = self == .expand || earlier == .expand
      return expandsNothing && (earlier.kind == .exists || kind == .exists)
        ? "exists takes no placeholder" : nil
    case (.expression, .flag), (.flag, .flag), (.timePart, .comparison), (.field, .anchor), (.anchor, .field),
      (.text, .anchor), (.anchor, .text), (.text, .dash), (.dash, .text), (.text, .encoding),
      (.encoding, .text),
      (.dash, .anchor), (.anchor, .dash), (.encoding, .encoding), (.encoding, .anchor):
      return nil
    case (.comparison, .timePart): return "write the part of the time first, then how it compares"
    case (.anchor, .encoding): return "write \(name) before it: a value is encoded first, then looked for"
    case (.encoding, .dash), (.dash, .encoding):
      return "write a value for each dash that is meant, without windash"
    case (.anchor, .anchor): return "use one of them; contains means both ends are free"
    case (.expression, .anchor), (.anchor, .expression):
      return "re already finds its match anywhere in the value"
    case (.expression, .text), (.text, .expression): return "re minds case already; re|i does not"
    default: return "use one of them"
    }
  }
}

/// Flags of the modifier `re`.
enum RegularExpressionFlag: String, CaseIterable {
  case ignoreCase = "i"
  case multiline = "m"
  case dotAll = "s"
}
