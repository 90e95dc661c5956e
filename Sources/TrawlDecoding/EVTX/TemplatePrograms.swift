import TrawlEvents

/// What templates come to: for each element and attribute that may have a value, in their order,
/// which member of the event it is and what its text is made of.
struct TemplatePrograms: ~Copyable {
  struct Program: BitwiseCopyable {
    /// Of the definition in the chunk, and the member that it lies in.
    var definition: UInt32
    var parent: UInt32
    var firstItem: UInt32
    var itemCount: UInt32
    /// Of a record's outermost template: the items that are its channel and event id.
    var channel = none
    var eventID = none

    /// No item.
    static let none = UInt32.max

    var items: Range<Int> { Int(firstItem)..<Int(firstItem + itemCount) }
  }

  struct Item: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable {
      case value, attribute
      /// Holds elements, and is a value only by being there.
      case container
      /// System's EventRecordID.
      case recordID
      /// An element whose name is a substitution.
      case named
    }

    /// How the text comes about.
    enum Form: UInt8, BitwiseCopyable {
      case any
      /// The same in every record: `length` bytes at `argument` in `literals`, and a line's end behind them.
      case fixed
      /// One substitution, whose number is `argument`.
      case single
    }

    var kind: Kind
    var form = Form.any
    /// Whether the member is no field and bears no mark, but may have a keyword.
    var isUnknown = false
    /// Whether no text is an empty one, rather than null as elsewhere: so evtx-rs prints it.
    var mayBeEmpty = false
    /// Of the member; of the one around it where the name comes with the record.
    var node: UInt32
    var firstPiece: UInt32 = 0
    var pieceCount: UInt32 = 0
    /// The number of the substitution that is the name.
    var name: UInt32 = 0
    var argument: UInt32 = 0
    var length: UInt32 = 0
  }

  struct Piece: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable {
      /// `offset` and `length` in `literals`.
      case text
      /// `offset` is the number of the substitution.
      case substitution
      /// `offset` is where a template instance begins in the chunk.
      case instance
    }

    var kind: Kind
    var offset: UInt32
    var length: UInt32 = 0
  }

  /// Of the current chunk.
  var programs = Block<Program>(capacity: 64)
  var items = Block<Item>(capacity: 1024)
  var pieces = Block<Piece>(capacity: 1024)
  var literals = Block<UInt8>(capacity: 4096)
  /// Items of programs that are looked at in records of a source.
  var selected = Block<SelectedItems>(capacity: 64)
  /// Numbers of substitutions.
  var keys = Block<UInt32>(capacity: 256)

  /// So that a log of ever new templates does not take all memory.
  var isFull: Bool { items.count > 1 << 16 || pieces.count > 1 << 16 || literals.count > 4 << 20 }

  mutating func clear() {
    programs.truncate(to: 0)
    items.truncate(to: 0)
    pieces.truncate(to: 0)
    literals.truncate(to: 0)
    selected.truncate(to: 0)
    keys.truncate(to: 0)
  }

  /// The program of a definition within a member, or nil. A chunk defines some tens.
  func find(definition: Int, parent: UInt32) -> Int? {
    for index in 0..<programs.count {
      let program = programs[index]
      if program.definition == UInt32(definition), program.parent == parent { return index }
    }
    return nil
  }
}

/// A value that a record puts into its template.
struct Substitution: BitwiseCopyable {
  /// In the chunk.
  var offset: UInt32
  var length: UInt16
  var type: UInt8
}

/// The tokens of binary XML; the bit 0x40, which says that more follows, aside.
enum BinXMLToken {
  static let end: UInt8 = 0x00
  static let openElement: UInt8 = 0x01
  static let closeStartTag: UInt8 = 0x02
  static let closeEmptyElement: UInt8 = 0x03
  static let endElement: UInt8 = 0x04
  static let text: UInt8 = 0x05
  static let attribute: UInt8 = 0x06
  static let cdata: UInt8 = 0x07
  static let character: UInt8 = 0x08
  static let entity: UInt8 = 0x09
  static let instructionTarget: UInt8 = 0x0A
  static let instructionData: UInt8 = 0x0B
  static let templateInstance: UInt8 = 0x0C
  static let substitution: UInt8 = 0x0D
  static let optionalSubstitution: UInt8 = 0x0E
  static let fragmentHeader: UInt8 = 0x0F
  static let hasMore: UInt8 = 0x40
}
