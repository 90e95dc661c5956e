import TrawlDecoding

/// What a user may say that logs are.
public enum LogFormat: String, CaseIterable, Sendable {
  case json, evtx, csv, xml, syslog, auditd, text
}

/// How the events of a log are laid out.
package enum InputFormat: Sendable {
  /// One JSON object a line.
  case lines
  /// JSON documents: pretty-printed, in an array, one after the other.
  case documents
  /// A Windows event log.
  case evtx
  /// A table, its first line the names of the columns.
  case csv
  /// Windows events as XML.
  case xml
  /// Lines of syslog, of Linux's audit daemon, and of any other kind.
  case syslog, auditd, text

  /// Whether an event is a line, so that lines are worth a look before more of them come.
  var isOfLines: Bool { self != .documents && self != .evtx && self != .xml }

  /// What the user said that logs are; for JSON the first bytes decide.
  init(_ format: LogFormat, _ bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool) {
    switch format {
    case .json: self = unsafe InputFormat.json(bytes, isWhole: isWhole) ?? .lines
    case .evtx: self = .evtx
    case .csv: self = .csv
    case .xml: self = .xml
    case .syslog: self = .syslog
    case .auditd: self = .auditd
    case .text: self = .text
    }
  }

  /// Recognises a log by its first bytes; an explanation when it is none. A byte order mark is passed over by the caller.
  static func recognise(
    _ bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool
  ) -> Result<InputFormat, FormatError> {
    if unsafe bytes.starts(with: EVTXDecoder.fileMagic) { return .success(.evtx) }
    if !bytes.isEmpty, unsafe bytes.allSatisfy({ $0 == 0 }) {
      return .failure(FormatError(message: "nothing but zeros"))
    }
    if unsafe bytes.prefix(512).contains(0) {
      return .failure(FormatError(message: "a binary file of no known format"))
    }
    guard let first = unsafe bytes.first(where: { !isBlank($0) }) else { return .success(.lines) }
    if "{[".utf8.contains(first), let format = unsafe json(bytes, isWhole: isWhole) {
      return .success(format)
    }
    if unsafe EventXMLDecoder.recognises(bytes, isWhole: isWhole) { return .success(.xml) }
    if unsafe AuditdDecoder.recognises(bytes, isWhole: isWhole) { return .success(.auditd) }
    if unsafe SyslogDecoder.recognises(bytes, isWhole: isWhole) { return .success(.syslog) }
    if unsafe CSVDecoder.recognises(bytes, isWhole: isWhole) { return .success(.csv) }
    if let format = unsafe json(bytes, isWhole: isWhole) { return .success(format) }
    return .failure(
      FormatError(
        message:
          "no log that is known: neither JSON nor EVTX, XML of Windows events, CSV, syslog or auditd (--input-format)"
      ))
  }

  /// How JSON is laid out; nil for what is none.
  private static func json(_ bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool) -> InputFormat? {
    guard let first = unsafe bytes.first(where: { !isBlank($0) }) else { return .lines }
    if first == UInt8(ascii: "[") { return unsafe isArrayOfObjects(bytes) ? .documents : nil }
    if unsafe DocumentSplitter().startOfRecords(bytes, 0) != nil { return .documents }
    var sawObject = false
    var start = 0
    while start < bytes.count {
      let end = unsafe bytes[start...].firstIndex(of: 10) ?? bytes.count
      if unsafe bytes[start] == UInt8(ascii: "{") {
        let isComplete = end < bytes.count || isWhole
        switch unsafe line(bytes, start, end) {
        case .object: return .lines
        case .objects: return .documents
        case .open where !isComplete && !sawObject: return .lines
        case .open: sawObject = true
        }
      }
      start = end + 1
    }
    return sawObject || first == UInt8(ascii: "{") ? .documents : nil
  }

  /// Other logs have times in brackets.
  private static func isArrayOfObjects(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let inner = unsafe bytes.lazy.filter { !isBlank($0) }.prefix(2).dropFirst().first
    return inner.map { "{[]".utf8.contains($0) } ?? true
  }

  struct FormatError: Error {
    var message: String
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }

  private enum Line {
    /// One whole object.
    case object
    /// A whole object and more behind it.
    case objects
    /// An object that does not end in the line.
    case open
  }

  private static func line(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Line {
    var depth = 0
    var isInString = false
    var index = start
    while index < end {
      let byte = unsafe bytes[index]
      if isInString {
        if byte == UInt8(ascii: "\\") { index += 1 }
        if byte == UInt8(ascii: "\"") { isInString = false }
      } else if byte == UInt8(ascii: "\"") {
        isInString = true
      } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
        depth += 1
      } else if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
        depth -= 1
        if depth == 0 {
          let rest = unsafe bytes[(index + 1)..<end]
          return unsafe rest.contains(UInt8(ascii: "{")) ? .objects : .object
        }
      }
      index += 1
    }
    return .open
  }
}
