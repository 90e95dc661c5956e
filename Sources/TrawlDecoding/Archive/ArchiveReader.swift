import CArchive
import Glibc
import TrawlEvents

/// Reads the members of an archive one after the other, and what is compressed as one member (libarchive).
///
/// A stream: nothing is kept but the decompressor's window. A class, since libarchive calls back to it; not to be used
/// by two threads at the same time.
@safe
public final class ArchiveReader {
  /// A file in an archive.
  public struct Member: Sendable {
    /// With the folders that it lies in; nil for what is compressed and no archive.
    public var name: String?
    public var isEncrypted: Bool
  }

  private let handle: OpaquePointer
  private let input: any ByteInput
  private let kind: ArchiveKind
  private let limit: ExpansionLimit
  /// libarchive tells names in the character set of the thread's locale, and not at all where that has no such letters.
  private let unicode: locale_t?
  /// What libarchive is working on.
  private var buffer = Block<UInt8>(capacity: ArchiveReader.bufferSize)
  /// Bytes that were handed out.
  private var given = 0
  /// Bytes that the limit knows of.
  private var counted = 0
  /// What libarchive made of the current member last, and where in the member it lies; it is libarchive's own.
  private var piece = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
  private var pieceOffset = 0
  /// How far the member was read.
  private var place = 0
  /// What is wrong with the member, to be told when all that came of it is handed out.
  private var late: ReadError?
  /// The first damage behind which reading went on: what was lost there has no name.
  public private(set) var damage: ReadError?
  /// What went wrong with the input, as opposed to what is in it.
  private var failure: ReadError?

  private static let bufferSize = 128 << 10

  /// Opens the archive of a kind that `input` begins with.
  public init(_ input: any ByteInput, _ kind: ArchiveKind, limit: ExpansionLimit) throws(ReadError) {
    guard let handle = unsafe archive_read_new() else { throw ReadError("no memory to read an archive") }
    unsafe self.handle = handle
    self.input = input
    self.kind = kind
    self.limit = limit
    unsafe unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)
    unsafe ArchiveReader.support(handle)
    unsafe archive_read_set_callback_data(handle, Unmanaged.passUnretained(self).toOpaque())
    unsafe archive_read_set_read_callback(handle) { _, context, bytes in
      guard let context = unsafe context, let bytes = unsafe bytes else { return -1 }
      return unsafe Unmanaged<ArchiveReader>.fromOpaque(context).takeUnretainedValue().fill(bytes)
    }
    if input.canSeek {
      unsafe archive_read_set_seek_callback(handle) { _, context, offset, whence in
        guard let context = unsafe context else { return Int64(ARCHIVE_FATAL) }
        let reader = unsafe Unmanaged<ArchiveReader>.fromOpaque(context).takeUnretainedValue()
        return reader.input.seek(offset, whence) ?? Int64(ARCHIVE_FATAL)
      }
    }
    guard unsafe archive_read_open1(handle) == ARCHIVE_OK else { throw error() }
  }

  deinit {
    unsafe archive_read_free(handle)
    if let unicode = unsafe unicode { unsafe freelocale(unicode) }
  }

  private static func support(_ handle: OpaquePointer) {
    unsafe archive_read_support_filter_bzip2(handle)
    unsafe archive_read_support_filter_xz(handle)
    unsafe archive_read_support_filter_zstd(handle)
    unsafe archive_read_support_format_tar(handle)
    unsafe archive_read_support_format_zip(handle)
    unsafe archive_read_support_format_7zip(handle)
    unsafe archive_read_support_format_raw(handle)
    unsafe archive_read_support_format_empty(handle)
  }
}

extension ArchiveReader {
  /// The next regular file; nil behind the last. An error is the archive's end.
  public func next() throws(ReadError) -> Member? {
    unsafe piece = UnsafeRawBufferPointer(start: nil, count: 0)
    (pieceOffset, place, late) = (0, 0, nil)
    let locale = unsafe uselocale(unicode)
    defer { unsafe uselocale(locale) }
    while true {
      var entry: OpaquePointer?
      let result = unsafe archive_read_next_header(handle, &entry)
      if result == ARCHIVE_EOF { return nil }
      if result == ARCHIVE_RETRY {
        if damage == nil { damage = error() }
        continue
      }
      guard result >= ARCHIVE_WARN, let entry = unsafe entry else { throw error() }
      try check()
      // What libarchive finds to be neither is handed out as it is.
      if unsafe archive_format(handle) == ARCHIVE_FORMAT_RAW, unsafe archive_filter_count(handle) < 2 {
        throw ReadError("a damaged \(kind.rawValue) archive")
      }
      guard unsafe archive_entry_filetype(entry) == S_IFREG else { continue }
      // Only another name of an earlier member.
      if unsafe archive_entry_hardlink(entry) != nil { continue }
      return unsafe Member(
        name: name(of: entry), isEncrypted: archive_entry_is_encrypted(entry) != 0)
    }
  }

  private func name(of entry: OpaquePointer) -> String? {
    if unsafe archive_format(handle) == ARCHIVE_FORMAT_RAW { return nil }
    guard let bytes = unsafe archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry) else {
      return "?"
    }
    return unsafe String(cString: bytes)
  }

  /// Hands more of the input to libarchive. It may pass over members for long without a word: so what it made of the
  /// input before is looked at here too.
  private func fill(_ bytes: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
    do throws(ReadError) {
      try check()
      buffer.truncate(to: 0)
      let count = try input.append(to: &buffer, atMost: ArchiveReader.bufferSize)
      unsafe bytes.pointee = UnsafeRawPointer(buffer.pointer)
      return count
    } catch {
      failure = error
      return -1
    }
  }

  /// Members that were passed over were decompressed too, where they could not be skipped.
  private func check() throws(ReadError) {
    let expanded = max(given, unsafe Int(archive_filter_bytes(handle, 0)))
    defer { counted = max(counted, expanded) }
    try limit.add(max(0, expanded - counted))
  }

  private func error() -> ReadError {
    if let failure { return failure }
    guard let text = unsafe archive_error_string(handle) else { return ReadError("a damaged archive") }
    return ReadError(unsafe String(cString: text))
  }
}

/// The current member, whose bytes may be an archive in turn.
extension ArchiveReader: ByteInput {
  public func append(to block: inout Block<UInt8>, atMost count: Int) throws(ReadError) -> Int {
    if unsafe place == pieceOffset + piece.count, try !readPiece() { return 0 }
    block.reserve(block.count + count)
    let target = unsafe UnsafeMutableRawPointer(block.pointer + block.count)
    // Sparse files have holes.
    let hole = min(pieceOffset - place, count)
    if hole > 0 {
      unsafe memset(target, 0, hole)
      return try took(hole, &block)
    }
    let (start, length) = unsafe (place - pieceOffset, min(count, pieceOffset + piece.count - place))
    if let base = unsafe piece.baseAddress { unsafe target.copyMemory(from: base + start, byteCount: length) }
    return try took(length, &block)
  }

  private func took(_ count: Int, _ block: inout Block<UInt8>) throws(ReadError) -> Int {
    block.assumeCount(block.count + count)
    place += count
    given += count
    try check()
    return count
  }

  /// Has libarchive find the next piece of the member; false at its end.
  private func readPiece() throws(ReadError) -> Bool {
    if let late { throw late }
    var base: UnsafeRawPointer?
    var count = 0
    var offset: Int64 = 0
    var result = ARCHIVE_RETRY
    while result == ARCHIVE_RETRY || (result == ARCHIVE_OK && count == 0 && offset <= place) {
      result = unsafe archive_read_data_block(handle, &base, &count, &offset)
    }
    // A hole may be the last of it.
    if result == ARCHIVE_EOF, offset <= place { return false }
    // A checksum that is wrong comes with the last piece.
    if result == ARCHIVE_WARN || result == ARCHIVE_FAILED, count > 0 { late = error() }
    guard result == ARCHIVE_OK || result == ARCHIVE_EOF || late != nil, offset >= place else { throw error() }
    unsafe piece = UnsafeRawBufferPointer(start: base, count: count)
    pieceOffset = Int(offset)
    return true
  }
}
