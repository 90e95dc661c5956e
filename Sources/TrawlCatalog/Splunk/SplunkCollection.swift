import TrawlRules
import TrawlSigma

/// The detections of Splunk's `security_content`: https://github.com/splunk/security_content
package enum SplunkCollection {
  /// All detections among YAML files. Files of `macros/` give the macros; what is neither is listed with the reason.
  package static func rules(_ files: [CollectionFile]) -> CollectionReading {
    var reading = CollectionReading()
    var documents: [(file: CollectionFile, content: YAMLValue)] = []
    var macros: [String: SPLMacros.Definition] = [:]
    for file in files.sorted(by: { $0.path < $1.path }) {
      do throws(Diagnostic) {
        let content = try YAMLValue.read(file.bytes, file: file.path)
        if let (name, macro) = macro(content) {
          macros[name] = macro
        } else {
          documents.append((file, content))
        }
      } catch {
        reading.skip(
          file.path, error.location.line > 0 ? "line \(error.location.line): \(error.message)" : error.message
        )
      }
    }
    let known = SPLMacros(macros)
    for (file, content) in documents { add(file, content, known, to: &reading) }
    return reading
  }

  private static func macro(_ content: YAMLValue) -> (String, SPLMacros.Definition)? {
    guard let name = content["name"]?.text, let text = content["definition"]?.text, content["search"] == nil
    else {
      return nil
    }
    return (name, SPLMacros.Definition(arguments: content["arguments"]?.texts ?? [], text: text))
  }

  private static func add(
    _ file: CollectionFile, _ content: YAMLValue, _ macros: SPLMacros, to reading: inout CollectionReading
  ) {
    guard let search = content["search"]?.text else { return reading.skip(file.path, "it holds no search") }
    let type = content["type"]?.text
    if let type, ["Baseline", "Investigation"].contains(type) {
      return reading.skip(file.path, "a search of type \(type) is no detection")
    }
    var rule = CatalogRule(
      corpus: .splunk, id: content["id"]?.text ?? file.path, title: content["name"]?.text ?? file.path,
      path: file.path, logSource: RuleSource(names: content["data_source"]?.texts ?? []), language: "spl",
      body: search)
    rule.type = type
    describe(&rule, content)
    rule.isDeprecated = rule.status == "deprecated" || file.isBelow("deprecated")
    let query = SPLReader.read(search, macros)
    rule.stages = query.stages
    rule.diagnostics = query.problems
    if content["id"]?.text == nil { rule.diagnostics.append("the detection has no id") }
    reading.add(rule)
  }

  private static func describe(_ rule: inout CatalogRule, _ content: YAMLValue) {
    rule.status = content["status"]?.text
    rule.author = content["author"]?.text
    rule.date = content["date"]?.text
    rule.description = content["description"]?.text
    rule.references = content["references"]?.texts ?? []
    rule.falsePositives = content["known_false_positives"]?.texts ?? []
    let tags = content["tags"]
    rule.tags = (tags?["mitre_attack_id"]?.texts ?? []).map { "attack.\($0.lowercased())" }
    rule.tags += (tags?["cve"]?.texts ?? []).map { $0.lowercased() }
    rule.tags += (tags?["analytic_story"]?.texts ?? []).map { "Analytic Story: \($0)" }
  }
}
