import TrawlRules

/// The rules of Elastic's `detection-rules`: https://github.com/elastic/detection-rules
package enum ElasticCollection {
  /// All rules among TOML files. Rules of machine learning have no query and are listed with the other files that hold none.
  package static func rules(_ files: [CollectionFile]) -> CollectionReading {
    var reading = CollectionReading()
    for file in files.sorted(by: { $0.path < $1.path }) {
      do throws(QueryProblem) {
        try add(file, RuleTOML(file.bytes), to: &reading)
      } catch { reading.skip(file.path, error.message) }
    }
    return reading
  }

  private static func add(
    _ file: CollectionFile, _ content: RuleTOML, to reading: inout CollectionReading
  ) throws(QueryProblem) {
    let table = content.table("rule")
    let type = table.text("type")
    if type == "machine_learning" { throw QueryProblem("a rule of machine learning has no query") }
    guard let body = table.text("query") else { throw QueryProblem("it holds no query") }
    let language = table.text("language") ?? (type == "eql" || type == "esql" ? type ?? "" : "kuery")
    var rule = CatalogRule(
      corpus: .elastic, id: table.text("rule_id") ?? file.path, title: table.text("name") ?? file.path,
      path: file.path, logSource: RuleSource(names: table.texts("index")), language: language, body: body)
    rule.type = type
    describe(&rule, table, content.table("metadata"))
    rule.isDeprecated = rule.status == "deprecated" || file.isBelow("_deprecated")
    read(&rule)
    if table.text("rule_id") == nil { rule.diagnostics.append("the rule has no rule_id") }
    for filter in table.tables("filters") {
      rule.stages.append(RuleOutline.Stage("filter", text: filter.written))
    }
    reading.add(rule)
  }

  private static func describe(_ rule: inout CatalogRule, _ table: RuleTOML.Table, _ metadata: RuleTOML.Table)
  {
    rule.status = metadata.text("maturity")
    rule.level = table.text("severity")
    rule.author = table.texts("author").joined(separator: ", ")
    rule.date = metadata.text("creation_date").map(isoDate)
    rule.modified = metadata.text("updated_date").map(isoDate)
    rule.description = table.text("description").map { QueryText.string(Array($0.utf8), 0..<$0.utf8.count) }
    rule.references = table.texts("references")
    rule.falsePositives = table.texts("false_positives").map {
      QueryText.string(Array($0.utf8), 0..<$0.utf8.count)
    }
    rule.tags = attackTags(table.tables("threat")) + table.texts("tags")
  }

  /// `2024/03/14` as the other collections have it: `2024-03-14`.
  private static func isoDate(_ date: String) -> String { String(date.map { $0 == "/" ? "-" : $0 }) }

  /// As Sigma writes them: `attack.credential-access`, `attack.t1059.001`.
  private static func attackTags(_ threats: [RuleTOML.Table]) -> [String] {
    var tags: [String] = []
    for threat in threats where threat.text("framework") == "MITRE ATT&CK" {
      var found = threat.table("tactic").text("name").map { [String($0.map { $0 == " " ? "-" : $0 })] } ?? []
      for technique in threat.tables("technique") {
        found += [technique.text("id")].compactMap(\.self)
        found += technique.tables("subtechnique").compactMap { $0.text("id") }
      }
      for tag in found.map({ "attack.\($0.lowercased())" }) where !tags.contains(tag) { tags.append(tag) }
    }
    return tags
  }

  private static func read(_ rule: inout CatalogRule) {
    let query: QueryReading
    switch rule.language {
    case "eql": query = EQLReader.read(rule.body)
    case "kuery": query = KibanaReader.read(rule.body)
    case "esql":
      query = ESQLReader.read(rule.body)
      if rule.logSource.names.isEmpty { rule.logSource.names = ESQLReader.sources(rule.body) }
    default: query = QueryReading(problems: ["queries in the language '\(rule.language)' are not read"])
    }
    rule.stages = query.stages
    rule.diagnostics = query.problems
  }
}
