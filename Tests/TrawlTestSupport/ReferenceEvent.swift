/// An event and its fields by name (SEMANTICS 6, 8, 23, 24), found the slow way: nothing is prepared but the scopes.
public struct ReferenceEvent {
  public let root: JSONValue
  /// The members that are fields in their own right, by the place they come from, in order of precedence.
  private let top: Scope
  private var body: Scope
  private let record: Scope

  typealias Scope = [JSONValue.Member]

  /// Parses the event; nil for JSON that is no object.
  public init?(json: String) throws(JSONError) {
    let root = try JSONValue(parsing: json)
    guard case .object(let members) = root else { return nil }
    self.root = root
    let event = children(["Event"], of: [root])
    let winlog = children(["winlog"], of: [root])
    let bodies = ["EventData", "event_data"]
    let sections = ["UserData", "user_data"]
    body = fields(of: children(bodies, of: [root] + event)) + fields(of: children(["event_data"], of: winlog))
    body += leaves(of: children(sections, of: [root] + event) + children(["user_data"], of: winlog))
    body += leaves(of: event, without: ["System"] + bodies + sections)
    record =
      fields(of: event) + fields(of: winlog) + systemFields(of: children(["System"], of: [root] + event))
    top = members.filter { !isNamespace($0.name) }.map { JSONValue.Member(withoutBlanks($0.name), $0.value) }
  }

  /// The values of a field, in order; nil when the event has no such field. Lists are taken apart.
  public func values(of name: String) -> [JSONValue]? {
    if name == "EventID" { return recordValues(of: name) ?? find(name, in: [body]) }
    return find(name, in: [top, body, record]) ?? aliased(name)
  }

  /// A field of the record itself, never of its body: what routing goes by.
  func recordValues(of name: String) -> [JSONValue]? {
    find(name, in: [top, record]) ?? aliased(name)
  }

  /// Text of a member of the event itself.
  func ownText(_ name: String) -> String? {
    (find(name, in: [top]) ?? []).lazy.compactMap(\.scalarText).first
  }

  private func aliased(_ name: String) -> [JSONValue]? {
    (Self.aliases[name] ?? []).lazy.compactMap { find($0, in: [top]) }.first
  }

  /// Text of every scalar value, whatever its name; XML's namespaces are no part of the event.
  public var allTexts: [String] { texts(in: root) }

  private static let aliases = [
    "EventID": ["event_id", "winlog.event_id"],
    "Channel": ["log_name", "winlog.channel"],
    "Timestamp": ["TimeGenerated"], "TimeGenerated": ["Timestamp"],
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

  /// A name of the path may itself hold dots.
  private func follow(_ path: ArraySlice<String>, from value: JSONValue) -> [JSONValue] {
    if path.isEmpty { return [value] }
    return members(of: value).flatMap { member in
      (1...path.count).flatMap { length in
        sameText(member.name, path.prefix(length).joined(separator: "."))
          ? follow(path.dropFirst(length), from: member.value) : []
      }
    }
  }
}

/// The members of an object, or of the objects of a list; names without blanks, XML's namespaces left out.
private func members(of value: JSONValue) -> ReferenceEvent.Scope {
  switch value {
  case .array(let elements): elements.flatMap(members)
  case .object(let members):
    members.map { JSONValue.Member(withoutBlanks($0.name), $0.value) }.filter { !isNamespace($0.name) }
  default: []
  }
}

/// The values of the members of these names.
private func children(_ names: [String], of values: [JSONValue]) -> [JSONValue] {
  values.flatMap(members).filter { names.contains($0.name) }.map(\.value)
}

/// A list is its elements; XML's text of an element is the element, and one that has attributes only is null.
private func elements(of value: JSONValue) -> [JSONValue] {
  switch value {
  case .array(let list): return list.flatMap(elements)
  case .object(let all):
    let texts = members(of: value).filter { $0.name == "#text" }
    if !texts.isEmpty { return texts.flatMap { elements(of: $0.value) } }
    return !all.isEmpty && members(of: value).allSatisfy { isAttribute($0.name) } ? [.null] : [value]
  default: return [value]
  }
}

/// The members of containers as fields; attribute `a` of member `X` is `X_a`.
private func fields(of containers: [JSONValue]) -> ReferenceEvent.Scope {
  containers.flatMap(members).filter { !isAttribute($0.name) }.flatMap { member in
    [member] + attributes(of: member.name, in: member.value)
  }
}

/// System's members as fields; whatever a member holds, except its text, is an attribute of it.
private func systemFields(of containers: [JSONValue]) -> ReferenceEvent.Scope {
  fields(of: containers)
    + containers.flatMap(members).filter { !isAttribute($0.name) }.flatMap { member in
      members(of: member.value).filter { !isAttribute($0.name) && $0.name != "#text" }.map {
        JSONValue.Member("\(member.name)_\($0.name)", $0.value)
      }
    }
}

/// Every leaf at any depth as a field by its own name.
private func leaves(of containers: [JSONValue], without names: [String] = []) -> ReferenceEvent.Scope {
  containers.flatMap(members).filter { !isAttribute($0.name) && !names.contains($0.name) }.flatMap { member in
    member.name == "#text" ? leaves(of: [member.value]) : leaves(named: member.name, member.value)
  }
}

/// An element that has others in it is no leaf, though its own text is one.
private func leaves(named name: String, _ value: JSONValue) -> ReferenceEvent.Scope {
  switch value {
  case .array(let elements) where !elements.isEmpty: return elements.flatMap { leaves(named: name, $0) }
  case .object:
    let inner = members(of: value).filter { !isAttribute($0.name) }.map(\.name)
    let isLeaf = inner.isEmpty || inner.contains("#text")
    return (isLeaf ? [JSONValue.Member(name, value)] : []) + attributes(of: name, in: value)
      + leaves(of: [value])
  default: return [JSONValue.Member(name, value)]
  }
}

private func attributes(of name: String, in value: JSONValue) -> ReferenceEvent.Scope {
  let own = members(of: value)
  let found =
    own.filter { $0.name.hasPrefix("@") }.map { JSONValue.Member(String($0.name.dropFirst()), $0.value) }
    + own.filter { $0.name == "#attributes" }.flatMap { members(of: $0.value) }
  return found.map { JSONValue.Member("\(name)_\($0.name)", $0.value) }
}

/// XML's own business, no part of the event.
private func isNamespace(_ name: String) -> Bool {
  ["xmlns", "@xmlns"].contains { withoutBlanks(name) == $0 || withoutBlanks(name).hasPrefix($0 + ":") }
}

private func isAttribute(_ name: String) -> Bool { name == "#attributes" || name.hasPrefix("@") }

private func texts(in value: JSONValue) -> [String] {
  switch value {
  case .array(let elements): elements.flatMap(texts)
  case .object: members(of: value).flatMap { texts(in: $0.value) }
  default: value.scalarText.map { [$0] } ?? []
  }
}

/// Swift's `==` takes é and e + combining accent for equal; names and values here do not.
func sameText(_ left: String, _ right: String) -> Bool {
  left.unicodeScalars.elementsEqual(right.unicodeScalars)
}

private func withoutBlanks(_ name: String) -> String {
  String(String.UnicodeScalarView(name.unicodeScalars.filter { $0 != " " }))
}
