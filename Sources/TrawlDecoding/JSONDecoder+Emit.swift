import TrawlEvents

extension JSONDecoder {
  /// Offset of the quote that closes the string at `token`, searched backwards from the next token.
  @inline(__always)
  func closingQuote(_ base: UnsafePointer<UInt8>, _ token: Int, _ after: Int) -> Int? {
    var end = after - 1
    while unsafe isBlank(base[end]) { end -= 1 }
    guard end > token, unsafe base[end] == UInt8(ascii: "\"") else { return nil }
    return end
  }

  /// Notes that a member begins, whose key is the token `token`; an earlier one of the same name in the same object is
  /// overruled.
  @inline(__always)
  mutating func note(_ node: UInt32, _ object: UInt32, _ token: Int) {
    let index = Int(node)
    if fields.keys.nodes[index].object == object, !fields.keys.nodes[index].isShared {
      overruled.append(fields.keys.nodes[index].token)
    }
    fields.keys.nodes[index].object = object
    fields.keys.nodes[index].token = UInt32(truncatingIfNeeded: token)
  }

  /// Emits the scalar at `token`; the reason when it is none.
  @inline(__always)
  mutating func scalar(
    _ node: UInt32, _ token: Int, _ after: Int, _ byte: UInt8, _ cursor: JSONCursor, _ batch: inout EventBatch
  ) -> StaticString? {
    let base = unsafe cursor.base
    let offset = UInt32(truncatingIfNeeded: cursor.shift + token)
    if byte == UInt8(ascii: "\"") {
      guard let end = unsafe closingQuote(base, token, after) else { return "no comma between two values" }
      fields.emit(node, .jsonString, offset + 1, UInt32(truncatingIfNeeded: end - token - 1), &batch)
      return nil
    }
    var end = after
    while unsafe isBlank(base[end - 1]) { end -= 1 }
    guard let kind = unsafe plainKind(base + token, end - token) else { return "a value that is not JSON" }
    fields.emit(node, kind, offset, UInt32(truncatingIfNeeded: end - token), &batch)
    return nil
  }

  /// What `true`, `false`, `null` or a number is; nil for anything else.
  @inline(__always)
  private func plainKind(_ text: UnsafePointer<UInt8>, _ count: Int) -> EventValue.Kind? {
    let first = unsafe text[0]
    if first == UInt8(ascii: "-") || (first >= UInt8(ascii: "0") && first <= UInt8(ascii: "9")) {
      return unsafe isNumber(text, count) ? .plain : nil
    }
    return unsafe word(text, count)
  }

  private func word(_ text: UnsafePointer<UInt8>, _ count: Int) -> EventValue.Kind? {
    func spells(_ word: StaticString) -> Bool {
      guard count == word.utf8CodeUnitCount else { return false }
      for index in 0..<count where unsafe text[index] != word.utf8Start[index] { return false }
      return true
    }
    if spells("null") { return .null }
    return spells("true") || spells("false") ? .plain : nil
  }

  /// JSON's grammar of numbers: no leading zeros, digits on both sides of a point and behind an exponent.
  private func isNumber(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    var index = 0
    func skipDigits() -> Int {
      let start = index
      while index < count, unsafe isDigit(text[index]) { index += 1 }
      return index - start
    }
    if unsafe text[0] == UInt8(ascii: "-") { index = 1 }
    let lead = index
    let digits = skipDigits()
    if digits == 0 { return false }
    if digits > 1, unsafe text[lead] == UInt8(ascii: "0") { return false }
    if index < count, unsafe text[index] == UInt8(ascii: ".") {
      index += 1
      if skipDigits() == 0 { return false }
    }
    if index < count, unsafe text[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < count, unsafe isSign(text[index]) {
        index += 1
      }
      if skipDigits() == 0 { return false }
    }
    return index == count
  }
}

private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }

private func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") }

extension JSONDecoder {
  /// Emits an object or array, whose first inner token is `next`.
  @inline(__always)
  mutating func emitContainer(
    _ node: UInt32, _ token: Int, isArray: Bool, _ next: Int, _ cursor: JSONCursor, _ batch: inout EventBatch
  ) {
    let key = fields.keys.nodes[Int(node)]
    if key.first == 0 && key.mark == 0 { return }
    guard let kind = containerKind(key, isArray: isArray, next, cursor) else { return }
    let offset = UInt32(truncatingIfNeeded: cursor.shift + token)
    fields.emitKnown(key, EventValue(field: 0, kind: kind, offset: offset, length: 0), &batch)
  }

  /// What an object or array is as a value: an element of XML with attributes only is null. Nil: a section's element with
  /// children is no value.
  private func containerKind(
    _ key: KeyNode, isArray: Bool, _ next: Int, _ cursor: JSONCursor
  ) -> EventValue.Kind? {
    var next = next
    if isArray {
      guard next < cursor.count else { return .container }
      return unsafe key.isLeaf && cursor.base[Int(cursor.positions[next])] != UInt8(ascii: "]")
        ? nil : .container
    }
    var kind = EventValue.Kind.container
    while next + 1 < cursor.count {
      let quote = unsafe Int(cursor.positions[next])
      guard unsafe cursor.base[quote] == UInt8(ascii: "\""),
        let end = unsafe closingQuote(cursor.base, quote, Int(cursor.positions[next + 1]))
      else { return kind }
      let bytes = unsafe UnsafeBufferPointer(start: cursor.base + quote + 1, count: end - quote - 1)
      let name = unsafe FieldModel.withoutBlanks(JSONText.unescaped(bytes))
      if FieldModel.isAttribute(name) {
        kind = .null
      } else if !key.isLeaf {
        return .container
      } else if name != "#text" {
        return nil
      } else {
        kind = .container
      }
      next = cursor.endOfValue(next + 2)
      guard next < cursor.count, unsafe cursor.base[Int(cursor.positions[next])] == UInt8(ascii: ",") else {
        return kind
      }
      next += 1
    }
    return kind
  }
}
