import CPCRE2
import TrawlRules

/// Regular expressions as SEMANTICS 11 has them, by PCRE2 without limits.
enum PCRE {
  /// Whether the expression is found anywhere in the text.
  static func finds(_ expression: RegularExpression, in text: String) -> Bool {
    var options = UInt32(PCRE2_UTF)
    if expression.ignoresCase { options |= PCRE2_CASELESS }
    if expression.isMultiline { options |= PCRE2_MULTILINE }
    if expression.dotMatchesNewline { options |= PCRE2_DOTALL }
    if expression.isUnicode { options |= PCRE2_UCP }
    let context = unsafe pcre2_compile_context_create_8(nil)
    defer { unsafe pcre2_compile_context_free_8(context) }
    unsafe pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
    var code: Int32 = 0
    var offset = 0
    let pattern = Array(expression.pattern.utf8)
    let compiled = unsafe pcre2_compile_8(pattern, pattern.count, options, &code, &offset, context)
    guard let compiled = unsafe compiled else {
      preconditionFailure("PCRE2 refuses \(expression.pattern) at \(offset): error \(code)")
    }
    defer { unsafe pcre2_code_free_8(compiled) }
    return unsafe finds(compiled, in: Array(text.utf8))
  }

  private static func finds(_ compiled: OpaquePointer, in text: [UInt8]) -> Bool {
    let limits = unsafe pcre2_match_context_create_8(nil)
    let found = unsafe pcre2_match_data_create_from_pattern_8(compiled, nil)
    defer {
      unsafe pcre2_match_data_free_8(found)
      unsafe pcre2_match_context_free_8(limits)
    }
    unsafe pcre2_set_match_limit_8(limits, .max)
    unsafe pcre2_set_depth_limit_8(limits, .max)
    unsafe pcre2_set_heap_limit_8(limits, .max)
    let result = unsafe pcre2_match_8(compiled, text, text.count, 0, 0, found, limits)
    precondition(result >= 0 || result == PCRE2_ERROR_NOMATCH, "PCRE2 gave up: error \(result)")
    return result >= 0
  }
}
