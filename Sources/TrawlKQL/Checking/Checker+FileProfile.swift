import TrawlRows

extension Checker {
  /// `invoke FileProfile(column, count)` by the user's table. All rows get a profile: the count is a limit of the service.
  /// Columns that the rows have stay theirs.
  mutating func profile(
    _ call: Expression, _ profiles: FileProfiles, _ relation: inout Relation, _ scope: Scope
  ) throws(Problem) {
    guard case .call(_, let arguments) = call.kind else { return }
    for argument in arguments.dropFirst() { _ = try lower(argument.value, nil, scope) }
    let column = Checker.hashColumn(arguments.first, call)
    let before = relation
    for index in relation.legs.indices {
      let hash = try lower(column, Row(leg: before.legs[index], relation: before), scope)
      guard [.string, .dynamic, .unknown].contains(hash.type) else { throw noHash(hash.type, column.range) }
      for column in FileProfiles.columns where relation.legs[index].column(column.name) == nil {
        relation.legs[index].set(
          column.name, Lowered([hash], type: column.type) { profiles.operand(column, of: $0[0]) })
      }
    }
  }

  /// The column of hashes: a name, the name as text, or SHA1 where none is given.
  private static func hashColumn(_ argument: Argument?, _ call: Expression) -> Expression {
    guard let value = argument?.value else { return Expression(.name("SHA1"), call.range) }
    guard case .literal(.string(let name)) = value.kind else { return value }
    return Expression(.name(name), value.range)
  }

  private func noHash(_ type: KQLType, _ range: SourceRange) -> Problem {
    Problem(
      506, range, reason: "not a hash", "FileProfile takes a column of hashes, and this is \(type.rawValue)",
      advice: "write SHA1, SHA256, InitiatingProcessSHA1 or InitiatingProcessSHA256")
  }
}
