import Glibc
import TrawlCatalog
import TrawlScanner

/// The ways from a page somewhere to the pages of rules in a catalogue.
public enum RuleLinks {
  /// By id of the rule, as relative addresses, so that folder and page may move together.
  ///
  /// - Parameters:
  ///   - catalog: the path of a `catalog.json`.
  ///   - page: the path of the file that the links stand in, which need not be there yet.
  public static func read(catalog: String, from page: String) throws(InputProblem) -> [String: String] {
    let snapshot: CatalogSnapshot
    let bytes = try readFile(catalog)
    do throws(SnapshotProblem) { snapshot = try CatalogSnapshot(bytes, indicators: nil) } catch {
      throw InputProblem(path: catalog, message: error.message, isUnreadable: true)
    }
    let way = relative(folder(of: catalog), to: folder(of: page))
    var links: [String: String] = [:]
    // Of other collections no scan finds anything.
    for rule in snapshot.rules where rule.corpus == .sigma || rule.corpus == .kql {
      links[rule.id] = (way + rule.page.split(separator: "/").map(String.init)).joined(separator: "/")
    }
    return links
  }

  /// Of a file: the parts of its folder's path, without links.
  private static func folder(of path: String) -> [String] {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    var name = folder
    if let found = unsafe realpath(folder, nil) {
      name = unsafe String(cString: found)
      unsafe free(found)
    }
    return name.split(separator: "/").map(String.init)
  }

  private static func relative(_ target: [String], to base: [String]) -> [String] {
    let common = zip(target, base).prefix { $0 == $1 }.count
    return Array(repeating: "..", count: base.count - common) + target[common...]
  }
}
