/// Which rows a join gives; the raw value is the name of KQL (learn.microsoft.com, "join operator").
public enum KQLJoinKind: String, Sendable, CaseIterable {
  /// As `inner`, but of left rows with equal keys only one takes part: here the first, where Kusto may take any.
  case innerunique
  case inner, leftouter, rightouter, fullouter
  case leftsemi, leftanti, rightsemi, rightanti

  /// Also by the other names that KQL has for them.
  public init?(name: String) {
    switch name {
    case "anti", "leftantisemi": self = .leftanti
    case "rightantisemi": self = .rightanti
    default: self.init(rawValue: name)
    }
  }

  /// Whether its rows have the columns of the left side.
  package var hasLeft: Bool { self != .rightsemi && self != .rightanti }

  /// Whether its rows have the columns of the right side.
  package var hasRight: Bool { self != .leftsemi && self != .leftanti }

  /// Whether left rows without a partner are among its rows.
  package var keepsLeft: Bool { self == .leftouter || self == .leftanti || self == .fullouter }

  /// Whether right rows without a partner are among its rows.
  package var keepsRight: Bool { self == .rightouter || self == .rightanti || self == .fullouter }
}

/// A join of a table's rows with those of another, which are known.
public struct KQLJoin: Equatable, Sendable {
  public var kind: KQLJoinKind
  /// Over the row below; as many as `rightKeys`.
  public var leftKeys: [KQLOperand]
  /// The types of the left side's columns.
  public var leftTypes: [String: KQLType]
  /// The places of the right side's keys.
  public var rightKeys: [Int]
  /// The rows of the right side.
  public var rows: [[KQLValue]]
  /// The columns of the right side that become columns of the result.
  public var columns: [Column]

  /// A column of the right side: its place there, and what it is in the result.
  public struct Column: Equatable, Sendable {
    public var place: Int
    public var name: String
    public var type: KQLType

    public init(place: Int, name: String, type: KQLType) {
      self.place = place
      self.name = name
      self.type = type
    }
  }

  public init(
    _ kind: KQLJoinKind, _ leftKeys: [KQLOperand], leftTypes: [String: KQLType], _ rightKeys: [Int],
    _ rows: [[KQLValue]], columns: [Column]
  ) {
    self.kind = kind
    self.leftKeys = leftKeys
    self.leftTypes = leftTypes
    self.rightKeys = rightKeys
    self.rows = rows
    self.columns = columns
  }
}
