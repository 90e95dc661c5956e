/// The name among those allowed that is nearest to a misspelt one, by edits of a character, without regard to case;
/// nil if none is near.
package func nearestName(to name: some StringProtocol, among names: some Sequence<String>) -> String? {
  let word = Array(name.lowercased().unicodeScalars.prefix(64))
  let limit = max(1, word.count / 3)
  var best: (name: String, distance: Int)?
  for candidate in names {
    let other = Array(candidate.lowercased().unicodeScalars.prefix(64))
    guard abs(other.count - word.count) <= limit else { continue }
    let distance = editDistance(word, other)
    if distance <= limit, distance < best?.distance ?? Int.max { best = (candidate, distance) }
  }
  return best?.name
}

/// Of insertions, deletions, replacements and swaps of neighbours ("optimal string alignment").
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for row in left.indices {
    var current = [row + 1]
    for column in right.indices {
      let cost = left[row] == right[column] ? 0 : 1
      var distance = min(last[column] + cost, last[column + 1] + 1, current[column] + 1)
      if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
        distance = min(distance, beforeLast[column - 1] + 1)
      }
      current.append(distance)
    }
    beforeLast = last
    last = current
  }
  return last[right.count]
}
