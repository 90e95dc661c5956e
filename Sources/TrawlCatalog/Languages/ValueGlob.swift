import TrawlRules

/// A value with its wildcards, and the kind of question that they make of it.
struct ValueGlob: Equatable {
  enum Piece: Equatable {
    case text(Unicode.Scalar)
    case anyText
    case anyCharacter
  }

  var pieces: [Piece]

  init(_ pieces: [Piece] = []) { self.pieces = pieces }

  /// Every character stands for itself.
  init(literal text: some StringProtocol) { pieces = text.unicodeScalars.map { .text($0) } }

  /// The characters given are wildcards wherever they stand.
  init(_ text: some StringProtocol, anyText: Unicode.Scalar, anyCharacter: Unicode.Scalar? = nil) {
    pieces = text.unicodeScalars.map {
      if $0 == anyText { return .anyText }
      return $0 == anyCharacter ? .anyCharacter : .text($0)
    }
  }

  /// The pattern of ES|QL's `LIKE`: a backslash takes the meaning from `*`, `?` and a backslash behind it.
  init(escaped text: String) {
    pieces = []
    var scalars = Array(text.unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      if scalar == "\\", let next = scalars.first, ["*", "?", "\\"].contains(next) {
        pieces.append(.text(next))
        scalars.removeFirst()
      } else {
        pieces += ValueGlob(String(scalar), anyText: "*", anyCharacter: "?").pieces
      }
    }
  }

  /// Stars at the ends make the kind; a wildcard that is left inside makes the whole a glob.
  var reading: (kind: RuleOutline.Kind, value: String) {
    let start = pieces.prefix { $0 == .anyText }.count
    guard start < pieces.count else { return (pieces.isEmpty ? .equals : .exists, "") }
    let end = pieces.count - pieces.reversed().prefix { $0 == .anyText }.count
    let inner = pieces[start..<end]
    if inner.contains(where: { $0 == .anyText || $0 == .anyCharacter }) { return (.glob, pattern) }
    return (ValueGlob.kind(isOpenBefore: start > 0, isOpenBehind: end < pieces.count), ValueGlob.text(inner))
  }

  private static func kind(isOpenBefore: Bool, isOpenBehind: Bool) -> RuleOutline.Kind {
    switch (isOpenBefore, isOpenBehind) {
    case (false, false): .equals
    case (true, false): .endsWith
    case (false, true): .startsWith
    case (true, true): .contains
    }
  }

  private static func text(_ pieces: ArraySlice<Piece>) -> String {
    var text = String.UnicodeScalarView()
    for case .text(let scalar) in pieces { text.append(scalar) }
    return String(text)
  }

  private var pattern: String {
    var text = ""
    for piece in pieces {
      switch piece {
      case .anyText: text += "*"
      case .anyCharacter: text += "?"
      case .text(let scalar) where ["*", "?", "["].contains(scalar): text += "[\(scalar)]"
      case .text(let scalar): text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
