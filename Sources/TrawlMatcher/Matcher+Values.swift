import TrawlEvents

/// The value of one field of an event, as text.
public struct FieldText: Sendable, Equatable {
  public enum Kind: Sendable {
    /// Text of a string, escapes resolved.
    case text
    /// A number or a Boolean as it is spelled.
    case plain
    /// JSON null.
    case null
    /// An object or array, as JSON.
    case json
  }

  public var field: FieldID
  public var kind: Kind
  public var text: String

  public init(field: FieldID, kind: Kind, text: String) {
    self.field = field
    self.kind = kind
    self.text = text
  }
}

extension Matcher {
  /// The values of an event's fields that were decoded, in the order in which they stand. `hasJSON` says that the bytes of
  /// the batch are the log's own JSON, in which objects and arrays can be read too; else they are passed over. Slow: for
  /// events that match.
  public func values(of event: Int, in batch: borrowing EventBatch, hasJSON: Bool) -> [FieldText] {
    var texts: [FieldText] = []
    for index in batch.values(of: event) {
      let value = batch.values[index]
      guard value.field != 0 else { continue }
      switch value.kind {
      case .null: texts.append(FieldText(field: value.field, kind: .null, text: ""))
      case .container where hasJSON:
        guard let end = Matcher.end(ofJSONAt: Int(value.offset), before: batch.byteCount, in: batch) else {
          continue
        }
        let text = Matcher.text(Int(value.offset)..<end, in: batch)
        texts.append(FieldText(field: value.field, kind: .json, text: text))
      case .container: continue
      case .plain, .jsonString, .encoded:
        let kind = value.kind == .jsonString ? FieldText.Kind.text : .plain
        texts.append(FieldText(field: value.field, kind: kind, text: batch.text(of: value)))
      }
    }
    return texts
  }

  static func text(_ range: Range<Int>, in batch: borrowing EventBatch) -> String {
    unsafe String(
      decoding: UnsafeBufferPointer(start: batch.base + range.lowerBound, count: range.count), as: UTF8.self)
  }

  /// Behind the object or array that begins at an offset; nil if it has no end before another, or none begins there.
  static func end(ofJSONAt start: Int, before limit: Int, in batch: borrowing EventBatch) -> Int? {
    var (index, depth, isInString) = (start, 0, false)
    while index < limit {
      switch unsafe batch.base[index] {
      case UInt8(ascii: "\\") where isInString: index += 1
      case UInt8(ascii: "\""): isInString.toggle()
      case UInt8(ascii: "{") where !isInString, UInt8(ascii: "[") where !isInString: depth += 1
      case UInt8(ascii: "}") where !isInString, UInt8(ascii: "]") where !isInString: depth -= 1
      default: break
      }
      index += 1
      if depth <= 0, !isInString { return depth == 0 && index > start + 1 ? index : nil }
    }
    return nil
  }
}
