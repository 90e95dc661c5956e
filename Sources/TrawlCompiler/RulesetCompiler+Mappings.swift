import TrawlEvents
import TrawlMatcher
import TrawlRules

extension RulesetCompiler {
  /// Notes the fields that a rule names: of rows that it reads, only these are made.
  mutating func noteNames(of rule: Rule) {
    guard rule.language == .sigma, let category = rule.logSource.categoryOfRows else { return }
    // Rules of keywords name none.
    var named = namedFields[category] ?? []
    for item in rule.items {
      if case .field(let name) = item.predicate.subject { named.insert(fields.number(of: name)) }
      if let name = item.predicate.test.otherField { named.insert(fields.number(of: name)) }
    }
    namedFields[category] = named
  }

  /// Writes which rows are read as events of which category, and what each field of its rules is in them. Rules have one
  /// program for all: what differs is made of the few rows, not of the many rules.
  mutating func writeMappings() -> [LogSourceSelection.RowMapping] {
    options.logSources.mappedRows(disabledRoutes: options.disabledRoutes).compactMap { rows in
      guard let named = namedFields[rows.mapping.category] else { return nil }
      let first = tables.mappedFields.count
      for field in named.sorted() {
        if let mapped = mappedField(field, rows.fields) { tables.mappedFields.append(mapped) }
      }
      let firstNode = UInt32(tables.nodes.count)
      writeNode(.all(formulas(rows.conditions, rows.fields)), [:])
      tables.mappings.append(
        MappingEntry(
          firstNode: firstNode, firstField: UInt32(first),
          fieldCount: UInt32(tables.mappedFields.count - first)))
      return rows.mapping
    }
  }

  /// What a field of the rules is made of; nil where the rows have nothing for it.
  private mutating func mappedField(_ field: FieldID, _ names: FieldNames) -> MappedField? {
    switch names.source(of: fields.names[Int(field)]) {
    case nil: return nil
    // Rows of the table hold no fields among others.
    case .field(let column), .holding(let column): return mappedField(field, .column, nil, column, nil)
    case .part(let part, let column): return mappedField(field, .column, part, column, nil)
    case .joined(let joint, let part, let first, let second):
      return mappedField(field, joint.stored, part, first, second)
    case .constant(let text):
      var mapped = MappedField(field, .constant)
      mapped.offset = UInt32(tables.texts.count)
      mapped.length = UInt32(text.utf8.count)
      for byte in text.utf8 { tables.texts.append(byte) }
      return mapped
    }
  }

  private mutating func mappedField(
    _ field: FieldID, _ kind: MappedField.Kind, _ part: TrawlRules.ValuePart?, _ first: String,
    _ second: String?
  ) -> MappedField {
    var mapped = MappedField(field, kind)
    mapped.part = part?.stored ?? .whole
    mapped.source = fields.number(of: first)
    mapped.other = second.map { fields.number(of: $0) } ?? 0
    return mapped
  }
}

extension FieldNames.Joint {
  /// The same for the matcher.
  var stored: MappedField.Kind {
    switch self {
    case .path: .path
    case .filePath: .filePath
    case .registryValue: .registryValue
    case .registryDetails: .registryDetails
    }
  }
}
