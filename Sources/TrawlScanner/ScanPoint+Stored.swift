import TrawlMatcher

extension ScanPoint {
  /// Files that were scanned wholly or in part.
  package var filesBegun: Int {
    position.file + (position == ReadPosition(file: position.file) ? 0 : 1)
  }

  /// Whether there can be such a point among so many files and rules.
  package func isWithin(files: Int, rules: Int) -> Bool {
    filesBegun <= files && summary.findingsByRule.keys.allSatisfy { $0 < rules }
  }

  /// Writes it as bytes, from which `init(from:)` makes it again.
  package func store(in writer: inout ByteWriter) {
    for number in [position.file, position.log, position.offset, position.records] { writer.put(number) }
    position.splitter.store(in: &writer)
    summary.store(in: &writer)
  }

  package init(from reader: inout ByteReader) throws(StoredRulesError) {
    var position = ReadPosition()
    position.file = try reader.amount()
    position.log = try reader.amount()
    position.offset = try reader.amount()
    position.records = try reader.amount()
    position.splitter = try DocumentSplitter(from: &reader)
    self.init(position: position, summary: try ScanSummary(from: &reader))
  }
}

extension ScanSummary {
  fileprivate func store(in writer: inout ByteWriter) {
    for number in [files, bytes, inputBytes, events, findings] + counts.all { writer.put(number) }
    writer.put(seconds.bitPattern)
    writer.put(count: findingsByRule.count)
    for (rule, count) in findingsByRule.sorted(by: { $0.key < $1.key }) {
      writer.put(rule)
      writer.put(count)
    }
    writer.put(count: problems.count)
    for (reason, count) in problems.sorted(by: { $0.key < $1.key }) {
      writer.put(reason)
      writer.put(count)
    }
    writer.put(count: unknownEvents.count)
    for (path, count) in unknownEvents.sorted(by: { $0.key < $1.key }) {
      writer.put(path)
      writer.put(count)
    }
    writer.put(count: firstProblems.count)
    for problem in firstProblems { problem.store(in: &writer) }
    writer.put(count: misfits.count)
    for (column, misfit) in misfits.sorted(by: { $0.key < $1.key }) {
      writer.put(column)
      writer.put(misfit.file)
      writer.put(misfit.count)
      writer.put(misfit.record)
    }
    writer.put(count: inputProblems.count)
    for problem in inputProblems {
      writer.put(problem.path)
      writer.put(problem.message)
      writer.put(problem.isUnreadable)
    }
  }

  fileprivate init(from reader: inout ByteReader) throws(StoredRulesError) {
    self.init()
    files = try reader.amount()
    bytes = try reader.amount()
    inputBytes = try reader.amount()
    events = try reader.amount()
    findings = try reader.amount()
    counts = try MatchCounts(from: &reader)
    seconds = Double(bitPattern: try reader.number())
    guard seconds >= 0, seconds < 1e12 else { throw StoredRulesError("a time that cannot be") }
    for _ in 0..<(try reader.count(of: 16)) { findingsByRule[try reader.amount()] = try reader.amount() }
    for _ in 0..<(try reader.count(of: 12)) { problems[try reader.text()] = try reader.amount() }
    for _ in 0..<(try reader.count(of: 12)) {
      noteUnknown([try reader.text(): try reader.amount()])
    }
    for _ in 0..<(try reader.count(of: 17)) { firstProblems.append(try RecordProblem(from: &reader)) }
    for _ in 0..<(try reader.count(of: 24)) {
      let (column, file) = (try reader.text(), try reader.text())
      note([column: Misfit(count: try reader.amount(), file: file, record: try reader.amount())])
    }
    for _ in 0..<(try reader.count(of: 9)) {
      inputProblems.append(
        InputProblem(path: try reader.text(), message: try reader.text(), isUnreadable: try reader.flag()))
    }
  }
}

extension RecordProblem {
  fileprivate func store(in writer: inout ByteWriter) {
    writer.put(file)
    writer.put(reason)
    switch place {
    case .record(let number):
      writer.put(false)
      writer.put(number)
    case .offset(let bytes):
      writer.put(true)
      writer.put(bytes)
    }
  }

  fileprivate init(from reader: inout ByteReader) throws(StoredRulesError) {
    file = try reader.text()
    reason = try reader.text()
    place = try reader.flag() ? .offset(try reader.amount()) : .record(try reader.amount())
  }
}

extension DocumentSplitter {
  fileprivate func store(in writer: inout ByteWriter) {
    writer.put(isInArray)
    writer.put(isInEnvelope)
  }

  fileprivate init(from reader: inout ByteReader) throws(StoredRulesError) {
    isInArray = try reader.flag()
    isInEnvelope = try reader.flag()
  }
}
