import TrawlEvents

extension AuditdDecoder {
  /// What stands before the names that auditd adds to numbers (`log_format = ENRICHED`).
  private static let enriched: UInt8 = 0x1D
  /// Between keys of a rule, `AUDIT_KEY_SEPARATOR` of linux/audit.h.
  private static let keySeparator: UInt8 = 0x01

  /// Reads a line into the fields; why it is no event, if that is so.
  mutating func read(_ line: Range<Int>, _ log: LogBytes) -> String? {
    texts.clear()
    guard let header = AuditHeader(log, line) else { return "a line that is no audit record" }
    texts.add(texts.name("type"), log, header.type)
    if !header.node.isEmpty {
      texts.add(texts.name("node"), log, header.node, mark: .computer)
    } else if let syslog = SyslogHeader(log, header.prefix), !syslog.host.isEmpty {
      texts.add(texts.name("Hostname"), log, syslog.host)
    }
    let text = texts.add(texts.name("msg"), log, header.message)
    // Behind the six bytes `audit(`; text that was mended has another length.
    if text.count == header.message.count {
      let time = (text.lowerBound + 6)..<(text.lowerBound + 6 + header.time.count)
      texts.fields.append(TextField(name: 0..<0, value: time, mark: .time))
    }
    let isCommand = log.equals(header.type, "EXECVE")
    return readPairs(header.end..<line.upperBound, log, isCommand: isCommand, isInner: false)
  }

  /// Reads `key=value` pairs and the words between them; why they are none, if that is so.
  private mutating func readPairs(
    _ range: Range<Int>, _ log: LogBytes, isCommand: Bool, isInner: Bool
  ) -> String? {
    var offset = range.lowerBound
    var words = 0..<0
    while offset < range.upperBound {
      if isGap(log[offset]) {
        offset += 1
        continue
      }
      let start = offset
      while offset < range.upperBound, !isGap(log[offset]), log[offset] != UInt8(ascii: "=") { offset += 1 }
      if offset == range.upperBound || log[offset] != UInt8(ascii: "=") || offset == start {
        if offset == start { offset += 1 }
        words = words.isEmpty ? start..<offset : words.lowerBound..<offset
        continue
      }
      addWords(words, log)
      words = 0..<0
      let key = (log[start] == UInt8(ascii: "(") ? start + 1 : start)..<offset
      let value = AuditValue(log, (offset + 1)..<range.upperBound, isInner: isInner, key)
      offset = value.end
      if value.isOpen { return "a quoted value that is not closed" }
      if value.isPairs {
        if let reason = readPairs(value.text, log, isCommand: false, isInner: true) { return reason }
      } else {
        add(key, value, log, isCommand: isCommand)
      }
    }
    addWords(words, log)
    return nil
  }

  private func isGap(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == AuditdDecoder.enriched }

  /// Adds words that belong to no key, if they are more than punctuation.
  private mutating func addWords(_ words: Range<Int>, _ log: LogBytes) {
    let hasLetters = words.contains { log[$0] | 0x20 >= UInt8(ascii: "a") || (0x30...0x39).contains(log[$0]) }
    let isBrace = words.allSatisfy { [UInt8(ascii: "{"), UInt8(ascii: "}"), 0x20].contains(log[$0]) }
    if hasLetters, !isBrace { texts.add(texts.name("#text"), log, words) }
  }

  private mutating func add(_ key: Range<Int>, _ value: AuditValue, _ log: LogBytes, isCommand: Bool) {
    // `SADDR={ saddr_fam=inet ... }`: the pairs within say it all.
    if !value.isQuoted, log.equals(value.text, "{") { return }
    guard !value.isQuoted, log.isHexadecimal(value.text), isEncoded(key, log, isCommand: isCommand) else {
      texts.add(texts.name(log, key), log, value.text)
      return
    }
    let isTitle = log.equals(key, "proctitle")
    let isKey = log.equals(key, "key")
    var start = texts.texts.count
    for place in stride(from: value.text.lowerBound, to: value.text.upperBound, by: 2) {
      let byte = LogBytes.digit(log[place]) << 4 | LogBytes.digit(log[place + 1])
      if isKey, byte == AuditdDecoder.keySeparator {
        addText(key, from: start, log)
        start = texts.texts.count
      } else {
        texts.texts.append(isTitle && byte == 0 ? 0x20 : byte)
      }
    }
    addText(key, from: start, log)
  }

  private mutating func addText(_ key: Range<Int>, from start: Int, _ log: LogBytes) {
    // What is encoded need not be UTF-8, whatever the log itself is.
    texts.texts.mendUTF8(from: start)
    texts.fields.append(TextField(name: texts.name(log, key), value: texts.endText(from: start)))
  }

  /// Whether a value of this key that looks like hexadecimal digits is.
  private func isEncoded(_ key: Range<Int>, _ log: LogBytes, isCommand: Bool) -> Bool {
    if isCommand, key.count > 1, log[key.lowerBound] == UInt8(ascii: "a"),
      (0x30...0x39).contains(log[key.lowerBound + 1])
    {
      return !log.equals((key.upperBound - 4)..<key.upperBound, "_len")
    }
    return AuditdDecoder.encoded.contains { log.equals(key, $0) }
  }

  /// Keys whose values are encoded where they hold a quote, a blank or a control character, from the types ESCAPED,
  /// ESCAPED_FILE, ESCAPED_KEY, TTY_DATA and PROCTITLE of auparse/typetab.h in linux-audit/audit-userspace.
  private static let encoded: [StaticString] = [
    "path", "comm", "exe", "file", "name", "watch", "cwd", "cmd", "acct", "dir", "key", "vm", "old-chardev",
    "new-chardev", "old-disk", "new-disk", "old-fs", "new-fs", "old-net", "new-net", "device", "cgroup",
    "data",
    "apparmor", "operation", "denied_mask", "info", "profile", "requested_mask", "old-rng", "new-rng",
    "ocomm",
    "proctitle", "grp", "new_group", "invalid_context", "sw", "root_dir",
  ]
}

/// The value behind a key.
struct AuditValue {
  /// Without its quotes.
  var text: Range<Int>
  var isQuoted = false
  /// Whether it is pairs, of a program that reports to the audit log.
  var isPairs = false
  /// Whether the quote that opens it is not closed.
  var isOpen = false
  /// Behind the value.
  var end: Int

  /// Reads the value that a range begins with.
  init(_ log: LogBytes, _ range: Range<Int>, isInner: Bool, _ key: Range<Int>) {
    let start = range.lowerBound
    (text, end) = (range, range.upperBound)
    switch start < range.upperBound ? log[start] : 0 {
    case UInt8(ascii: "\""): readQuoted(log, log.index(of: UInt8(ascii: "\""), from: start + 1, to: end))
    case UInt8(ascii: "'") where log.equals(key, "msg") && !isInner:
      // Quotes within are not marked in any way: the last one counts.
      var close = log.index(of: 0x1D, from: start, to: end) - 1
      while close > start, log[close] != UInt8(ascii: "'") { close -= 1 }
      isPairs = true
      readQuoted(log, close > start ? close : end)
    default: readWord(log, range, isInner: isInner)
    }
  }

  private mutating func readQuoted(_ log: LogBytes, _ close: Int) {
    isQuoted = true
    isOpen = close >= end
    text = min(text.lowerBound + 1, close)..<close
    end = min(close + 1, end)
  }

  private mutating func readWord(_ log: LogBytes, _ range: Range<Int>, isInner: Bool) {
    var stop = range.lowerBound
    while stop < range.upperBound, log[stop] != 0x20, log[stop] != 0x09, log[stop] != 0x1D { stop += 1 }
    end = stop
    // Older programs write `(hostname=?, addr=?, res=success)`.
    if isInner, stop > range.lowerBound, log[stop - 1] == UInt8(ascii: ")"),
      log.index(of: UInt8(ascii: "("), from: range.lowerBound, to: stop) == stop
    {
      stop -= 1
    }
    if stop > range.lowerBound, log[stop - 1] == UInt8(ascii: ",") { stop -= 1 }
    text = range.lowerBound..<stop
  }
}

extension LogBytes {
  /// Whether a range is bytes as auditd encodes them.
  fileprivate func isHexadecimal(_ range: Range<Int>) -> Bool {
    !range.isEmpty && range.count % 2 == 0
      && range.allSatisfy { (0x30...0x39).contains(self[$0]) || (0x41...0x46).contains(self[$0]) }
  }

  /// What an upper-case hexadecimal digit means.
  fileprivate static func digit(_ byte: UInt8) -> UInt8 { byte < 0x41 ? byte & 15 : byte &- 0x37 }
}
