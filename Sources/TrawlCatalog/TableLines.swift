/// The lines of a data file of the package: columns separated by tabs; lines that begin with `#` are comments.
enum TableLines {
  static func of(_ name: String) -> [[String]] {
    guard let file = embeddedFiles.first(where: { $0.name == name }) else {
      preconditionFailure("\(name) is a file of the package")
    }
    return file.text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }
}
