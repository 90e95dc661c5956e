import TrawlEvents

extension Matcher {
  /// The route of an event: by its channel and event id, or by the log source that is given, that it names, or
  /// that its shape shows.
  mutating func route(of event: Int, in batch: borrowing EventBatch) -> Int {
    if routes.isFull {
      routes.clear()
      memo.clear()
    }
    routeKey.truncate(to: 0)
    if let channel = batch.mark(.channel, of: event), channel.isScalar {
      routeKey.append(1)
      appendKey(channel, batch)
      if let eventID = batch.mark(.eventID, of: event), eventID.isScalar { appendKey(eventID, batch) }
    } else if ruleset.logSources.given == nil {
      appendNames(event, batch)
    } else {
      routeKey.append(2)
    }
    let hash = unsafe memo.hash(routeKey.paddedPointer(), routeKey.count, key: 0)
    if let route = unsafe routes.find(routeKey.pointer, routeKey.count, hash: hash) { return route }
    let source = source(of: event, in: batch)
    return unsafe routes.add(source, routeKey.pointer, routeKey.count, hash: hash)
  }

  private mutating func appendKey(_ value: EventValue, _ batch: borrowing EventBatch) {
    unsafe routeKey.append(
      contentsOf: UnsafeRawBufferPointer(start: batch.base + Int(value.offset), count: Int(value.length)))
    routeKey.append(0)
  }

  private mutating func appendNames(_ event: Int, _ batch: borrowing EventBatch) {
    routeKey.append(3)
    var isNamed = false
    for mark in [EventMark.product, .category, .service] {
      if let value = batch.mark(mark, of: event), value.isScalar, value.length < 128 {
        appendKey(value, batch)
        isNamed = true
      } else {
        routeKey.append(0)
      }
    }
    if !isNamed, let shape = shape(of: event, in: batch) { routeKey.append(UInt8(truncatingIfNeeded: shape + 1)) }
  }

  /// Works out where an event comes from, slowly.
  private mutating func source(of event: Int, in batch: borrowing EventBatch) -> EventSource {
    func text(_ mark: EventMark) -> String? {
      guard let value = batch.mark(mark, of: event), value.isScalar else { return nil }
      let bytes = unsafe UnsafeBufferPointer(start: batch.base + Int(value.offset), count: Int(value.length))
      if value.kind == .jsonString { return unsafe JSONText.unescaped(bytes) }
      return unsafe String(decoding: bytes, as: UTF8.self)
    }
    if let channel = text(.channel) {
      return .windows(
        channel: String(decoding: Fold.lowercase(channel), as: UTF8.self), eventID: text(.eventID) ?? "")
    }
    if let given = ruleset.logSources.given { return .named(given) }
    var parts: [LogSourceSelection.Part: String] = [:]
    for (part, mark) in [(LogSourceSelection.Part.product, EventMark.product), (.category, .category), (.service, .service)] {
      guard let name = text(mark) else { continue }
      let folded = String(decoding: Fold.lowercase(name), as: UTF8.self)
      // Many logs have a field called category of their own.
      if ruleset.logSources.names[part]?.contains(folded) == true { parts[part] = folded }
    }
    if !parts.isEmpty { return .named(parts) }
    if let shape = shape(of: event, in: batch) { return .named(ruleset.logSources.shapes[shape].logSource) }
    return .unknown
  }

  /// The first shape whose fields the event has all.
  private mutating func shape(of event: Int, in batch: borrowing EventBatch) -> Int? {
    for (index, shape) in ruleset.logSources.shapes.enumerated() {
      let fits = shape.conditions.allSatisfy { condition in
        batch.values(of: event).contains { value in
          let value = batch.values[value]
          guard value.field == condition.field else { return false }
          guard let wanted = condition.value else { return true }
          let bytes = unsafe UnsafeBufferPointer(start: batch.base + Int(value.offset), count: Int(value.length))
          return unsafe value.isScalar && bytes.elementsEqual(wanted.utf8)
        }
      }
      if fits { return index }
    }
    return nil
  }
}
