extension KQLFunction {
  /// How many arguments it takes.
  package var arity: ClosedRange<Int> {
    switch self {
    case .now: 0...0
    case .add, .subtract, .multiply, .divide, .modulo, .bin, .ipv4IsInRange, .trim, .trimStart, .trimEnd,
      .setHasElement, .parseCommandLine, .strcmp, .bagHasKey, .pow, .jaccardIndex, .binaryAnd, .binaryOr,
      .binaryXor, .shiftLeft, .shiftRight, .formatDatetime:
      2...2
    case .startOfDay, .startOfWeek, .startOfMonth, .startOfYear, .endOfDay, .endOfWeek, .endOfMonth,
      .endOfYear, .round:
      1...2
    case .ipv4IsMatch, .ipv4Compare, .substring, .countof, .split, .extractAll, .extractJSON, .strcatArray:
      2...3
    case .replaceString, .replaceRegex, .iff, .datetimeDiff, .datetimeAdd, .translate, .arraySlice: 3...3
    case .extract: 3...4
    case .lookup: 5...5
    case .indexof, .arrayIndexOf: 2...5
    case .hasIPv4, .hasIPv4Prefix: 2...2
    case .ipv4IsInAnyRange, .hasAnyIPv4, .hasAnyIPv4Prefix, .coalesce, .minOf, .maxOf, .setIntersect,
      .setDifference:
      2...64
    case .choose: 3...255
    case .strcatDelim: 3...64
    case .makeDatetime: 1...6
    case .bagPack: 0...255
    case .packArray: 0...255
    case .strcat, .arrayConcat, .setUnion, .bagMerge, .codepointsToString: 1...64
    default: 1...1
    }
  }

  /// The type of its result.
  package func type(of arguments: [KQLOperand]) -> KQLType {
    switch self {
    case .add, .subtract, .multiply, .divide, .modulo:
      arguments.count == 2 ? KQLFunction.arithmetic(self, arguments[0].type, arguments[1].type) : .unknown
    case .now, .startOfDay, .startOfWeek, .startOfMonth, .startOfYear, .endOfDay, .endOfWeek, .endOfMonth,
      .endOfYear, .toDatetime, .datetimeAdd, .makeDatetime, .fromUnixSeconds, .fromUnixMilliseconds:
      .datetime
    case .tolower, .toupper, .tostring, .strcat, .substring, .trim, .trimStart, .trimEnd, .replaceString,
      .replaceRegex, .base64Decode, .formatDatetime, .strcatDelim, .strcatArray, .reverse,
      .translate, .urlDecode, .base64Encode, .codepointsToString:
      .string
    case .strlen, .stringSize, .tolong, .indexof, .countof, .arrayLength, .arrayIndexOf, .ipv4Compare,
      .datetimeDiff, .binaryAnd, .binaryOr, .binaryXor, .binaryNot, .shiftLeft, .shiftRight:
      .long
    case .toint, .hourOfDay, .dayOfMonth, .dayOfYear, .monthOfYear, .yearOf, .strcmp, .sign: .int
    case .toReal, .round, .ceiling, .sqrt, .exp, .log, .log2, .log10, .pow, .arraySum, .jaccardIndex: .real
    case .dayOfWeek, .toTimespan: .timespan
    case .toGuid: .guid
    case .parseJSON, .parseXML, .split, .packArray, .extractAll, .codepointsFromString, .parsePath, .parseURL,
      .parseCommandLine, .bagPack, .bagKeys, .bagMerge, .arraySlice, .arrayConcat, .arrayReverse,
      .arraySortAscending, .arraySortDescending, .setUnion, .setIntersect, .setDifference:
      .dynamic
    case .ipv4IsPrivate, .ipv4IsInRange, .ipv4IsInAnyRange, .ipv4IsMatch, .hasIPv4, .hasAnyIPv4,
      .hasIPv4Prefix, .hasAnyIPv4Prefix, .toBool, .setHasElement, .bagHasKey, .isNaN, .isFinite:
      .bool
    case .extract: KQLFunction.named(arguments, 3)
    case .extractJSON: KQLFunction.named(arguments, 2)
    case .bin, .coalesce, .abs, .minOf, .maxOf: arguments.first?.type ?? .unknown
    case .lookup: arguments.count > 3 ? arguments[3].type : .unknown
    case .iff: arguments.count > 1 ? arguments[1].type : .unknown
    case .choose: arguments.count > 1 ? arguments[1].type : .unknown
    }
  }

  /// `typeof(long)`, the argument that names the type of the result.
  private static func named(_ arguments: [KQLOperand], _ place: Int) -> KQLType {
    guard place < arguments.count, case .constant(.string(let name)) = arguments[place] else {
      return .string
    }
    return KQLType(name: name) ?? .string
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
