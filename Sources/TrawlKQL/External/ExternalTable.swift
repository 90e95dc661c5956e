import TrawlRows

/// `externaldata(columns)[addresses] with (format=..., ignoreFirstRecord=...)` as written.
package struct ExternalTable: Sendable {
  var columns: [ColumnDeclaration]
  var addresses: [String]
  /// By their names in lower case.
  var options: [String: String]

  /// How files are read.
  enum Format: String {
    case csv, tsv, psv, scsv, txt, json, multijson

    /// What stands between the values of a line.
    var separator: UInt8? {
      switch self {
      case .csv: UInt8(ascii: ",")
      case .tsv: 0x09
      case .psv: UInt8(ascii: "|")
      case .scsv: UInt8(ascii: ";")
      case .txt, .json, .multijson: nil
      }
    }
  }

  /// By the option, or else by the address; nil for a format that is not known.
  func format(of address: String) -> Format? {
    if let name = options["format"] { return Format(rawValue: name == "raw" ? "txt" : name) }
    let name = address.split(separator: ".").last.map { $0.lowercased() } ?? ""
    return Format(rawValue: name) ?? .csv
  }

  /// The rows of a file's contents; nil if they are not in the format.
  func rows(of text: String, _ format: Format) -> [[KQLValue]]? {
    var lines: [[String]]
    switch format {
    case .json, .multijson: return jsonRows(text)
    case .txt: lines = ExternalTable.lines(text).map { [$0] }
    default: lines = DelimitedText.records(text, format.separator ?? UInt8(ascii: ","))
    }
    if options["ignorefirstrecord"] == "true", !lines.isEmpty { lines.removeFirst() }
    return lines.map { line in
      columns.indices.map { place in
        let text = place < line.count ? line[place] : ""
        let type = columns[place].type
        return text.isEmpty && type != .string ? .null(type) : KQLValue(column: text, type)
      }
    }
  }

  static func lines(_ text: String) -> [String] {
    text.utf8.split(separator: 10).compactMap { line in
      let line = line.last == 13 ? line.dropLast() : line
      return line.isEmpty ? nil : String(Substring(line))
    }
  }

  /// Of a list of objects, or one object a line.
  private func jsonRows(_ text: String) -> [[KQLValue]]? {
    var objects = [KQLValue(json: text)]
    if case .list(let elements) = objects[0] { objects = elements }
    if case .string = objects[0] { objects = ExternalTable.lines(text).map { KQLValue(json: $0) } }
    var rows: [[KQLValue]] = []
    for object in objects {
      guard case .bag = object else { return nil }
      rows.append(
        columns.map { column in
          let member = object.member(column.name)
          if column.type == .dynamic { return member }
          return member.isNull && column.type != .string
            ? .null(column.type) : KQLValue(column: member.shown, column.type)
        })
    }
    return rows
  }
}

/// Values between separators (RFC 4180): in quotes they may hold separators and line ends, and two quotes for one.
enum DelimitedText {
  static func records(_ text: String, _ separator: UInt8) -> [[String]] {
    var records: [[String]] = []
    var (record, value, isQuoted, isBegun) = ([String](), [UInt8](), false, false)
    let bytes = Array(text.utf8)
    var at = 0
    func ended() -> String { String(decoding: value, as: UTF8.self) }
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      if isQuoted {
        if byte != 0x22 {
          value.append(byte)
        } else if at < bytes.count, bytes[at] == 0x22 {
          value.append(byte)
          at += 1
        } else {
          isQuoted = false
        }
      } else if byte == 0x22, value.isEmpty {
        (isQuoted, isBegun) = (true, true)
      } else if byte == separator {
        record.append(ended())
        (value, isBegun) = ([], true)
      } else if byte == 10 {
        if value.last == 13 { value.removeLast() }
        if isBegun || !value.isEmpty { records.append(record + [ended()]) }
        (record, value, isBegun) = ([], [], false)
      } else {
        value.append(byte)
      }
    }
    if isBegun || !value.isEmpty { records.append(record + [ended()]) }
    return records
  }
}
