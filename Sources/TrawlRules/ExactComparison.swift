// String takes é and e with a combining accent for equal. Values of logs and rules do not: whatever is a question about
// them is compared and hashed by its bytes.

extension String {
  /// Whether both are the same bytes.
  func isExactly(_ other: String) -> Bool {
    utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
  }

  func hashExactly(into hasher: inout Hasher) {
    var copy = self
    copy.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    hasher.combine(0xFF as UInt8)
  }
}

extension TextPattern.Element {
  public static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.text(let left), .text(let right)): left.isExactly(right)
    case (.anyRun, .anyRun), (.anyOne, .anyOne), (.dash, .dash): true
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .text(let text): text.hashExactly(into: &hasher)
    case .anyRun: hasher.combine(1)
    case .anyOne: hasher.combine(2)
    case .dash: hasher.combine(3)
    }
  }
}

extension RegularExpression {
  public static func == (left: Self, right: Self) -> Bool {
    left.pattern.isExactly(right.pattern) && left.ignoresCase == right.ignoresCase
      && left.isMultiline == right.isMultiline && left.dotMatchesNewline == right.dotMatchesNewline
      && left.isUnicode == right.isUnicode
  }

  public func hash(into hasher: inout Hasher) {
    pattern.hashExactly(into: &hasher)
    hasher.combine(ignoresCase)
    hasher.combine(isMultiline)
    hasher.combine(dotMatchesNewline)
    hasher.combine(isUnicode)
  }
}

extension Predicate.Subject {
  public static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.field(let left), .field(let right)), (.fileName(let left), .fileName(let right)):
      left.isExactly(right)
    case (.anyValue, .anyValue), (.row, .row): true
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .field(let name): name.hashExactly(into: &hasher)
    case .fileName(let name):
      name.hashExactly(into: &hasher)
      hasher.combine(2)
    case .anyValue: hasher.combine(1)
    case .row: hasher.combine(3)
    }
  }
}

extension Test {
  public static func == (left: Test, right: Test) -> Bool {
    switch (left, right) {
    case (.text(let left), .text(let right)): left == right
    case (.needle(let left), .needle(let right)): left == right
    case (.regularExpression(let left), .regularExpression(let right)): left == right
    case (.network(let left), .network(let right)): left == right
    case (.number(let one, let left), .number(let other, let right)): one == other && left == right
    case (.null, .null), (.present, .present), (.container, .container): true
    case (.field(let left, let one), .field(let right, let other)): left.isExactly(right) && one == other
    case (.column(let left, let one, let isCased), .column(let right, let other, let isOtherCased)):
      left.isExactly(right) && one == other && isCased == isOtherCased
    case (.row(let left), .row(let right)): left == right
    case (.timePart(let part, let one, let left), .timePart(let other, let another, let right)):
      part == other && one == another && left == right
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .text(let pattern): hasher.combine(pattern)
    case .needle(let needle): hasher.combine(needle)
    case .regularExpression(let expression): hasher.combine(expression)
    case .network(let network): hasher.combine(network)
    case .number(let comparison, let number):
      hasher.combine(comparison)
      hasher.combine(number)
    case .null: hasher.combine(1)
    case .present: hasher.combine(2)
    case .container: hasher.combine(3)
    case .field(let name, let relation):
      name.hashExactly(into: &hasher)
      hasher.combine(relation)
    case .column(let name, let place, let isCased):
      name.hashExactly(into: &hasher)
      hasher.combine(place)
      hasher.combine(isCased)
    case .row(let condition): hasher.combine(condition)
    case .timePart(let part, let comparison, let value):
      hasher.combine(part)
      hasher.combine(comparison)
      hasher.combine(value)
    }
  }
}
