import Glibc
import TrawlCatalog
import TrawlScanner

/// The folder that a catalogue is written to.
public struct CatalogFolder {
  private let path: String
  private var known: Set<String> = []
  /// Files that were written, and their bytes.
  public private(set) var files = 0
  public private(set) var bytes = 0

  /// The file by which an earlier catalogue is known.
  private static let mark = "catalog.json"

  /// A folder that is not there yet, that is empty, or, with `replacing`, that holds a catalogue already.
  public init(_ path: String, replacing: Bool) throws(InputProblem) {
    self.path = path.hasSuffix("/") && path.utf8.count > 1 ? String(path.dropLast()) : path
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw InputProblem(path: path, message: "is no folder", isUnreadable: true)
    }
    let (found, problems) = LogFile.find([self.path])
    if let problem = problems.first { throw problem }
    let isOurs = FileKind("\(self.path)/\(CatalogFolder.mark)") == .file
    guard found.isEmpty || (isOurs && replacing) else {
      let message =
        isOurs
        ? "holds a catalogue; --clobber (-C) replaces it"
        : "holds something else than a catalogue: name an empty folder"
      throw InputProblem(path: path, message: message, isUnreadable: false)
    }
    try remove(found)
  }

  /// Pages of rules that are no more would lead astray.
  private func remove(_ files: [LogFile]) throws(InputProblem) {
    for file in files where file.path != "\(path)/\(CatalogFolder.mark)" {
      let isPage = [".html", ".json", ".jsonl", ".js", ".css"].contains { file.path.hasSuffix($0) }
      if isPage, unsafe unlink(file.path) != 0 { throw problem(file.path) }
    }
  }

  /// Writes a file; `name` is its path below the folder.
  public mutating func write(_ name: String, _ contents: [UInt8]) throws(InputProblem) {
    if let slash = name.lastIndex(of: "/") {
      try makeFolder(String(name[..<slash]))
    } else {
      try makeFolder("")
    }
    try writeFile(contents, to: "\(path)/\(name)", mode: 0o666)
    files += 1
    bytes += contents.count
  }

  private mutating func makeFolder(_ name: String) throws(InputProblem) {
    guard known.insert(name).inserted else { return }
    var folder = path
    try make(folder)
    for part in name.split(separator: "/") {
      folder += "/\(part)"
      try make(folder)
    }
  }

  private func make(_ folder: String) throws(InputProblem) {
    if unsafe mkdir(folder, 0o777) != 0, errno != EEXIST { throw problem(folder) }
  }
}
