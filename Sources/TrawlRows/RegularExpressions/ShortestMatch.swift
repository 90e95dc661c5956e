/// How short the texts are that an expression matches, found piece by piece.
struct ShortestMatch {
  private struct Alternatives {
    /// The shortest of those that are read.
    var best: Int?
    /// Of the one that is being read, and of its last piece.
    var current = 0
    var last = 0

    var shortest: Int { min(best ?? current, current) }
  }

  private var open = [Alternatives()]
  /// Whether the last piece has its repetition: a `?` behind it does not make it optional.
  private var isRepeated = false

  /// Characters, or 0 for what may match nothing. Counts what is repeated once.
  var length: Int { open[0].shortest }

  private var innermost: Int { open.count - 1 }

  /// A piece that takes so many characters.
  mutating func add(_ length: Int) {
    open[innermost].current += length
    open[innermost].last = length
    isRepeated = false
  }

  /// What repeats the last piece may leave it out.
  mutating func repeatLast(orNever isOptional: Bool) {
    if isOptional, !isRepeated {
      open[innermost].current -= open[innermost].last
      open[innermost].last = 0
    }
    isRepeated = true
  }

  mutating func beginAlternative() {
    open[innermost].best = open[innermost].shortest
    open[innermost].current = 0
    add(0)
  }

  mutating func openGroup() {
    open.append(Alternatives())
    isRepeated = false
  }

  mutating func closeGroup() {
    guard open.count > 1 else { return }
    add(open.removeLast().shortest)
  }
}
