/// An event and its fields by name (SEMANTICS 6, 8, 23, 24), found the slow way: nothing is prepared but the scopes.
public struct ReferenceEvent {
  public let root: JSONValue
  /// The members that are fields in their own right, by the place they come from, in order of precedence.
  private let top, body, header: Scope

  typealias Scope = [JSONValue.Member]

  /// Parses the event; nil for JSON that is no object.
  public init?(json: String) throws(JSONError) {
    let root = try JSONValue(parsing: json)
    guard case .object(let members) = root else { return nil }
    self.root = root
    let event = root["Event"]
    let winlog = root["winlog"]
    var body: Scope = []
    for place in [root, event].compactMap({ $0 }) {
      body += ["EventData", "event_data"].flatMap { fields(of: place[$0]) }
      body += ["UserData", "user_data"].flatMap { leaves(of: place[$0]) }
    }
    body += fields(of: winlog?["event_data"]) + leaves(of: winlog?["user_data"])
    body += leaves(of: event?.without(["System", "EventData", "UserData", "event_data", "user_data"]))
    var header = fields(of: event) + fields(of: winlog)
    for system in [root["System"], event?["System"]] { header += systemFields(of: system) }
    self.top = members.map { JSONValue.Member(withoutBlanks($0.name), $0.value) }
    self.body = body
    self.header = header
  }

  /// The values of a field, in order; nil when the event has no such field. Lists are taken apart.
  public func values(of name: String) -> [JSONValue]? {
    if name == "EventID" { return recordValues(of: name) ?? find(name, in: [body]) }
    return find(name, in: [top, body, header]) ?? aliased(name)
  }

  /// A field of the record itself, never of its body: what routing goes by.
  func recordValues(of name: String) -> [JSONValue]? {
    find(name, in: [top, header]) ?? aliased(name)
  }

  private func aliased(_ name: String) -> [JSONValue]? {
    (Self.aliases[name] ?? []).lazy.compactMap { find($0, in: [top]) }.first
  }

  /// Text of every scalar value, whatever its name; XML's namespaces are no part of the event.
  public var allTexts: [String] { texts(in: root) }

  private static let aliases = [
    "EventID": ["event_id", "winlog.event_id"],
    "Channel": ["log_name", "winlog.channel"],
    "Computer": ["Hostname", "computer_name", "winlog.computer_name"],
    "Provider_Name": ["SourceName", "source_name", "winlog.provider_name"],
  ]

  /// As written in each scope, then as a path in each.
  private func find(_ name: String, in scopes: [Scope]) -> [JSONValue]? {
    for scope in scopes {
      let found = scope.filter { sameText($0.name, name) }
      if !found.isEmpty { return found.flatMap { elements(of: $0.value) } }
    }
    let path = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard path.count > 1 else { return nil }
    for scope in scopes {
      let found = follow(path[...], from: .object(scope))
      if !found.isEmpty { return found.flatMap(elements) }
    }
    return nil
  }

  private func follow(_ path: ArraySlice<String>, from value: JSONValue) -> [JSONValue] {
    guard let name = path.first else { return [value] }
    switch value {
    case .array(let elements): return elements.flatMap { follow(path, from: $0) }
    case .object(let members):
      let named = members.filter { sameText(withoutBlanks($0.name), name) }
      return named.flatMap { follow(path.dropFirst(), from: $0.value) }
    default: return []
    }
  }
}

extension JSONValue {
  fileprivate func without(_ names: Set<String>) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members.filter { !names.contains($0.name) })
  }

  subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { sameText(withoutBlanks($0.name), name) }?.value
  }
}

/// A list is its elements; XML's text of an element is the element.
private func elements(of value: JSONValue) -> [JSONValue] {
  switch value {
  case .array(let elements): elements.flatMap(TrawlTestSupport.elements)
  case .object: value["#text"].map(elements) ?? [value]
  default: [value]
  }
}

/// The members of a container as fields; attribute `a` of member `X` is `X_a`.
private func fields(of container: JSONValue?) -> ReferenceEvent.Scope {
  guard case .object(let members)? = container else { return [] }
  return members.filter { !isAttribute($0.name) }.flatMap { member in
    let name = withoutBlanks(member.name)
    return [JSONValue.Member(name, textOrNull(member.value))] + attributes(of: name, in: member.value)
  }
}

/// System's members as fields; whatever a member holds, except its text, is an attribute of it.
private func systemFields(of container: JSONValue?) -> ReferenceEvent.Scope {
  guard case .object(let members)? = container else { return [] }
  return fields(of: container)
    + members.flatMap { member -> ReferenceEvent.Scope in
      guard case .object(let parts) = member.value else { return [] }
      return parts.filter { !isAttribute($0.name) && $0.name != "#text" }.map {
        JSONValue.Member("\(withoutBlanks(member.name))_\(withoutBlanks($0.name))", $0.value)
      }
    }
}

/// Every leaf at any depth as a field by its own name.
private func leaves(of container: JSONValue?) -> ReferenceEvent.Scope {
  guard case .object(let members)? = container else { return [] }
  return members.filter { !isAttribute($0.name) }.flatMap { leaves(named: withoutBlanks($0.name), $0.value) }
}

private func leaves(named name: String, _ value: JSONValue) -> ReferenceEvent.Scope {
  switch value {
  case .array(let elements): return elements.flatMap { leaves(named: name, $0) }
  case .object(let members):
    let isBranch = members.contains { !isAttribute($0.name) && $0.name != "#text" }
    let own = isBranch ? [] : [JSONValue.Member(name, textOrNull(value))]
    return own + attributes(of: name, in: value) + leaves(of: value)
  default: return [JSONValue.Member(name, value)]
  }
}

/// An element that has attributes and nothing else is null.
private func textOrNull(_ value: JSONValue) -> JSONValue {
  guard case .object(let members) = value, !members.isEmpty else { return value }
  return members.allSatisfy { isAttribute($0.name) } ? .null : value
}

private func attributes(of name: String, in value: JSONValue) -> ReferenceEvent.Scope {
  switch value {
  case .array(let elements): return elements.flatMap { attributes(of: name, in: $0) }
  case .object(let members):
    var found: ReferenceEvent.Scope = []
    for member in members where member.name.hasPrefix("@") {
      found.append(JSONValue.Member(String(member.name.dropFirst()), member.value))
    }
    if case .object(let members)? = value["#attributes"] { found += members }
    return found.filter { !isNamespace($0.name) }
      .map { JSONValue.Member("\(name)_\(withoutBlanks($0.name))", $0.value) }
  default: return []
  }
}

/// XML's own business, no part of the event.
private func isNamespace(_ name: String) -> Bool {
  ["xmlns", "@xmlns"].contains { name == $0 || name.hasPrefix($0 + ":") }
}

private func isAttribute(_ name: String) -> Bool { name == "#attributes" || name.hasPrefix("@") }

private func texts(in value: JSONValue) -> [String] {
  switch value {
  case .array(let elements): elements.flatMap(texts)
  case .object(let members): members.filter { !isNamespace($0.name) }.flatMap { texts(in: $0.value) }
  default: value.scalarText.map { [$0] } ?? []
  }
}

/// Swift's `==` takes é and e + combining accent for equal; names and values here do not.
func sameText(_ left: String, _ right: String) -> Bool {
  left.unicodeScalars.elementsEqual(right.unicodeScalars)
}

private func withoutBlanks(_ name: String) -> String { name.replacing(" ", with: "") }
