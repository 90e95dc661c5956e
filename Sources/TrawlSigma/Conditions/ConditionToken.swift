/// A piece of a condition.
struct ConditionToken: Equatable {
  enum Kind: Equatable {
    case word, opening, closing, pipe
  }

  var kind: Kind
  var text: Substring

  /// Words end at blanks, parentheses and `|` only: identifiers may hold `and`, `of`, `-`, `.`.
  static func tokens(of condition: String) -> [ConditionToken] {
    var tokens: [ConditionToken] = []
    var wordStart: String.Index?
    let view = condition.utf8
    func endWord(_ end: String.Index) {
      if let start = wordStart { tokens.append(ConditionToken(kind: .word, text: condition[start..<end])) }
      wordStart = nil
    }
    for index in view.indices {
      let kind: Kind? =
        switch view[index] {
        case UInt8(ascii: "("): .opening
        case UInt8(ascii: ")"): .closing
        case UInt8(ascii: "|"): .pipe
        default: nil
        }
      if let kind {
        endWord(index)
        tokens.append(ConditionToken(kind: kind, text: condition[index..<view.index(after: index)]))
      } else if view[index] <= 0x20 {
        endWord(index)
      } else if wordStart == nil {
        wordStart = index
      }
    }
    endWord(view.endIndex)
    return tokens
  }
}

/// What is wrong with a condition, and at which of its tokens; at its end if nil.
struct ConditionProblem: Error {
  var token: ConditionToken?
  var reason: String
  var message: String
  var advice: String?
}
