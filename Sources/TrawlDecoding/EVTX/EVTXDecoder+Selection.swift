import TrawlEvents

/// How much of a record is decoded.
enum RecordExtent: BitwiseCopyable {
  /// What its source says, when that is known.
  case open
  case whole
  /// The values that rules for a source ask for.
  case selected(source: Int)
}

/// An event of the last batch, the first of its source.
public struct MetSource: BitwiseCopyable, Sendable {
  public var event: Int
  var source: Int
}

extension EVTXDecoder {
  /// Says which values of a source are wanted from now on; nil: all.
  public mutating func select(_ selection: EventSelection?, for met: MetSource) {
    guard met.source < sources.entries.count else { return }
    if let selection { return sources.select(selection, for: met.source) }
    sources.set(.whole, of: met.source)
  }

  /// Decodes the record of an event of the last batch once more, with all its values, as the batch's last event.
  @unsafe
  public mutating func decodeWhole(
    _ event: Int, _ base: UnsafePointer<UInt8>, count: Int, into batch: inout EventBatch
  ) {
    let record = batch.events[event]
    let source = Int(record.source)
    let start = source / EVTXDecoder.chunkSize * EVTXDecoder.chunkSize
    unsafe enterChunk(at: start, of: base, count: count)
    limitToRecords()
    guard let size = chunk.load(source - start + 4, UInt32.self) else { return }
    ordinal = Int(record.ordinal)
    decodeRecord(source - start, Int(size), isWhole: true, &batch)
    unsafe finish(base, &batch)
  }
}

extension EVTXDecoder {
  var isSelecting: Bool {
    @inline(__always) get { if case .selected = extent { true } else { false } }
  }

  /// Finds out what a record's outermost template says about its source, whose substitutions begin at `first`.
  @inline(__always)
  mutating func chooseExtent(_ program: TemplatePrograms.Program, _ first: Int) {
    extent = .whole
    guard let source = source(of: program, first) else { return }
    switch sources.entries[source].state {
    case .selected: extent = .selected(source: source)
    case .new: newSource = source
    case .met, .whole: return
    }
  }

  @inline(__always)
  private mutating func source(of program: TemplatePrograms.Program, _ first: Int) -> Int? {
    guard program.channel != TemplatePrograms.Program.none, program.eventID != TemplatePrograms.Program.none
    else { return nil }
    let (channel, eventID) = (programs.items[Int(program.channel)], programs.items[Int(program.eventID)])
    var number: UInt16 = 0
    if eventID.form == .single {
      guard let value = substitution(eventID, first), value.type == EVTXValueType.uint16, value.length == 2
      else { return nil }
      number = load(Int(value.offset), UInt16.self)
    }
    var name = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    if channel.form == .single {
      guard let value = substitution(channel, first), value.type == EVTXValueType.string,
        (8...EventBatch.longestName).contains(Int(value.length)),
        let bytes = unsafe chunk.bytes(Int(value.offset), Int(value.length))
      else { return nil }
      unsafe name = bytes
    }
    return unsafe sources.find(template: program.firstItem, eventID: number, channel: name)
  }

  /// Whether what was selected of a record is all that its rules ask for.
  var isWhollySelected: Bool {
    @inline(__always) get { rootCount == 1 && fragmentCount == 0 && isOfSource }
  }

  /// Whether the event's channel and id are those by which its source was chosen: it has no others elsewhere, be it in a
  /// fragment or before its template.
  var isOfSource: Bool {
    @inline(__always) get { !fields.hasRivalMarks }
  }

  func substitution(_ item: TemplatePrograms.Item, _ first: Int) -> Substitution? {
    let number = first + Int(item.argument)
    return number < substitutions.count ? substitutions[number] : nil
  }

  /// Looks at the substitutions from `first` on, of which only some will be walked: their strings are text for keywords.
  mutating func passOver(from first: Int, _ source: RecordSource) throws(EVTXDamage) {
    var tail = try tail(room: 0)
    // No longer than the memory of substitutions, which nothing here changes.
    let (values, count, leastLengths) = unsafe (
      UnsafePointer(substitutions.pointer), substitutions.count, UnsafePointer(self.leastLengths.pointer)
    )
    var index = first
    while index < count {
      let value = unsafe values[index]
      index &+= 1
      if unsafe UInt32(value.length) >= leastLengths[Int(value.type)] { continue }
      switch value.type {
      // The values of an array stand apart by zeros, as no keyword has them.
      case EVTXValueType.string, EVTXValueType.string | EVTXValueType.array:
        if source.hasKeywords { try addToRun(value, &tail) }
      case EVTXValueType.binXML: fragmentCount += 1
      case EVTXValueType.boolean where value.length >= 4:
        if source.hasKeywords { try addBoolean(value, &tail) }
      default: guard isSound(value) else { throw EVTXDamage("a value that is not passed over") }
      }
    }
    texts.take(tail)
  }

  private mutating func addBoolean(_ value: Substitution, _ tail: inout TextTail) throws(EVTXDamage) {
    if tail.room < EVTXValueText.room(for: value) {
      try renew(&tail, room: EVTXValueText.room(for: value))
    }
    try valueText.append(value, to: &tail)
    tail.append(0x0A)
  }

  /// By type of value: the least length with which a value is passed over without a further look.
  static func leastLengths() -> Block<UInt32> {
    var lengths = Block<UInt32>(repeating: .max, count: 256)
    for type in UInt8.min...UInt8.max where EVTXValueType.staysEncoded(type) {
      if let size = EVTXValueType.size(type) { lengths[Int(type)] = UInt32(size) }
    }
    lengths[Int(EVTXValueType.null)] = 0
    lengths[Int(EVTXValueType.binary)] = 0
    return lengths
  }
}
