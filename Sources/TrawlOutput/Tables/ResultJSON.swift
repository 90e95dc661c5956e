import TrawlQuery
import TrawlRows

/// Tables as JSON: numbers and Booleans as such, times as text, dynamic values as what they are, null where there is none.
enum ResultJSON {
  /// `[{"query": id, "title": ..., "columns": [{"name", "type"}], "rows": [{...}]}]`
  static func append(_ tables: [NamedTable], _ output: inout [UInt8]) {
    output.append("[")
    for (index, table) in tables.enumerated() {
      output.append(index > 0 ? ",\n" : "")
      append(table, &output)
    }
    output.append("]\n")
  }

  private static func append(_ table: NamedTable, _ output: inout [UInt8]) {
    output.append("{\"query\":")
    output.append(json: table.id)
    output.append(",\"title\":")
    output.append(json: table.title)
    output.append(",\"columns\":[")
    for (index, column) in table.table.columns.enumerated() {
      output.append(index > 0 ? ",{\"name\":" : "{\"name\":")
      output.append(json: column.name)
      output.append(",\"type\":")
      output.append(json: column.type.rawValue)
      output.append("}")
    }
    output.append("],\"rows\":[")
    for (index, row) in table.table.rows.enumerated() {
      output.append(index > 0 ? ",\n" : "\n")
      append(row, table, isNamed: false, &output)
    }
    output.append("]}")
  }

  /// A row a line; with several tables each says by `@query` which it is of.
  static func appendLines(_ table: NamedTable, isNamed: Bool, _ output: inout [UInt8]) {
    for row in table.table.rows {
      append(row, table, isNamed: isNamed, &output)
      output.append("\n")
    }
  }

  private static func append(
    _ row: [KQLValue], _ table: NamedTable, isNamed: Bool, _ output: inout [UInt8]
  ) {
    output.append("{")
    if isNamed {
      output.append("\"@query\":")
      output.append(json: table.id)
    }
    for (index, column) in table.table.columns.enumerated() where row.indices.contains(index) {
      if isNamed || index > 0 { output.append(",") }
      output.append(json: column.name)
      output.append(":")
      append(row[index], &output)
    }
    output.append("}")
  }

  private static func append(_ value: KQLValue, _ output: inout [UInt8]) {
    switch value {
    case .null: output.append("null")
    case .bool, .integer: output.append(value.shown)
    // JSON has no numbers for these.
    case .real(let number) where !number.isFinite: output.append(json: value.shown)
    case .real: output.append(value.shown)
    case .string(let text), .guid(let text): output.append(json: text)
    case .datetime, .timespan: output.append(json: value.shown)
    case .list(let values):
      output.append("[")
      for (index, value) in values.enumerated() {
        if index > 0 { output.append(",") }
        append(value, &output)
      }
      output.append("]")
    case .bag(let members):
      output.append("{")
      for (index, member) in members.enumerated() {
        if index > 0 { output.append(",") }
        output.append(json: member.name)
        output.append(":")
        append(member.value, &output)
      }
      output.append("}")
    }
  }
}
