/// What a file of archived logs is, by its first bytes.
public enum ArchiveKind: String, Sendable {
  case gzip, bzip2, xz, zstd, zip, tar
  case sevenZip = "7z"

  /// Recognises an archive or a compressed file by the first bytes, of which 512 are enough; nil when it is neither.
  public init?(head: UnsafeBufferPointer<UInt8>) {
    let magic = ArchiveKind.magics.first { unsafe head.starts(with: $0.bytes) }
    if let magic {
      self = magic.kind
    } else if unsafe ArchiveKind.isTar(head) {
      self = .tar
    } else {
      return nil
    }
  }

  private static let magics: [(bytes: [UInt8], kind: ArchiveKind)] = [
    ([0x1F, 0x8B, 0x08], .gzip),
    (Array("BZh".utf8), .bzip2),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], .xz),
    ([0x28, 0xB5, 0x2F, 0xFD], .zstd),
    (Array("PK\u{3}\u{4}".utf8), .zip),
    // An empty one, and one of several parts.
    (Array("PK\u{5}\u{6}".utf8), .zip),
    (Array("PK\u{7}\u{8}".utf8), .zip),
    (Array("7z".utf8) + [0xBC, 0xAF, 0x27, 0x1C], .sevenZip),
  ]

  /// POSIX and GNU archives say so in the header of their first member.
  private static func isTar(_ head: UnsafeBufferPointer<UInt8>) -> Bool {
    unsafe head.count >= 512 && head[257..<262].elementsEqual("ustar".utf8)
  }
}
