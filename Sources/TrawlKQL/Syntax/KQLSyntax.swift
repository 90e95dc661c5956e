import TrawlRows

/// Queries as written, for those that judge Trawl's reading of them.
package enum KQLSyntax {
  /// The statements of a text; throws the first mistake of grammar.
  package static func statements(of text: String) throws -> [Statement] {
    let bytes = Array(text.utf8)
    var parser = try Parser(bytes, SourceRange(start: 0, end: bytes.count))
    return try parser.script()
  }

  /// The columns of a table and their types, as far as they are listed; nil for an unknown table.
  package static func columns(of table: String) -> [(name: String, type: KQLType)]? {
    Schema.standard.tables[table]?.columns.map { ($0.name, $0.type) }
  }

  /// Tables whose rows Trawl may have.
  package static var tables: [String] { Schema.standard.tables.keys.sorted() }

  /// The name that an expression without one gives to its column.
  package static func columnName(of expression: Expression) -> String { Checker.name(of: expression) }

  /// A regular expression of KQL as PCRE2 has it; nil if it is none.
  package static func translated(_ expression: String) -> KQLRegularExpression? {
    try? RegexTranslation.translate(expression)
  }
}
