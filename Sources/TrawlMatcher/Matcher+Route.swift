import TrawlEvents

/// What decides an event's route: up to three values of its marks, and what kind of key they are.
@safe
struct RouteKey {
  enum Kind: UInt16 {
    /// Channel and event id.
    case windows = 1
    /// The log source that the user gave.
    case given
    /// The audit log.
    case auditd
    /// Syslog, and the program.
    case syslog
    /// Product, category and service.
    case named
    /// The table that the log is of.
    case table
    /// Nothing but the event's shape, whose number follows the kinds.
    case shape
  }

  var kind: UInt16
  /// How the parts are encoded, in five bits each: the same bytes are another text then.
  var forms: UInt16 = 0
  var first = unsafe UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  var second = unsafe UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  var third = unsafe UnsafeBufferPointer<UInt8>(start: nil, count: 0)

  init(_ kind: Kind) { self.kind = kind.rawValue }

  /// The parts lie in a batch, whose bytes are padded.
  @inline(__always)
  func hash(_ memo: borrowing Memo) -> UInt64 {
    var hash = UInt64(kind) | UInt64(forms) << 16
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

/// A part of a key: the raw bytes of a value, and how they are encoded.
@safe
private struct RoutePart {
  var name = unsafe UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  var form: UInt16 = 0
}

extension Matcher {
  /// The route of an event: by its channel and event id, or by the log source that is given, that the log's format
  /// shows, that the event names, or that its shape shows.
  @inline(__always)
  mutating func route(of event: Int, in batch: borrowing EventBatch) -> Int {
    let key = routeKey(of: event, in: batch)
    let hash = key.hash(memo)
    let route = routes.find(key, hash: hash) ?? newRoute(key, hash, event, batch)
    // Many logs have a field called category of their own: names that nobody knows name nothing.
    if key.kind == RouteKey.Kind.named.rawValue, !routes.entries[route].isKnown {
      return table.isEmpty ? shapeRoute(of: event, in: batch) : tableRoute()
    }
    return route
  }

  /// Whether an event is known by its channel and id.
  func hasChannel(_ event: Int, in batch: borrowing EventBatch) -> Bool {
    routeKey(of: event, in: batch).kind == RouteKey.Kind.windows.rawValue
  }

  /// Where an event comes from. Slow; for what is shown.
  public func source(of event: Int, in batch: borrowing EventBatch) -> EventSource {
    let key = routeKey(of: event, in: batch)
    let source = source(key, event, batch)
    guard key.kind == RouteKey.Kind.named.rawValue, source == .unknown else { return source }
    return shape(of: event, in: batch).map { .named(ruleset.logSources.shapes[$0].logSource) } ?? .unknown
  }

  @inline(never)
  private mutating func newRoute(
    _ key: RouteKey, _ hash: UInt64, _ event: Int, _ batch: borrowing EventBatch
  ) -> Int {
    let source = source(key, event, batch)
    guard key.kind == RouteKey.Kind.syslog.rawValue, unsafe key.first.count > 0,
      source == ruleset.logSources.syslog(program: "")
    else { return addRoute(source, key, hash) }
    // Programs that the table does not know share a route: making one takes as long as thousands of events.
    let shared = RouteKey(.syslog)
    let sharedHash = shared.hash(memo)
    if let known = routes.find(shared, hash: sharedHash), !routes.isFull {
      routes.keep(known, key, hash: hash)
      return known
    }
    return addRoute(source, shared, sharedHash)
  }

  private mutating func addRoute(_ source: EventSource, _ key: RouteKey, _ hash: UInt64) -> Int {
    if routes.isFull {
      routes.clear()
      memo.clear()
      eventMemo.clear()
      matchOutcomes.lose()
    }
    return routes.add(source, key, hash: hash)
  }

  @inline(__always)
  private func routeKey(of event: Int, in batch: borrowing EventBatch) -> RouteKey {
    let channel = part(.channel, event, batch)
    if unsafe channel.name.count > 0 {
      let id = part(.eventID, event, batch)
      var key = RouteKey(.windows)
      unsafe (key.first, key.second) = unsafe (channel.name, id.name)
      key.forms = channel.form | id.form << 5
      return key
    }
    if ruleset.logSources.given != nil { return RouteKey(.given) }
    switch batch.origin {
    case .unknown: return namedKey(of: event, in: batch)
    case .auditd: return RouteKey(.auditd)
    case .syslog:
      let service = part(.service, event, batch)
      var key = RouteKey(.syslog)
      unsafe key.first = unsafe service.name
      key.forms = service.form
      return key
    }
  }

  private func namedKey(of event: Int, in batch: borrowing EventBatch) -> RouteKey {
    let (product, category) = (part(.product, event, batch), part(.category, event, batch))
    let service = part(.service, event, batch)
    var key = RouteKey(.named)
    unsafe (key.first, key.second, key.third) = unsafe (product.name, category.name, service.name)
    key.forms = product.form | category.form << 5 | service.form << 10
    return key
  }

  @inline(never)
  private mutating func tableRoute() -> Int {
    var key = RouteKey(.table)
    unsafe key.first = UnsafeBufferPointer(start: UnsafePointer(table.pointer), count: table.count)
    let hash = key.hash(memo)
    if let route = routes.find(key, hash: hash) { return route }
    let name = unsafe String(decoding: key.first, as: UTF8.self)
    return addRoute(.named([.category: name]), key, hash)
  }

  @inline(never)
  private mutating func shapeRoute(of event: Int, in batch: borrowing EventBatch) -> Int {
    let shape = shape(of: event, in: batch)
    var key = RouteKey(.shape)
    key.kind += UInt16(truncatingIfNeeded: (shape ?? -1) + 1)
    let hash = key.hash(memo)
    if let route = routes.find(key, hash: hash) { return route }
    let source = shape.map { EventSource.named(ruleset.logSources.shapes[$0].logSource) }
    return addRoute(source ?? .unknown, key, hash)
  }

  /// The value that bears a mark, as part of a key; none where there is no such text. A long text is no name, but would
  /// be a route of its own: it counts as empty.
  @inline(__always)
  private func part(_ mark: EventMark, _ event: Int, _ batch: borrowing EventBatch) -> RoutePart {
    guard let value = batch.mark(mark, of: event), value.isScalar, Int(value.length) <= EventBatch.longestName
    else {
      return RoutePart()
    }
    return unsafe RoutePart(name: batch.bytes(of: value), form: UInt16(value.encoding))
  }

  /// Where an event with a key comes from, slowly; unknown when it names nothing that is known.
  @inline(never)
  private func source(_ key: RouteKey, _ event: Int, _ batch: borrowing EventBatch) -> EventSource {
    func text(_ mark: EventMark, _ part: UnsafeBufferPointer<UInt8>) -> String {
      guard part.count > 0, let value = batch.mark(mark, of: event) else { return "" }
      return batch.text(of: value)
    }
    func folded(_ mark: EventMark, _ part: UnsafeBufferPointer<UInt8>) -> String {
      unsafe String(decoding: Fold.lowercase(text(mark, part)), as: UTF8.self)
    }
    switch RouteKey.Kind(rawValue: key.kind) {
    case .windows:
      return unsafe .windows(channel: folded(.channel, key.first), eventID: text(.eventID, key.second))
    case .given: return ruleset.logSources.given.map { .named($0) } ?? .unknown
    case .auditd: return LogSourceSelection.auditd
    case .syslog:
      return unsafe ruleset.logSources.syslog(program: folded(.service, key.first))
    default:
      var parts: [LogSourceSelection.Part: String] = [:]
      parts[.product] = unsafe folded(.product, key.first)
      parts[.category] = unsafe folded(.category, key.second)
      parts[.service] = unsafe folded(.service, key.third)
      parts = parts.filter { ruleset.logSources.names[$0.key]?.contains($0.value) == true }
      return parts.isEmpty ? .unknown : .named(parts)
    }
  }

  /// The first shape whose fields the event has all.
  private func shape(of event: Int, in batch: borrowing EventBatch) -> Int? {
    guard mayHaveShape(event, batch) else { return nil }
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

  /// A first look, which most events do not pass.
  private func mayHaveShape(_ event: Int, _ batch: borrowing EventBatch) -> Bool {
    for index in batch.values(of: event) where routes.mayShowShape(batch.values[index].field) { return true }
    return false
  }

  private func has(_ value: EventValue, _ text: String, _ batch: borrowing EventBatch) -> Bool {
    let bytes = unsafe batch.bytes(of: value)
    guard unsafe value.kind == .encoded || bytes.contains(UInt8(ascii: "\\")) else {
      return unsafe bytes.elementsEqual(text.utf8)
    }
    return batch.text(of: value).utf8.elementsEqual(text.utf8)
  }
}
