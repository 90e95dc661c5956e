import Glibc
import TrawlEvents

/// The walk over one structural index.
@safe struct JSONCursor {
  /// Of the bytes that were indexed.
  var base: UnsafePointer<UInt8>
  var positions: UnsafePointer<UInt32>
  var count: Int
  /// Of the next token, in `positions`.
  var next = 0
  /// Added to positions to make them offsets in the batch.
  var shift: Int
  /// Bytes that were indexed.
  var end: Int
}

extension JSONCursor {
  /// The token behind the value whose first token is `token`.
  func endOfValue(_ token: Int) -> Int {
    var token = token
    var depth = 0
    while token < count {
      let byte = unsafe base[Int(positions[token])]
      if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") { depth += 1 }
      if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") { depth -= 1 }
      token += 1
      if depth <= 0 { break }
    }
    return token
  }
}

enum WalkResult {
  case event
  case failed(StaticString)
}

extension JSONDecoder {
  /// Walks the events, each within a line, between two offsets, which were just indexed. What is no event costs its line.
  /// `line`: number of the first.
  mutating func walkLines(
    _ base: UnsafePointer<UInt8>, from start: Int, to end: Int, line: Int, _ batch: inout EventBatch
  ) {
    guard var cursor = unsafe cursor(base, from: start, to: end) else { return }
    // Behind a line that is no event, each line is walked as if it were all there is: what a line is must not depend on
    // those that happen to stand in the same batch, and none is to be walked through again and again.
    let all = cursor.count
    var isCareful = false
    // Lines are counted up to here.
    var (line, counted) = (line, 0)
    while cursor.next < all {
      if isCareful, cursor.next >= cursor.count { cursor.count = endOfLine(cursor, all) }
      let (first, event) = (cursor.next, batch.events.count)
      let token = unsafe Int(cursor.positions[first])
      line += unsafe newlines(cursor.base, from: counted, to: token)
      counted = token
      var result = walkEvent(&cursor, token, ordinal: line, &batch)
      if case .event = result, isFollowedByJunk(cursor) {
        result = .failed("something behind the closing brace")
      }
      if !isCareful, isUnsure(result, cursor, token) {
        isCareful = true
        drop(event: event, &batch)
        cursor.next = first
        cursor.count = first
      } else if case .failed(let reason) = result {
        drop(event: event, &batch)
        report("\(reason)", at: cursor.shift + token, ordinal: line)
        cursor.next = cursor.count
      } else {
        // That there is no newline in it is known.
        counted = unsafe Int(cursor.positions[cursor.next - 1])
      }
    }
  }

  /// Whether the event that began at `token` is none, or not within one line.
  @inline(__always)
  private func isUnsure(_ result: WalkResult, _ cursor: JSONCursor, _ token: Int) -> Bool {
    guard case .event = result else { return true }
    let last = unsafe Int(cursor.positions[cursor.next - 1])
    return unsafe memchr(cursor.base + token, 10, last - token) != nil
  }

  /// The token behind the line of the next one, of `all`.
  private func endOfLine(_ cursor: JSONCursor, _ all: Int) -> Int {
    var end = cursor.next
    let line = unsafe newline(cursor.base, from: Int(cursor.positions[end]), to: cursor.end)
    while end < all, unsafe Int(cursor.positions[end]) < line { end += 1 }
    return end
  }

  /// Walks one document, which was just indexed; whatever it is made of, it is one event or one problem.
  mutating func walkDocument(
    _ base: UnsafePointer<UInt8>, _ range: Range<Int>, ordinal: Int, _ batch: inout EventBatch
  ) {
    guard var cursor = unsafe cursor(base, from: range.lowerBound, to: range.upperBound), cursor.count > 0
    else {
      return
    }
    let event = batch.events.count
    let token = unsafe Int(cursor.positions[0])
    var result = walkEvent(&cursor, token, ordinal: ordinal, &batch)
    if case .event = result, cursor.next < cursor.count {
      result = .failed("something behind the closing brace")
    }
    if case .failed(let reason) = result {
      drop(event: event, &batch)
      report("\(reason)", at: cursor.shift + token, ordinal: ordinal)
    }
  }

  private func cursor(_ base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> JSONCursor? {
    let positions = unsafe index.positions
    guard let first = positions.baseAddress else { return nil }
    return unsafe JSONCursor(
      base: base + start, positions: first, count: positions.count, shift: start, end: end - start)
  }

  private mutating func drop(event: Int, _ batch: inout EventBatch) {
    guard batch.events.count > event else { return }
    batch.values.truncate(to: Int(batch.events[event].firstValue))
    batch.marks.truncate(to: event * EventMark.count)
    batch.events.truncate(to: event)
  }

  /// Whether the next token stands in the line of the event before and is not an event itself.
  private func isFollowedByJunk(_ cursor: JSONCursor) -> Bool {
    guard cursor.next < cursor.count else { return false }
    let token = unsafe Int(cursor.positions[cursor.next])
    if unsafe cursor.base[token] == UInt8(ascii: "{") { return false }
    var offset = unsafe Int(cursor.positions[cursor.next - 1]) + 1
    while offset < token, unsafe cursor.base[offset] != 10 { offset += 1 }
    return offset == token
  }
}

extension JSONDecoder {
  /// Walks one event, whose first token is at `start`, and appends it to the batch.
  private mutating func walkEvent(
    _ cursor: inout JSONCursor, _ start: Int, ordinal: Int, _ batch: inout EventBatch
  ) -> WalkResult {
    let firstValue = UInt32(truncatingIfNeeded: batch.values.count)
    let record = EventRecord(
      firstValue: firstValue, offset: UInt32(truncatingIfNeeded: cursor.shift + start), length: 0,
      ordinal: UInt32(truncatingIfNeeded: ordinal))
    cursor.next += 1
    fields.begin(record, &batch)
    guard unsafe cursor.base[start] == UInt8(ascii: "{") else { return .failed("not a JSON object") }
    stack.truncate(to: 0)
    overruled.truncate(to: 0)
    let first = cursor.next
    var result = walkMembers(&cursor, &batch)
    if case .event = result, !overruled.isEmpty {
      fields.beginAgain(&batch)
      sortOverruled()
      cursor.next = first
      result = walkMembers(&cursor, &batch)
    }
    let last = unsafe Int(cursor.positions[cursor.next - 1])
    batch.events[batch.events.count - 1].length = UInt32(truncatingIfNeeded: last + 1 - start)
    return result
  }

  private mutating func sortOverruled() {
    let sorted = (0..<overruled.count).map { overruled[$0] }.sorted()
    overruled.truncate(to: 0)
    for token in sorted { overruled.append(token) }
    // Nothing stands behind the last token.
    overruled.append(.max)
  }

  /// Walks the members of the event's object and all below, up to its closing brace.
  private mutating func walkMembers(_ cursor: inout JSONCursor, _ batch: inout EventBatch) -> WalkResult {
    let base = unsafe cursor.base
    let positions = unsafe cursor.positions
    let count = cursor.count
    var next = cursor.next
    defer { cursor.next = next }
    objectSerial &+= 1
    var frame = JSONFrame(node: 0, object: objectSerial, isArray: false)
    var mayClose = true
    var skipped = 0
    // The next key to be passed over with its value; none in a first walk.
    var skip = overruled.isEmpty ? Int.max : Int(overruled[0])
    while true {
      guard next < count else { return .failed("an object or array that is not closed") }
      if next >= skip {
        if next == skip {
          next = cursor.endOfValue(next + 2)
          mayClose = unsafe base[Int(positions[next])] != UInt8(ascii: ",")
          if !mayClose { next += 1 }
        }
        while Int(overruled[skipped]) < next { skipped += 1 }
        skip = Int(overruled[skipped])
        continue
      }
      var token = unsafe Int(positions[next])
      var byte = unsafe base[token]
      next += 1
      if byte == (frame.isArray ? UInt8(ascii: "]") : UInt8(ascii: "}")) {
        if !mayClose { return .failed("a comma before a closing brace or bracket") }
        if !closeAll(&frame, &next, cursor, &batch) { return .event }
        guard next < count else { return .failed("an object or array that is not closed") }
        let separator = unsafe base[Int(positions[next])]
        next += 1
        guard separator == UInt8(ascii: ",") else { return .failed("no comma between two values") }
        mayClose = false
        continue
      }
      var node = frame.node
      if !frame.isArray {
        guard byte == UInt8(ascii: "\"") else { return .failed("a key that is not a string") }
        guard next + 1 < count else { return .failed("a key without a value") }
        let colon = unsafe Int(positions[next])
        guard unsafe base[colon] == UInt8(ascii: ":") else { return .failed("no colon behind a key") }
        guard let end = unsafe closingQuote(base, token, colon) else {
          return .failed("no colon behind a key")
        }
        node = unsafe fields.keys.node(of: base + token + 1, count: end - token - 1, in: frame.node)
        note(node, frame.object, next - 1)
        token = unsafe Int(positions[next + 1])
        byte = unsafe base[token]
        next += 2
      }
      if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
        guard stack.count < JSONDecoder.maximumDepth else { return .failed("nested too deeply") }
        if !frame.isArray || byte == UInt8(ascii: "{") {
          emitContainer(node, token, isArray: byte == UInt8(ascii: "["), next, cursor, &batch)
        }
        stack.append(frame)
        objectSerial &+= 1
        frame = JSONFrame(node: node, object: objectSerial, isArray: byte == UInt8(ascii: "["))
        mayClose = true
        continue
      }
      guard next < count else { return .failed("an object or array that is not closed") }
      let after = unsafe Int(positions[next])
      if let reason = scalar(node, token, after, byte, cursor, &batch) { return .failed(reason) }
      let separator = unsafe base[after]
      if separator == UInt8(ascii: ",") {
        next += 1
        mayClose = false
      } else if separator == (frame.isArray ? UInt8(ascii: "]") : UInt8(ascii: "}")) {
        mayClose = true
      } else {
        return .failed("no comma between two values")
      }
    }
  }

  /// Closes the innermost object or array and all that close right behind it. False when the event is closed.
  @inline(__always)
  private mutating func closeAll(
    _ frame: inout JSONFrame, _ next: inout Int, _ cursor: JSONCursor, _ batch: inout EventBatch
  ) -> Bool {
    while true {
      if stack.isEmpty { return false }
      frame = stack[stack.count - 1]
      stack.truncate(to: stack.count - 1)
      guard next < cursor.count else { return true }
      let byte = unsafe cursor.base[Int(cursor.positions[next])]
      guard byte == (frame.isArray ? UInt8(ascii: "]") : UInt8(ascii: "}")) else { return true }
      next += 1
    }
  }
}

/// JSON's white space.
@inline(__always)
func isBlank(_ byte: UInt8) -> Bool {
  byte == 32 || byte == 10 || byte == 13 || byte == 9
}
