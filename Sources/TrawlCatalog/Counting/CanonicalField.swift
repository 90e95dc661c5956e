/// The name of a field that all collections share: Sigma's where it has one (reference: the fields of Sysmon's events,
/// Splunk's data models, and the Elastic Common Schema).
enum CanonicalField {
  /// What a keyword is asked of.
  static let keyword = "(keyword)"

  /// `written`: as a rule of `corpus` has it; nil for a keyword.
  static func name(_ written: String?, in corpus: Corpus) -> String {
    guard let written else { return keyword }
    switch corpus {
    case .sigma: return written
    case .splunk: return splunk[written] ?? splunkName(withoutModel(written))
    case .elastic: return elasticName(withoutSubfield(written))
    case .kql: return defender[written] ?? written
    }
  }

  private static func splunkName(_ name: String) -> String { splunk[name] ?? name }

  /// `Processes.process_name` is `process_name`. Names of data models begin with a capital, but for those of Endpoint,
  /// which some write without.
  private static func withoutModel(_ name: String) -> String {
    guard let first = name.utf8.first, let dot = name.firstIndex(of: "."),
      name.index(after: dot) < name.endIndex,
      (0x41...0x5A).contains(first) || endpoint.contains(name[..<dot])
    else { return name }
    return String(name[name.index(after: dot)...])
  }

  private static let endpoint: Set<Substring> = ["processes", "filesystem", "registry", "services", "ports"]

  private static func elasticName(_ name: String) -> String {
    if let known = elastic[name] { return known }
    return name.hasPrefix(winlog) && name.utf8.count > winlog.utf8.count
      ? String(name.dropFirst(winlog.count)) : name
  }

  /// Fields of Windows events, whose names are Sigma's.
  private static let winlog = "winlog.event_data."

  /// Other ways to index the same field.
  private static func withoutSubfield(_ name: String) -> String {
    for suffix in [".caseless", ".text", ".keyword"] where name.hasSuffix(suffix) {
      return String(name.dropLast(suffix.count))
    }
    return name
  }
}

extension CanonicalField {
  private static let splunk = [
    "process_path": "Image", "process": "CommandLine", "original_file_name": "OriginalFileName",
    "parent_process_path": "ParentImage", "parent_process": "ParentCommandLine",
    "process_integrity_level": "IntegrityLevel", "registry_path": "TargetObject",
    "registry_value_data": "Details", "file_path": "TargetFilename", "DNS.query": "QueryName",
    "dest_ip": "DestinationIp", "dest_port": "DestinationPort", "src_ip": "SourceIp",
    "src_port": "SourcePort",
    "EventCode": "EventID", "signature_id": "EventID",
  ]

  private static let elastic = [
    "process.executable": "Image", "process.name": "process_name", "process.command_line": "CommandLine",
    "process.pe.original_file_name": "OriginalFileName", "process.parent.executable": "ParentImage",
    "process.parent.name": "parent_process_name", "process.parent.command_line": "ParentCommandLine",
    "process.Ext.token.integrity_level_name": "IntegrityLevel",
    "process.working_directory": "CurrentDirectory", "process.pe.description": "Description",
    "process.pe.company": "Company", "process.pe.product": "Product", "registry.path": "TargetObject",
    "registry.data.strings": "Details", "registry.value": "registry_value_name",
    "file.path": "TargetFilename",
    "file.name": "file_name", "dll.path": "ImageLoaded", "dll.name": "image_loaded_name",
    "dns.question.name": "QueryName", "destination.ip": "DestinationIp",
    "destination.port": "DestinationPort",
    "destination.domain": "DestinationHostname", "source.ip": "SourceIp", "source.port": "SourcePort",
    "event.code": "EventID", "powershell.file.script_block_text": "ScriptBlockText",
  ]

  /// Columns of Microsoft Defender that mean the same in every table that has them.
  private static let defender = [
    "ProcessCommandLine": "CommandLine", "ProcessVersionInfoOriginalFileName": "OriginalFileName",
    "ProcessIntegrityLevel": "IntegrityLevel", "RemoteIP": "DestinationIp", "RemotePort": "DestinationPort",
    "LocalIP": "SourceIp", "LocalPort": "SourcePort",
  ]
}
