import TOMLKit

/// A rule's file of Elastic, by its keys.
struct RuleTOML {
  /// Files of more bytes are refused; the largest rule has 60,000.
  static let maximumSize = 4 << 20
  /// Dots of a key; each makes a table, and TOML++ frees tables within each other by recursion.
  static let maximumDots = 64

  private let root: TOMLTable

  /// Fails with the reason in words.
  init(_ bytes: [UInt8]) throws(QueryProblem) {
    guard bytes.count <= RuleTOML.maximumSize else {
      throw QueryProblem("\(bytes.count) bytes are more than the \(RuleTOML.maximumSize) a rule may have")
    }
    // TOML has no control characters; TOMLKit's parser ends at a NUL, and aborts at some of the others.
    guard !bytes.contains(where: { $0 < 0x20 && !$0.isBlank || $0 == 0x0B || $0 == 0x0C || $0 == 0x7F }),
      let text = String(validating: bytes, as: UTF8.self)
    else {
      throw QueryProblem("the file is not text in UTF-8")
    }
    if RuleTOML.longestKey(bytes) > RuleTOML.maximumDots {
      throw QueryProblem("a key has more than \(RuleTOML.maximumDots) parts")
    }
    do { root = try TOMLTable(string: text) } catch let error as TOMLParseError {
      throw QueryProblem("line \(error.source.begin.line): \(error.description)")
    } catch { throw QueryProblem("\(error)") }
  }

  /// The most dots in a run of what keys are made of. Text may have such runs, too, but hardly as long ones.
  private static func longestKey(_ bytes: [UInt8]) -> Int {
    var (longest, dots) = (0, 0)
    for byte in bytes {
      if byte == UInt8(ascii: ".") {
        dots += 1
        longest = max(longest, dots)
      } else if !(byte.isWordPart || byte == 0x20 || byte == 0x09 || "-\"'".utf8.contains(byte)) {
        dots = 0
      }
    }
    return longest
  }

  /// A table such as `rule`; an empty one if it is not there.
  func table(_ key: String) -> Table { Table(table: root[key]?.table) }

  struct Table {
    let table: TOMLTable?

    func text(_ key: String) -> String? { table?[key]?.string }

    /// The texts of a list, or the one text that stands alone.
    func texts(_ key: String) -> [String] {
      guard let value = table?[key] else { return [] }
      if let text = value.string { return [text] }
      return (value.array.map { Array($0) } ?? []).compactMap(\.string)
    }

    func table(_ key: String) -> Table { Table(table: table?[key]?.table) }

    func tables(_ key: String) -> [Table] {
      (table?[key]?.array.map { Array($0) } ?? []).compactMap { $0.table.map(Table.init) }
    }

    /// As TOML.
    var written: String { table?.convert() ?? "" }
  }
}
