import TrawlRows

extension Checker {
  /// The table of an `externaldata`: known where the user has a file for each of its addresses, which are never fetched.
  func external(_ table: ExternalTable, _ range: SourceRange) throws(Problem) -> Relation {
    var rows: [[KQLValue]] = []
    for address in table.addresses {
      guard let text = options.externals[address] else {
        return Checker.foreign(table.columns, missing(address, range))
      }
      guard let format = table.format(of: address), let more = table.rows(of: text, format) else {
        return Checker.foreign(table.columns, unreadable(address, range))
      }
      rows += more
    }
    guard !table.addresses.isEmpty, rows.count <= Checker.mostRows else {
      return Checker.foreign(table.columns, unreadable("\(rows.count) rows", range))
    }
    var relation = Checker.foreign(table.columns, noEvents(range))
    relation.rows = rows
    return relation
  }

  private func missing(_ address: String, _ range: SourceRange) -> Problem {
    Problem(
      303, range, reason: "externaldata", "externaldata reads from the network, which Trawl never does",
      advice: "give a file with its contents: --kql-external '\(address)=FILE'. Skipped.")
  }

  private func unreadable(_ what: String, _ range: SourceRange) -> Problem {
    Problem(
      304, range, reason: "externaldata", "the table of this externaldata cannot be read (\(what))",
      advice: "csv, tsv, psv, scsv, txt and json are read, up to a million rows. Skipped.")
  }

  private func noEvents(_ range: SourceRange) -> Problem {
    Problem(
      414, range, reason: "no events", "an externaldata holds no events",
      advice: "read a table of events. Skipped.")
  }
}
