import CPCRE2
import Synchronization

/// The regular expressions of functions and conditions, compiled when they are first met.
package enum KQLExpressions {
  /// More expressions than any set of queries has; computed ones may be without end, and then all are compiled anew.
  private static let mostKept = 4096

  private struct Key: Hashable {
    var pattern: String
    var isUnicode: Bool
    /// Whether the pattern is Rust's, still to be translated.
    var isSource: Bool
  }

  private static let kept = Mutex<[Key: CompiledExpression?]>([:])
  private static let surrenders = Atomic<Int>(0)

  /// How often an expression took more work than is allowed, since the start; those texts count as not matching.
  package static var surrenderCount: Int { surrenders.load(ordering: .relaxed) }

  static func countSurrender() { surrenders.add(1, ordering: .relaxed) }

  /// Whether an expression is found in a text.
  package static func finds(_ expression: KQLRegularExpression, in text: String) -> Bool {
    let key = Key(pattern: expression.pattern, isUnicode: expression.isUnicode, isSource: false)
    return compiled(key)?.match(Array(text.utf8), from: 0) != nil
  }

  /// An expression as a query has it; nil if it is none.
  static func compiled(_ source: String) -> CompiledExpression? {
    compiled(Key(pattern: source, isUnicode: true, isSource: true))
  }

  private static func compiled(_ key: Key) -> CompiledExpression? {
    if let known = kept.withLock({ $0[key] }) { return known }
    let pattern = key.isSource ? (try? RegexTranslation.translate(key.pattern))?.pattern : key.pattern
    let compiled = pattern.flatMap { CompiledExpression($0, isUnicode: key.isUnicode) }
    kept.withLock { kept in
      if kept.count >= mostKept { kept = [:] }
      kept[key] = .some(compiled)
    }
    return compiled
  }
}

/// A compiled expression, which any number of threads may match at once.
@safe
final class CompiledExpression: @unchecked Sendable {
  /// How much work PCRE2 may do for one text (its own measure: internal calls of match()).
  private static let matchLimit: UInt32 = 1_000_000

  private let code: OpaquePointer
  private let context: OpaquePointer?

  init?(_ pattern: String, isUnicode: Bool) {
    var (failure, offset): (Int32, Int) = (0, 0)
    let bytes = Array(pattern.utf8)
    let options = PCRE2_UTF | PCRE2_NO_UTF_CHECK | (isUnicode ? PCRE2_UCP : 0)
    guard let code = unsafe pcre2_compile_8(bytes, bytes.count, options, &failure, &offset, nil) else {
      return nil
    }
    unsafe self.code = code
    unsafe context = pcre2_match_context_create_8(nil)
    unsafe pcre2_set_match_limit_8(context, CompiledExpression.matchLimit)
    _ = unsafe pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE))
  }

  deinit {
    unsafe pcre2_match_context_free_8(context)
    unsafe pcre2_code_free_8(code)
  }

  /// The first match from `start` on, a place of a text in UTF-8: its range and those of its groups, nil for a group that
  /// takes no part; nil when there is none or the limit is reached.
  func match(_ text: [UInt8], from start: Int) -> [Range<Int>?]? {
    let found = unsafe pcre2_match_data_create_from_pattern_8(code, nil)
    defer { unsafe pcre2_match_data_free_8(found) }
    var result = unsafe pcre2_match_8(
      code, text, text.count, start, PCRE2_NO_UTF_CHECK, found, context)
    if result == PCRE2_ERROR_JIT_STACKLIMIT {
      let options = PCRE2_NO_UTF_CHECK | UInt32(PCRE2_NO_JIT)
      result = unsafe pcre2_match_8(code, text, text.count, start, options, found, context)
    }
    guard result > 0, let offsets = unsafe pcre2_get_ovector_pointer_8(found) else {
      if result != PCRE2_ERROR_NOMATCH { KQLExpressions.countSurrender() }
      return nil
    }
    let groups = unsafe Int(pcre2_get_ovector_count_8(found))
    return (0..<groups).map { group in
      let (first, end) = unsafe (offsets[2 * group], offsets[2 * group + 1])
      // Groups behind the last that matched are not set either.
      guard group < Int(result), first <= end, end <= text.count else { return nil }
      return first..<end
    }
  }

  /// The matches of a text one behind the other, which do not overlap; at most `limit`.
  func matches(_ text: [UInt8], limit: Int) -> [[Range<Int>?]] {
    var matches: [[Range<Int>?]] = []
    var start = 0
    while matches.count < limit, start <= text.count, let match = match(text, from: start),
      let whole = match[0]
    {
      matches.append(match)
      start = whole.upperBound
      if whole.isEmpty {
        start += 1
        while start < text.count, text[start] & 0xC0 == 0x80 { start += 1 }
      }
    }
    return matches
  }
}
