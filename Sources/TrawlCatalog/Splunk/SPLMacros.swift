/// The macros of a collection, and how they are put into a search.
package struct SPLMacros: Sendable {
  /// What a macro stands for, with `$argument$` where its arguments go.
  package struct Definition: Sendable {
    package var arguments: [String]
    package var text: String

    package init(arguments: [String] = [], text: String) {
      self.arguments = arguments
      self.text = text
    }
  }

  /// Macros within each other.
  static let maximumDepth = 10
  /// Macros of one search; more are an attempt to let it grow without end.
  static let maximumCount = 10_000

  private var definitions: [String: Definition]

  /// Beside those of the collection, what Splunk's Common Information Model add-on defines and nearly all searches use.
  /// https://docs.splunk.com/Documentation/CIM
  package init(_ definitions: [String: Definition] = [:]) {
    self.definitions = [
      "drop_dm_object_name": Definition(arguments: ["object"], text: "rename $object$.* as *")
    ]
    self.definitions.merge(definitions) { $1 }
  }

  /// A search without macros and comments; nothing of it if it grows too long. Macros that end in `_filter` are for the
  /// user's own exceptions and empty.
  func expanded(_ search: String) -> (text: String, problems: [String]) {
    var expansion = Expansion(macros: self)
    do throws(QueryProblem) {
      try expansion.expand(search, depth: 0)
    } catch {
      expansion.tell(error.message)
      expansion.out = []
    }
    return (String(decoding: expansion.out, as: UTF8.self), expansion.problems)
  }

  fileprivate func definition(_ name: String) -> Definition? { definitions[name] }
}

/// The text that grows while macros are put in.
private struct Expansion {
  let macros: SPLMacros
  var out: [UInt8] = []
  var problems: [String] = []
  var count = 0

  init(macros: SPLMacros) { self.macros = macros }

  mutating func tell(_ message: String) {
    if problems.count < QueryLimits.problems, !problems.contains(message) { problems.append(message) }
  }

  mutating func expand(_ text: String, depth: Int) throws(QueryProblem) {
    let bytes = Array(text.utf8)
    var at = 0
    while at < bytes.count {
      guard out.count < QueryLimits.length else {
        throw QueryProblem("the search has more than \(QueryLimits.length) bytes")
      }
      at = try piece(bytes, at, depth: depth)
    }
  }

  /// Takes over a text in quotes, where a backquote is no macro, drops a comment, or puts in a macro.
  private mutating func piece(_ bytes: [UInt8], _ at: Int, depth: Int) throws(QueryProblem) -> Int {
    switch bytes[at] {
    case UInt8(ascii: "\\") where bytes[at...].starts(with: "\\\"".utf8):
      out += bytes[at...(at + 1)]
      return at + 2
    case UInt8(ascii: "\""):
      let end = (try? QueryText.endOfString(bytes, at, bytes.count, hasRaw: false)) ?? at + 1
      out += bytes[at..<min(end, bytes.count)]
      return end
    case UInt8(ascii: "`") where bytes[at...].starts(with: "```".utf8):
      var close = at + 3
      while close < bytes.count, !bytes[close...].starts(with: "```".utf8) { close += 1 }
      if close >= bytes.count { tell("a comment is not closed") }
      out.append(UInt8(ascii: " "))
      return close + 3
    case UInt8(ascii: "`"):
      guard let close = bytes[(at + 1)...].firstIndex(of: UInt8(ascii: "`")) else {
        tell("the macro '\(QueryText.string(bytes, at..<min(at + 40, bytes.count)))' is not closed")
        return bytes.count
      }
      try call(QueryText.string(bytes, (at + 1)..<close), depth: depth)
      return close + 1
    default:
      out.append(bytes[at])
      return at + 1
    }
  }

  private mutating func call(_ written: String, depth: Int) throws(QueryProblem) {
    count += 1
    let name = String(written.prefix { $0 != "(" })
    if name.hasSuffix("_filter") { return }
    guard var text = macros.definition(name)?.text, let names = macros.definition(name)?.arguments else {
      return tell("the macro '\(String(name.prefix(60)))' is not in the collection; what it asks is left out")
    }
    guard count <= SPLMacros.maximumCount else {
      throw QueryProblem("more than \(SPLMacros.maximumCount) macros in a search")
    }
    guard depth < SPLMacros.maximumDepth else {
      return tell("the macro '\(String(name.prefix(60)))' is nested too deeply")
    }
    for (name, value) in zip(names, Expansion.arguments(written.dropFirst(name.count))) {
      text = Expansion.replacing("$\(name)$", by: value, in: text)
      guard text.utf8.count <= QueryLimits.length else {
        throw QueryProblem("a macro makes the search too long")
      }
    }
    try expand(text, depth: depth + 1)
  }

  /// `("a, b", c)`: commas in quotes separate nothing.
  private static func arguments(_ written: Substring) -> [String] {
    guard written.first == "(", written.last == ")" else { return [] }
    let bytes = Array(written.dropFirst().dropLast().utf8)
    var (values, start, isQuoted) = ([String](), 0, false)
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      guard byte == UInt8(ascii: ","), !isQuoted else { continue }
      values.append(QueryText.string(bytes, start..<index))
      start = index + 1
    }
    return values + [QueryText.string(bytes, start..<bytes.count)]
  }

  private static func replacing(_ name: String, by value: String, in text: String) -> String {
    let (name, bytes) = (Array(name.utf8), Array(text.utf8))
    var (out, at) = ([UInt8](), 0)
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "$"), bytes[at...].starts(with: name) {
        out += value.utf8
        at += name.count
      } else {
        out.append(bytes[at])
        at += 1
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
