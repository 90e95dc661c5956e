import Glibc
import TrawlMatcher
import TrawlRules
import TrawlScanner

/// Compiled rules that were used before, in the user's cache folder: a scan with the same rules and options starts at once.
///
/// An entry is named by a hash of all that decides it, under the user's secret key; what does not bear the seal of that key
/// is no entry. Other processes may read, write and delete entries at any time.
public struct RuleCache: Sendable {
  /// Where entries and key lie.
  public let folder: String
  /// For entries, and for the seals of files of compiled rules.
  public let key: SecretKey

  /// So many entries are kept, the newest.
  private static let mostEntries = 8
  private static let suffix = ".trawl"

  /// The cache in a folder, both made if they are not there; nil when they cannot be.
  public init?(folder: String) {
    guard RuleCache.make(folder), let key = SecretKey.make(in: folder) else { return nil }
    self.folder = folder
    self.key = key
  }

  /// The user's cache folder for Trawl: `$XDG_CACHE_HOME/trawl` or `~/.cache/trawl`; nil when neither is known.
  public static var userFolder: String? {
    func variable(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }
    // Relative paths are to be ignored (XDG Base Directory Specification).
    if let cache = variable("XDG_CACHE_HOME"), cache.hasPrefix("/") { return cache + "/trawl" }
    guard let home = variable("HOME"), home.hasPrefix("/") else { return nil }
    return home + "/.cache/trawl"
  }

  /// Makes a folder for this user alone, and those above it.
  private static func make(_ folder: String) -> Bool {
    if unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST { return true }
    guard errno == ENOENT, let slash = folder.lastIndex(of: "/"), slash > folder.startIndex else {
      return false
    }
    guard make(String(folder[..<slash])) else { return false }
    return unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST
  }
}

extension RuleCache {
  /// The rules of an entry; nil when there is none that can be used.
  func find(_ name: SipHash.Word128, given: LogSource?) -> PreparedRules? {
    let path = path(name)
    guard let bytes = try? readFile(path),
      let entry = try? CompiledRules(bytes, given: given, key: key, requiresSeal: true),
      entry.name == name.bytes, entry.note == nil
    else { return nil }
    // The entries used last are the newest.
    unsafe utimensat(AT_FDCWD, path, nil, 0)
    return entry.rules
  }

  /// Keeps rules as an entry, and deletes the oldest ones.
  func keep(_ rules: PreparedRules, as name: SipHash.Word128) throws {
    try writeFile(CompiledRules.file(of: rules, name: name.bytes, key: key), to: path(name), mode: 0o600)
    clean()
  }

  private func path(_ name: SipHash.Word128) -> String { "\(folder)/\(name.text)\(RuleCache.suffix)" }

  /// Deletes all but the newest entries, and what writers that were killed left behind.
  private func clean() {
    let (files, _) = LogFile.find([folder])
    var entries: [(path: String, time: timespec)] = []
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    for file in files {
      var status = stat()
      guard unsafe lstat(file.path, &status) == 0 else { continue }
      if file.path.hasSuffix(RuleCache.suffix) {
        entries.append((file.path, status.st_mtim))
      } else if file.path.contains(RuleCache.suffix + "."), status.st_mtim.tv_sec < now.tv_sec - 3600 {
        unsafe unlink(file.path)
      }
    }
    entries.sort { ($0.time.tv_sec, $0.time.tv_nsec) > ($1.time.tv_sec, $1.time.tv_nsec) }
    for entry in entries.dropFirst(RuleCache.mostEntries) { unsafe unlink(entry.path) }
  }
}
