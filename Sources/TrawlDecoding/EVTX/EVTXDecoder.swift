import TrawlEvents

/// Decodes the chunks of Windows event logs (EVTX) into a batch, for one worker.
///
/// A template says which substitution is which field; it is compiled once for each chunk that defines it. A record is
/// then a walk over its substitutions: their texts, UTF-8 from now on, are written one after the other and make up the
/// event's text. No XML, no JSON and no String comes about.
///
/// Facts: the format description of libevtx, and [MS-EVEN6] 2.2.12 (BinXml).
public struct EVTXDecoder: ~Copyable {
  var fields: FieldWriter
  /// The texts of a batch's values.
  var texts = Block<UInt8>(capacity: 1 << 18)
  var programs = TemplatePrograms()
  var templates = TemplateCache()
  /// Substitutions of the records that are being walked, the outermost first.
  var substitutions = Block<Substitution>(capacity: 256)
  /// The name that was read last.
  var scratch = Block<UInt8>(capacity: 256)
  var fixedName = Block<UInt8>(capacity: 64)
  var valueText = EVTXValueText()
  var sources = RecordSources()
  let leastLengths = EVTXDecoder.leastLengths()
  /// How much of the record that is being walked is decoded.
  var extent = RecordExtent.whole
  /// Of the record that is being walked, if nobody was told of it yet.
  var newSource: Int?
  /// Values of the record that are fragments of binary XML, less those that were walked.
  var fragmentCount = 0
  /// What is known of records by their values.
  var memo = RecordMemo()
  /// Of the record that is being walked: the number of its outcome plus one, or what it is to be kept under.
  var outcome: UInt32 = 0
  var newKey: RecordMemo.Key?
  /// Whether the times of all events are wanted, not only of those for which a rule holds.
  public var wantsTimes = false
  /// Elements and template instances that it is made of; one, mostly.
  var rootCount = 0
  /// Records of the last batch that were not known.
  public internal(set) var newRecords = Block<NewRecord>(capacity: 256)
  /// Sources that came up in the last batch.
  public private(set) var metSources: [MetSource] = []
  /// Texts that stand side by side in the record that is being walked: what keywords are looked for in.
  var run = 0..<0
  /// EventRecordID of the record that is being walked.
  var recordID: UInt64 = 0
  /// The chunk that is being decoded.
  var chunk: ByteRegion {
    @inline(__always) get { valueText.chunk }
    set { valueText.chunk = newValue }
  }
  /// Of the chunk, in the batch's bytes.
  private(set) var chunkOffset = 0
  var ordinal = 0
  /// Where the chunk's texts begin in `texts`.
  var firstText = 0
  /// Elements and parts of them that were gone through, in the chunk and before its current record.
  var steps = 0
  private var stepsBefore = 0
  /// What the last batch held that is no event.
  public private(set) var problems: [DecodeProblem] = []

  /// What a file begins with.
  public static let fileMagic = Array("ElfFile\0".utf8)
  public static let chunkSize = 1 << 16
  /// Of the header before the first chunk.
  public static let fileHeaderSize = 4096
  /// Templates and values may lie in each other this deep.
  static let maximumDepth = 32
  /// The texts of a chunk, some 64 KB, may take this much; one that was made to grow is damaged.
  static let mostText = 32 << 20
  /// An element takes more than a byte, unless templates that hold each other several times over multiply it: so many
  /// steps are enough for a record, and for a chunk, of which all its records come to less, mostly.
  static let mostSteps = (record: chunkSize, chunk: 16 * chunkSize)

  public init(fields: FieldTable) { self.fields = FieldWriter(fields: fields) }

  /// Decodes chunks of 64 KiB, the last of which may be cut off, into `batch`. The batch may read values at `base`, and up
  /// to `EventBatch.padding` bytes behind the last chunk.
  @unsafe
  public mutating func decodeChunks(
    _ base: UnsafePointer<UInt8>, count: Int, into batch: inout EventBatch
  ) {
    problems.removeAll(keepingCapacity: true)
    metSources.removeAll(keepingCapacity: true)
    newRecords.truncate(to: 0)
    texts.truncate(to: 0)
    ordinal = 0
    unsafe batch.reset(base: base, count: count)
    for start in stride(from: 0, to: count, by: EVTXDecoder.chunkSize) {
      unsafe enterChunk(at: start, of: base, count: count)
      decodeChunk(&batch)
    }
    unsafe finish(base, &batch)
    if fields.keys.boundMemory() { forgetTemplates() }
  }

  @unsafe
  mutating func enterChunk(at start: Int, of base: UnsafePointer<UInt8>, count: Int) {
    chunkOffset = start
    unsafe chunk = ByteRegion(
      UnsafeRawPointer(base) + start, count: min(count - start, EVTXDecoder.chunkSize))
    programs.programs.truncate(to: 0)
    firstText = texts.count
    beginSteps(ofChunk: true)
  }

  /// Tells the batch where its texts are.
  @unsafe
  mutating func finish(_ base: UnsafePointer<UInt8>, _ batch: inout EventBatch) {
    chunk = ByteRegion()
    // Before the batch is told where they are.
    texts.shrink(to: max(4 << 20, texts.count + EventBatch.padding))
    texts.reserve(texts.count + EventBatch.padding)
    unsafe batch.move(to: UnsafePointer(texts.pointer), count: texts.count)
    unsafe batch.keepEncoded(at: base, text: { unsafe EVTXDecoder.appendText(of: $0, $1, to: &$2) })
  }

  private mutating func forgetTemplates() {
    programs.clear()
    templates.clear()
    sources.clear()
    metSources.removeAll()
    forgetRecords()
  }
}

extension EVTXDecoder {
  /// Where a log's chunks end, by its header of 128 bytes or more; nil if it is damaged, or was not closed. What is zero from
  /// there on is room that was set aside.
  @unsafe
  public static func endOfChunks(ofLogWithHeader header: UnsafePointer<UInt8>) -> Int? {
    let region = unsafe ByteRegion(UnsafeRawPointer(header), count: 128)
    guard checksum(of: [0..<120], region) == region.load(124, UInt32.self),
      region.load(120, UInt32.self).map({ $0 & 1 == 0 }) == true, let count = region.load(42, UInt16.self)
    else { return nil }
    return fileHeaderSize + chunkSize * Int(count)
  }

  fileprivate enum Header {
    static let size = 512
    static let magic: UInt64 = 0x006B_6E68_4366_6C45
    static let freeSpace = 48
    static let checksum = 124
  }

  /// How many bytes of a chunk with this header, of 512 bytes, are ever looked at.
  @unsafe
  public static func neededBytes(ofChunkWithHeader header: UnsafePointer<UInt8>) -> Int {
    let region = unsafe ByteRegion(UnsafeRawPointer(header), count: Header.size)
    return region.load(0, UInt64.self) == Header.magic ? region.endOfRecords : chunkSize
  }

  /// What stands before a record's binary XML.
  static let recordHeaderSize = 24
  private static let recordMagic: UInt32 = 0x2A2A

  private mutating func decodeChunk(_ batch: inout EventBatch) {
    guard chunk.count >= Header.size else {
      if !isEmpty(0..<chunk.count) { report("a chunk that is cut off in its header", at: 0) }
      return
    }
    if chunk.load(0, UInt64.self) != Header.magic {
      // Behind the last chunk lies room that was set aside.
      if isEmpty(0..<chunk.count) { return }
      report("a chunk that does not begin like one", at: 0)
      // Its records may be whole all the same.
      guard chunk.load(Header.size, UInt32.self) == EVTXDecoder.recordMagic else { return }
    } else if !isHeaderWhole {
      report("a chunk whose header does not fit its checksum", at: 0)
    }
    if programs.isFull || templates.isFull { forgetTemplates() }
    let isCutOff = chunk.endOfRecords > chunk.count
    limitToRecords()
    walkRecords(to: min(chunk.count, chunk.endOfRecords), isCutOff: isCutOff, &batch)
  }

  /// Of a chunk that begins like one, nothing is read behind its records, be it names or templates.
  mutating func limitToRecords() {
    if chunk.load(0, UInt64.self) == Header.magic { chunk = chunk.prefix(chunk.endOfRecords) }
  }

  /// Whether there are nothing but zeros.
  private func isEmpty(_ range: Range<Int>) -> Bool { chunk.isZero(range.lowerBound, range.count) }

  private var isHeaderWhole: Bool {
    EVTXDecoder.checksum(of: [0..<120, 128..<Header.size], chunk) == chunk.load(Header.checksum, UInt32.self)
  }

  /// Of bytes at ranges whose lengths are multiples of eight.
  private static func checksum(of ranges: [Range<Int>], _ region: ByteRegion) -> UInt32 {
    var checksum = CRC32()
    for range in ranges {
      for offset in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
        checksum.add(region.load(offset, UInt64.self) ?? 0)
      }
    }
    return checksum.value
  }

  private mutating func walkRecords(to end: Int, isCutOff: Bool, _ batch: inout EventBatch) {
    var offset = Header.size
    while offset + EVTXDecoder.recordHeaderSize < end {
      guard chunk.load(offset, UInt32.self) == EVTXDecoder.recordMagic, let size = recordSize(offset, end),
        !holdsAnother(offset, size)
      else {
        // Nothing but zeros: the chunk was not filled.
        if isEmpty(offset..<end) { return }
        report(
          isCutOff
            ? "a record that is cut off, and all behind it in its chunk" : "a record whose size is damaged",
          at: offset)
        guard let next = nextRecord(after: offset, to: end) else { return }
        offset = next
        continue
      }
      decodeRecord(offset, size, &batch)
      offset += size
    }
    // Fewer bytes than a record has, or none where the header says that there are more.
    if isCutOff, offset >= end || !isEmpty(offset..<end) {
      report("a record that is cut off, and all behind it in its chunk", at: offset)
    }
  }

  /// Whether another record begins where a record whose size is not stated twice and alike goes on.
  private func holdsAnother(_ offset: Int, _ size: Int) -> Bool {
    if chunk.load(offset + size - 4, UInt32.self) == UInt32(size) { return false }
    return nextRecord(after: offset, to: offset + size) != nil
  }

  /// The size that a record states, if it can be true.
  private func recordSize(_ offset: Int, _ end: Int) -> Int? {
    guard let stated = chunk.load(offset + 4, UInt32.self) else { return nil }
    let size = Int(stated)
    return size >= EVTXDecoder.recordHeaderSize + 4 && offset + size <= end ? size : nil
  }

  /// Where the next record begins that states its size twice and alike.
  private func nextRecord(after offset: Int, to end: Int) -> Int? {
    var offset = offset + 4
    while offset + EVTXDecoder.recordHeaderSize < end {
      if chunk.load(offset, UInt32.self) == EVTXDecoder.recordMagic, let size = recordSize(offset, end),
        chunk.load(offset + size - 4, UInt32.self) == UInt32(size)
      {
        return offset
      }
      offset += 4
    }
    return nil
  }

  /// `isWhole`: with all values, whatever was said of its source.
  mutating func decodeRecord(_ offset: Int, _ size: Int, isWhole: Bool = false, _ batch: inout EventBatch) {
    let (firstText, firstValue) = (texts.count, batch.values.count)
    let record = EventRecord(
      firstValue: UInt32(firstValue), offset: UInt32(truncatingIfNeeded: firstText), length: 0,
      ordinal: UInt32(truncatingIfNeeded: ordinal),
      source: UInt32(truncatingIfNeeded: chunkOffset + offset),
      number: chunk.load(offset + 8, UInt64.self) ?? 0)
    fields.begin(record, &batch)
    let event = batch.events.count - 1
    do throws(EVTXDamage) {
      extent = isWhole ? .whole : .open
      try walkRecord(offset, size, event, &batch)
      finishRecord(event, &batch)
    } catch {
      batch.values.truncate(to: firstValue)
      batch.marks.truncate(to: event * EventMark.count)
      batch.events.truncate(to: event)
      texts.truncate(to: firstText)
      report(error.reason, at: offset)
    }
    ordinal += 1
  }

  private mutating func finishRecord(_ event: Int, _ batch: inout EventBatch) {
    batch.events[event].length = UInt32(
      truncatingIfNeeded: texts.count - Int(batch.events[event].offset))
    batch.events[event].number = recordID
    batch.events[event].isSelected = isSelecting
    batch.events[event].outcome = outcome
    if let newKey { newRecords.append(NewRecord(event: event, key: newKey)) }
    // Another's channel would say what is wanted of it.
    if let newSource, isOfSource {
      metSources.append(MetSource(event: event, source: newSource))
      sources.set(.met, of: newSource)
    }
  }

  private mutating func walkRecord(
    _ offset: Int, _ size: Int, _ event: Int, _ batch: inout EventBatch
  ) throws(EVTXDamage) {
    substitutions.truncate(to: 0)
    run = 0..<0
    newSource = nil
    fragmentCount = 0
    (outcome, newKey) = (0, nil)
    rootCount = 0
    beginSteps()
    recordID = batch.events[event].number
    let fragment = (offset + EVTXDecoder.recordHeaderSize)..<(offset + size - 4)
    do throws(EVTXDamage) {
      try walkFragment(fragment, parent: 0, isInValue: false, depth: 0, &batch)
      if !isSelecting || isWhollySelected { return try writeRun() }
    } catch {
      guard isSelecting else { throw error }
    }
    // What it is that its template does not tell shows with all its values.
    extent = .whole
    newKey = nil
    fields.beginAgain(&batch)
    texts.truncate(to: Int(batch.events[event].offset))
    steps = stepsBefore
    try walkRecord(offset, size, event, &batch)
  }

  mutating func beginSteps(ofChunk: Bool = false) {
    if ofChunk { steps = 0 }
    stepsBefore = steps
    templates.readings.truncate(to: 0)
  }

  @inline(__always)
  mutating func count(steps more: Int) throws(EVTXDamage) {
    steps += more
    if steps - stepsBefore > EVTXDecoder.mostSteps.record || steps > EVTXDecoder.mostSteps.chunk {
      throw EVTXDamage("elements that multiply beyond measure")
    }
  }

  private mutating func report(_ reason: String, at offset: Int) {
    problems.append(DecodeProblem(offset: chunkOffset + offset, ordinal: ordinal, reason: reason))
  }
}

/// Why a record cannot be read.
struct EVTXDamage: Error {
  var reason: String

  init(_ reason: String) { self.reason = reason }
}

/// Bytes that are read at any place: beyond their end there is nothing.
@safe
struct ByteRegion {
  private var base: UnsafeRawPointer?
  private(set) var count = 0

  init() { unsafe base = nil }

  @unsafe
  init(_ base: UnsafeRawPointer, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  /// The little-endian number at an offset, or nil.
  @inline(__always)
  func load<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _: Number.Type) -> Number? {
    guard offset >= 0, offset <= count - MemoryLayout<Number>.size, let base = unsafe base else { return nil }
    return unsafe Number(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: Number.self))
  }

  /// The first bytes, at most so many.
  func prefix(_ count: Int) -> ByteRegion {
    guard let base = unsafe base else { return self }
    return unsafe ByteRegion(base, count: min(count, self.count))
  }

  /// Where the records of a chunk end, by its header. What lies behind is older records that were given up.
  var endOfRecords: Int {
    let stated = Int(load(EVTXDecoder.Header.freeSpace, UInt32.self) ?? 0)
    return (EVTXDecoder.Header.size...EVTXDecoder.chunkSize).contains(stated) ? stated : EVTXDecoder.chunkSize
  }

  /// Whether there are nothing but zeros, or nothing, at some offsets.
  func isZero(_ offset: Int, _ length: Int) -> Bool {
    guard let bytes = unsafe bytes(offset, length) else { return true }
    var place = 0
    while place + 128 <= length {
      let first = unsafe bytes.loadUnaligned(fromByteOffset: place, as: SIMD8<UInt64>.self)
      let second = unsafe bytes.loadUnaligned(fromByteOffset: place + 64, as: SIMD8<UInt64>.self)
      let half = (first | second).lowHalf | (first | second).highHalf
      let quarter = half.lowHalf | half.highHalf
      if quarter[0] | quarter[1] != 0 { return false }
      place += 128
    }
    while place < length {
      if unsafe bytes[place] != 0 { return false }
      place += 1
    }
    return true
  }

  /// The bytes at some offsets, or nil when they do not all lie within.
  @inline(__always)
  func bytes(_ offset: Int, _ length: Int) -> UnsafeRawBufferPointer? {
    guard offset >= 0, length >= 0, offset <= count - length, let base = unsafe base else { return nil }
    return unsafe UnsafeRawBufferPointer(start: base + offset, count: length)
  }
}
