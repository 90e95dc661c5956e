/// What stands before the message of a line of syslog: RFC 3164 with or without its priority, the same with a time of
/// RFC 3339 (rsyslog's default), or RFC 5424. A part that the line does not have is empty.
struct SyslogHeader {
  /// Of facility and severity.
  var priority: Int?
  var time = 0..<0
  /// Whether the time has a year.
  var isFullTime = false
  var host = 0..<0
  var program = 0..<0
  var process = 0..<0
  var messageID = 0..<0
  /// From the first bracket to the last.
  var structured = 0..<0
  var message = 0..<0

  private let log: LogBytes
  private let end: Int
  private var offset: Int

  /// Reads the header of a line; nil when it has none.
  init?(_ log: LogBytes, _ line: Range<Int>) {
    self.log = log
    end = line.upperBound
    offset = line.lowerBound
    if log[offset] == UInt8(ascii: "<"), offset < end {
      guard readPriority() else { return nil }
      if log.has("1 ", at: offset), offset + 2 < end {
        offset += 2
        guard readRFC5424() else { return nil }
        return
      }
    }
    guard readTime() else { return nil }
    readTag()
  }

  private mutating func readPriority() -> Bool {
    var value = 0
    var place = offset + 1
    while place < min(end, offset + 4), let digit = digit(place) {
      value = 10 * value + digit
      place += 1
    }
    guard place > offset + 1, place < end, log[place] == UInt8(ascii: ">"), value <= 191 else { return false }
    priority = value
    offset = place + 1
    return true
  }

  private func digit(_ place: Int) -> Int? {
    let digit = log[place] &- UInt8(ascii: "0")
    return digit < 10 ? Int(digit) : nil
  }

  /// The next word, behind which the offset then is.
  private mutating func word() -> Range<Int> {
    let start = offset
    let stop = log.index(of: 0x20, from: start, to: end)
    offset = min(stop + 1, end)
    return start..<stop
  }

  /// Whether digits stand where a pattern has zeros, and its other characters where it has them.
  private func fits(_ pattern: StaticString, at start: Int) -> Bool {
    guard start + pattern.utf8CodeUnitCount <= end else { return false }
    for index in 0..<pattern.utf8CodeUnitCount {
      let wanted = unsafe pattern.utf8Start[index]
      if wanted == UInt8(ascii: "0") ? digit(start + index) == nil : log[start + index] != wanted {
        return false
      }
    }
    return true
  }

  private mutating func readTime() -> Bool {
    if fits("0000-00-00T00:00:00", at: offset) {
      time = word()
      isFullTime = true
      return true
    }
    guard isMonth(offset), log[offset + 3] == 0x20 else { return false }
    let start = offset
    var place = offset + 4
    while log[place] == 0x20, place < offset + 6 { place += 1 }
    while digit(place) != nil, place < offset + 6 { place += 1 }
    guard place > offset + 4, log[place] == 0x20, fits("00:00:00", at: place + 1) else { return false }
    offset = place + 1
    time = start..<word().upperBound
    return true
  }

  private func isMonth(_ start: Int) -> Bool {
    let months: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"
    guard start + 3 <= end else { return false }
    return stride(from: 0, to: 36, by: 3).contains { month in
      (0..<3).allSatisfy { unsafe log[start + $0] == months.utf8Start[month + $0] }
    }
  }
}

extension SyslogHeader {
  /// Reads the host, and `program[process]:`, each of which may be missing.
  private mutating func readTag() {
    let start = offset
    let first = word()
    if !first.isEmpty, log[first.upperBound - 1] != UInt8(ascii: ":") {
      host = first
    } else {
      offset = start
    }
    let tag = offset
    var place = offset
    while place < end, isInTag(log[place]) { place += 1 }
    var stop = place
    if log[place] == UInt8(ascii: "["), place < end {
      stop = log.index(of: UInt8(ascii: "]"), from: place, to: log.index(of: 0x20, from: place, to: end))
      guard stop < end, log[stop] == UInt8(ascii: "]") else { return takeMessage() }
      process = (place + 1)..<stop
      stop += 1
    }
    if log[stop] == UInt8(ascii: ":"), stop < end {
      stop += 1
    } else if process.isEmpty {
      return takeMessage()
    }
    if place > tag { program = tag..<placeOfModule(tag..<place) } else { process = 0..<0 }
    offset = place > tag ? stop : tag
    takeMessage()
  }

  private func isInTag(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte != UInt8(ascii: ":") && byte != UInt8(ascii: "[") && byte != UInt8(ascii: "=")
      && byte != UInt8(ascii: "\"")
  }

  /// Where a program's name ends: older systems write `sshd(pam_unix)`.
  private func placeOfModule(_ tag: Range<Int>) -> Int {
    let open = log.index(of: UInt8(ascii: "("), from: tag.lowerBound + 1, to: tag.upperBound)
    return max(open, min(tag.lowerBound + 1, tag.upperBound))
  }

  private mutating func takeMessage() {
    if offset < end, log[offset] == 0x20 { offset += 1 }
    message = offset..<end
  }

  private mutating func readRFC5424() -> Bool {
    let time = word()
    if !isNothing(time) {
      guard fits("0000-00-00T00:00:00", at: time.lowerBound) else { return false }
      self.time = time
      isFullTime = true
    }
    guard let host = part(), let program = part(), let process = part(), let messageID = part() else {
      return false
    }
    (self.host, self.program, self.process, self.messageID) = (host, program, process, messageID)
    if log[offset] == UInt8(ascii: "["), offset < end {
      guard let stop = endOfStructured() else { return false }
      structured = offset..<stop
      offset = stop
    } else if !isNothing(word()) {
      return false
    }
    takeMessage()
    if log.has("\u{FEFF}", at: message.lowerBound), message.count >= 3 {
      message = (message.lowerBound + 3)..<end
    }
    return true
  }

  /// The next word, empty if it says that there is none; nil at the end.
  private mutating func part() -> Range<Int>? {
    let word = word()
    return word.isEmpty ? nil : isNothing(word) ? 0..<0 : word
  }

  private func isNothing(_ word: Range<Int>) -> Bool { log.equals(word, "-") }

  /// Where the structured data end that begin here; brackets within quotes are text.
  private func endOfStructured() -> Int? {
    var place = offset
    var isQuoted = false
    while place < end {
      switch log[place] {
      case UInt8(ascii: "\\") where isQuoted: place += 1
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: "]") where !isQuoted:
        if place + 1 >= end || log[place + 1] != UInt8(ascii: "[") { return place + 1 }
      default: break
      }
      place += 1
    }
    return nil
  }
}
