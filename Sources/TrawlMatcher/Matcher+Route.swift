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
    if let channel = batch.mark(.channel, of: event), channel.isScalar, channel.length > 0 {
      routeKey.append(1)
      appendKey(channel, batch)
      if let eventID = batch.mark(.eventID, of: event), eventID.isScalar { appendKey(eventID, batch) }
      return keptRoute() ?? addRoute(windowsSource(of: event, in: batch))
    }
    if let given = ruleset.logSources.given {
      routeKey.append(2)
      return keptRoute() ?? addRoute(.named(given))
    }
    if let route = namedRoute(of: event, in: batch) { return route }
    let shape = shape(of: event, in: batch)
    routeKey.truncate(to: 0)
    routeKey.append(4)
    let number = (shape ?? -1) + 1
    routeKey.append(UInt8(truncatingIfNeeded: number))
    routeKey.append(UInt8(truncatingIfNeeded: number >> 8))
    let source = shape.map { EventSource.named(ruleset.logSources.shapes[$0].logSource) }
    return keptRoute() ?? addRoute(source ?? .unknown)
  }

  private mutating func keptRoute() -> Int? {
    let hash = unsafe memo.hash(routeKey.paddedPointer(), routeKey.count, key: 0)
    return unsafe routes.find(routeKey.pointer, routeKey.count, hash: hash)
  }

  private mutating func addRoute(_ source: EventSource) -> Int {
    let hash = unsafe memo.hash(routeKey.paddedPointer(), routeKey.count, key: 0)
    return unsafe routes.add(source, routeKey.pointer, routeKey.count, hash: hash)
  }

  /// Names and channels of more bytes are nobody's; they would fill the table of routes.
  private static var longestName: UInt32 { 512 }

  private mutating func appendKey(_ value: EventValue, _ batch: borrowing EventBatch) {
    if value.length <= Matcher.longestName {
      unsafe routeKey.append(
        contentsOf: UnsafeRawBufferPointer(start: batch.base + Int(value.offset), count: Int(value.length)))
    }
    routeKey.append(0)
  }

  /// The text of the value that bears a mark, folded; empty for one that is too long to be a name.
  private func name(_ mark: EventMark, _ event: Int, _ batch: borrowing EventBatch) -> String? {
    guard let value = batch.mark(mark, of: event), value.isScalar else { return nil }
    guard value.length <= Matcher.longestName, let text = text(of: mark, event: event, in: batch) else {
      return ""
    }
    return String(decoding: Fold.lowercase(text), as: UTF8.self)
  }

  private func windowsSource(of event: Int, in batch: borrowing EventBatch) -> EventSource {
    let eventID = batch.mark(.eventID, of: event).flatMap {
      $0.isScalar ? text(of: .eventID, event: event, in: batch) : nil
    }
    return .windows(channel: name(.channel, event, batch) ?? "", eventID: eventID ?? "")
  }

  /// The route of an event that names its log source itself; nil when it names none that is known.
  private mutating func namedRoute(of event: Int, in batch: borrowing EventBatch) -> Int? {
    routeKey.append(3)
    var isNamed = false
    for mark in [EventMark.product, .category, .service] {
      if let value = batch.mark(mark, of: event), value.isScalar {
        appendKey(value, batch)
        isNamed = true
      } else {
        routeKey.append(0)
      }
    }
    guard isNamed else { return nil }
    if let route = keptRoute() { return routes.entries[route].isKnown ? route : nil }
    let source = namedSource(of: event, in: batch)
    let route = addRoute(source)
    return source == .unknown ? nil : route
  }

  /// What an event says of itself, slowly. Many logs have fields of these names that mean something else.
  private func namedSource(of event: Int, in batch: borrowing EventBatch) -> EventSource {
    var parts: [LogSourceSelection.Part: String] = [:]
    for (part, mark) in [
      (LogSourceSelection.Part.product, EventMark.product), (.category, .category), (.service, .service),
    ] {
      if let name = name(mark, event, batch), ruleset.logSources.names[part]?.contains(name) == true {
        parts[part] = name
      }
    }
    return parts.isEmpty ? .unknown : .named(parts)
  }

  /// The first shape whose fields the event has all.
  private func shape(of event: Int, in batch: borrowing EventBatch) -> Int? {
    for (index, shape) in ruleset.logSources.shapes.enumerated() {
      let fits = shape.conditions.allSatisfy { condition in
        batch.values(of: event).contains { value in
          let value = batch.values[value]
          guard value.field == condition.field else { return false }
          guard let wanted = condition.value else { return true }
          return value.isScalar && has(value, wanted, batch)
        }
      }
      if fits { return index }
    }
    return nil
  }

  private func has(_ value: EventValue, _ text: String, _ batch: borrowing EventBatch) -> Bool {
    let bytes = unsafe UnsafeBufferPointer(start: batch.base + Int(value.offset), count: Int(value.length))
    if unsafe bytes.elementsEqual(text.utf8) { return unsafe !bytes.contains(UInt8(ascii: "\\")) }
    guard unsafe bytes.contains(UInt8(ascii: "\\")) else { return false }
    return unsafe JSONText.unescaped(bytes).utf8.elementsEqual(text.utf8)
  }
}
