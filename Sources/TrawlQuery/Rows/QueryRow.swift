import TrawlRows

/// A row of a table on its way through the operators: expressions find columns in it by their names.
struct QueryRow: KQLRow {
  /// The place of each column.
  let places: [String: Int]
  var values: [KQLValue]

  func value(of column: String, _ type: KQLType) -> KQLValue {
    guard let place = places[column], values.indices.contains(place) else {
      return type.absent
    }
    return values[place]
  }

  var columnTexts: [String] { values.map(\.shown) }
}

/// The names of a table's columns.
struct ColumnNames {
  let names: [String]
  let places: [String: Int]

  init(_ names: [String]) {
    self.names = names
    places = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func row(_ values: [KQLValue]) -> QueryRow { QueryRow(places: places, values: values) }
}
