import TrawlRules

/// Reads Sigma rules (specification 2.1) from YAML and lowers them to what they mean.
///
/// Mistakes never stop it: each is reported with its place, and costs at most the rule it is in.
public struct SigmaParser: Sendable {
  /// Files of more bytes are refused; the largest of SigmaHQ has 60,000.
  public static let maximumFileSize = 4 << 20

  private let placeholders: [String: [String]]

  /// With values for the placeholders of `expand`, by name, with or without percent signs.
  public init(placeholders: [String: [String]] = [:]) {
    self.placeholders = placeholders
  }

  /// All rules of a text. `file` is its name in diagnostics and locations.
  public func parse(_ text: String, file: String) -> SigmaDocuments {
    parse(Array(text.utf8), file: file)
  }

  /// All rules of a file's bytes, which must be UTF-8, with or without a byte order mark.
  public func parse(_ bytes: [UInt8], file: String) -> SigmaDocuments {
    var collection = makeCollection(file: file)
    switch SourceText.checked(bytes, file: file) {
    case .success(let source): collection.read(source)
    case .failure(let diagnostic): collection.refuse([diagnostic])
    }
    return collection.documents
  }

  func makeCollection(file: String) -> RuleCollection {
    RuleCollection(file: file, placeholders: Placeholders(placeholders))
  }
}

extension SourceText {
  /// A file that is small enough and UTF-8.
  static func checked(_ bytes: [UInt8], file: String) -> Result<SourceText, Diagnostic> {
    let location = Location(file: file)
    if bytes.count > SigmaParser.maximumFileSize {
      return .failure(
        Diagnostic(
          at: location, reason: "file too large",
          message:
            "\(bytes.count) bytes are more than the \(SigmaParser.maximumFileSize) a file of rules may have",
          advice: "split it"))
    }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let source = SourceText(file: file, bytes: bytes.starts(with: mark) ? Array(bytes.dropFirst(3)) : bytes)
    guard let position = source.bytes.firstInvalidUTF8 else { return .success(source) }
    let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
    return .failure(
      Diagnostic(
        at: source.location(at: position), reason: "not UTF-8",
        message: isUTF16 ? "the file is UTF-16" : "the file is not UTF-8 here", advice: "save it as UTF-8"))
  }
}

extension [UInt8] {
  /// Where the bytes stop to be UTF-8.
  fileprivate var firstInvalidUTF8: Int? {
    if String(validating: self, as: UTF8.self) != nil { return nil }
    var (low, high) = (0, count)
    while high - low > 1 {
      let middle = (low + high) / 2
      // A cut may fall within a character: up to three bytes of it are let go.
      let isValid = (0...Swift.min(3, middle)).contains {
        String(validating: self[..<(middle - $0)], as: UTF8.self) != nil
      }
      if isValid { low = middle } else { high = middle }
    }
    while String(validating: self[..<low], as: UTF8.self) == nil { low -= 1 }
    return low
  }
}
