import TrawlRules

@testable import TrawlCatalog

/// A small index of both vendors' rules, with the canonical fields of catalog.md 5.3 that the expected counts use.
struct IndexedRules {
  struct Key: Hashable, CustomStringConvertible {
    var field: String
    var kind: String
    var value: String

    init(_ field: String, _ kind: String, _ value: String) {
      (self.field, self.kind) = (field, kind)
      self.value = kind == "regex" ? value : value.lowercased()
    }

    var description: String { "\(field) \(kind) \(value)" }
  }

  /// Whether a rule has a key only under a not.
  private(set) var keysOfRule: [String: [Key: Bool]] = [:]
  private var rulesOfKey: [Key: [CatalogRule]] = [:]

  init() throws {
    for rule in try VendorCollections.splunk.get().rules + VendorCollections.elastic.get().rules {
      var keys: [Key: Bool] = [:]
      for question in rule.stages.flatMap(\.predicates) {
        let field = question.field.map { IndexedRules.canonical($0, rule.corpus) } ?? "(keyword)"
        let key = Key(field, question.kind.rawValue, question.value)
        keys[key] = keys[key, default: true] && question.isNegated
      }
      keysOfRule[rule.id] = keys
      for key in keys.keys { rulesOfKey[key, default: []].append(rule) }
    }
  }

  func counts(_ key: Key, _ corpus: String) -> (live: Int, excluded: Int, all: Int) {
    let rules = (rulesOfKey[key] ?? []).filter { $0.corpus.rawValue == corpus }
    let live = rules.filter { !$0.isDeprecated }
    return (live.count, live.count { keysOfRule[$0.id]?[key] == true }, rules.count)
  }

  private static func canonical(_ field: String, _ corpus: Corpus) -> String {
    if corpus == .elastic {
      let bare = [".caseless", ".text", ".keyword"].reduce(field) {
        $0.hasSuffix($1) ? String($0.dropLast($1.count)) : $0
      }
      let winlog = "winlog.event_data."
      return bare.hasPrefix(winlog) ? String(bare.dropFirst(winlog.count)) : elastic[bare] ?? bare
    }
    let models = ["Processes.", "processes.", "Filesystem.", "Registry.", "Web.", "All_Traffic.", "DNS."]
    let name = String(field.dropFirst(models.first { field.hasPrefix($0) }?.count ?? 0))
    return splunk[name] ?? name
  }

  private static let splunk = [
    "process_path": "Image", "process": "CommandLine", "original_file_name": "OriginalFileName",
    "parent_process_path": "ParentImage", "parent_process": "ParentCommandLine",
    "registry_path": "TargetObject",
    "registry_value_data": "Details", "file_path": "TargetFilename", "query": "QueryName",
    "dest_port": "DestinationPort",
    "dest_ip": "DestinationIp", "src_ip": "SourceIp", "EventCode": "EventID", "signature_id": "EventID",
    "process_integrity_level": "IntegrityLevel",
  ]

  private static let elastic = [
    "process.executable": "Image", "process.name": "process_name", "process.command_line": "CommandLine",
    "process.pe.original_file_name": "OriginalFileName", "process.parent.executable": "ParentImage",
    "process.parent.name": "parent_process_name", "process.parent.command_line": "ParentCommandLine",
    "process.Ext.token.integrity_level_name": "IntegrityLevel",
    "process.working_directory": "CurrentDirectory",
    "process.pe.description": "Description", "process.pe.company": "Company", "process.pe.product": "Product",
    "registry.path": "TargetObject", "registry.data.strings": "Details",
    "registry.value": "registry_value_name",
    "file.path": "TargetFilename", "file.name": "file_name", "dll.path": "ImageLoaded",
    "dll.name": "image_loaded_name",
    "dns.question.name": "QueryName", "destination.ip": "DestinationIp",
    "destination.port": "DestinationPort",
    "destination.domain": "DestinationHostname", "source.ip": "SourceIp", "source.port": "SourcePort",
    "event.code": "EventID",
    "powershell.file.script_block_text": "ScriptBlockText",
  ]
}
