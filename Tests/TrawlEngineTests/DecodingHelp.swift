import TrawlDecoding
import TrawlEvents

/// What a decoder makes of a text, in words.
struct DecodedText: Equatable {
  struct Event: Equatable {
    var offset: Int
    /// Values by field, in order; `null` and `{}` stand for what has no text. Of fields that are nobody's, under "".
    var fields: [String: [String]]
    var channel: String?
    var eventID: String?

    init(_ batch: borrowing EventBatch, _ event: Int, _ table: FieldTable) {
      offset = Int(batch.events[event].offset)
      fields = [:]
      for index in batch.values(of: event) {
        let value = batch.values[index]
        fields[table.names[Int(value.field)], default: []].append(DecodedText.text(value, batch))
      }
      channel = batch.mark(.channel, of: event).map { DecodedText.text($0, batch) }
      eventID = batch.mark(.eventID, of: event).map { DecodedText.text($0, batch) }
    }
  }
  var events: [Event] = []
  var problems: [DecodeProblem] = []

  init(lines text: String, fields: [String] = []) { self.init(lines: Array(text.utf8), fields: fields) }

  init(lines bytes: [UInt8], fields: [String] = []) {
    self.init(bytes, fields) { buffer, decoder, batch in buffer.decode(with: &decoder, into: &batch) }
  }

  init(documents: [Range<Int>], in text: String, fields: [String] = []) {
    self.init(Array(text.utf8), fields) { buffer, decoder, batch in
      buffer.decode(documents, with: &decoder, into: &batch)
    }
  }

  private init(
    _ bytes: [UInt8], _ names: [String], _ decode: (LineBuffer, inout JSONDecoder, inout EventBatch) -> Void
  ) {
    var table = FieldTable()
    for name in names { _ = table.number(of: name) }
    var decoder = JSONDecoder(fields: table)
    var batch = EventBatch()
    let buffer = LineBuffer(bytes: bytes)
    decode(buffer, &decoder, &batch)
    problems = decoder.problems
    for event in 0..<batch.events.count {
      events.append(Event(batch, event, table))
    }
  }

  static func text(_ value: EventValue, _ batch: borrowing EventBatch) -> String {
    switch value.kind {
    case .null: return "null"
    case .container: return "{}"
    default: return batch.text(of: value)
    }
  }

  /// The values of a field of the first event; nil when it has none.
  static func values(_ name: String, of json: String) -> [String]? {
    DecodedText(lines: json, fields: [name]).events.first?.fields[name]
  }
}
