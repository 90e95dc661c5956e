extension KQLFunction {
  /// Functions that take a text apart by the rules of paths, addresses, command lines and JSON; nil for others.
  func part(_ values: [KQLValue]) -> KQLValue? {
    switch self {
    case .parseXML: KQLValue(xml: values[0].shown)
    case .parsePath: KQLFunction.path(values[0].shown)
    case .parseURL: KQLFunction.address(values[0].shown)
    case .parseCommandLine: .list(KQLFunction.commandLine(values[0].shown))
    case .extractJSON: KQLFunction.extractJSON(values)
    default: nil
    }
  }

  private static func bag(_ members: [(String, Substring)]) -> KQLValue {
    .bag(members.map { KQLMember($0, .string(String($1))) })
  }

  private static func isSeparator(_ character: Unicode.Scalar) -> Bool {
    character == "\\" || character == "/"
  }

  private static func path(_ text: String) -> KQLValue {
    var rest = Substring(text)
    var scheme = Substring()
    if let mark = rest.firstRange(of: "://") {
      scheme = rest[..<mark.lowerBound]
      rest = rest[mark.upperBound...]
    }
    let last = rest.unicodeScalars.lastIndex(where: isSeparator)
    let directory = last.map { rest[..<$0] } ?? Substring()
    var name = last.map { rest[rest.unicodeScalars.index(after: $0)...] } ?? rest
    var stream = Substring()
    if let colon = name.unicodeScalars.firstIndex(of: ":") {
      stream = name[name.unicodeScalars.index(after: colon)...]
      name = name[..<colon]
    }
    let dot = name.unicodeScalars.lastIndex(of: ".")
    let inner = directory.unicodeScalars.lastIndex(where: isSeparator)
    let root = rest.unicodeScalars.firstIndex(of: ":").map { rest[...$0] } ?? Substring()
    return bag([
      ("Scheme", scheme), ("RootPath", root), ("DirectoryPath", directory),
      ("DirectoryName", inner.map { directory[directory.unicodeScalars.index(after: $0)...] } ?? Substring()),
      ("Filename", name),
      ("Extension", dot.map { name[name.unicodeScalars.index(after: $0)...] } ?? Substring()),
      ("AlternateDataStreamName", stream),
    ])
  }
}

extension KQLFunction {
  /// `scheme://user:password@host:port/path?query#fragment`
  private static func address(_ text: String) -> KQLValue {
    var rest = Substring(text)
    let scheme = taken(&rest, upTo: "://") ?? Substring()
    var body = rest
    let fragment = cut(&body, from: "#")
    let query = cut(&body, from: "?")
    let slash = body.unicodeScalars.firstIndex(of: "/")
    var authority = slash.map { body[..<$0] } ?? body
    let path = slash.map { body[$0...] } ?? Substring()
    var user = taken(&authority, upTo: "@") ?? Substring()
    let password = cut(&user, from: ":")
    let port = cut(&authority, from: ":")
    return .bag([
      KQLMember("Scheme", .string(String(scheme))), KQLMember("Host", .string(String(authority))),
      KQLMember("Port", .string(String(port))), KQLMember("Path", .string(String(path))),
      KQLMember("Username", .string(String(user))), KQLMember("Password", .string(String(password))),
      KQLMember("Query Parameters", parameters(query)), KQLMember("Fragment", .string(String(fragment))),
    ])
  }

  /// What stands before a mark, which is taken off with it; nil where there is none.
  private static func taken(_ text: inout Substring, upTo mark: String) -> Substring? {
    guard let found = text.firstRange(of: mark) else { return nil }
    defer { text = text[found.upperBound...] }
    return text[..<found.lowerBound]
  }

  /// What stands behind a mark, which is cut off with it.
  private static func cut(_ text: inout Substring, from mark: Unicode.Scalar) -> Substring {
    guard let place = text.unicodeScalars.firstIndex(of: mark) else { return Substring() }
    defer { text = text[..<place] }
    return text[text.unicodeScalars.index(after: place)...]
  }

  private static func parameters(_ query: Substring) -> KQLValue {
    let pairs = query.split(separator: "&").map { pair -> KQLMember in
      var name = pair
      let value = cut(&name, from: "=")
      return KQLMember(String(name), .string(String(value)))
    }
    return .bag(KQLMember.lastOfEach(pairs))
  }
}

extension KQLFunction {
  /// The arguments of a command line by the rules of Windows' CommandLineToArgvW.
  private static func commandLine(_ text: String) -> [KQLValue] {
    var reader = CommandLineReader(bytes: Array(text.utf8))
    var arguments: [KQLValue] = []
    while let argument = reader.next(isFirst: arguments.isEmpty) { arguments.append(.string(argument)) }
    return arguments
  }

  /// The member of a JSON text that a path like `$.a.b[0]['c d']` leads to, as text or of the type that is named.
  private static func extractJSON(_ values: [KQLValue]) -> KQLValue {
    var value = values[1]
    if case .string(let text) = value { value = KQLValue(json: text) }
    for step in JSONPath.steps(values[0].shown) ?? [.null(.dynamic)] { value = value.element(step) }
    return KQLValue.string(value.shown).converted(toTypeNamed: values, 2)
  }
}

/// Reads arguments: blanks part them but within quotes, and 2n backslashes before a quote are n.
private struct CommandLineReader {
  let bytes: [UInt8]
  private var at = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  private var isBlank: Bool { bytes[at] == 0x20 || bytes[at] == 0x09 }

  mutating func next(isFirst: Bool) -> String? {
    while at < bytes.count, isBlank { at += 1 }
    guard at < bytes.count else { return nil }
    var (argument, isQuoted) = ([UInt8](), false)
    while at < bytes.count, isQuoted || !isBlank {
      let slashes = isFirst ? 0 : bytes[at...].prefix { $0 == 0x5C }.count
      at += slashes
      guard at < bytes.count, bytes[at] == 0x22 else {
        argument += [UInt8](repeating: 0x5C, count: slashes)
        if slashes == 0 { argument.append(bytes[at]) }
        if slashes == 0 { at += 1 }
        continue
      }
      argument += [UInt8](repeating: 0x5C, count: slashes / 2)
      if slashes % 2 == 1 { argument.append(0x22) } else { isQuoted.toggle() }
      at += 1
    }
    return String(decoding: argument, as: UTF8.self)
  }
}

/// Paths of JSON as `extract_json` takes them.
enum JSONPath {
  /// Names and places; nil for what is no such path.
  static func steps(_ path: String) -> [KQLValue]? {
    var rest = Substring(path)
    guard rest.first == "$" else { return nil }
    rest.removeFirst()
    var steps: [KQLValue] = []
    while let mark = rest.first {
      rest.removeFirst()
      if mark == "." {
        let name = rest.prefix { $0 != "." && $0 != "[" }
        guard !name.isEmpty else { return nil }
        steps.append(.string(String(name)))
        rest = rest.dropFirst(name.count)
      } else if mark == "[", let close = rest.firstIndex(of: "]") {
        guard let step = step(rest[..<close]) else { return nil }
        steps.append(step)
        rest = rest[rest.index(after: close)...]
      } else {
        return nil
      }
    }
    return steps
  }

  private static func step(_ text: Substring) -> KQLValue? {
    if let quote = text.first, quote == "'" || quote == "\"", text.count > 1, text.last == quote {
      return .string(String(text.dropFirst().dropLast()))
    }
    return Int64(text).map { .integer($0) }
  }
}
