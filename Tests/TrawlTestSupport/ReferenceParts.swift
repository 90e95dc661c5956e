import TrawlRules

extension ValuePart {
  /// The part of a value, as plainly as it can be said.
  public func of(_ text: String) -> String {
    switch self {
    case .fileName: behindSeparator(text)
    case .lowerCase: lower(text)
    case .lowerFileName: lower(behindSeparator(text))
    case .lowerDomain: lower(domain(text))
    case .md5, .sha1, .sha256: hash(rawValue, text)
    case .decimal: number(text).map(String.init) ?? ""
    case .registryKey: wholeHive(text)
    case .registryValueKey: withoutLastName(wholeHive(text))
    case .registryData: registryData(text)
    case .addressClass: addressClass(text)
    case .logonType: ValuePart.logonTypes[text] ?? ""
    case .networkProtocol: ValuePart.protocols[text.lowercased()] ?? text
    case .tokenElevation: ValuePart.elevations[text] ?? text
    case .integrityLevel: ValuePart.levels[text.uppercased()] ?? text
    case .registryAction: ValuePart.actions[text.lowercased()] ?? ""
    case .sysmonKey: shortHive(text)
    case .sysmonAction: ValuePart.sysmonActions[text.lowercased()] ?? text
    case .dword: number(text).flatMap(UInt32.init(exactly:)).map { "DWORD (0x\(digits($0)))" } ?? text
    case .qword:
      number(text).map {
        "QWORD (0x\(digits(UInt32($0 >> 32)))-0x\(digits(UInt32($0 & 0xFFFF_FFFF))))"
      } ?? text
    }
  }

  private func scalars(_ text: some Sequence<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(text))
  }

  private func lower(_ text: String) -> String { scalars(text.unicodeScalars.map(simpleLowercase)) }

  private func behindSeparator(_ text: String) -> String {
    scalars(
      text.unicodeScalars.reversed().prefix { $0 != "\\" && $0 != "/" }.reversed())
  }

  private func domain(_ text: String) -> String {
    text.unicodeScalars.contains("\\") ? scalars(text.unicodeScalars.prefix { $0 != "\\" }) : ""
  }

  private func withoutLastName(_ text: String) -> String {
    guard let slash = text.unicodeScalars.lastIndex(of: "\\") else { return "" }
    return scalars(text.unicodeScalars[..<slash])
  }

  private func hash(_ name: String, _ text: String) -> String {
    for part in lower(text).split(separator: ",") where part.hasPrefix(name + "=") {
      return String(part.dropFirst(name.count + 1))
    }
    return ""
  }

  private func number(_ text: String) -> UInt64? {
    let isHex = text.hasPrefix("0x") || text.hasPrefix("0X")
    let digits = isHex ? text.dropFirst(2) : text[...]
    guard digits.utf8.count <= (isHex ? 16 : 19), digits.utf8.allSatisfy({ $0 < 0x80 }), digits.first != "+"
    else { return nil }
    return UInt64(digits, radix: isHex ? 16 : 10)
  }

  private func wholeHive(_ text: String) -> String {
    let hives = [
      ("hklm", "HKEY_LOCAL_MACHINE"), ("hku", "HKEY_USERS"), ("hkcu", "HKEY_CURRENT_USER"),
      ("hkcr", "HKEY_CLASSES_ROOT"), ("\\registry\\machine", "HKEY_LOCAL_MACHINE"),
      ("\\registry\\user", "HKEY_USERS"),
    ]
    for (short, long) in hives {
      let count = short.unicodeScalars.count
      let head = scalars(text.unicodeScalars.prefix(count))
      let rest = scalars(text.unicodeScalars.dropFirst(count))
      if head.utf8.count == count, head.lowercased() == short, rest.isEmpty || rest.hasPrefix("\\") {
        return long + rest
      }
    }
    return text
  }

  private func digits(_ number: UInt32) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: 8 - text.count) + text
  }

  private func shortHive(_ text: String) -> String {
    guard
      let match = text.wholeMatch(of: /(?i)(HKEY_[A-Z_]+)(\\(?:.|\n)*)?/.matchingSemantics(.unicodeScalar)),
      var hive = ValuePart.shortHives[match.1.lowercased()]
    else { return text }
    var rest = String(match.2 ?? "")
    if hive == "HKCU", rest.lowercased().hasPrefix("\\s-1-") { hive = "HKU" }
    let set = /(?i)(\\SYSTEM\\)ControlSet00[1-9](\\(?:.|\n)*)?/.matchingSemantics(.unicodeScalar)
    if let match = rest.wholeMatch(of: set) { rest = "\(match.1)CurrentControlSet\(match.2 ?? "")" }
    return hive + rest
  }

  private func registryData(_ text: String) -> String {
    let lowered = text.lowercased()
    if let match = lowered.wholeMatch(of: /dword \((0x[0-9a-f]{1,16})\)/), let value = number(String(match.1))
    {
      return "\(value)"
    }
    if let match = lowered.wholeMatch(of: /qword \((0x[0-9a-f]{8})-(0x[0-9a-f]{8})\)/),
      let high = number(String(match.1)), let low = number(String(match.2))
    {
      return "\(high * 4_294_967_296 + low)"
    }
    return text
  }

  private func addressClass(_ text: String) -> String {
    guard let address = IPAddress(text) else { return "" }
    let bytes = address.bytes
    if bytes.count == 16 {
      if bytes.dropLast().allSatisfy({ $0 == 0 }), bytes[15] < 2 {
        return bytes[15] == 1 ? "Loopback" : "Reserved"
      }
      if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 255, bytes[11] == 255 {
        return "FourToSixMapping"
      }
      if bytes[..<4] == [0x20, 1, 0, 0] { return "Teredo" }
      if bytes[0] & 0xFE == 0xFC || (bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80) { return "Private" }
      return bytes[0] == 0xFF ? "Reserved" : "Public"
    }
    switch (bytes[0], bytes[1], bytes[2]) {
    case (127, _, _): return "Loopback"
    case (10, _, _), (172, 16...31, _), (192, 168, _): return "Private"
    case _ where bytes == [255, 255, 255, 255]: return "Broadcast"
    case (0, _, _), (100, 64...127, _), (169, 254, _), (192, 0, 2), (198, 18...19, _), (198, 51, 100),
      (203, 0, 113), (224..., _, _):
      return "Reserved"
    default: return "Public"
    }
  }
}

extension ValuePart {
  private static let shortHives = [
    "hkey_local_machine": "HKLM", "hkey_users": "HKU", "hkey_current_user": "HKCU",
    "hkey_classes_root": "HKCR",
  ]
  private static let sysmonActions = [
    "registrykeycreated": "CreateKey", "registrykeydeleted": "DeleteKey", "registrykeyrenamed": "RenameKey",
    "registryvalueset": "SetValue", "registryvaluedeleted": "DeleteValue",
  ]
  private static let logonTypes = [
    "2": "Interactive", "3": "Network", "4": "Batch", "5": "Service", "7": "Unlock", "8": "NetworkCleartext",
    "9": "NewCredentials", "10": "RemoteInteractive", "11": "CachedInteractive",
    "12": "CachedRemoteInteractive", "13": "CachedUnlock",
  ]
  private static let protocols = [
    "tcp": "Tcp", "6": "Tcp", "udp": "Udp", "17": "Udp", "icmp": "Icmp", "1": "Icmp", "58": "Icmp",
  ]
  private static let elevations = [
    "%%1936": "TokenElevationTypeDefault", "%%1937": "TokenElevationTypeFull",
    "%%1938": "TokenElevationTypeLimited",
  ]
  private static let levels = [
    "S-1-16-0": "Untrusted", "S-1-16-4096": "Low", "S-1-16-8192": "Medium", "S-1-16-8448": "MediumPlus",
    "S-1-16-12288": "High", "S-1-16-16384": "System", "S-1-16-20480": "Protected",
  ]
  private static let actions = [
    "createkey": "RegistryKeyCreated", "deletekey": "RegistryKeyDeleted", "renamekey": "RegistryKeyRenamed",
    "setvalue": "RegistryValueSet", "deletevalue": "RegistryValueDeleted", "%%1904": "RegistryValueSet",
    "%%1905": "RegistryValueSet", "%%1906": "RegistryValueDeleted",
  ]
}
