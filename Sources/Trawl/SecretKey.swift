import Glibc

/// A random key that only this user on this machine has: what bears a hash under it was made here.
public struct SecretKey: Sendable {
  /// For files of compiled rules.
  let files: SipHash.Word128
  /// For the names of cached ones.
  let names: SipHash.Word128

  private static let size = 32

  private init(_ bytes: [UInt8]) {
    files = SipHash.Word128(bytes.prefix(16))
    names = SipHash.Word128(bytes.suffix(16))
  }

  /// The key in a folder; nil when there is none that only this user can read.
  public init?(in folder: String) {
    let descriptor = unsafe open(SecretKey.path(folder), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_mode & 0o077 == 0,
      status.st_uid == geteuid(), status.st_size == SecretKey.size
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: SecretKey.size)
    guard unsafe read(descriptor, &bytes, bytes.count) == bytes.count else { return nil }
    self.init(bytes)
  }

  /// The key in a folder, made if there is none; nil when it cannot be.
  static func make(in folder: String) -> SecretKey? {
    if let key = SecretKey(in: folder) { return key }
    var random = SystemRandomNumberGenerator()
    let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
    do {
      // Of two processes at once, both take the key that is there in the end.
      try writeFile(bytes, to: path(folder), mode: 0o600)
    } catch {
      return nil
    }
    return SecretKey(in: folder)
  }

  private static func path(_ folder: String) -> String { folder + "/key" }
}
