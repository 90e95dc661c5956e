import CPCRE2
import Hyperscan
import Synchronization

/// A regular expression, to be confirmed on single values.
///
/// PCRE2's just-in-time compiler matches it: that takes microseconds to compile, where Hyperscan takes up to 50 ms for one
/// of SigmaHQ's. When PCRE2 gives up on a value at its limit, Hyperscan, whose work is linear, answers instead, unless
/// the expression is one that it refuses (look-around, back-references): then the surrender is counted.
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

  /// How often neither library could answer since the ruleset was made; those values count as not matching.
  public var surrenderCount: Int { surrenders.load(ordering: .relaxed) }

  /// Compiles `pattern`, or says why it cannot be.
  public init(
    _ pattern: String, ignoresCase: Bool, isMultiline: Bool, dotMatchesNewline: Bool, isUnicode: Bool
  ) throws(ExpressionError) {
    source = pattern
    var flags: Pattern.Flags = [.utf8, .allowEmpty]
    if ignoresCase { flags.insert(.caseless) }
    if isMultiline { flags.insert(.multiline) }
    if dotMatchesNewline { flags.insert(.dotAll) }
    if isUnicode { flags.insert(.unicodeProperties) }
    self.flags = flags
    var options = PCRE2_UTF | PCRE2_NO_UTF_CHECK
    if ignoresCase { options |= PCRE2_CASELESS }
    if isMultiline { options |= PCRE2_MULTILINE }
    if dotMatchesNewline { options |= PCRE2_DOTALL }
    if isUnicode { options |= PCRE2_UCP }
    unsafe code = try Expression.compile(pattern, options)
  }

  /// The flags as a byte, for storing.
  var flagBits: UInt8 { UInt8(truncatingIfNeeded: flags.rawValue) }

  /// Compiles an expression that was stored.
  convenience init(_ pattern: String, flagBits: UInt8) throws(ExpressionError) {
    let flags = Pattern.Flags(rawValue: UInt32(flagBits))
    try self.init(
      pattern, ignoresCase: flags.contains(.caseless), isMultiline: flags.contains(.multiline),
      dotMatchesNewline: flags.contains(.dotAll), isUnicode: flags.contains(.unicodeProperties))
    if flags != self.flags { throw ExpressionError(message: "it has unknown flags", offset: 0) }
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
}

/// Why an expression did not compile.
public struct ExpressionError: Error, Sendable {
  /// In PCRE2's words.
  public let message: String
  /// Where, in bytes of the pattern.
  public let offset: Int
}

/// What a worker matches expressions with.
@safe
struct ExpressionScratch: ~Copyable {
  fileprivate let data: OpaquePointer?
  fileprivate let context: OpaquePointer?
  private let stack: OpaquePointer?

  /// How much work PCRE2 may do for one value (its own measure: internal calls of match()).
  private static let matchLimit: UInt32 = 1_000_000
  private static let largestStack = 1 << 20

  init() {
    unsafe data = pcre2_match_data_create_8(1, nil)
    unsafe context = pcre2_match_context_create_8(nil)
    unsafe stack = pcre2_jit_stack_create_8(32 << 10, ExpressionScratch.largestStack, nil)
    unsafe pcre2_set_match_limit_8(context, ExpressionScratch.matchLimit)
    unsafe pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack))
  }

  deinit {
    unsafe pcre2_match_data_free_8(data)
    unsafe pcre2_match_context_free_8(context)
    unsafe pcre2_jit_stack_free_8(stack)
  }
}

extension Expression {
  /// Whether the expression is found in a text, which must be valid UTF-8.
  func matches(_ text: UnsafePointer<UInt8>, count: Int, _ scratch: borrowing ExpressionScratch) -> Bool {
    let result = unsafe pcre2_match_8(code, text, count, 0, PCRE2_NO_UTF_CHECK, scratch.data, scratch.context)
    if result >= 0 { return true }
    return unsafe result == PCRE2_ERROR_NOMATCH ? false : matchesLinearly(text, count)
  }

  /// Where the first match lies, by PCRE2 alone; nil when there is none or PCRE2 gave up.
  func range(in text: UnsafePointer<UInt8>, count: Int, _ scratch: borrowing ExpressionScratch) -> Range<Int>?
  {
    guard unsafe pcre2_match_8(code, text, count, 0, PCRE2_NO_UTF_CHECK, scratch.data, scratch.context) >= 0,
      let offsets = unsafe pcre2_get_ovector_pointer_8(scratch.data)
    else { return nil }
    // `\K` in a look-ahead can set the start behind the end.
    return unsafe min(offsets[0], offsets[1])..<offsets[1]
  }

  /// Hyperscan's answer, for the rare value on which PCRE2 gave up.
  @inline(never)
  private func matchesLinearly(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    prepare()
    var scratch = Scratch()
    guard unsafe compiled != nil, unsafe (try? scratch.fit(compiled!)) != nil else {
      surrenders.add(1, ordering: .relaxed)
      return false
    }
    return unsafe compiled!.matches(text, count: count, scratch)
  }

  private func prepare() {
    if isPrepared.load(ordering: .acquiring) { return }
    compilation.withLock { _ in
      if isPrepared.load(ordering: .relaxed) { return }
      if let pattern = Pattern(source.utf8, flags: flags) {
        unsafe compiled = try? Database(expressions: [pattern])
      }
      isPrepared.store(true, ordering: .releasing)
    }
  }
}
