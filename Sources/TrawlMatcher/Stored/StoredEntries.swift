import TrawlEvents

/// An entry of a table that can be written field by field, always in as many bytes, and read again. What it refers to is
/// checked when all tables are there.
protocol StoredEntry: BitwiseCopyable {
  static var storedSize: Int { get }
  func store(in writer: inout ByteWriter)
  init(from reader: inout ByteReader) throws(StoredRulesError)
}

extension Block where Element: StoredEntry {
  func store(in writer: inout ByteWriter) {
    writer.put(count: count)
    let start = writer.bytes.count
    for index in 0..<count { self[index].store(in: &writer) }
    precondition(
      writer.bytes.count - start == count * Element.storedSize, "as many bytes as the reader expects")
  }

  init(from reader: inout ByteReader) throws(StoredRulesError) {
    let count = try reader.count(of: Element.storedSize)
    var block = Block(capacity: count)
    for _ in 0..<count { block.append(try Element(from: &reader)) }
    self = block
  }
}

extension UInt32: StoredEntry {
  static var storedSize: Int { 4 }
  func store(in writer: inout ByteWriter) { writer.put(self) }
  init(from reader: inout ByteReader) throws(StoredRulesError) { self = try reader.number() }
}

extension UInt16: StoredEntry {
  static var storedSize: Int { 2 }
  func store(in writer: inout ByteWriter) { writer.put(self) }
  init(from reader: inout ByteReader) throws(StoredRulesError) { self = try reader.number() }
}

extension TestEntry: StoredEntry {
  static var storedSize: Int { 11 }

  func store(in writer: inout ByteWriter) {
    writer.put(kind)
    writer.put(relation)
    writer.put(field)
    writer.put(argument)
    writer.put(other)
    writer.put(part)
  }

  init(from reader: inout ByteReader) throws(StoredRulesError) {
    let kind = try reader.choice(TestKind.self)
    // There are more places of needles than relations; all are choices of a byte.
    let relation =
      try kind == .column ? reader.choice(NeedlePlace.self).rawValue : reader.choice(Relation.self).rawValue
    self.init(
      kind: kind, field: try reader.number(), argument: try reader.number(), other: try reader.number(),
      relation: relation)
    part = try reader.choice()
  }
}

extension TextEntry: StoredEntry {
  static var storedSize: Int { 14 }

  func store(in writer: inout ByteWriter) {
    writer.put(shape)
    writer.put(isCased)
    writer.put(offset)
    writer.put(length)
    writer.put(needle)
  }

  init(from reader: inout ByteReader) throws(StoredRulesError) {
    self.init(
      shape: try reader.choice(), isCased: try reader.flag(), offset: try reader.number(),
      length: try reader.number(), needle: try reader.number())
  }
}

extension NeedleEntry: StoredEntry {
  static var storedSize: Int { 10 }

  func store(in writer: inout ByteWriter) {
    writer.put(place)
    writer.put(isCased)
    writer.put(offset)
    writer.put(length)
  }

  init(from reader: inout ByteReader) throws(StoredRulesError) {
    self.init(
      place: try reader.choice(), isCased: try reader.flag(), offset: try reader.number(),
      length: try reader.number())
  }
}

extension GlobEntry: StoredEntry {
  static var storedSize: Int { 9 }

  func store(in writer: inout ByteWriter) {
    writer.put(kind)
    writer.put(offset)
    writer.put(length)
  }

  init(from reader: inout ByteReader) throws(StoredRulesError) {
    self.init(kind: try reader.choice(), offset: try reader.number(), length: try reader.number())
  }
}

extension NumberEntry: StoredEntry {
  static var storedSize: Int { 19 }

  func store(in writer: inout ByteWriter) {
    writer.put(comparison)
    writer.put(isInteger)
    writer.put(part)
    writer.put(integer)
    writer.put(real.bitPattern)
  }

  init(from reader: inout ByteReader) throws(StoredRulesError) {
    let comparison = try reader.choice(Comparison.self)
    let isInteger = try reader.flag()
    let part = try reader.choice(DatePart.self)
    self.init(
      comparison: comparison, isInteger: isInteger, integer: try reader.number(),
      real: Double(bitPattern: try reader.number()), part: part.rawValue)
  }
}

extension NetworkEntry: StoredEntry {
  static var storedSize: Int { 18 }

  func store(in writer: inout ByteWriter) {
    writer.put(high)
    writer.put(low)
    writer.put(isVersion6)
    writer.put(prefixLength)
  }

  init(from reader: inout ByteReader) throws(StoredRulesError) {
    high = try reader.number()
    low = try reader.number()
    isVersion6 = try reader.flag()
    prefixLength = try reader.number()
  }
}

extension PatternEntry: StoredEntry {
  static var storedSize: Int { 12 }

  func store(in writer: inout ByteWriter) {
    writer.put(length)
    writer.put(firstTarget)
    writer.put(targetCount)
  }

  init(from reader: inout ByteReader) throws(StoredRulesError) {
    self.init(length: try reader.number(), firstTarget: try reader.number(), targetCount: try reader.number())
  }
}

extension TargetEntry: StoredEntry {
  static var storedSize: Int { 11 }

  func store(in writer: inout ByteWriter) {
    writer.put(field)
    writer.put(anchors)
    writer.put(group)
    writer.put(test)
  }

  init(from reader: inout ByteReader) throws(StoredRulesError) {
    self.init(
      field: try reader.number(), anchors: try reader.number(), group: try reader.number(),
      test: try reader.number())
  }
}

extension FieldEntry: StoredEntry {
  static var storedSize: Int { 19 }

  func store(in writer: inout ByteWriter) {
    writer.put(database)
    writer.put(hasEqualities)
    writer.put(firstCheck)
    writer.put(checkCount)
    writer.put(firstFamily)
    writer.put(familyCount)
  }

  init(from reader: inout ByteReader) throws(StoredRulesError) {
    self.init()
    database = try reader.number()
    hasEqualities = try reader.flag()
    firstCheck = try reader.number()
    checkCount = try reader.number()
    firstFamily = try reader.number()
    familyCount = try reader.number()
  }
}

extension CheckEntry: StoredEntry {
  static var storedSize: Int { 8 }

  func store(in writer: inout ByteWriter) {
    writer.put(test)
    writer.put(group)
  }

  init(from reader: inout ByteReader) throws(StoredRulesError) {
    self.init(test: try reader.number(), group: try reader.number())
  }
}

extension FamilyEntry: StoredEntry {
  static var storedSize: Int { 12 }

  func store(in writer: inout ByteWriter) {
    writer.put(nameOffset)
    writer.put(nameLength)
    writer.put(valueLength)
  }

  init(from reader: inout ByteReader) throws(StoredRulesError) {
    self.init(
      nameOffset: try reader.number(), nameLength: try reader.number(), valueLength: try reader.number())
  }
}

/// Without its hash, which follows from the literal.
extension EqualityEntry: StoredEntry {
  static var storedSize: Int { 19 }

  func store(in writer: inout ByteWriter) {
    writer.put(field)
    writer.put(group)
    writer.put(offset)
    writer.put(length)
    writer.put(test)
    writer.put(isMember)
  }

  init(from reader: inout ByteReader) throws(StoredRulesError) {
    self.init()
    field = try reader.number()
    group = try reader.number()
    offset = try reader.number()
    length = try reader.number()
    test = try reader.number()
    isMember = try reader.flag()
  }
}

extension GroupEntry: StoredEntry {
  static var storedSize: Int { 8 }

  func store(in writer: inout ByteWriter) {
    writer.put(firstTrigger)
    writer.put(triggerCount)
  }

  init(from reader: inout ByteReader) throws(StoredRulesError) {
    self.init(firstTrigger: try reader.number(), triggerCount: try reader.number())
  }
}

extension NodeEntry: StoredEntry {
  static var storedSize: Int { 9 }

  func store(in writer: inout ByteWriter) {
    writer.put(kind)
    writer.put(argument)
    writer.put(end)
  }

  init(from reader: inout ByteReader) throws(StoredRulesError) {
    self.init(kind: try reader.choice(), argument: try reader.number(), end: try reader.number())
  }
}

extension ProgramEntry: StoredEntry {
  static var storedSize: Int { 23 }

  func store(in writer: inout ByteWriter) {
    writer.put(rule)
    writer.put(selector)
    writer.put(firstNode)
    writer.put(isAlways)
    writer.put(firstGroup)
    writer.put(groupCount)
    writer.put(firstField)
    writer.put(fieldCount)
  }

  init(from reader: inout ByteReader) throws(StoredRulesError) {
    self.init(
      rule: try reader.number(), selector: try reader.number(), firstNode: try reader.number(),
      isAlways: try reader.flag())
    firstGroup = try reader.number()
    groupCount = try reader.number()
    firstField = try reader.number()
    fieldCount = try reader.number()
  }
}

extension MappingEntry: StoredEntry {
  static var storedSize: Int { 12 }

  func store(in writer: inout ByteWriter) {
    writer.put(firstNode)
    writer.put(firstField)
    writer.put(fieldCount)
  }

  init(from reader: inout ByteReader) throws(StoredRulesError) {
    self.init(
      firstNode: try reader.number(), firstField: try reader.number(), fieldCount: try reader.number())
  }
}

extension MappedField: StoredEntry {
  static var storedSize: Int { 16 }

  func store(in writer: inout ByteWriter) {
    writer.put(target)
    writer.put(kind)
    writer.put(part)
    writer.put(source)
    writer.put(other)
    writer.put(offset)
    writer.put(length)
  }

  init(from reader: inout ByteReader) throws(StoredRulesError) {
    self.init(try reader.number(), try reader.choice())
    part = try reader.choice()
    source = try reader.number()
    other = try reader.number()
    offset = try reader.number()
    length = try reader.number()
  }
}
