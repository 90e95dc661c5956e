/// A JSON value. Numbers are whole: no file of a catalogue has others.
public enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case string(String)
  case array([JSON])
  case object([Member])

  /// A name and its value.
  public struct Member: Sendable, Equatable {
    public var name: String
    public var value: JSON

    public init(_ name: String, _ value: JSON) {
      self.name = name
      self.value = value
    }
  }

  /// An object without the members that have no value.
  static func object(_ members: KeyValuePairs<String, JSON?>) -> JSON {
    .object(members.compactMap { name, value in value.map { Member(name, $0) } })
  }

  static func strings(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }

  /// A list; nothing where it is empty.
  static func strings(ifAny texts: [String]) -> JSON? { texts.isEmpty ? nil : strings(texts) }
}

extension JSON {
  /// A member of an object; the first of several with the name.
  public subscript(_ name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  public var text: String? { if case .string(let text) = self { text } else { nil } }

  public var number: Int? { if case .integer(let number) = self { number } else { nil } }

  public var elements: [JSON]? { if case .array(let elements) = self { elements } else { nil } }

  /// The texts of a list; nothing of anything else.
  public var texts: [String] { elements?.compactMap(\.text) ?? [] }
}

extension String {
  var json: JSON { .string(self) }
}

extension Int {
  var json: JSON { .integer(self) }
}
