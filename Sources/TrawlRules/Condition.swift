/// When a rule holds: a formula over the rule's items.
///
/// Two-valued: an item whose field is absent is false (unless it asks for that), so `not` of it is true.
public indirect enum Condition: Hashable, Sendable {
  /// The item of the rule with this index holds.
  case item(Int)
  /// Each holds; of none, true.
  case all([Condition])
  /// At least one holds; of none, false.
  case any([Condition])
  case not(Condition)
}
