import TrawlEvents

/// A field of an event that is text: where its name lies among `TextFields.names`, and its value among the texts.
struct TextField: BitwiseCopyable {
  var name: UInt32
  var nameLength: UInt32
  var value: UInt32
  var valueLength: UInt32
  /// Raw value plus one of the mark that the value bears whatever its name is, or 0.
  var mark: UInt8 = 0

  init(name: Range<Int>, value: Range<Int>, mark: EventMark? = nil) {
    self.name = UInt32(truncatingIfNeeded: name.lowerBound)
    nameLength = UInt32(truncatingIfNeeded: name.count)
    self.value = UInt32(truncatingIfNeeded: value.lowerBound)
    valueLength = UInt32(truncatingIfNeeded: value.count)
    self.mark = mark.map { $0.rawValue + 1 } ?? 0
  }

  var nameRange: Range<Int> { Int(name)..<Int(name) + Int(nameLength) }
  var valueRange: Range<Int> { Int(value)..<Int(value) + Int(valueLength) }
}

/// The texts and fields of the events of a batch that are lines of text, as two decoders write them.
///
/// Texts are copied: most must change, and a keyword's gate wants the texts of an event side by side.
struct TextFields: ~Copyable {
  /// Texts of all events so far.
  var texts = Block<UInt8>(capacity: 1 << 18)
  /// Names of the fields of the event that is being decoded.
  var names = Block<UInt8>(capacity: 256)
  /// Of that event.
  var fields = Block<TextField>(capacity: 64)
  /// Whether texts must be mended.
  var isValid = true

  /// Begins a batch of these bytes.
  mutating func begin(_ bytes: LogBytes) {
    texts.truncate(to: 0)
    isValid = bytes.isValidUTF8
    clear()
  }

  /// Forgets the fields of the event before.
  mutating func clear() {
    fields.truncate(to: 0)
    names.truncate(to: 0)
  }

  /// A name that is kept for the event.
  mutating func name(_ text: StaticString) -> Range<Int> {
    let start = names.count
    unsafe names.append(
      contentsOf: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    return start..<names.count
  }

  /// A name that stands in the log.
  mutating func name(_ bytes: LogBytes, _ range: Range<Int>) -> Range<Int> {
    let start = names.count
    names.append(bytes, range)
    return start..<names.count
  }

  /// Ends a text that began at an offset of `texts`; where it lies. Texts stand apart, so that no keyword is found across
  /// two.
  mutating func endText(from start: Int) -> Range<Int> {
    if !isValid { texts.mendUTF8(from: start) }
    let range = start..<texts.count
    texts.append(0x0A)
    return range
  }

  /// Adds a field whose value is a piece of the log; where the value lies.
  @discardableResult
  mutating func add(
    _ name: Range<Int>, _ bytes: LogBytes, _ value: Range<Int>, mark: EventMark? = nil
  ) -> Range<Int> {
    let start = texts.count
    texts.append(bytes, value)
    let text = endText(from: start)
    fields.append(TextField(name: name, value: text, mark: mark))
    return text
  }

  /// Hands the texts to a batch at its end.
  mutating func end(_ batch: inout EventBatch) {
    texts.shrink(to: max(4 << 20, texts.count + EventBatch.padding))
    texts.reserve(texts.count + EventBatch.padding)
    unsafe batch.move(to: UnsafePointer(texts.pointer), count: texts.count)
  }
}

extension TextFields {
  /// The fields as JSON on one line.
  borrowing func json() -> String {
    var members = JSONMembers()
    for index in 0..<fields.count {
      let field = fields[index]
      // A value that only bears a mark is a part of another.
      if field.nameLength == 0 { continue }
      members.add(names.text(field.nameRange), texts.text(field.valueRange))
    }
    return members.text
  }
}

/// The members of an object of JSON, whose values are texts.
struct JSONMembers {
  private var members: [(name: String, values: [String])] = []
  private var places: [String: Int] = [:]

  mutating func add(_ name: String, _ value: String) {
    if let known = places[name] { return members[known].values.append(value) }
    places[name] = members.count
    members.append((name, [value]))
  }

  /// The object on one line; several values of a name are an array.
  var text: String {
    var output = "{"
    for (index, member) in members.enumerated() {
      if index > 0 { output += "," }
      appendJSON(string: member.name, &output)
      output += member.values.count > 1 ? ":[" : ":"
      for (index, value) in member.values.enumerated() {
        if index > 0 { output += "," }
        appendJSON(string: value, &output)
      }
      if member.values.count > 1 { output += "]" }
    }
    return output + "}"
  }
}

extension TextFields {
  /// Begins an event of a batch, whose texts begin at `text`. `source`: of it in the bytes that are decoded.
  func beginEvent(
    _ source: Int, ordinal: Int, text: Int, _ writer: inout FieldWriter, _ batch: inout EventBatch
  ) {
    writer.begin(
      EventRecord(
        firstValue: UInt32(truncatingIfNeeded: batch.values.count), offset: UInt32(truncatingIfNeeded: text),
        length: 0, ordinal: UInt32(truncatingIfNeeded: ordinal),
        source: UInt32(truncatingIfNeeded: source)), &batch)
  }

  /// Ends the batch's last event, whose texts end here.
  func endEvent(_ batch: inout EventBatch) {
    let event = batch.events.count - 1
    batch.events[event].length = UInt32(truncatingIfNeeded: texts.count - Int(batch.events[event].offset))
  }

  /// Makes the fields an event of the batch, whose texts begin at `text`: one that no channel decides about.
  mutating func writeEvent(
    _ source: Int, ordinal: Int, text: Int, _ writer: inout FieldWriter, _ batch: inout EventBatch
  ) {
    beginEvent(source, ordinal: ordinal, text: text, &writer, &batch)
    writer.clear(.channel, &batch)
    let names = unsafe self.names.paddedPointer()
    for index in 0..<fields.count {
      let field = fields[index]
      let node = unsafe writer.node(named: names + Int(field.name), count: Int(field.nameLength), in: 0)
      if let mark = EventMark(rawValue: field.mark &- 1) {
        writer.emit(node, marked: mark, field.value, field.valueLength, &batch)
      } else {
        writer.emit(node, .plain, field.value, field.valueLength, &batch)
      }
    }
    endEvent(&batch)
  }
}

extension FieldWriter {
  /// The node of a member whose name lies in padded memory and is not escaped.
  @unsafe
  mutating func node(named name: UnsafePointer<UInt8>, count: Int, in parent: UInt32) -> UInt32 {
    for index in 0..<count where unsafe name[index] == 0x5C {
      return unsafe node(escaping: name, count: count, in: parent)
    }
    return unsafe keys.node(of: name, count: count, in: parent)
  }

  /// Keys are known as JSON spells them.
  private mutating func node(escaping name: UnsafePointer<UInt8>, count: Int, in parent: UInt32) -> UInt32 {
    var escaped = Block<UInt8>(capacity: 2 * count + 16)
    for index in 0..<count {
      if unsafe name[index] == 0x5C { escaped.append(0x5C) }
      unsafe escaped.append(name[index])
    }
    let length = escaped.count
    return unsafe keys.node(of: escaped.paddedPointer(), count: length, in: parent)
  }

  /// Emits a value that bears a mark whatever its member is called.
  mutating func emit(
    _ node: UInt32, marked mark: EventMark, _ offset: UInt32, _ length: UInt32, _ batch: inout EventBatch
  ) {
    let place = batch.values.count
    emit(node, .plain, offset, length, &batch)
    if batch.values.count > place { set(mark, UInt32(truncatingIfNeeded: place), &batch) }
  }

  /// Takes a mark from the event: what its format is not known by decides nothing.
  mutating func clear(_ mark: EventMark, _ batch: inout EventBatch) {
    set(mark, EventBatch.noValue, &batch)
  }
}
