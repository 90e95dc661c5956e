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
  case formatDatetime = "format_datetime"
  case datetimeDiff = "datetime_diff"
  case datetimeAdd = "datetime_add"
  case makeDatetime = "make_datetime"
  case startOfWeek = "startofweek"
  case endOfDay = "endofday"
  case endOfWeek = "endofweek"
  case endOfMonth = "endofmonth"
  case endOfYear = "endofyear"
  case dayOfMonth = "dayofmonth"
  case dayOfYear = "dayofyear"
  case monthOfYear = "monthofyear"
  case yearOf = "getyear"
  case toTimespan = "totimespan"
  case fromUnixSeconds = "unixtime_seconds_todatetime"
  case fromUnixMilliseconds = "unixtime_milliseconds_todatetime"
  case extractAll = "extract_all"
  case extractJSON = "extract_json"
  case strcatDelim = "strcat_delim"
  case strcatArray = "strcat_array"
  case reverse, translate, strcmp
  case toGuid = "toguid"
  case urlDecode = "url_decode"
  case base64Encode = "base64_encode_tostring"
  case codepointsFromString = "unicode_codepoints_from_string"
  case codepointsToString = "unicode_codepoints_to_string"
  case parseXML = "parse_xml"
  case parsePath = "parse_path"
  case parseURL = "parse_url"
  case parseCommandLine = "parse_command_line"
  case bagPack = "bag_pack"
  case bagKeys = "bag_keys"
  case bagHasKey = "bag_has_key"
  case bagMerge = "bag_merge"
  case arraySlice = "array_slice"
  case arrayConcat = "array_concat"
  case arrayReverse = "array_reverse"
  case arraySortAscending = "array_sort_asc"
  case arraySortDescending = "array_sort_desc"
  case arraySum = "array_sum"
  case setUnion = "set_union"
  case setIntersect = "set_intersect"
  case setDifference = "set_difference"
  case jaccardIndex = "jaccard_index"
  case isNaN = "isnan"
  case isFinite = "isfinite"
  case round, ceiling, sign, sqrt, exp, log, log2, log10, pow
  case minOf = "min_of"
  case maxOf = "max_of"
  case binaryAnd = "binary_and"
  case binaryOr = "binary_or"
  case binaryXor = "binary_xor"
  case binaryNot = "binary_not"
  case shiftLeft = "binary_shift_left"
  case shiftRight = "binary_shift_right"
  /// What a table has for a key, without regard to ASCII case. The table is two lists: keys in lower case, in the order of
  /// their bytes, and what stands for them. Then come the key, what there is without one, and a name to show. No query can
  /// call it.
  case lookup = "@lookup"

  /// By any of the names that KQL has for it.
  package init?(name: String) {
    guard let first = name.unicodeScalars.first, first.properties.isAlphabetic else { return nil }
    self.init(rawValue: KQLFunction.otherNames[name] ?? name)
  }

  private static let otherNames = [
    "todynamic": "parse_json", "parsejson": "parse_json", "toobject": "parse_json", "iif": "iff",
    "floor": "bin", "todecimal": "todouble", "toreal": "todouble", "toboolean": "tobool",
    "replace": "replace_regex", "base64_decodestring": "base64_decode_tostring",
    "base64_encodestring": "base64_encode_tostring", "pack": "bag_pack", "pack_dictionary": "bag_pack",
    "extractjson": "extract_json", "getmonth": "monthofyear",
  ]
}
