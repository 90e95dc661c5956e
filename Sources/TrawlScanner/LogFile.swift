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

extension LogFile {
  /// The logs that paths name: files, standard input, and all regular files below folders, hidden ones left out, links not
  /// followed, in natural order (`log2` before `log10`).
  public static func find(_ paths: [String]) -> (files: [LogFile], problems: [InputProblem]) {
    var files: [LogFile] = []
    var problems: [InputProblem] = []
    for path in paths {
      if path == "-" {
        files.append(LogFile(path: path))
      } else {
        find(path, isNamed: true, &files, &problems)
      }
    }
    return (files, problems)
  }

  private static func find(
    _ path: String, isNamed: Bool, _ files: inout [LogFile], _ problems: inout [InputProblem]
  ) {
    var status = stat()
    guard unsafe (isNamed ? stat(path, &status) : lstat(path, &status)) == 0 else {
      problems.append(InputProblem(path: path, message: errorMessage(), isUnreadable: true))
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      guard let names = members(of: path) else {
        problems.append(InputProblem(path: path, message: errorMessage(), isUnreadable: true))
        return
      }
      let prefix = path.hasSuffix("/") ? path : path + "/"
      for name in names { find(prefix + name, isNamed: false, &files, &problems) }
    case S_IFREG: files.append(LogFile(path: path, size: Int(status.st_size)))
    case _ where isNamed: files.append(LogFile(path: path))
    default: break
    }
  }

  private static func members(of folder: String) -> [String]? {
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
