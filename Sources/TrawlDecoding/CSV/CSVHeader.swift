import TrawlEvents

/// The first line of a table: what its columns are called, and who wrote it.
struct CSVHeader {
  var separator = UInt8(ascii: ",")
  /// Names of members, one for each column.
  var names: [String] = []
  /// What a cell behind the last column is, where a program writes one that it does not name.
  var unnamed: String?

  /// Reads the header at the start of `bytes`, behind a line `#TYPE`.
  init(_ bytes: LogBytes) {
    let start = CSVHeader.lengthOfType(bytes)
    for candidate in [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")] {
      let rows = CSVRows(bytes: bytes, separator: candidate)
      var cells: [CSVCell] = []
      if rows.read(start, &cells).damage != nil || cells.count <= max(names.count, 1) { continue }
      separator = candidate
      names = cells.map { CSVHeader.name($0, bytes) }
    }
    rename()
  }

  /// PowerShell's `Export-Csv` may begin with a line that names a type.
  static func lengthOfType(_ bytes: LogBytes) -> Int {
    bytes.has("#TYPE ", at: 0) ? min(bytes.endOfLine(0) + 1, bytes.count) : 0
  }

  private static func name(_ cell: CSVCell, _ bytes: LogBytes) -> String {
    let text = bytes.text(cell.start..<cell.end)
    if !cell.hasQuotes { return text }
    var name: [UInt8] = []
    var isSecond = false
    for byte in text.utf8 {
      isSecond = byte == UInt8(ascii: "\"") && !isSecond
      if !isSecond { name.append(byte) }
    }
    return String(decoding: name, as: UTF8.self)
  }

  /// Two programs of Windows have names of their own for what System says; another program's column of such a name stays.
  private mutating func rename() {
    let known = Set(names)
    if known.isSuperset(of: ["Date and Time", "Source", "Event ID", "Task Category"]) {
      rename(["Source": "Provider_Name", "Event ID": "EventID"])
      if !known.contains("Message") { unnamed = "Message" }
    } else if known.isSuperset(of: ["LogName", "ProviderName", "Id", "MachineName", "TimeCreated", "Message"])
    {
      rename([
        "LogName": "Channel", "Id": "EventID", "ProviderName": "Provider_Name", "MachineName": "Computer",
      ])
    }
  }

  private mutating func rename(_ others: [String: String]) { names = names.map { others[$0] ?? $0 } }
}

extension CSVHeader {
  /// Whether a program could have written these names: prose with commas has blanks behind them, and long cells.
  var isPlausible: Bool {
    names.count >= 2 && Set(names).count == names.count && names.allSatisfy(CSVHeader.isPlausible)
  }

  private static func isPlausible(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, name.utf8.count <= 64, !name.hasSuffix(" "),
      first.properties.isAlphabetic || "_@#%".unicodeScalars.contains(first)
    else { return false }
    return name.unicodeScalars.contains { $0.properties.isAlphabetic }
      && name.utf8.count { $0 == UInt8(ascii: " ") } <= 3
      && !name.unicodeScalars.contains {
        $0.value < 0x20 || $0.value == 0xFFFD || "=\"{}<>;,:!?".unicodeScalars.contains($0)
      }
  }
}
