import Glibc

/// A log to scan: a file, or standard input.
public struct LogFile: Sendable, Hashable {
  /// As the user named it, or a path below a folder that the user named; `-` is standard input.
  public var path: String
  /// In bytes, if it is known.
  public var size: Int?

  public init(path: String, size: Int? = nil) {
    self.path = path
    self.size = size
  }
}

/// Input that was not read, and why.
public struct InputProblem: Sendable, Hashable, Error {
  public var path: String
  public var message: String
  /// Whether the input could not be read, as opposed to being something else than a log.
  public var isUnreadable: Bool

  public init(path: String, message: String, isUnreadable: Bool) {
    self.path = path
    self.message = message
    self.isUnreadable = isUnreadable
  }
}

/// Which files below a folder are logs to scan.
public struct FileSelection: Sendable {
  /// Globs of the shell, where `*` stands for slashes too. One without a slash is compared with the name of a file, one with
  /// a slash with its path below the folder that was named. Of some, a file must match one.
  public var include: [String] = []
  /// The same; a file or folder that matches one is left out, with all below it.
  public var exclude: [String] = []
  public var followsLinks = false

  public init() {}

  func includes(_ path: String) -> Bool { include.isEmpty || include.contains { matches($0, path) } }

  func excludes(_ path: String) -> Bool { exclude.contains { matches($0, path) } }

  /// Whether it takes a file whose path below a folder has these parts: neither the file nor a folder is left out.
  func takes(_ parts: [Substring]) -> Bool {
    var path = ""
    for part in parts {
      path += path.isEmpty ? part : "/" + part
      if excludes(path) { return false }
    }
    return includes(path)
  }

  private func matches(_ glob: String, _ path: String) -> Bool {
    let text =
      glob.contains("/")
      ? path[...] : path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
    return unsafe fnmatch(glob, String(text), 0) == 0
  }
}

extension LogFile {
  /// The logs that paths name: files, standard input, and all regular files below folders that `selection` takes, hidden ones
  /// left out, in natural order (`log2` before `log10`).
  public static func find(
    _ paths: [String], _ selection: FileSelection = FileSelection()
  ) -> (files: [LogFile], problems: [InputProblem]) {
    var search = FileSearch(selection: selection)
    for path in paths {
      if path == "-" { search.files.append(LogFile(path: path)) } else { search.visit(path) }
    }
    return (search.files, search.problems)
  }
}

/// A walk through folders.
private struct FileSearch {
  let selection: FileSelection
  var files: [LogFile] = []
  var problems: [InputProblem] = []
  /// The folders that the walk is in: links may lead back to them.
  private var open: [(device: UInt, number: UInt)] = []

  init(selection: FileSelection) { self.selection = selection }

  /// `inner`: the path below the folder that the user named; nil for what the user named.
  mutating func visit(_ path: String, _ inner: String? = nil) {
    var status = stat()
    let followsLink = inner == nil || selection.followsLinks
    guard unsafe (followsLink ? stat(path, &status) : lstat(path, &status)) == 0 else {
      problems.append(InputProblem(path: path, message: errorMessage(), isUnreadable: true))
      return
    }
    if let inner, selection.excludes(inner) { return }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: visitMembers(path, inner, status)
    case S_IFREG:
      if let inner, !selection.includes(inner) { return }
      files.append(LogFile(path: path, size: Int(status.st_size)))
    case _ where inner == nil: files.append(LogFile(path: path))
    default: break
    }
  }

  private mutating func visitMembers(_ path: String, _ inner: String?, _ status: stat) {
    let folder = (device: UInt(status.st_dev), number: UInt(status.st_ino))
    if open.contains(where: { $0 == folder }) { return }
    guard let names = LogFile.members(of: path) else {
      problems.append(InputProblem(path: path, message: errorMessage(), isUnreadable: true))
      return
    }
    open.append(folder)
    let prefix = path.hasSuffix("/") ? path : path + "/"
    for name in names { visit(prefix + name, inner.map { "\($0)/\(name)" } ?? name) }
    open.removeLast()
  }
}

extension LogFile {
  fileprivate static func members(of folder: String) -> [String]? {
    guard let directory = unsafe opendir(folder) else { return nil }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
        unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.map { (name: $0, bytes: Array($0.utf8)) }.sorted { isInNaturalOrder($0.bytes, $1.bytes) }
      .map(\.name)
  }

  /// Runs of digits compare as numbers, all else as bytes.
  static func isInNaturalOrder(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    var (a, b) = (0, 0)
    while a < left.count, b < right.count {
      if isDigit(left[a]), isDigit(right[b]) {
        let (m, n) = (number(left, &a), number(right, &b))
        if m.count != n.count { return m.count < n.count }
        if m != n { return m.lexicographicallyPrecedes(n) }
      } else if left[a] != right[b] {
        return left[a] < right[b]
      } else {
        a += 1
        b += 1
      }
    }
    if (a == left.count) != (b == right.count) { return a == left.count }
    // `a1` and `a01`: some order, but always the same.
    return left.lexicographicallyPrecedes(right)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  /// Passes over a run of digits; it without leading zeros.
  private static func number(_ bytes: [UInt8], _ index: inout Int) -> ArraySlice<UInt8> {
    let start = index
    while index < bytes.count, isDigit(bytes[index]) { index += 1 }
    return bytes[start..<index].drop { $0 == 48 }
  }
}

/// What the last call of the system that failed has to say.
func errorMessage() -> String { unsafe String(cString: strerror(errno)) }
