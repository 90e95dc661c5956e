import Glibc
import TrawlMatcher
import TrawlScanner

/// How far a scan has come, kept in a file, so that the same scan can go on from there when it was killed.
///
/// The file is replaced as a whole; findings before it are in the output, of which it knows the length. It stays when the
/// scan has come to its end: files that come later, behind the others, are what is left then.
public struct Checkpoint: Sendable {
  public let path: String
  private let files: [LogFile]
  private let ruleCount: Int
  /// Of all that decides what is found: rules and settings.
  private let scanHash: SipHash.Word128

  /// What an earlier scan left.
  public struct Earlier: Sendable {
    public var point: ScanPoint
    /// Bytes of the output that hold what was found up to there.
    public var outputLength: Int
    /// Whether a file that was scanned has another size now.
    public var hasChangedFiles: Bool

    /// A scan that has only begun.
    public static let beginning = Earlier(point: ScanPoint(), outputLength: 0, hasChangedFiles: false)

    /// `1,234 events and 5 findings`
    public var text: String {
      "\(Wording.count(point.summary.events, "event")) and \(Wording.count(point.summary.findings, "finding"))"
    }
  }

  /// The checkpoint of a scan in a file. `settings`: whatever else decides what is written.
  public init(path: String, _ scan: Scan, settings: [String]) throws {
    self.path = path
    files = scan.files
    ruleCount = scan.ruleset.rules.count
    var writer = ByteWriter()
    writer.put(trawlVersion)
    writer.put(raw: try scan.ruleset.stored().contents)
    for (part, name) in (scan.ruleset.logSources.given ?? [:]).sorted(by: {
      $0.key.rawValue < $1.key.rawValue
    }) {
      writer.put(part.rawValue)
      writer.put(name)
    }
    writer.put(count: settings.count)
    for setting in settings { writer.put(setting) }
    scanHash = SipHash.hash(writer.bytes, key: Checkpoint.key)
  }

  private static let magic = Array("Trawl checkpoint\n".utf8)
  private static let format: UInt32 = 4
  /// There is nothing to hide.
  private static let key = SipHash.Word128(low: 0, high: 0)
}

extension Checkpoint {
  /// Writes down how far the scan has come; `outputLength` is that of the findings up to there.
  public func save(_ point: ScanPoint, outputLength: Int) throws(InputProblem) {
    try writeFile(bytes(point, outputLength: outputLength), to: path, mode: 0o666)
  }

  func bytes(_ point: ScanPoint, outputLength: Int) -> [UInt8] {
    var writer = ByteWriter()
    writer.put(raw: Checkpoint.magic)
    writer.put(Checkpoint.format)
    writer.put(raw: scanHash.bytes)
    writer.put(raw: hash(ofFilesBefore: point, withSizes: false).bytes)
    writer.put(raw: hash(ofFilesBefore: point, withSizes: true).bytes)
    writer.put(outputLength)
    point.store(in: &writer)
    return Checkpoint.sealed(writer.bytes)
  }

  /// Damage is found by a hash at the end.
  static func sealed(_ bytes: [UInt8]) -> [UInt8] { bytes + SipHash.hash(bytes, key: key).bytes }

  /// Reads what an earlier scan left; nil when there is nothing.
  public func load() throws(InputProblem) -> Earlier? {
    if FileKind(path) == .nothing { return nil }
    let bytes = try readFile(path)
    do throws(StoredRulesError) {
      return try earlier(bytes)
    } catch {
      throw InputProblem(
        path: path, message: "\(error.description); remove it to scan from the beginning", isUnreadable: true)
    }
  }

  func earlier(_ bytes: [UInt8]) throws(StoredRulesError) -> Earlier {
    let headSize = Checkpoint.magic.count
    guard bytes.starts(with: Checkpoint.magic), bytes.count >= headSize + 16 else {
      throw StoredRulesError("it is no checkpoint of a scan")
    }
    let end = bytes.count - 16
    guard SipHash.hash(bytes[..<end], key: Checkpoint.key) == SipHash.Word128(bytes[end...]) else {
      throw StoredRulesError("it is damaged")
    }
    var reader = ByteReader(bytes, headSize..<end)
    guard try reader.number(UInt32.self) == Checkpoint.format else {
      throw StoredRulesError("it was made by another version of Trawl")
    }
    guard SipHash.Word128(try reader.raw(16)) == scanHash else {
      throw StoredRulesError("it belongs to a scan with other rules or options")
    }
    let (paths, sizes) = (SipHash.Word128(try reader.raw(16)), SipHash.Word128(try reader.raw(16)))
    let length = try reader.amount()
    let point = try ScanPoint(from: &reader)
    try reader.finish()
    guard point.isWithin(files: files.count, rules: ruleCount),
      hash(ofFilesBefore: point, withSizes: false) == paths
    else {
      throw StoredRulesError("it belongs to a scan of other files")
    }
    return Earlier(
      point: point, outputLength: length,
      hasChangedFiles: hash(ofFilesBefore: point, withSizes: true) != sizes)
  }

  /// Of the files that were scanned, wholly or in part.
  private func hash(ofFilesBefore point: ScanPoint, withSizes: Bool) -> SipHash.Word128 {
    var writer = ByteWriter()
    for file in files.prefix(point.filesBegun) {
      writer.put(file.path)
      if withSizes { writer.put(file.size ?? 0) }
    }
    return SipHash.hash(writer.bytes, key: Checkpoint.key)
  }
}
