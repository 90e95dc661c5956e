import TrawlMatcher
import TrawlRules

extension Predicate {
  /// A pattern that every value matches on which the predicate holds, if it asks for texts, and whether that is all it asks.
  var pattern: (pattern: TextPattern, isAll: Bool)? {
    guard case .part(let part, _) = subject, let (pattern, _) = test.pattern else { return test.pattern }
    return part.pattern(pattern).map { ($0, false) }
  }

  /// The expression that the predicate asks for, if its literals stand in the values themselves.
  var literalExpression: RegularExpression? {
    guard case .regularExpression(let expression) = test else { return nil }
    if case .part(let part, _) = subject, !part.isSlice { return nil }
    return expression
  }
}

extension TrawlRules.ValuePart {
  /// Whether it lies in the value as it is, but for the case of letters.
  var isSlice: Bool {
    switch self {
    case .fileName, .lowerCase, .lowerFileName, .lowerDomain, .md5, .sha1, .sha256: true
    default: false
    }
  }

  /// The same for the matcher.
  var stored: TrawlMatcher.ValuePart {
    switch self {
    case .fileName: .fileName
    case .lowerCase: .lowerCase
    case .lowerFileName: .lowerFileName
    case .lowerDomain: .lowerDomain
    case .md5: .md5
    case .sha1: .sha1
    case .sha256: .sha256
    case .decimal: .decimal
    case .registryKey: .registryKey
    case .registryValueKey: .registryValueKey
    case .registryData: .registryData
    case .addressClass: .addressClass
    case .logonType: .logonType
    case .networkProtocol: .networkProtocol
    case .tokenElevation: .tokenElevation
    case .integrityLevel: .integrityLevel
    case .registryAction: .registryAction
    case .sysmonKey: .sysmonKey
    case .sysmonAction: .sysmonAction
    case .dword: .dword
    case .qword: .qword
    }
  }

  /// A pattern of whole values that holds wherever one holds of this part; nil where none is known. Weaker, never stronger.
  func pattern(_ pattern: TextPattern) -> TextPattern? {
    let elements = pattern.elements
    func weakened(_ elements: [TextPattern.Element]) -> TextPattern? {
      let weak = TextPattern(elements, isCased: pattern.isCased && !isLower)
      return weak.elements == [.anyRun] ? nil : weak
    }
    switch self {
    case .lowerCase: return weakened(elements)
    case .fileName, .lowerFileName: return weakened([.anyRun] + elements)
    case .lowerDomain: return weakened(elements + [.anyRun])
    case .md5, .sha1, .sha256: return weakened([.anyRun] + named(elements) + [.anyRun])
    case .registryKey, .registryValueKey:
      return weakened([.anyRun] + elements.flatMap(ValuePart.behindHive) + [.anyRun])
    case .registryData: return weakened(elements.map(ValuePart.unlessNumber))
    default: return nil
    }
  }

  private var isLower: Bool { isSlice && self != .fileName }

  /// A hash from its beginning on, with what stands before it in the value.
  private func named(_ elements: [TextPattern.Element]) -> [TextPattern.Element] {
    if case .text = elements.first { return [.text("\(rawValue)=")] + elements }
    return elements
  }

  /// Names of hives have no backslash: from there on a text stands in the value. One without a backslash stands there
  /// too if it cannot be of a hive's name.
  private static func behindHive(_ element: TextPattern.Element) -> [TextPattern.Element] {
    guard case .text(let text) = element else { return [element] }
    if let slash = text.utf8.firstIndex(of: UInt8(ascii: "\\")) {
      return [.anyRun, .text(String(text[slash...]))]
    }
    let folded = String(decoding: Fold.lowercase(text), as: UTF8.self)
    return hives.contains { $0.contains(folded) } ? [.anyRun] : [element]
  }

  private static let hives = [
    "hkey_local_machine", "hkey_users", "hkey_current_user", "hkey_classes_root",
  ]

  /// Of numbers, the digits are not those of the value.
  private static func unlessNumber(_ element: TextPattern.Element) -> TextPattern.Element {
    guard case .text(let text) = element else { return element }
    return text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? .anyRun : element
  }
}
