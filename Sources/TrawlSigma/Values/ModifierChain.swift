import TrawlRules

/// The modifiers of one field, put together.
struct ModifierChain {
  /// What a value of the rule is to a value of the event.
  enum Relation: Hashable {
    case equals, contains, startsWith, endsWith
    case expression, network, exists
    case number(Comparison)
    case timePart(TimePart, Comparison)
    case field(TextRelation)
  }

  private(set) var relation = Relation.equals
  /// In the order they are applied.
  private(set) var encodings: [Encoding] = []
  private(set) var flags: Set<RegularExpressionFlag> = []
  private(set) var isCased = false
  private(set) var hasDashes = false
  /// Every value must hold, not just one.
  private(set) var needsAll = false
  private(set) var isNegated = false
  private(set) var hasPlaceholders = false

  /// Of modifiers without conflicts, in the order of the rule.
  init(_ modifiers: [Modifier]) {
    for modifier in modifiers { add(modifier) }
  }

  private mutating func add(_ modifier: Modifier) {
    switch modifier {
    case .contains: relation = anchored(.contains, field: .contains)
    case .startswith: relation = anchored(.startsWith, field: .startsWith)
    case .endswith: relation = anchored(.endsWith, field: .endsWith)
    case .all: needsAll = true
    case .neq: isNegated = true
    case .expand: hasPlaceholders = true
    case .cased: isCased = true
    case .windash: hasDashes = true
    case .exists: relation = .exists
    case .cidr: relation = .network
    case .fieldref: relation = .field(fieldRelation)
    case .re: relation = .expression
    case .flag(let flag): flags.insert(flag)
    case .comparison(let comparison):
      if case .timePart(let part, _) = relation {
        relation = .timePart(part, comparison)
      } else {
        relation = .number(comparison)
      }
    case .timePart(let part): relation = .timePart(part, .equal)
    case .encoding(let encoding): encodings.append(encoding)
    }
  }

  /// `fieldref` goes with contains, startswith and endswith on either side.
  private func anchored(_ relation: Relation, field: TextRelation) -> Relation {
    if case .field = self.relation { .field(field) } else { relation }
  }

  private var fieldRelation: TextRelation {
    switch relation {
    case .contains: .contains
    case .startsWith: .startsWith
    case .endsWith: .endsWith
    default: .equals
    }
  }

  /// Whether values are compared as text, with wildcards.
  var comparesText: Bool {
    switch relation {
    case .equals, .contains, .startsWith, .endsWith: true
    default: false
    }
  }

  /// No modifier but those that only say how values go together.
  var isPlainEquality: Bool {
    relation == .equals && encodings.isEmpty && !hasDashes
  }
}
