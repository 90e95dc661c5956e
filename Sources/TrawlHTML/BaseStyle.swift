extension OwnFile {
  /// Colours, type and tables, which all pages share.
  package static let baseStyle = OwnFile(embedded: embeddedFiles.first { $0.name == "base.css" }?.text ?? "")
}
