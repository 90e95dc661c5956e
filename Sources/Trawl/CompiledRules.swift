import TrawlMatcher
import TrawlScanner

/// Rules compiled into a file, as `trawl compile` writes it and the cache keeps it.
///
///     magic             8 bytes: TRAWL, CR, LF, ^Z
///     format            4 bytes: version of all that follows; numbers are little-endian
///     length            8 bytes: of the file
///     checksum         16 bytes: SipHash-2-4-128 of what follows the seal, under a key of zeros
///     seal             16 bytes: the same under the key of the user who made the file; zeros if that has none
///     version of Trawl, version of Hyperscan, CPU: texts with their lengths
///     name              4 + 0 or 16 bytes: of the cache entry
///     facts, contents, bytecode: each with its length before it
///
/// Nothing in it is trusted but Hyperscan's bytecode, which cannot be checked; it is used only if the seal proves that this
/// user made the file on a machine like this one. Without it the literals are compiled anew.
public struct CompiledRules: Sendable {
  /// Rises with every change of the format or of what a matcher makes of it.
  public static let format: UInt32 = 6

  static let magic: [UInt8] = Array("TRAWL\r\n\u{1A}".utf8)
  static let headSize = 52
  private static let noKey = SipHash.Word128(low: 0, high: 0)

  public let rules: PreparedRules
  /// Why the literals had to be compiled anew, if they had.
  public let note: String?
  /// Of the cache entry that this is; empty if it is none.
  let name: [UInt8]

  /// Whether a file calls itself one of compiled rules. Reads its first bytes.
  public static func isCompiled(_ path: String) -> Bool { firstBytes(of: path, count: magic.count) == magic }
}

extension CompiledRules {
  /// The file for rules; the same bytes for the same rules, versions and key.
  public static func file(of rules: PreparedRules, key: SecretKey?) throws -> [UInt8] {
    try file(of: rules, name: [], key: key)
  }

  /// Writes the file, as a whole or not at all; its size in bytes. What is there already is replaced if it holds compiled
  /// rules too, or else only with `replacing`.
  public static func write(
    _ rules: PreparedRules, to path: String, key: SecretKey?, replacing: Bool
  ) throws -> Int {
    let kind = FileKind(path)
    if kind == .other {
      throw InputProblem(path: path, message: "it is no regular file", isUnreadable: false)
    }
    if !replacing, kind == .file, !isCompiled(path) {
      throw InputProblem(
        path: path, message: "it exists and holds no compiled rules; --clobber (-C) replaces it",
        isUnreadable: false)
    }
    let bytes = try file(of: rules, key: key)
    try writeFile(bytes, to: path, mode: 0o666)
    return bytes.count
  }

  static func file(of rules: PreparedRules, name: [UInt8], key: SecretKey?) throws -> [UInt8] {
    let stored = try rules.ruleset.stored()
    var facts = ByteWriter()
    CompiledFacts(rules).store(in: &facts)
    var body = ByteWriter()
    for text in [trawlVersion, StoredRuleset.databaseVersion, StoredRuleset.databasePlatform] {
      body.put(text)
    }
    for part in [name, facts.bytes, stored.contents, stored.databases ?? []] {
      body.put(UInt64(part.count))
      body.put(raw: part)
    }
    return sealed(body.bytes, key: key)
  }

  /// What stands below a head, with one that fits it.
  static func sealed(_ body: [UInt8], key: SecretKey?) -> [UInt8] {
    var head = ByteWriter()
    head.put(raw: magic)
    head.put(format)
    head.put(UInt64(headSize + body.count))
    head.put(raw: SipHash.hash(body, key: noKey).bytes)
    head.put(raw: key.map { SipHash.hash(body, key: $0.files).bytes } ?? noKey.bytes)
    return head.bytes + body
  }
}

extension CompiledRules {
  /// Loads the bytes of a file. `selection` leaves further rules out. With `requiresSeal`, bytes of unknown origin are an
  /// error.
  public init(
    _ bytes: [UInt8], selection: RuleSelection = RuleSelection(), given: LogSource? = nil, key: SecretKey?,
    requiresSeal: Bool = false
  ) throws(StoredRulesError) {
    let isOurs = try CompiledRules.checkHead(bytes, key)
    if requiresSeal, !isOurs { throw StoredRulesError("it was not made here") }
    var reader = ByteReader(bytes, CompiledRules.headSize..<bytes.count)
    _ = try reader.text()
    let (version, platform) = (try reader.text(), try reader.text())
    name = try CompiledRules.part(&reader)
    let facts = try CompiledRules.part(&reader)
    var stored = StoredRuleset(contents: try CompiledRules.part(&reader), databases: nil)
    let code = try CompiledRules.part(&reader)
    try reader.finish()
    var factsReader = ByteReader(facts, facts.indices)
    let known = try CompiledFacts(from: &factsReader)
    try factsReader.finish()
    let obstacle = CompiledRules.obstacle(isOurs: isOurs, version: version, platform: platform)
    if obstacle == nil { stored.databases = code }
    var options = StoredRulesOptions(given: given.map(CompiledRules.parts))
    if !selection.isEverything { options.selects = { (rule: RuleInfo) in selection.selects(rule) } }
    let ruleset = try Ruleset(stored: stored, options: options)
    note = obstacle
    rules = PreparedRules(ruleset, known, selection: selection)
  }

  /// Whether the seal is that of this user; throws if it is not even a whole file.
  private static func checkHead(_ bytes: [UInt8], _ key: SecretKey?) throws(StoredRulesError) -> Bool {
    guard bytes.starts(with: magic) else { throw StoredRulesError("it is no file of compiled rules") }
    var head = ByteReader(bytes, magic.count..<bytes.count)
    let format = try head.number(UInt32.self)
    guard format == CompiledRules.format else {
      throw StoredRulesError(
        "it has format \(format), this version of Trawl (\(trawlVersion)) reads format \(CompiledRules.format): compile the rules anew"
      )
    }
    let length = try head.number(UInt64.self)
    guard length == bytes.count else {
      throw StoredRulesError(
        length > bytes.count
          ? "it is cut off: \(bytes.count) of \(length) bytes are there" : "it is longer than it says")
    }
    let checksum = SipHash.Word128(try head.raw(16))
    let seal = SipHash.Word128(try head.raw(16))
    let body = bytes[headSize...]
    if let key, SipHash.hash(body, key: key.files).isEqualInConstantTime(to: seal) { return true }
    guard SipHash.hash(body, key: noKey) == checksum else {
      throw StoredRulesError("it is damaged: its checksum does not fit")
    }
    return false
  }

  private static func obstacle(isOurs: Bool, version: String, platform: String) -> String? {
    if !isOurs { return "it was not compiled by you on this machine" }
    if version != StoredRuleset.databaseVersion {
      return "it was compiled with Hyperscan \(version), this is \(StoredRuleset.databaseVersion)"
    }
    if platform != StoredRuleset.databasePlatform { return "it was compiled for another CPU" }
    return nil
  }

  private static func part(_ reader: inout ByteReader) throws(StoredRulesError) -> [UInt8] {
    let count = try reader.number(UInt64.self)
    guard count <= UInt64(reader.remaining) else { throw StoredRulesError("it ends too early") }
    return try reader.raw(Int(count))
  }

  private static func parts(_ source: LogSource) -> [LogSourceSelection.Part: String] {
    var parts: [LogSourceSelection.Part: String] = [:]
    parts[.product] = source.product
    parts[.category] = source.category
    parts[.service] = source.service
    return parts
  }
}

extension SipHash.Word128 {
  /// Takes as long whatever the bytes are, so that nobody learns a seal by trying.
  fileprivate func isEqualInConstantTime(to other: SipHash.Word128) -> Bool {
    (low ^ other.low) | (high ^ other.high) == 0
  }
}
