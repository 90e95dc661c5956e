/// The scalar functions that predicates may call; the raw value is the name of KQL.
public enum KQLFunction: String, Sendable, CaseIterable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case modulo = "%"
  /// The time of the run; none of these is left where a query needs no reference time.
  case now
  case tolower, toupper, tostring, strlen, bin
  case parseJSON = "parse_json"
  case startOfDay = "startofday"
  case startOfMonth = "startofmonth"
  case startOfYear = "startofyear"
  case ipv4IsPrivate = "ipv4_is_private"
  case ipv4IsInRange = "ipv4_is_in_range"
  case ipv4IsInAnyRange = "ipv4_is_in_any_range"
  case ipv4IsMatch = "ipv4_is_match"
  case ipv4Compare = "ipv4_compare"
  case hasIPv4 = "has_ipv4"
  case hasAnyIPv4 = "has_any_ipv4"
  case hasIPv4Prefix = "has_ipv4_prefix"
  case hasAnyIPv4Prefix = "has_any_ipv4_prefix"
  case toint, tolong
  case toReal = "todouble"
  case toBool = "tobool"
  case toDatetime = "todatetime"
  /// In bytes of UTF-8, where `strlen` counts code points.
  case stringSize = "string_size"
  case strcat, substring, split, trim, indexof, extract, countof
  case trimStart = "trim_start"
  case trimEnd = "trim_end"
  case replaceString = "replace_string"
  case replaceRegex = "replace_regex"
  case base64Decode = "base64_decode_tostring"
  case iff
  case choose = "case"
  case coalesce
  case packArray = "pack_array"
  case arrayLength = "array_length"
  case arrayIndexOf = "array_index_of"
  case setHasElement = "set_has_element"
  case hourOfDay = "hourofday"
  case dayOfWeek = "dayofweek"
  case abs

  /// By any of the names that KQL has for it.
  package init?(name: String) {
    guard let first = name.unicodeScalars.first, first.properties.isAlphabetic else { return nil }
    self.init(rawValue: KQLFunction.otherNames[name] ?? name)
  }

  private static let otherNames = [
    "todynamic": "parse_json", "parsejson": "parse_json", "toobject": "parse_json", "iif": "iff",
    "floor": "bin",
    "todecimal": "todouble", "toreal": "todouble", "toboolean": "tobool", "replace": "replace_regex",
    "base64_decodestring": "base64_decode_tostring",
  ]

  /// How many arguments it takes.
  package var arity: ClosedRange<Int> {
    switch self {
    case .now: 0...0
    case .tolower, .toupper, .tostring, .strlen, .stringSize, .parseJSON, .ipv4IsPrivate, .toint, .tolong,
      .toReal, .toBool,
      .toDatetime, .base64Decode, .arrayLength, .hourOfDay, .dayOfWeek, .abs:
      1...1
    case .add, .subtract, .multiply, .divide, .modulo, .bin, .ipv4IsInRange, .hasIPv4, .hasIPv4Prefix, .trim,
      .trimStart, .trimEnd, .setHasElement:
      2...2
    case .startOfDay, .startOfMonth, .startOfYear: 1...2
    case .ipv4IsMatch, .ipv4Compare, .substring, .countof, .split: 2...3
    case .replaceString, .replaceRegex, .iff: 3...3
    case .extract: 3...4
    case .indexof, .arrayIndexOf: 2...5
    case .ipv4IsInAnyRange, .hasAnyIPv4, .hasAnyIPv4Prefix, .coalesce: 2...64
    case .choose: 3...255
    case .strcat, .packArray: 1...64
    }
  }

  /// The type of its result.
  package func type(of arguments: [KQLOperand]) -> KQLType {
    switch self {
    case .add, .subtract, .multiply, .divide, .modulo:
      KQLFunction.arithmetic(self, arguments[0].type, arguments[1].type)
    case .now, .startOfDay, .startOfMonth, .startOfYear, .toDatetime: .datetime
    case .tolower, .toupper, .tostring, .strcat, .substring, .trim, .trimStart, .trimEnd, .replaceString,
      .replaceRegex, .base64Decode, .extract:
      .string
    case .strlen, .stringSize, .tolong, .indexof, .countof, .arrayLength, .arrayIndexOf, .ipv4Compare: .long
    case .toint, .hourOfDay: .int
    case .toReal: .real
    case .dayOfWeek: .timespan
    case .parseJSON, .split, .packArray: .dynamic
    case .ipv4IsPrivate, .ipv4IsInRange, .ipv4IsInAnyRange, .ipv4IsMatch, .hasIPv4, .hasAnyIPv4,
      .hasIPv4Prefix,
      .hasAnyIPv4Prefix, .toBool, .setHasElement:
      .bool
    case .bin, .coalesce, .abs: arguments.first?.type ?? .unknown
    case .iff, .choose: arguments.count > 1 ? arguments[1].type : .unknown
    }
  }

  private static func arithmetic(_ function: KQLFunction, _ left: KQLType, _ right: KQLType) -> KQLType {
    switch (function, left, right) {
    case (.subtract, .datetime, .datetime): .timespan
    case (.add, .datetime, .timespan), (.subtract, .datetime, .timespan), (.add, .timespan, .datetime):
      .datetime
    case (.divide, .timespan, .timespan): .real
    case (_, .timespan, _), (_, _, .timespan): .timespan
    case (_, .real, _), (_, _, .real), (_, .decimal, _), (_, _, .decimal): .real
    case (_, .dynamic, _), (_, .unknown, _), (_, _, .dynamic), (_, _, .unknown): .unknown
    default: .long
    }
  }
}
