import TrawlEvents

extension LogSourceSelection {
  /// Shapes are numbered in the keys of routes.
  private static let mostShapes = 10_000

  func store(in writer: inout ByteWriter, _ pool: inout TextPool) {
    writer.put(count: selectors.count)
    for selector in selectors { selector.store(in: &writer, &pool) }
    writer.put(count: shapes.count)
    for shape in shapes {
      writer.put(count: shape.conditions.count)
      for condition in shape.conditions {
        writer.put(condition.field)
        writer.put(condition.value, in: &pool)
      }
      writer.put(shape.logSource, in: &pool)
    }
    for part in Part.allCases { writer.put(tableNames[part, default: []].sorted(), in: &pool) }
    writer.put(count: programs.count)
    for program in programs.keys.sorted() {
      writer.put(program, in: &pool)
      writer.put(programs[program] ?? [], in: &pool)
    }
    writer.put(tables.sorted(), in: &pool)
    writer.put(count: mappings.count)
    for mapping in mappings { writer.put([mapping.name, mapping.table, mapping.category], in: &pool) }
    writer.put(eventIDField)
    writer.put(count: textColumns.count)
    for column in textColumns {
      writer.put(column.selector)
      writer.put(column.field)
    }
  }

  /// Reads what `store` wrote. `names` and `given` are still to be set.
  init(from reader: inout ByteReader, _ texts: StoredTexts, fields: Int) throws(StoredRulesError) {
    self.init(selectors: [], shapes: [], tableNames: [:], given: nil, eventIDField: 0)
    for _ in 0..<(try reader.count(of: 2)) { selectors.append(try Selector(from: &reader, texts)) }
    let shapeCount = try reader.count(of: 7)
    guard shapeCount <= LogSourceSelection.mostShapes else {
      throw StoredRulesError("there are too many shapes")
    }
    for _ in 0..<shapeCount { shapes.append(try Shape(from: &reader, texts, fields: fields)) }
    for part in Part.allCases { tableNames[part] = Set(try texts.several(&reader)) }
    for _ in 0..<(try reader.count(of: 8)) {
      let program = try texts.next(&reader)
      programs[program] = try texts.several(&reader)
    }
    tables = Set(try texts.several(&reader))
    for _ in 0..<(try reader.count(of: 4)) {
      let parts = try texts.several(&reader)
      guard parts.count == 3 else { throw StoredRulesError("a mapping of rows has no name") }
      mappings.append(RowMapping(name: parts[0], table: parts[1], category: parts[2]))
    }
    eventIDField = try reader.number()
    guard Int(eventIDField) < fields else { throw StoredRulesError("the field of event ids does not exist") }
    for _ in 0..<(try reader.count(of: 6)) {
      textColumns.append(
        TextColumn(selector: try reader.number(), field: try reader.number()))
    }
    guard textColumns.allSatisfy({ Int($0.selector) < selectors.count && Int($0.field) < fields }) else {
      throw StoredRulesError("a column of text does not exist")
    }
  }
}

extension LogSourceSelection.Shape {
  fileprivate init(
    from reader: inout ByteReader, _ texts: StoredTexts, fields: Int
  ) throws(StoredRulesError) {
    self.init(conditions: [], logSource: [:])
    for _ in 0..<(try reader.count(of: 3)) {
      let field = try reader.number(FieldID.self)
      guard Int(field) < fields else { throw StoredRulesError("a shape's field does not exist") }
      conditions.append((field, try texts.optional(&reader)))
    }
    logSource = try reader.parts(texts)
  }
}

extension LogSourceSelection.Selector {
  fileprivate func store(in writer: inout ByteWriter, _ pool: inout TextPool) {
    writer.put(windows != nil)
    if let windows {
      writer.put(count: windows.count)
      for events in windows {
        writer.put(events.channel, in: &pool)
        writer.put(events.eventIDs != nil)
        if let ids = events.eventIDs { writer.put(ids.sorted(), in: &pool) }
      }
    }
    writer.put(named != nil)
    if let named { writer.put(named, in: &pool) }
  }

  fileprivate init(from reader: inout ByteReader, _ texts: StoredTexts) throws(StoredRulesError) {
    self.init(windows: nil, named: nil)
    if try reader.flag() {
      var events: [LogSourceSelection.WindowsEvents] = []
      for _ in 0..<(try reader.count(of: 2)) {
        let channel = try texts.optional(&reader)
        let ids = try reader.flag() ? Set(try texts.several(&reader)) : nil
        events.append(LogSourceSelection.WindowsEvents(channel: channel, eventIDs: ids))
      }
      windows = events
    }
    if try reader.flag() { named = try reader.parts(texts) }
  }
}

extension ByteWriter {
  fileprivate mutating func put(_ parts: [LogSourceSelection.Part: String], in pool: inout TextPool) {
    for part in LogSourceSelection.Part.allCases { put(parts[part], in: &pool) }
  }
}

extension ByteReader {
  fileprivate mutating func parts(
    _ texts: StoredTexts
  ) throws(StoredRulesError) -> [LogSourceSelection.Part: String] {
    var parts: [LogSourceSelection.Part: String] = [:]
    for part in LogSourceSelection.Part.allCases { parts[part] = try texts.optional(&self) }
    return parts
  }
}
