/// What commands do to fields.
extension SPLReader {
  /// Notes the fields that a command makes or renames; false if the command is not known.
  mutating func apply(_ name: String, _ range: Range<Int>) -> Bool {
    switch name {
    case "stats", "eventstats", "streamstats", "chart", "timechart", "sistats", "top", "rare", "geostats":
      nameResults(range)
    case "eval": assign(range)
    case "rex":
      for field in PatternNames.groups(String(decoding: bytes[range], as: UTF8.self)) { scope.compute(field) }
    case "lookup": lookup(range)
    case "rename": rename(range)
    default: return SPLReader.passive.contains(name)
    }
    return true
  }

  /// `count as total`: names behind `as`, and `count` and `percent`, which need none.
  mutating func nameResults(_ range: Range<Int>) {
    let words = SPLText.words(bytes, range)
    for (word, next) in zip(words, words.dropFirst()) where word.isWord("as") { scope.compute(next.name) }
    for (index, word) in words.enumerated() where word.isWord("count") || word.isWord("c") {
      if index + 1 == words.count || !words[index + 1].isWord("as") { scope.compute(word.name) }
    }
    scope.compute("percent")
  }

  /// `a=x, b=y`
  private mutating func assign(_ range: Range<Int>) {
    var (at, start, depth) = (range.lowerBound, range.lowerBound, 0)
    while at < range.upperBound {
      switch bytes[at] {
      case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ",") where depth == 0: start = at + 1
      case UInt8(ascii: "=") where depth == 0 && start >= 0:
        scope.compute(SPLText.Word(written: QueryText.string(bytes, start..<at), start: start, end: at).name)
        // Up to the next comma, `=` compares.
        start = -1
      default: break
      }
      at = SPLText.afterPiece(bytes, at, range.upperBound)
    }
  }

  /// `lookup table a as b OUTPUT c as d, e`
  private mutating func lookup(_ range: Range<Int>) {
    let words = SPLText.words(bytes, range)
    guard let start = words.firstIndex(where: { $0.isWord("output") || $0.isWord("outputnew") }) else {
      return
    }
    var isNew = false
    for (index, word) in words.enumerated().dropFirst(start + 1) {
      if word.isWord("as") {
        isNew = true
      } else if isNew || index + 1 == words.count || !words[index + 1].isWord("as") {
        scope.compute(word.name)
        isNew = false
      }
    }
  }

  /// `a as b, "c d" as e`; with a star the data model's name goes away, which no indicator has.
  private mutating func rename(_ range: Range<Int>) {
    let words = SPLText.words(bytes, range)
    for (index, word) in words.enumerated() where word.isWord("as") && index > 0 && index + 1 < words.count {
      let (from, to) = (words[index - 1].name, words[index + 1].name)
      if !from.utf8.contains(UInt8(ascii: "*")) { scope.rename(from, to: to) }
    }
  }

  /// Commands that ask nothing of a field and make none by a name of their own.
  /// https://docs.splunk.com/Documentation/Splunk/latest/SearchReference/ListOfSearchCommands
  private static let passive: Set<String> = [
    "abstract", "accum", "addcoltotals", "addinfo", "addtotals", "anomalies", "anomalydetection", "append",
    "appendcols",
    "appendpipe", "apply", "bin", "bucket", "cluster", "collect", "convert", "datamodel", "dedup", "delta",
    "expand",
    "extract", "fieldformat", "fields", "fieldsummary", "filldown", "fillnull", "fit", "foreach", "format",
    "from",
    "fromjson", "head", "highlight", "inputcsv", "inputlookup", "iplocation", "join", "kv", "loadjob",
    "localop",
    "makecontinuous", "makemv", "makeresults", "map", "metadata", "multikv", "multisearch", "mvcombine",
    "mvexpand", "nomv",
    "outlier", "outputcsv", "outputlookup", "predict", "rangemap", "replace", "rest", "return", "reverse",
    "savedsearch",
    "sendalert", "sendemail", "set", "sort", "spath", "summarize", "summary", "table", "tags", "tail",
    "tojson", "transaction",
    "transpose", "trendline", "union", "untable", "xmlkv", "xpath", "xyseries",
  ]
}
