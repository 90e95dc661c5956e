/// Patterns over names of search identifiers: `*` is any text, everything else itself.
enum Glob {
  /// Goes back to the last `*` only, which is enough where all wildcards are `*`.
  static func matches(_ name: String, _ pattern: Substring) -> Bool {
    let (text, glob) = (Array(name.utf8), Array(pattern.utf8))
    var (position, next) = (0, 0)
    var restart: (position: Int, next: Int)?
    while position < text.count {
      if next < glob.count, glob[next] == UInt8(ascii: "*") {
        restart = (position, next + 1)
        next += 1
      } else if next < glob.count, glob[next] == text[position] {
        position += 1
        next += 1
      } else if let last = restart {
        restart = (last.position + 1, last.next)
        (position, next) = (last.position + 1, last.next)
      } else {
        return false
      }
    }
    return glob[next...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
