/// Where the events of a document begin and end: `<Event>` elements, one after the other or within `<Events>`.
struct XMLEvents {
  var tokens: XMLTokens
  /// Names of the elements that are open.
  private var open: [Range<Int>] = []
  /// Of these, those that are called Event.
  private var events = 0

  /// Elements may be nested this deep.
  static let maximumDepth = 256
  /// Elements called Event may be nested this deep: of one that is not closed, each event within is tried by itself.
  private static let mostEvents = 8
  /// An event, of which Windows writes 64 KB, may take this much.
  static let mostBytes = 16 << 20
  static let namespace: StaticString = "http://schemas.microsoft.com/win/2004/08/events/event"

  private var bytes: LogBytes { tokens.bytes }

  init(_ bytes: LogBytes) { tokens = XMLTokens(bytes) }

  /// What was found between two events, or behind the last: an event's start, or why there is none before `end`.
  enum Found {
    case event(Int)
    case damage(String, at: Int)
    case nothing(isCutOff: Bool)
  }

  /// Looks for the next event from an offset on: blanks, `<Events>`, comments and instructions may stand before it.
  mutating func find(from start: Int) -> Found {
    tokens.offset = start
    while tokens.offset < bytes.count {
      let start = tokens.offset
      do throws(XMLDamage) {
        let token = try tokens.next()
        switch token.kind {
        case .other: continue
        case .text where bytes.isBlank(token.body): continue
        case .start where bytes.equals(token.name, "Event"): return .event(start)
        case .start, .end:
          if bytes.equals(token.name, "Events") { continue }
          return .damage("an element that is no event", at: start)
        default:
          let text = (start..<tokens.offset).first { !isBlank(bytes[$0]) }
          return .damage("text that is no event", at: text ?? start)
        }
      } catch {
        if error.isCutOff { return isEvent(start) ? .event(start) : .nothing(isCutOff: true) }
        return isEvent(start) ? .event(start) : .damage(error.reason, at: start)
      }
    }
    return .nothing(isCutOff: false)
  }

  /// Whether a start tag of an event stands at an offset.
  private func isEvent(_ start: Int) -> Bool {
    guard bytes.has("<Event", at: start) else { return false }
    return [0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ">"), UInt8(ascii: "/")].contains(bytes[start + 6])
  }

  /// Where the next event seems to begin, behind damage.
  func next(after start: Int) -> Int? {
    var offset = start
    while let found = bytes.index(of: "<Event", from: offset, to: bytes.count) {
      if isEvent(found) { return found }
      offset = found + 6
    }
    return nil
  }

  /// The end of the event at an offset.
  mutating func end(of start: Int) throws(XMLDamage) -> Int {
    tokens.offset = start
    open.removeAll(keepingCapacity: true)
    events = 0
    repeat {
      let token: XMLToken
      do throws(XMLDamage) {
        token = try tokens.next()
      } catch {
        if error.isCutOff, bytes.count - start > XMLEvents.mostBytes { throw XMLEvents.tooLong }
        throw error
      }
      switch token.kind {
      case .start:
        if !open.isEmpty, bytes.equals(token.name, "Event") { try checkInner(token) }
        if !token.isEmpty { push(token) }
        if open.count > XMLEvents.maximumDepth { throw XMLDamage("elements nested too deep") }
      case .end: try close(token)
      default: break
      }
      if tokens.offset - start > XMLEvents.mostBytes { throw XMLEvents.tooLong }
    } while !open.isEmpty
    return tokens.offset
  }

  private static var tooLong: XMLDamage { XMLDamage("an event of more than 16 MB") }

  /// Elements of an event may be called Event too, but not in the namespace of events.
  private func checkInner(_ token: XMLToken) throws(XMLDamage) {
    let isAnother = bytes.index(
      of: XMLEvents.namespace, from: token.body.lowerBound, to: token.body.upperBound)
    if isAnother != nil || events >= XMLEvents.mostEvents { throw XMLDamage("an event that is not closed") }
  }

  private mutating func push(_ token: XMLToken) {
    open.append(token.name)
    if bytes.equals(token.name, "Event") { events += 1 }
  }

  private mutating func close(_ token: XMLToken) throws(XMLDamage) {
    guard let last = open.popLast(), last.count == token.name.count,
      zip(last, token.name).allSatisfy({ bytes[$0] == bytes[$1] })
    else { throw XMLDamage("an end tag of another element") }
    if bytes.equals(last, "Event") { events -= 1 }
  }
}
