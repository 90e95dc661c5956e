/// A Windows event log as bytes, and where its parts lie, so that a test can damage them.
public struct EVTXFile: Sendable {
  public static let headerSize = 4096
  public static let chunkSize = 65536

  public struct Chunk: Sendable {
    /// Of the chunk in the file.
    public var offset: Int
    /// Of each record in the file.
    public var records: [Int] = []
    /// Behind the last record.
    public var end: Int
    /// Of definitions in the file, by the template's number.
    public var templates: [UInt32: Int] = [:]
    /// Of names in the file.
    public var names: [String: Int] = [:]
  }

  public internal(set) var bytes: [UInt8] = []
  public internal(set) var chunks: [Chunk] = []

  /// A file of chunks of records. Only the last chunk may be left `dirty`, as a log is that Windows still writes.
  public init(_ chunks: [[EVTXRecord]], minorVersion: UInt16 = 1, isDirty: Bool = false) {
    bytes = [UInt8](repeating: 0, count: EVTXFile.headerSize)
    for records in chunks { append(records) }
    writeHeader(next: UInt64(chunks.joined().count + 1), minorVersion: minorVersion, isDirty: isDirty)
  }

  public init(_ records: EVTXRecord...) { self.init([records]) }

  public mutating func set<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
    bytes.replaceSubrange(offset..<(offset + Number.bitWidth / 8), with: littleEndian(number))
  }

  /// Makes the checksum of a chunk's header fit again.
  public mutating func seal(chunk: Int) {
    let start = chunks[chunk].offset
    let checked = bytes[start..<(start + 120)] + bytes[(start + 128)..<(start + 512)]
    set(EVTXFile.checksum(checked), at: start + 124)
  }
}

extension EVTXFile {
  private mutating func writeHeader(next: UInt64, minorVersion: UInt16, isDirty: Bool) {
    bytes.replaceSubrange(0..<8, with: Array("ElfFile\0".utf8))
    set(UInt64(max(chunks.count, 1) - 1), at: 16)
    set(next, at: 24)
    set(UInt32(128), at: 32)
    set(minorVersion, at: 36)
    set(UInt16(3), at: 38)
    set(UInt16(EVTXFile.headerSize), at: 40)
    set(UInt16(chunks.count), at: 42)
    set(UInt32(isDirty ? 1 : 0), at: 120)
    set(EVTXFile.checksum(bytes[0..<120]), at: 124)
  }

  private mutating func append(_ records: [EVTXRecord]) {
    var writer = BinXMLWriter()
    var chunk = Chunk(offset: bytes.count, end: 0)
    for record in records {
      chunk.records.append(bytes.count + writer.bytes.count)
      writer.write(record)
    }
    precondition(writer.bytes.count <= EVTXFile.chunkSize, "a chunk has room for 65,024 bytes of records")
    chunk.end = bytes.count + writer.bytes.count
    chunk.templates = writer.templates.mapValues { bytes.count + $0 }
    chunk.names = writer.names.mapValues { bytes.count + $0 }
    writer.writeHeader(of: records, last: (chunk.records.last ?? chunk.end) - bytes.count)
    bytes += writer.bytes
    bytes += [UInt8](repeating: 0, count: EVTXFile.chunkSize - writer.bytes.count)
    chunks.append(chunk)
    seal(chunk: chunks.count - 1)
  }

  /// The checksum of IEEE 802.3.
  static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var state = UInt32.max
    for byte in bytes {
      state ^= UInt32(byte)
      for _ in 0..<8 { state = state & 1 == 0 ? state >> 1 : (state >> 1) ^ 0xEDB8_8320 }
    }
    return ~state
  }
}

extension BinXMLWriter {
  fileprivate mutating func write(_ record: EVTXRecord) {
    let start = bytes.count
    append([0x2A, 0x2A, 0, 0, 0, 0, 0, 0])
    append(record.number)
    append(record.time)
    fragment(record.parts)
    // Records begin at multiples of eight.
    append([UInt8](repeating: 0, count: (4 - bytes.count % 8 + 8) % 8))
    let size = UInt32(bytes.count + 4 - start)
    append(size)
    set(size, at: start + 4)
  }

  /// The tables of names and templates stay empty: they only help to find them.
  fileprivate mutating func writeHeader(of records: [EVTXRecord], last: Int) {
    for (index, byte) in "ElfChnk\0".utf8.enumerated() { set(byte, at: index) }
    for (place, record) in [records.first, records.last, records.first, records.last].enumerated() {
      set(record?.number ?? 0, at: 8 + 8 * place)
    }
    set(UInt32(128), at: 40)
    set(UInt32(last), at: 44)
    set(UInt32(bytes.count), at: 48)
    set(EVTXFile.checksum(bytes[512...]), at: 52)
  }
}
