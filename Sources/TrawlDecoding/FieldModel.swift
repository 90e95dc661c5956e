import TrawlEvents

/// Which member of a JSON event is which field: the shapes of SEMANTICS 8, 23 and 24 (flat, EVTX printed as JSON,
/// Winlogbeat, ECS).
///
/// Slow and plain; a decoder asks once for each distinct member and keeps the answer in its `KeyCache`.
struct FieldModel: Sendable {
  private let fields: FieldTable
  /// Every proper prefix of a dotted field name: an object elsewhere can hold no field.
  private let prefixes: Set<String>

  init(fields: FieldTable) {
    self.fields = fields
    var prefixes: Set<String> = []
    for name in fields.names {
      var rest = Substring(name)
      while let dot = rest.lastIndex(of: ".") {
        rest = rest[..<dot]
        prefixes.insert(String(rest))
      }
    }
    self.prefixes = prefixes
  }
}

/// A place in an event: what its members mean.
struct Place {
  enum Role {
    /// The event itself.
    case root
    /// The element Event of EVTX.
    case event
    /// The element System; `element` names a child of it.
    case system
    /// EventData: members are the event's own fields.
    case body
    /// UserData and other sections: every leaf is a field by its own name.
    case section
    /// Winlogbeat's `winlog`.
    case winlog
    /// The attributes of `element`.
    case attributes
    /// Members are fields only by their whole path.
    case other
  }

  var role = Role.root
  /// Dotted path from the event; nil where no rule's path leads.
  var path: String? = ""
  /// Dotted path from the object that holds the event's own fields; nil as above.
  var ownPath: String? = ""
  /// Name of the XML element this is, where that matters.
  var element = ""
  /// How a field found here ranks against the same field elsewhere.
  var rank: UInt8 = FieldRank.own
}

/// Where the same field is found twice, the lower rank wins; equal ranks give several values.
enum FieldRank {
  static let own: UInt8 = 0
  static let body: UInt8 = 1
  static let path: UInt8 = 2
  static let system: UInt8 = 3
  static let alias: UInt8 = 4
  static let last: UInt8 = 5
}

/// What a member of an object is: up to two fields, a mark, and what its own members mean.
struct Member {
  var fields: [(id: FieldID, rank: UInt8)] = []
  var mark: (mark: EventMark, rank: UInt8)?
  var place: Place
  /// XML's own business (`xmlns`): not part of the event.
  var isDropped = false
}

extension FieldModel {
  /// What the member `key` (unescaped) of an object at `place` is.
  func member(_ key: String, of place: Place) -> Member {
    let name = key.contains(" ") ? key.filter { $0 != " " } : key
    var member = Member(place: Place(role: .other, path: nil, ownPath: nil))
    member.place.path = joined(place.path, name)
    switch place.role {
    case .root, .event: addTopLevel(name, place, &member)
    case .winlog: addWinlog(name, place, &member)
    case .system: addSystem(name, place, &member)
    case .body: addBody(name, place, &member)
    case .section: addSection(name, place, &member)
    case .attributes: addAttribute(name, place, &member)
    case .other: addOwn(name, place, &member)
    }
    let isTop = place.role == .root
    if let path = member.place.path, let id = fields.find(path), !member.fields.contains(where: { $0.id == id }) {
      member.fields.append((id, isTop ? FieldRank.own : FieldRank.path))
    }
    member.place.path = member.place.path.flatMap { prefixes.contains($0) ? $0 : nil }
    if member.place.role == .other {
      member.place.ownPath = member.place.ownPath.flatMap { prefixes.contains($0) ? $0 : nil }
    }
    return member
  }

  private func joined(_ path: String?, _ name: String) -> String? {
    path.map { $0.isEmpty ? name : "\($0).\(name)" }
  }

  private func add(_ name: String, _ rank: UInt8, _ member: inout Member) {
    if let id = fields.find(name), member.fields.count < 2, !member.fields.contains(where: { $0.id == id }) {
      member.fields.append((id, rank))
    }
  }
}

extension FieldModel {
  private func addTopLevel(_ name: String, _ place: Place, _ member: inout Member) {
    if place.role == .root { add(name, FieldRank.own, &member) }
    member.place.ownPath = place.role == .root ? name : nil
    switch name {
    case "Event" where place.role == .root: member.place.role = .event
    case "System":
      member.place.role = .system
      member.place.rank = FieldRank.system
    case "EventData", "event_data": becomeBody(&member)
    case "UserData", "user_data": becomeSection(&member, element: name)
    case "winlog" where place.role == .root: member.place.role = .winlog
    case "#attributes" where place.role == .event:
      member.place.role = .attributes
      member.place.element = "Event"
    case _ where place.role == .event: becomeSection(&member, element: name)
    default: break
    }
    guard place.role == .root else { return }
    addMark(name, isSystem: false, &member)
    switch name {
    case "event_id": addAlias("EventID", .eventID, &member)
    case "log_name": addAlias("Channel", .channel, &member)
    case "Hostname", "computer_name": addAlias("Computer", .computer, &member)
    case "SourceName", "source_name": addAlias("Provider_Name", nil, &member)
    default: break
    }
  }

  private func addWinlog(_ name: String, _ place: Place, _ member: inout Member) {
    switch name {
    case "event_data": becomeBody(&member)
    case "user_data": becomeSection(&member, element: name)
    case "event_id": addAlias("EventID", .eventID, &member)
    case "channel": addAlias("Channel", .channel, &member)
    case "computer_name": addAlias("Computer", .computer, &member)
    case "provider_name": addAlias("Provider_Name", nil, &member)
    default: break
    }
  }

  private func becomeBody(_ member: inout Member) {
    member.place.role = .body
    member.place.rank = FieldRank.body
    member.place.ownPath = ""
  }

  private func becomeSection(_ member: inout Member, element: String) {
    member.place.role = .section
    member.place.rank = FieldRank.body
    member.place.element = element
  }

  private func addAlias(_ name: String, _ mark: EventMark?, _ member: inout Member) {
    add(name, FieldRank.alias, &member)
    if let mark { member.mark = (mark, FieldRank.alias) }
  }

  /// Fields of System, and of the flat event, that say where an event comes from and when it happened.
  private func addMark(_ name: String, isSystem: Bool, _ member: inout Member) {
    switch name {
    case "Channel": member.mark = (.channel, FieldRank.own)
    case "EventID": member.mark = (.eventID, FieldRank.own)
    case "Computer": member.mark = (.computer, FieldRank.own)
    case "TimeCreated_SystemTime": member.mark = (.time, 0)
    case _ where isSystem: break
    case "product": member.mark = (.product, FieldRank.own)
    case "category": member.mark = (.category, FieldRank.own)
    case "service": member.mark = (.service, FieldRank.own)
    case "UtcTime": member.mark = (.time, UInt8(FieldModel.timeNames.count + 1))
    default:
      if let rank = FieldModel.timeNames.firstIndex(of: name) { member.mark = (.time, UInt8(rank + 1)) }
    }
  }

  /// What shippers call the time of an event, the most trustworthy first.
  private static let timeNames = [
    "@timestamp", "eventTime", "TimeCreated", "TimeGenerated", "EventTime", "timestamp", "Timestamp", "time",
    "ts", "_time", "datetime", "date",
  ]
}

extension FieldModel {
  /// System and its children: `Provider` with attribute `Name` is the field `Provider_Name`.
  private func addSystem(_ name: String, _ place: Place, _ member: inout Member) {
    if name == "#attributes" {
      member.place.role = .attributes
      member.place.rank = place.rank
      member.place.element = place.element
      return
    }
    var field = place.element.isEmpty ? name : "\(place.element)_\(bare(name))"
    if name == "#text" { field = place.element }
    add(field, field == "EventID" ? FieldRank.own : FieldRank.system, &member)
    addMark(field, isSystem: true, &member)
    member.place.role = .system
    member.place.rank = FieldRank.system
    member.place.element = field
  }

  private func bare(_ name: String) -> String { name.hasPrefix("@") ? String(name.dropFirst()) : name }

  private func addBody(_ name: String, _ place: Place, _ member: inout Member) {
    if name == "#attributes" {
      member.place.role = .attributes
      member.place.element = place.element
      member.place.rank = place.rank
      return
    }
    // EventData's own `#text` belongs to no element; that of a child is the child's.
    let field = name == "#text" && !place.element.isEmpty ? place.element : joined(place.ownPath, name) ?? name
    add(field, field == "EventID" ? FieldRank.last : FieldRank.body, &member)
    if field == "UtcTime" { addMark(field, isSystem: false, &member) }
    member.place.role = .body
    member.place.rank = FieldRank.body
    member.place.ownPath = field
    member.place.element = field
  }

  private func addSection(_ name: String, _ place: Place, _ member: inout Member) {
    if name == "#attributes" {
      member.place.role = .attributes
      member.place.element = place.element
      member.place.rank = place.rank
      return
    }
    let field = name == "#text" ? place.element : name
    add(field, field == "EventID" ? FieldRank.last : FieldRank.body, &member)
    member.place.role = .section
    member.place.rank = FieldRank.body
    member.place.element = field
  }

  private func addAttribute(_ name: String, _ place: Place, _ member: inout Member) {
    if name == "xmlns" || name.hasPrefix("xmlns:") {
      member.isDropped = true
      return
    }
    let field = "\(place.element)_\(name)"
    add(field, place.rank, &member)
    if place.rank == FieldRank.system { addMark(field, isSystem: true, &member) }
  }

  private func addOwn(_ name: String, _ place: Place, _ member: inout Member) {
    guard let own = joined(place.ownPath, name) else { return }
    member.place.ownPath = own
    if place.ownPath != place.path { add(own, FieldRank.path, &member) }
  }
}
