import TrawlEvents
import TrawlRows

extension RowTest {
  func store(in writer: inout ByteWriter, _ pool: inout TextPool) {
    let encoded = predicate.encoded
    writer.put(count: encoded.count)
    writer.put(raw: encoded)
    writer.put(isWanted)
    writer.put(count: columns.count)
    for column in columns {
      writer.put(column.name, in: &pool)
      writer.put(column.type.rawValue, in: &pool)
      writer.put(count: column.sources.count)
      for source in column.sources { source.store(in: &writer, &pool) }
    }
  }

  /// Reads a test of fields below a number.
  init(from reader: inout ByteReader, _ texts: StoredTexts, fields: Int) throws(StoredRulesError) {
    let predicate: KQLPredicate
    let bytes = try reader.raw(try reader.count(of: 1))
    do throws(KQLDecodingError) {
      predicate = try KQLPredicate(encoded: bytes)
    } catch {
      throw StoredRulesError(error.description)
    }
    let isWanted = try reader.flag()
    var columns: [Column] = []
    for _ in 0..<(try reader.count(of: 12)) {
      let name = try texts.next(&reader)
      guard let type = KQLType(rawValue: try texts.next(&reader)) else {
        throw StoredRulesError("a column is of no type")
      }
      var sources: [Source] = []
      for _ in 0..<(try reader.count(of: 1)) {
        sources.append(try Source(from: &reader, texts, fields: fields))
      }
      columns.append(Column(name: name, type: type, sources: sources))
    }
    self.init(predicate, is: isWanted, columns: columns)
  }
}

extension RowTest.Source {
  private enum Kind: UInt8 {
    case field, fileName, constant, eventTime
  }

  func store(in writer: inout ByteWriter, _ pool: inout TextPool) {
    switch self {
    case .field(let field):
      writer.put(Kind.field)
      writer.put(field)
    case .fileName(let field):
      writer.put(Kind.fileName)
      writer.put(field)
    case .constant(let text):
      writer.put(Kind.constant)
      writer.put(text, in: &pool)
    case .eventTime: writer.put(Kind.eventTime)
    }
  }

  init(from reader: inout ByteReader, _ texts: StoredTexts, fields: Int) throws(StoredRulesError) {
    switch try reader.choice(Kind.self) {
    case .field: self = .field(try RowTest.Source.field(from: &reader, fields))
    case .fileName: self = .fileName(try RowTest.Source.field(from: &reader, fields))
    case .constant: self = .constant(try texts.next(&reader))
    case .eventTime: self = .eventTime
    }
  }

  private static func field(
    from reader: inout ByteReader, _ fields: Int
  ) throws(StoredRulesError) -> FieldID {
    let field = try reader.number(FieldID.self)
    guard Int(field) < fields else { throw StoredRulesError("a column is of a field that does not exist") }
    return field
  }
}
