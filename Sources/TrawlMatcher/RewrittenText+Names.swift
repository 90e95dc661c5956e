/// Names that Defender's tables have for codes of Windows.
extension RewrittenText {
  struct Names: Sendable {
    var names: [(code: StaticString, name: StaticString)]
    /// Whether what is no code stays as it is; else it is empty.
    var keepsOthers: Bool
  }

  /// learn.microsoft.com, "4624(S)" and "DeviceLogonEvents".
  static let logonTypes = Names(
    names: [
      ("2", "Interactive"), ("3", "Network"), ("4", "Batch"), ("5", "Service"), ("7", "Unlock"),
      ("8", "NetworkCleartext"), ("9", "NewCredentials"), ("10", "RemoteInteractive"),
      ("11", "CachedInteractive"), ("12", "CachedRemoteInteractive"), ("13", "CachedUnlock"),
    ], keepsOthers: false)

  /// By name, and by the numbers of IANA.
  static let protocols = Names(
    names: [
      ("tcp", "Tcp"), ("udp", "Udp"), ("icmp", "Icmp"), ("6", "Tcp"), ("17", "Udp"), ("1", "Icmp"),
      ("58", "Icmp"),
    ], keepsOthers: true)

  /// learn.microsoft.com, "4688(S)".
  static let elevations = Names(
    names: [
      ("%%1936", "TokenElevationTypeDefault"), ("%%1937", "TokenElevationTypeFull"),
      ("%%1938", "TokenElevationTypeLimited"),
    ], keepsOthers: true)

  static let integrityLevels = Names(
    names: [
      ("S-1-16-0", "Untrusted"), ("S-1-16-4096", "Low"), ("S-1-16-8192", "Medium"),
      ("S-1-16-8448", "MediumPlus"), ("S-1-16-12288", "High"), ("S-1-16-16384", "System"),
      ("S-1-16-20480", "Protected"),
    ], keepsOthers: true)

  /// By Sysmon's EventType, and by the operations of event 4657.
  static let registryActions = Names(
    names: [
      ("CreateKey", "RegistryKeyCreated"), ("DeleteKey", "RegistryKeyDeleted"),
      ("RenameKey", "RegistryKeyRenamed"), ("SetValue", "RegistryValueSet"),
      ("DeleteValue", "RegistryValueDeleted"), ("%%1904", "RegistryValueSet"),
      ("%%1905", "RegistryValueSet"), ("%%1906", "RegistryValueDeleted"),
    ], keepsOthers: false)

  /// Back to Sysmon's EventType.
  static let sysmonActions = Names(
    names: [
      ("RegistryKeyCreated", "CreateKey"), ("RegistryKeyDeleted", "DeleteKey"),
      ("RegistryKeyRenamed", "RenameKey"), ("RegistryValueSet", "SetValue"),
      ("RegistryValueDeleted", "DeleteValue"),
    ], keepsOthers: true)
}

extension RewrittenText {
  /// Networks by the kind of address that Defender calls them (DeviceNetworkEvents, RemoteIPType), the first that has an
  /// address decides; the rest is public. RFC 6890 has the networks.
  private static let classes: [(network: NetworkEntry, name: StaticString)] = [
    (network([127], 8), "Loopback"), (network([10], 8), "Private"), (network([172, 16], 12), "Private"),
    (network([192, 168], 16), "Private"), (network([255, 255, 255, 255], 32), "Broadcast"),
    (network([0], 8), "Reserved"), (network([100, 64], 10), "Reserved"),
    (network([169, 254], 16), "Reserved"), (network([192, 0, 2], 24), "Reserved"),
    (network([198, 18], 15), "Reserved"), (network([198, 51, 100], 24), "Reserved"),
    (network([203, 0, 113], 24), "Reserved"), (network([224], 3), "Reserved"),
    (network([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 128, is6: true), "Loopback"),
    (network([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], 96, is6: true), "FourToSixMapping"),
    (network([0x20, 0x01, 0, 0], 32, is6: true), "Teredo"), (network([0xFC], 7, is6: true), "Private"),
    (network([0xFE, 0x80], 10, is6: true), "Private"), (network([0xFF], 8, is6: true), "Reserved"),
    (network([0], 128, is6: true), "Reserved"),
  ]

  private static func network(_ start: [UInt8], _ prefix: Int, is6: Bool = false) -> NetworkEntry {
    let count = is6 ? 16 : 4
    return NetworkEntry(
      address: start + [UInt8](repeating: 0, count: count - start.count), prefixLength: prefix)
  }

  /// Nil of what is no address.
  var addressClass: StaticString? {
    let bytes = unsafe UnsafeBufferPointer(start: source.raw, count: source.rawCount)
    guard let address = unsafe IPAddress(bytes) else { return nil }
    for (network, name) in RewrittenText.classes where network.contains(address) { return name }
    return "Public"
  }
}
