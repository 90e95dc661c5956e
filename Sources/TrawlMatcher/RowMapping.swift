import TrawlEvents

/// How rows of a table are read as events of a category of rules: which, by the same number, `LogSourceSelection.mappings`
/// says. 12 bytes.
public struct MappingEntry: BitwiseCopyable, Sendable {
  /// Of what must be so of a row, in `RulesetTables.nodes`.
  public var firstNode: UInt32
  /// In `RulesetTables.mappedFields`.
  public var firstField: UInt32
  public var fieldCount: UInt32

  public init(firstNode: UInt32, firstField: UInt32, fieldCount: UInt32) {
    self.firstNode = firstNode
    self.firstField = firstField
    self.fieldCount = fieldCount
  }
}

/// A field that rules name, and the columns of a row that its value is made of.
public struct MappedField: BitwiseCopyable, Sendable {
  /// How the value is made.
  @frozen
  public enum Kind: UInt8, BitwiseCopyable, Sendable {
    /// The values of a column, or a part of each.
    case column
    /// Text that is always the same.
    case constant
    /// Two columns with a backslash between them; where one is empty, the other alone.
    case path
    /// The same, unless the first ends with the second already.
    case filePath
    /// A registry key and a value in it, whose empty name is that of the default value.
    case registryValue
    /// The data of a registry value, by its type in the second column.
    case registryDetails
  }

  public var target: FieldID
  public var kind: Kind
  /// Of the first column.
  public var part = ValuePart.whole
  /// The columns; 0 where there is none.
  public var source: FieldID = 0
  public var other: FieldID = 0
  /// Of a constant, in `RulesetTables.texts`.
  public var offset: UInt32 = 0
  public var length: UInt32 = 0

  public init(_ target: FieldID, _ kind: Kind) {
    self.target = target
    self.kind = kind
  }
}

extension LogSourceSelection {
  /// A table whose rows rules of a category read.
  public struct RowMapping: Sendable, Hashable {
    /// The name of the route.
    public var name: String
    /// What the rows name as their category; folded.
    public var table: String
    /// Of the rules, which are of Windows or of no product.
    public var category: String

    public init(name: String, table: String, category: String) {
      self.name = name
      self.table = table
      self.category = category
    }
  }
}

extension LogSourceSelection.Selector {
  /// Whether rules with this selector look at rows that are read as events of a category.
  func selects(rowsAs category: String) -> Bool {
    guard let named, named[.category] == category else { return false }
    return named.allSatisfy { $0.key == .category || $0 == (.product, "windows") }
  }
}
