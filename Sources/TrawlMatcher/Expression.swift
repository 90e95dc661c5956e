import CPCRE2
import Hyperscan
import Synchronization

/// A regular expression, compiled on its own: by Hyperscan, or by PCRE2 where Hyperscan cannot (look-around,
/// back-references).
@safe
public final class Expression: @unchecked Sendable {
  /// Compiled by Hyperscan; nil for PCRE2's.
  let database: Database?
  /// `pcre2_code`; nil for Hyperscan's.
  private let code: OpaquePointer?
  private let source: String
  /// PCRE2's, for `source`.
  private let options: UInt32
  /// How often PCRE2 gave up at its match limit; those values count as not matching.
  private let surrenders = Atomic<Int>(0)

  /// How much work PCRE2 may do for one value (its own measure: internal calls of match()).
  private static let matchLimit: UInt32 = 1_000_000

  /// How often the match limit was hit since the ruleset was made.
  public var surrenderCount: Int { surrenders.load(ordering: .relaxed) }

  /// Whether Hyperscan refused it.
  public var usesPCRE2: Bool { unsafe code != nil }

  /// Compiles `pattern`, or says why neither library takes it.
  public init(
    _ pattern: String, ignoresCase: Bool, isMultiline: Bool, dotMatchesNewline: Bool
  ) throws(ExpressionError) {
    source = pattern
    options =
      PCRE2_UTF | PCRE2_NO_UTF_CHECK | (ignoresCase ? PCRE2_CASELESS : 0) | (isMultiline ? PCRE2_MULTILINE : 0)
      | (dotMatchesNewline ? PCRE2_DOTALL : 0)
    var flags: Pattern.Flags = [.utf8, .allowEmpty]
    if ignoresCase { flags.insert(.caseless) }
    if isMultiline { flags.insert(.multiline) }
    if dotMatchesNewline { flags.insert(.dotAll) }
    if let pattern = Pattern(pattern.utf8, flags: flags), let compiled = try? Database(expressions: [pattern]) {
      database = consume compiled
      unsafe code = nil
      return
    }
    database = nil
    unsafe code = try Expression.compile(pattern, options)
  }

  private static func compile(
    _ pattern: String, _ options: UInt32
  ) throws(ExpressionError) -> OpaquePointer {
    var failure: Int32 = 0
    var offset = 0
    let bytes = Array(pattern.utf8)
    guard let code = unsafe pcre2_compile_8(bytes, bytes.count, options, &failure, &offset, nil) else {
      var text = [UInt8](repeating: 0, count: 256)
      let length = unsafe pcre2_get_error_message_8(failure, &text, text.count)
      throw ExpressionError(
        message: String(decoding: text.prefix(max(0, Int(length))), as: UTF8.self), offset: offset)
    }
    _ = unsafe pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE))
    return unsafe code
  }

  deinit { unsafe pcre2_code_free_8(code) }

  /// Whether the expression is found in the text, which must be valid UTF-8.
  func matches(_ text: UnsafePointer<UInt8>, count: Int, _ scratch: borrowing Scratch) -> Bool {
    if database != nil { return unsafe database!.matches(text, count: count, scratch) }
    return unsafe matchesPCRE2(text, count)
  }

  /// Where the first match lies. Compiles the expression anew where Hyperscan matches it: for what is shown.
  func find(_ text: UnsafePointer<UInt8>, count: Int) -> Range<Int>? {
    guard let code = unsafe code ?? (try? Expression.compile(source, options)) else { return nil }
    let data = unsafe pcre2_match_data_create_8(1, nil)
    defer {
      unsafe pcre2_match_data_free_8(data)
      if unsafe self.code == nil { unsafe pcre2_code_free_8(code) }
    }
    guard unsafe pcre2_match_8(code, text, count, 0, PCRE2_NO_UTF_CHECK, data, nil) >= 0,
      let offsets = unsafe pcre2_get_ovector_pointer_8(data)
    else { return nil }
    return unsafe offsets[0] <= offsets[1] ? offsets[0]..<offsets[1] : nil
  }

  private func matchesPCRE2(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    // Few rules need PCRE2, and a candidate event at that: no need to keep these between calls.
    let data = unsafe pcre2_match_data_create_8(1, nil)
    let context = unsafe pcre2_match_context_create_8(nil)
    defer {
      unsafe pcre2_match_data_free_8(data)
      unsafe pcre2_match_context_free_8(context)
    }
    unsafe pcre2_set_match_limit_8(context, Expression.matchLimit)
    let result = unsafe pcre2_match_8(code, text, count, 0, PCRE2_NO_UTF_CHECK, data, context)
    if result < 0, result != PCRE2_ERROR_NOMATCH { surrenders.add(1, ordering: .relaxed) }
    return result >= 0
  }
}

/// Why an expression did not compile.
public struct ExpressionError: Error, Sendable {
  /// In PCRE2's words.
  public let message: String
  /// Where, in bytes of the pattern.
  public let offset: Int
}
