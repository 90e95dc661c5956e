import TrawlEvents

extension EventXMLDecoder {
  /// An event as JSON on one line, in the shape that `EVTXDecoder` prints; slow. `source`: where it lies in the bytes that
  /// were decoded last, which `base` still holds.
  @unsafe
  public func json(of source: Int, _ base: UnsafePointer<UInt8>, count: Int) -> String? {
    let log = unsafe LogBytes(base, count: count)
    var events = XMLEvents(log)
    guard let end = try? events.end(of: source),
      let event = try? EVTXElement(log, source..<end)
    else { return nil }
    var text = ""
    appendMembers([event], attributes: [], &text)
    return text
  }
}

extension EVTXElement {
  /// The element that is the XML of a range.
  fileprivate init(_ log: LogBytes, _ range: Range<Int>) throws(XMLDamage) {
    var tokens = XMLTokens(log, from: range.lowerBound)
    var open: [EVTXElement] = []
    while true {
      let token = try tokens.next()
      var closed: EVTXElement?
      switch token.kind {
      case .start:
        open.append(EVTXElement(start: token, log))
        if token.isEmpty { closed = open.popLast() }
      case .end: closed = open.popLast()
      case .text: open[open.count - 1].add(log, token.body, isPlain: false)
      case .cdata: open[open.count - 1].add(log, token.body, isPlain: true)
      case .other: break
      }
      guard let closed else { continue }
      if open.isEmpty {
        self = closed
        return
      }
      open[open.count - 1].parts.append(.element(closed))
    }
  }

  private init(start token: XMLToken, _ log: LogBytes) {
    self.init(name: log.text(token.name))
    var all = XMLAttributes(bytes: log, range: token.body)
    // Behind its name nothing of a Data was looked at.
    while let attribute = (try? all.next()) ?? nil {
      let value = EVTXElement.text(log, attribute.value)
      attributes.append((log.text(attribute.name), [EVTXScalar(text: value)]))
    }
    if name == "Data", !token.isEmpty { parts.append(.value(EVTXScalar(text: ""))) }
  }

  private mutating func add(_ log: LogBytes, _ range: Range<Int>, isPlain: Bool) {
    let text = isPlain ? log.text(range) : EVTXElement.text(log, range)
    parts.append(.value(EVTXScalar(text: text)))
  }

  /// What no field is made of may have an entity that there is not: it is shown as it stands.
  private static func text(_ log: LogBytes, _ range: Range<Int>) -> String {
    var text = Block<UInt8>(capacity: range.count + 16)
    guard (try? text.append(xml: range, log)) != nil else { return log.text(range) }
    return text.text(0..<text.count)
  }
}
