import TrawlEvents

/// What decides an event's route: up to three values of its marks, and what kind of key they are.
@safe
struct RouteKey {
  enum Kind: UInt8 {
    /// Channel and event id.
    case windows = 1
    /// The log source that the user gave.
    case given
    /// Product, category and service.
    case named
    /// Nothing but the event's shape, whose number follows the kinds.
    case shape
  }

  var kind: UInt8
  var first = unsafe UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  var second = unsafe UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  var third = unsafe UnsafeBufferPointer<UInt8>(start: nil, count: 0)

  init(_ kind: Kind) { self.kind = kind.rawValue }

  /// The parts lie in a batch, whose bytes are padded.
  @inline(__always)
  func hash(_ memo: borrowing Memo) -> UInt64 {
    var hash = UInt64(kind)
    hash = unsafe RouteKey.hash(first, hash)
    hash = unsafe RouteKey.hash(second, hash)
    return unsafe RouteKey.hash(third, hash) | 1
  }

  @inline(__always)
  private static func hash(_ part: UnsafeBufferPointer<UInt8>, _ seed: UInt64) -> UInt64 {
    guard let base = part.baseAddress else { return seed }
    return unsafe TextHash.hash(base, part.count, seed: seed)
  }
}

extension Matcher {
  /// The route of an event: by its channel and event id, or by the log source that is given, that it names, or
  /// that its shape shows.
  @inline(__always)
  mutating func route(of event: Int, in batch: borrowing EventBatch) -> Int {
    let key = routeKey(of: event, in: batch)
    let hash = key.hash(memo)
    if let route = routes.find(key, hash: hash) { return route }
    return addRoute(key, hash, event, batch)
  }

  @inline(never)
  private mutating func addRoute(
    _ key: RouteKey, _ hash: UInt64, _ event: Int, _ batch: borrowing EventBatch
  ) -> Int {
    if routes.isFull {
      routes.clear()
      memo.clear()
    }
    return routes.add(source(of: event, in: batch), key, hash: hash)
  }

  @inline(__always)
  private mutating func routeKey(of event: Int, in batch: borrowing EventBatch) -> RouteKey {
    let channel = unsafe bytes(of: .channel, event, batch)
    if channel.count > 0 {
      var key = RouteKey(.windows)
      unsafe key.first = unsafe channel
      unsafe key.second = unsafe bytes(of: .eventID, event, batch)
      return key
    }
    return ruleset.logSources.given == nil ? namedKey(of: event, in: batch) : RouteKey(.given)
  }

  private mutating func namedKey(of event: Int, in batch: borrowing EventBatch) -> RouteKey {
    var key = RouteKey(.named)
    unsafe key.first = unsafe bytes(of: .product, event, batch)
    unsafe key.second = unsafe bytes(of: .category, event, batch)
    unsafe key.third = unsafe bytes(of: .service, event, batch)
    let length = unsafe key.first.count + key.second.count + key.third.count
    // A long text is no name, but would be a route of its own.
    guard length == 0 || length > 256 else { return key }
    key = RouteKey(.shape)
    if let shape = shape(of: event, in: batch) { key.kind += UInt8(truncatingIfNeeded: shape + 1) }
    return key
  }

  /// The raw bytes of the value that bears a mark; none where there is no such text.
  @inline(__always)
  private func bytes(
    of mark: EventMark, _ event: Int, _ batch: borrowing EventBatch
  ) -> UnsafeBufferPointer<UInt8> {
    guard let value = batch.mark(mark, of: event), value.isScalar else {
      return unsafe UnsafeBufferPointer(start: nil, count: 0)
    }
    return unsafe UnsafeBufferPointer(start: batch.base + Int(value.offset), count: Int(value.length))
  }

  /// Works out where an event comes from, slowly.
  private mutating func source(of event: Int, in batch: borrowing EventBatch) -> EventSource {
    func text(_ mark: EventMark) -> String? {
      guard let value = batch.mark(mark, of: event), value.isScalar else { return nil }
      let bytes = unsafe UnsafeBufferPointer(start: batch.base + Int(value.offset), count: Int(value.length))
      if value.kind == .jsonString { return unsafe JSONText.unescaped(bytes) }
      return unsafe String(decoding: bytes, as: UTF8.self)
    }
    if let channel = text(.channel), !channel.isEmpty {
      return .windows(
        channel: String(decoding: Fold.lowercase(channel), as: UTF8.self), eventID: text(.eventID) ?? "")
    }
    if let given = ruleset.logSources.given { return .named(given) }
    var parts: [LogSourceSelection.Part: String] = [:]
    for (part, mark) in [(LogSourceSelection.Part.product, EventMark.product), (.category, .category), (.service, .service)] {
      guard let name = text(mark), name.utf8.count <= 256 else { continue }
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
