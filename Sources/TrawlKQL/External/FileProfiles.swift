import TrawlRows
import TrawlRules

/// What a local table says of files by their hashes. It stands for what `FileProfile()` knows in Microsoft's cloud.
public struct FileProfiles: Sendable {
  /// What is wrong with a table.
  public struct Problem: Error, Sendable {
    public var message: String
  }

  /// The table as it was read.
  package let text: String
  /// In lower case, in the order of their bytes, each once.
  private let hashes: [KQLValue]
  /// Of each column the values for these hashes.
  private let values: [String: KQLValue]

  /// The columns that `FileProfile()` adds (learn.microsoft.com, "FileProfile()").
  static let columns = [
    KQLResultColumn("SHA1", .string), KQLResultColumn("SHA256", .string), KQLResultColumn("MD5", .string),
    KQLResultColumn("FileSize", .long), KQLResultColumn("GlobalPrevalence", .int),
    KQLResultColumn("GlobalFirstSeen", .datetime), KQLResultColumn("GlobalLastSeen", .datetime),
    KQLResultColumn("Signer", .string), KQLResultColumn("Issuer", .string),
    KQLResultColumn("SignerHash", .string), KQLResultColumn("IsCertificateValid", .bool),
    KQLResultColumn("IsRootSignerMicrosoft", .bool), KQLResultColumn("SignatureState", .string),
    KQLResultColumn("IsExecutable", .bool), KQLResultColumn("ThreatName", .string),
    KQLResultColumn("Publisher", .string), KQLResultColumn("SoftwareName", .string),
    KQLResultColumn(availability, .string),
  ]

  private static let availability = "ProfileAvailability"
  private static let keys = ["SHA1", "SHA256", "MD5"]
  /// Hexadecimal digits of the three kinds of hashes.
  private static let lengths: Set<Int> = [40, 64, 32]

  /// Of CSV with the names of columns in its first line, or JSON: a list of objects, or one a line. Columns of other names
  /// are passed over. Of several rows with one hash the first counts.
  public init(_ text: String) throws(Problem) {
    self.text = text
    let rows = try FileProfileRows(text)
    var found: [(hash: String, row: Int)] = []
    for row in rows.cells.indices {
      let hashes = FileProfiles.keys.compactMap { rows.cells[row][$0] }.filter { !$0.isEmpty }
      guard !hashes.isEmpty else { throw Problem(message: "row \(row + 1) has no SHA1, SHA256 or MD5") }
      for hash in hashes {
        guard FileProfiles.isHash(hash) else {
          throw Problem(message: "row \(row + 1): '\(hash)' is no SHA-1, SHA-256 or MD5")
        }
        found.append((hash.lowercased(), row))
      }
    }
    let ordered = FileProfiles.firstOfEach(found)
    hashes = ordered.map { .string($0.hash) }
    var values: [String: KQLValue] = [:]
    for column in FileProfiles.columns {
      let cells = try rows.values(of: column)
      values[column.name] = .list(ordered.map { cells[$0.row] })
    }
    self.values = values
  }

  private static func isHash(_ text: String) -> Bool {
    lengths.contains(text.utf8.count)
      && text.utf8.allSatisfy { Unicode.Scalar($0).properties.isASCIIHexDigit }
  }

  private static func firstOfEach(_ found: [(hash: String, row: Int)]) -> [(hash: String, row: Int)] {
    let sorted = found.sorted { ($0.hash, $0.row) < ($1.hash, $1.row) }
    return sorted.indices.filter { $0 == 0 || sorted[$0].hash != sorted[$0 - 1].hash }.map { sorted[$0] }
  }
}

extension FileProfiles {
  /// A column of the profile of the file with a hash. Without a profile it is null, and its availability is Missing; of
  /// what is no hash that is "".
  func operand(_ column: KQLResultColumn, of hash: KQLOperand) -> KQLOperand {
    let isAvailability = column.name == FileProfiles.availability
    let absent: KQLValue =
      isAvailability ? .string("Missing") : column.type == .string ? .string("") : .null(column.type)
    let found = KQLOperand.call(
      .lookup,
      [
        .constant(.list(hashes)), .constant(values[column.name] ?? .list([])), hash, .constant(absent),
        .constant(.string("FileProfile.\(column.name)")),
      ])
    guard isAvailability else { return found }
    let isHash = KQLPredicate.member(
      .call(.strlen, [hash]), FileProfiles.lengths.sorted().map { .integer(Int64($0)) })
    return .call(.iff, [.condition(isHash), found, .constant(.string(""))])
  }
}

/// The rows of a table of profiles as texts.
private struct FileProfileRows {
  /// By the names of columns as Microsoft spells them. What has no value is not among them.
  var cells: [[String: String]] = []

  init(_ text: String) throws(FileProfiles.Problem) {
    let text = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    switch text.utf8.first(where: { $0 > 0x20 }) {
    case UInt8(ascii: "["), UInt8(ascii: "{"): try readJSON(text)
    default: try readCSV(text)
    }
    guard !cells.isEmpty else { throw FileProfiles.Problem(message: "there are no rows in it") }
  }

  /// What the rows have in a column. A row that says nothing of its availability is one that is available.
  func values(of column: KQLResultColumn) throws(FileProfiles.Problem) -> [KQLValue] {
    var values: [KQLValue] = []
    for (row, cells) in cells.enumerated() {
      guard let text = cells[column.name], !text.isEmpty else {
        let isAvailability = column.name == "ProfileAvailability"
        values.append(
          column.type == .string ? .string(isAvailability ? "Available" : "") : .null(column.type))
        continue
      }
      let value = KQLValue(column: text, column.type)
      guard !value.isNull else {
        throw FileProfiles.Problem(
          message: "row \(row + 1): \(column.name) is \(column.type.rawValue), which '\(text)' is not")
      }
      values.append(value)
    }
    return values
  }

  private mutating func readCSV(_ text: String) throws(FileProfiles.Problem) {
    let records = DelimitedText.records(text, UInt8(ascii: ","))
    guard let header = records.first else { return }
    var names: [String?] = []
    for name in header { names.append(try FileProfileRows.column(name)) }
    for record in records.dropFirst() {
      var row: [String: String] = [:]
      for (name, text) in zip(names, record) { if let name { row[name] = text } }
      cells.append(row)
    }
  }

  private mutating func readJSON(_ text: String) throws(FileProfiles.Problem) {
    var objects = [KQLValue(json: text)]
    if case .list(let elements) = objects[0] {
      objects = elements
    } else if case .string = objects[0] {
      objects = ExternalTable.lines(text).map { KQLValue(json: $0) }
    }
    for (place, object) in objects.enumerated() {
      guard case .bag(let members) = object else {
        throw FileProfiles.Problem(message: "row \(place + 1) is no object of JSON")
      }
      var row: [String: String] = [:]
      for member in members {
        if let name = try FileProfileRows.column(member.name) { row[name] = member.value.shown }
      }
      cells.append(row)
    }
  }

  /// The column that a name means, in whatever case; nil for another column. Throws where it looks like a mistake.
  private static func column(_ name: String) throws(FileProfiles.Problem) -> String? {
    let names = FileProfiles.columns.map(\.name)
    if let known = names.first(where: { $0.lowercased() == name.lowercased() }) { return known }
    // Of long names only: FileName is near FileSize.
    guard name.count > 10, let near = nearestName(to: name, among: names) else { return nil }
    throw FileProfiles.Problem(message: "there is no column '\(name)'. Did you mean '\(near)'?")
  }
}
