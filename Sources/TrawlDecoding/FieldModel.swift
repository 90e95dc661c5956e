import TrawlEvents

/// Which member of a JSON event is which field: the shapes of SEMANTICS 8, 23 and 24 (flat, EVTX printed as JSON,
/// Winlogbeat, ECS).
///
/// A field is looked for in three scopes: the event itself, its body (EventData, UserData, ...) and its record (Event,
/// `winlog`, System); in each as a member of that name, then as a path. Slow and plain; a decoder asks once for each
/// distinct member and keeps the answer in its `KeyCache`.
struct FieldModel: Sendable {
  let fields: FieldTable
  /// Every proper prefix of a dotted field name or alias: an object elsewhere can hold no field.
  private let prefixes: Set<ExactText>

  init(fields: FieldTable) {
    self.fields = fields
    var prefixes: Set<ExactText> = [ExactText(FieldModel.rowMember)]
    for name in fields.names + FieldAlias.all.map(\.path) {
      var rest = Substring(name)
      while let dot = rest.utf8.lastIndex(of: UInt8(ascii: ".")) {
        rest = rest[..<dot]
        prefixes.insert(ExactText(String(rest)))
      }
    }
    self.prefixes = prefixes
  }

  func isPrefix(_ path: String) -> Bool { prefixes.contains(ExactText(path)) }
}

/// Where the same field is found twice, the lower rank wins; equal ranks give several values.
enum FieldRank {
  static let top: UInt8 = 0
  static let body: UInt8 = 1
  static let record: UInt8 = 2
  /// Added for a path in one of the scopes.
  static let path: UInt8 = 3
  /// Of the first alias.
  static let alias: UInt8 = 6
  /// Of what Windows makes of System for people to read.
  static let rendering: UInt8 = 29
  /// Of a computer that rows of Defender's tables name.
  static let deviceName: UInt8 = 28
  /// EventID is the record's; the body's counts when that has none.
  static let bodyEventID: UInt8 = 30
}

/// Names that shippers give to System's fields, each with the field; those of one field in order of preference.
struct FieldAlias {
  var path: String
  var field: String
  /// Among the aliases of the field.
  var place: UInt8

  static let all = [
    // One column of Defender's tables by its two names.
    FieldAlias(path: "TimeGenerated", field: "Timestamp", place: 0),
    FieldAlias(path: "Timestamp", field: "TimeGenerated", place: 0),
    FieldAlias(path: "event_id", field: "EventID", place: 0),
    FieldAlias(path: "winlog.event_id", field: "EventID", place: 1),
    FieldAlias(path: "log_name", field: "Channel", place: 0),
    FieldAlias(path: "winlog.channel", field: "Channel", place: 1),
    FieldAlias(path: "Hostname", field: "Computer", place: 0),
    FieldAlias(path: "computer_name", field: "Computer", place: 1),
    FieldAlias(path: "winlog.computer_name", field: "Computer", place: 2),
    FieldAlias(path: "SourceName", field: "Provider_Name", place: 0),
    FieldAlias(path: "source_name", field: "Provider_Name", place: 1),
    FieldAlias(path: "winlog.provider_name", field: "Provider_Name", place: 2),
  ]
}

/// A place in an event: what its members mean.
struct Place {
  enum Role {
    /// The event itself.
    case root
    /// The element Event of EVTX; Winlogbeat's `winlog`; System.
    case event, winlog, system
    /// A child of System: what it holds are its attributes.
    case systemChild
    /// EventData: members are the event's own fields.
    case body
    /// UserData and other sections: every leaf is a field by its own name.
    case section
    /// Attributes of `element`.
    case attributes
    /// Members are fields by their paths only.
    case other
    /// XML's own business (`xmlns`), with all that is in it.
    case dropped
  }

  var role = Role.root
  var scopes = [Scope(rank: FieldRank.top)]
  /// Name and rank of the XML element this is, where attributes may be fields.
  var element = ""
  var elementRank = FieldRank.body
  /// Rank of the leaves of a section.
  var leafRank = FieldRank.body
  /// What the place itself is, and its member `#text` too.
  var fields: [(id: FieldID, rank: UInt8)] = []
  var mark: (mark: EventMark, rank: UInt8)?
}

/// A scope of fields that a place lies in: the path that leads from there.
struct Scope {
  /// Of a member that stands directly in the scope.
  var rank: UInt8
  /// Empty for the scope itself.
  var path = ""
}

/// What a member of an object is: fields, a mark, and what its own members mean.
struct Member {
  var fields: [(id: FieldID, rank: UInt8)] = []
  var mark: (mark: EventMark, rank: UInt8)?
  var place: Place
  /// Not part of the event.
  var isDropped = false
  /// Of a section: an object with members of its own is no field.
  var isLeaf = false

  /// Whether neither it nor anything in it, but leaves of a section, can be a field by what it is called.
  var isNowhere: Bool {
    fields.isEmpty && mark == nil && !isDropped && place.scopes.isEmpty
      && (place.role == .other || place.role == .section)
  }
}

extension FieldModel {
  /// What the member `key` (unescaped) of an object at `place` is.
  func member(_ key: String, of place: Place) -> Member {
    let name = FieldModel.withoutBlanks(key)
    var member = Member(place: Place(role: .other, scopes: []))
    if place.role == .dropped || FieldModel.isNamespace(name) {
      member.isDropped = true
      member.place.role = .dropped
      return member
    }
    if name == "#text", place.role != .root {
      member.fields = place.fields
      member.mark = place.mark
    }
    addRole(name, place, &member)
    addScopes(name, place, &member)
    member.place.fields = member.fields
    member.place.mark = member.mark
    return member
  }

  static func withoutBlanks(_ name: String) -> String {
    guard name.utf8.contains(0x20) else { return name }
    return String(String.UnicodeScalarView(name.unicodeScalars.filter { $0 != " " }))
  }

  static func isNamespace(_ name: String) -> Bool {
    ["xmlns", "@xmlns"].contains { name == $0 || name.hasPrefix($0 + ":") }
  }

  static func isAttribute(_ name: String) -> Bool {
    name == "#attributes" || name.hasPrefix("@") || isNamespace(name)
  }

  /// Adds the member as a field, by its name in each scope that its object lies in, and opens its own scopes.
  private func addScopes(_ name: String, _ place: Place, _ member: inout Member) {
    for scope in place.scopes {
      let isDirect = scope.path.isEmpty
      // Attributes of a container are fields by the name of the container only.
      if isDirect, scope.rank != FieldRank.top, FieldModel.isAttribute(name) { continue }
      let path = isDirect ? name : "\(scope.path).\(name)"
      add(path, isDirect ? scope.rank : scope.rank + FieldRank.path, &member)
      if scope.rank == FieldRank.top {
        addAlias(path, isDirect, &member)
        if FieldModel.deviceNames.contains(path) { mark(.computer, FieldRank.deviceName, &member) }
      }
      if isPrefix(path) { member.place.scopes.append(Scope(rank: scope.rank, path: path)) }
      if isDirect { addMark(name, scope.rank, &member) }
    }
  }

  private func add(_ name: String, _ rank: UInt8, _ member: inout Member) {
    let rank = rank == FieldRank.body && name == "EventID" ? FieldRank.bodyEventID : rank
    guard let id = fields.find(name) else { return }
    guard let known = member.fields.firstIndex(where: { $0.id == id }) else {
      return member.fields.append((id, rank))
    }
    member.fields[known].rank = min(member.fields[known].rank, rank)
  }

  private func addAlias(_ path: String, _ isDirect: Bool, _ member: inout Member) {
    guard let alias = FieldAlias.all.first(where: { $0.path == path }) else { return }
    let rank = FieldRank.alias + 2 * alias.place + (isDirect ? 0 : 1)
    add(alias.field, rank, &member)
    switch alias.field {
    case "EventID": mark(.eventID, rank, &member)
    case "Channel": mark(.channel, rank, &member)
    case "Computer": mark(.computer, rank, &member)
    default: break
    }
  }
}

extension FieldModel {
  /// What the member's own members mean.
  private func addRole(_ name: String, _ place: Place, _ member: inout Member) {
    if FieldModel.isAttribute(name), place.role != .root { return addAttribute(name, place, &member) }
    switch place.role {
    case .root, .event: addContainer(name, place, &member)
    case .winlog where name == "event_data": become(.body, FieldRank.body, &member)
    case .winlog where name == "user_data": become(.section, nil, &member)
    case .system: member.place.role = .systemChild
    case .systemChild where name != "#text":
      let field = "\(place.element)_\(name)"
      add(field, place.elementRank, &member)
      addMark(field, FieldRank.record, &member)
    case .section: addLeaf(name, place, &member)
    case .attributes:
      add("\(place.element)_\(name)", place.elementRank, &member)
      addMark("\(place.element)_\(name)", place.elementRank, &member)
    default: break
    }
    // What stands directly in the body or the record is an element, whose attributes are fields.
    guard let scope = place.scopes.first(where: { $0.path.isEmpty && $0.rank != FieldRank.top }) else {
      return
    }
    member.place.element = name
    if !member.isLeaf { member.place.elementRank = scope.rank }
  }

  private func addContainer(_ name: String, _ place: Place, _ member: inout Member) {
    switch name {
    case "System": become(.system, FieldRank.record, &member)
    case "EventData", "event_data": become(.body, FieldRank.body, &member)
    case "UserData", "user_data": become(.section, nil, &member)
    case "Event" where place.role == .root: become(.event, FieldRank.record, &member)
    case "winlog" where place.role == .root: become(.winlog, FieldRank.record, &member)
    case "RenderingInfo" where place.role == .event:
      addLeaf(name, place, &member)
      member.place.leafRank = FieldRank.rendering
    case _ where place.role == .event: addLeaf(name, place, &member)
    default: break
    }
  }

  private func become(_ role: Place.Role, _ rank: UInt8?, _ member: inout Member) {
    member.place.role = role
    if let rank { member.place.scopes.append(Scope(rank: rank)) }
  }

  /// A member of a section: a field by its own name unless it has members of its own.
  private func addLeaf(_ name: String, _ place: Place, _ member: inout Member) {
    member.place.role = .section
    guard name != "#text" else { return }
    member.isLeaf = true
    member.place.element = name
    member.place.leafRank = place.leafRank
    add(name, place.leafRank, &member)
  }

  /// `@a` of an element X is the field `X_a`; so is `a` in its `#attributes`.
  private func addAttribute(_ name: String, _ place: Place, _ member: inout Member) {
    guard !place.element.isEmpty else { return }
    if name == "#attributes" {
      member.place.role = .attributes
      member.place.element = place.element
      member.place.elementRank = place.elementRank
    } else {
      let field = "\(place.element)_\(name.dropFirst())"
      add(field, place.elementRank, &member)
      addMark(field, place.elementRank, &member)
    }
  }
}

extension FieldModel {
  /// Fields of the event itself and of its record that say where it comes from and when it happened.
  private func addMark(_ name: String, _ rank: UInt8, _ member: inout Member) {
    if name == "UtcTime" { mark(.time, UInt8(FieldModel.timeNames.count + 1), &member) }
    guard rank != FieldRank.body else { return }
    switch name {
    case "Channel": mark(.channel, rank, &member)
    case "EventID": mark(.eventID, rank, &member)
    case "Computer": mark(.computer, rank, &member)
    case "TimeCreated_SystemTime": mark(.time, 0, &member)
    default: break
    }
    guard rank == FieldRank.top else { return }
    switch name {
    case "product": mark(.product, rank, &member)
    case "category": mark(.category, rank, &member)
    // Rows of Sentinel name their table so.
    case "Type": mark(.category, rank + 1, &member)
    case "service": mark(.service, rank, &member)
    default:
      if let place = FieldModel.timeNames.firstIndex(of: name) { mark(.time, UInt8(place + 1), &member) }
    }
  }

  private func mark(_ mark: EventMark, _ rank: UInt8, _ member: inout Member) {
    if let known = member.mark, known.rank <= rank { return }
    member.mark = (mark, rank)
  }

  /// The member that a row of Defender's tables is, where it comes through Event Hubs.
  fileprivate static let rowMember = "properties"
  fileprivate static let deviceNames = ["DeviceName", "\(rowMember).DeviceName"]

  /// What shippers call the time of an event, the most trustworthy first.
  private static let timeNames = [
    "@timestamp", "eventTime", "TimeCreated", "TimeGenerated", "EventTime", "timestamp", "Timestamp", "time",
    "ts", "_time", "datetime", "date",
  ]
}
