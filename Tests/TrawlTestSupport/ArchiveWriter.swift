import CArchive
import Glibc

/// A member of an archive that is to be written.
public struct ArchiveMember: Sendable {
  /// What it is, apart from its name.
  public enum Kind: Sendable {
    case file([UInt8])
    /// Of which only these ranges are stored: the others are zeros.
    case sparse([UInt8], stored: [Range<Int>])
    case folder
    case symbolicLink(to: String)
    case hardLink(to: String)
  }

  public var name: String
  public var kind: Kind

  public init(_ name: String, _ kind: Kind) {
    self.name = name
    self.kind = kind
  }

  public init(_ name: String, _ text: String) { self.init(name, .file(Array(text.utf8))) }

  public init(_ name: String, _ bytes: [UInt8]) { self.init(name, .file(bytes)) }

  /// Of a file; others have none.
  public var bytes: [UInt8] {
    switch kind {
    case .file(let bytes), .sparse(let bytes, _): bytes
    case .folder, .symbolicLink, .hardLink: []
    }
  }
}

/// How members become one file, by libarchive's names.
public enum ArchiveFormat: String, CaseIterable, Sendable {
  case pax, ustar, zip, raw
  case gnu = "gnutar"
  case sevenZip = "7zip"
  case storedZip
  /// Every member with a password.
  case encryptedZip

  /// Those that hold several members that can be read.
  public static let readable: [ArchiveFormat] = [.pax, .gnu, .ustar, .zip, .storedZip, .sevenZip]

  fileprivate var name: String { self == .storedZip || self == .encryptedZip ? "zip" : rawValue }

  fileprivate var options: String? {
    switch self {
    case .storedZip: "zip:compression=store"
    case .encryptedZip: "zip:encryption=zipcrypt"
    default: nil
    }
  }
}

/// How a file is compressed, by libarchive's names.
public enum ArchiveFilter: String, CaseIterable, Sendable {
  case none, gzip, bzip2, xz, zstd
}

/// Writes archives in memory (libarchive).
public enum ArchiveWriter {
  /// An archive of members.
  public static func archive(
    _ format: ArchiveFormat, _ filter: ArchiveFilter, _ members: [ArchiveMember]
  ) -> [UInt8] {
    // In which libarchive takes names as UTF-8.
    let unicode = unsafe newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)
    let previous = unsafe uselocale(unicode)
    defer {
      unsafe uselocale(previous)
      unsafe freelocale(unicode)
    }
    guard let handle = unsafe archive_write_new() else { preconditionFailure("no memory") }
    defer { unsafe archive_write_free(handle) }
    unsafe check(archive_write_set_format_by_name(handle, format.name), handle)
    if filter != .none { unsafe check(archive_write_add_filter_by_name(handle, filter.rawValue), handle) }
    if let options = format.options { unsafe check(archive_write_set_options(handle, options), handle) }
    if format == .encryptedZip { unsafe check(archive_write_set_passphrase(handle, "secret"), handle) }
    let room = members.reduce(1 << 18) { $0 + 2 * $1.bytes.count + 8192 }
    return unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      unsafe check(archive_write_open_memory(handle, buffer.baseAddress, room, &count), handle)
      for member in members { unsafe write(member, to: handle) }
      unsafe check(archive_write_close(handle), handle)
    }
  }

  /// An archive that is not compressed as a whole.
  public static func archive(_ format: ArchiveFormat, _ members: [ArchiveMember]) -> [UInt8] {
    archive(format, .none, members)
  }

  /// Bytes as a compressed file.
  public static func compressed(_ filter: ArchiveFilter, _ bytes: [UInt8]) -> [UInt8] {
    archive(.raw, filter, [ArchiveMember("data", bytes)])
  }

  public static func compressed(_ filter: ArchiveFilter, _ text: String) -> [UInt8] {
    compressed(filter, Array(text.utf8))
  }

  private static func write(_ member: ArchiveMember, to handle: OpaquePointer) {
    guard let entry = unsafe archive_entry_new() else { preconditionFailure("no memory") }
    defer { unsafe archive_entry_free(entry) }
    let bytes = member.bytes
    unsafe archive_entry_copy_pathname(entry, member.name)
    unsafe archive_entry_set_size(entry, Int64(bytes.count))
    unsafe archive_entry_set_perm(entry, 0o644)
    unsafe archive_entry_set_mtime(entry, 1_800_000_000, 0)
    unsafe archive_entry_set_filetype(entry, S_IFREG)
    switch member.kind {
    case .file: break
    case .sparse(_, let stored):
      for range in stored {
        unsafe archive_entry_sparse_add_entry(entry, Int64(range.lowerBound), Int64(range.count))
      }
    case .folder: unsafe archive_entry_set_filetype(entry, S_IFDIR)
    case .symbolicLink(let target):
      unsafe archive_entry_set_filetype(entry, S_IFLNK)
      unsafe archive_entry_copy_symlink(entry, target)
    case .hardLink(let target): unsafe archive_entry_copy_hardlink(entry, target)
    }
    unsafe check(archive_write_header(handle, entry), handle)
    let written = unsafe bytes.withUnsafeBytes {
      unsafe archive_write_data(handle, $0.baseAddress, bytes.count)
    }
    precondition(written == bytes.count, "libarchive writes all of \(member.name)")
  }

  private static func check(_ result: Int32, _ handle: OpaquePointer) {
    if result == ARCHIVE_OK { return }
    let message = unsafe archive_error_string(handle).map { unsafe String(cString: $0) } ?? ""
    preconditionFailure("libarchive does not write: \(message)")
  }
}
