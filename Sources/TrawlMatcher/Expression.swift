import CPCRE2
import Hyperscan
import Synchronization

/// A regular expression, to be confirmed on single values.
///
/// PCRE2 checks it when it is made. Hyperscan, which costs up to 50 ms an expression, compiles it when it is first needed;
/// what Hyperscan refuses (look-around, back-references), PCRE2 matches, within a limit.
@safe
public final class Expression: @unchecked Sendable {
  /// The expression as written.
  public let source: String
  private let flags: Pattern.Flags
  private let code: OpaquePointer
  private let compilation = Mutex(())
  private let isPrepared = Atomic<Bool>(false)
  /// Set once, before `isPrepared`; nil when Hyperscan refuses the expression.
  nonisolated(unsafe) private var compiled: Database?
  private let surrenders = Atomic<Int>(0)

  /// How much work PCRE2 may do for one value (its own measure: internal calls of match()).
  private static let matchLimit: UInt32 = 1_000_000

  /// How often PCRE2 gave up at its limit since the ruleset was made; those values count as not matching.
  public var surrenderCount: Int { surrenders.load(ordering: .relaxed) }

  /// Compiles `pattern`, or says why it cannot be.
  public init(
    _ pattern: String, ignoresCase: Bool, isMultiline: Bool, dotMatchesNewline: Bool
  ) throws(ExpressionError) {
    source = pattern
    var flags: Pattern.Flags = [.utf8, .allowEmpty]
    if ignoresCase { flags.insert(.caseless) }
    if isMultiline { flags.insert(.multiline) }
    if dotMatchesNewline { flags.insert(.dotAll) }
    self.flags = flags
    var options = PCRE2_UTF | PCRE2_NO_UTF_CHECK
    if ignoresCase { options |= PCRE2_CASELESS }
    if isMultiline { options |= PCRE2_MULTILINE }
    if dotMatchesNewline { options |= PCRE2_DOTALL }
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
    return unsafe code
  }

  deinit { unsafe pcre2_code_free_8(code) }
}

/// Why an expression did not compile.
public struct ExpressionError: Error, Sendable {
  /// In PCRE2's words.
  public let message: String
  /// Where, in bytes of the pattern.
  public let offset: Int
}

extension Expression {
  /// Compiles the expression with Hyperscan if that was not tried yet, and fits a scratch to it; false when PCRE2 has to
  /// match it.
  public func prepare(_ scratch: inout Scratch) -> Bool {
    if !isPrepared.load(ordering: .acquiring) {
      compilation.withLock { _ in
        if isPrepared.load(ordering: .relaxed) { return }
        if let pattern = Pattern(source.utf8, flags: flags) {
          unsafe compiled = try? Database(expressions: [pattern])
        }
        if unsafe compiled == nil { _ = unsafe pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE)) }
        isPrepared.store(true, ordering: .releasing)
      }
    }
    guard unsafe compiled != nil else { return false }
    return unsafe (try? scratch.fit(compiled!)) != nil
  }

  /// Whether the expression is found in a text, which must be valid UTF-8. `scratch`: one that `prepare` fitted, or nil
  /// for PCRE2.
  func matches(_ text: UnsafePointer<UInt8>, count: Int, _ scratch: borrowing Scratch, _ isFitted: Bool) -> Bool {
    if isFitted { return unsafe compiled!.matches(text, count: count, scratch) }
    return unsafe match(text, count) != nil
  }

  /// Where the first match lies, by PCRE2; nil when there is none, or when the limit was hit, which is counted.
  func match(_ text: UnsafePointer<UInt8>, _ count: Int) -> Range<Int>? {
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
    guard result >= 0, let offsets = unsafe pcre2_get_ovector_pointer_8(data) else { return nil }
    // `\K` in a look-ahead can set the start behind the end.
    return unsafe min(offsets[0], offsets[1])..<offsets[1]
  }
}
