import Testing
import TrawlKQL
import TrawlRows

/// Functions by the examples of their documentation on learn.microsoft.com, and at the edges of their types.
struct EvaluationTests {
  /// What `print tostring(expression)` would show, computed from a row so that nothing is folded at load.
  private func shown(_ expression: String) throws -> String {
    let row = TestRow(["FileName": .string("")])
    let needle = try predicate("strcat(FileName, tostring(\(expression))) == \"\"", table: "DeviceEvents")
    guard case .text(let operand, _, _, _, _) = needle else { return "no text: \(needle)" }
    return operand.value(in: row).shown
  }

  @Test(
    "functions give what their documentation says",
    arguments: [
      ("substring('123456', 1)", "23456"), ("substring('123456', 2, 2)", "34"),
      ("substring('ABCD', 0, 2)", "AB"), ("substring('123456', -2, 2)", "56"),
      ("split('aa_bb', '_')", "[\"aa\",\"bb\"]"), ("split('aaa_bbb_ccc', '_', 1)", "[\"bbb\"]"),
      ("split('', '_')", "[\"\"]"), ("split('a__b', '_')", "[\"a\",\"\",\"b\"]"),
      ("split('aabbcc', 'bb')", "[\"aa\",\"cc\"]"),
      ("indexof('abcdefg', 'cde')", "2"), ("indexof('abcdefg', 'cde', 1, 4)", "2"),
      ("indexof('abcdefg', 'cde', 1, 2)", "-1"), ("indexof('abcdefg', 'cde', 3, 4)", "-1"),
      ("indexof('abcdefabcdef', 'cde', 1, 10, 2)", "8"), ("indexof('abcdefabcdef', 'cde', -5)", "8"),
      ("countof('aaa', 'a')", "3"), ("countof('aaaa', 'aa')", "3"), ("countof('ababa', 'ab', 'normal')", "2"),
      ("countof('ababa', 'aba')", "2"), ("countof('ababa', 'aba', 'regex')", "1"),
      ("countof('abcabc', 'a.c', 'regex')", "2"),
      ("extract('x=([0-9.]+)', 1, 'hello x=45.6|wo')", "45.6"), ("extract('(\\\\d+)', 0, 'a12')", "12"),
      ("extract('(\\\\d+)', 1, 'none')", ""), ("extract('(a)|(b)', 2, 'a')", ""),
      ("extract_all(@'([\\da-f]{2})', '82b8be2d')", "[\"82\",\"b8\",\"be\",\"2d\"]"),
      ("extract_all(@'(\\w)(\\w+)', dynamic([1]), 'ab cd')", "[[\"a\"],[\"c\"]]"),
      ("replace_regex('Hello world', @'(\\w+) (\\w+)', @'\\2 \\1')", "world Hello"),
      ("replace_string('A magic trick', 'magic', 'new')", "A new trick"),
      ("trim('--', '--https://bing.com--')", "https://bing.com"),
      ("trim_start(@'[^\\w]+', '-  Te st1// $')", "Te st1// $"),
      ("trim_end(@'[^\\w]+', '-  Te st1// $')", "-  Te st1"),
      ("reverse('ABCé')", "éCBA"), ("strcat_delim('-', 1, '2', 'A', 1s)", "1-2-A-00:00:01"),
      ("strcat_array(dynamic([1, 2, 3]), '->')", "1->2->3"),
      ("translate('krasp', 'otsku', 'spark')", "kusto"),
      ("translate('abc', 'x', 'abc')", "xxx"), ("translate('abc', '', 'ab')", ""),
      ("base64_decode_tostring('S3VzdG8=')", "Kusto"), ("base64_encode_tostring('Kusto')", "S3VzdG8="),
      ("base64_decode_tostring('U3RyaW5n_0KP0L==')", ""),
      ("url_decode('https%3A%2F%2Fwww.bing.com%2F%3Fa')", "https://www.bing.com/?a"),
      ("url_decode('%zz+100%')", "%zz 100%"),
      ("strcmp('ABC', 'ABC')", "0"), ("strcmp('abc', 'ABC')", "1"),
      ("coalesce(tolong('not a number'), tolong('42'), 33)", "42"),
      ("case(1 == 2, 'a', 2 == 2, 'b', 'c')", "b"), ("iff(1 > 2, 'a', 'b')", "b"),
      ("unicode_codepoints_from_string('aé')", "[97,233]"),
      ("unicode_codepoints_to_string(dynamic([97, 233]))", "aé"),
    ])
  func texts(expression: String, expected: String) throws { #expect(try shown(expression) == expected) }

  @Test(
    "times follow the calendar",
    arguments: [
      ("datetime_diff('year', datetime(2017-01-01), datetime(2000-12-31))", "17"),
      ("datetime_diff('quarter', datetime(2017-07-01), datetime(2017-03-30))", "2"),
      ("datetime_diff('month', datetime(2017-01-01), datetime(2015-12-30))", "13"),
      ("datetime_diff('day', datetime(2017-10-29 23:00), datetime(2017-09-30 23:00))", "29"),
      ("datetime_diff('hour', datetime(2017-10-31 01:00), datetime(2017-10-30 23:59))", "2"),
      ("datetime_diff('minute', datetime(2017-10-30 23:05:01), datetime(2017-10-30 23:00:59))", "5"),
      ("datetime_diff('week', datetime(2024-03-03), datetime(2024-03-02))", "1"),
      ("datetime_add('month', 1, datetime(2024-01-31))", "2024-02-29T00:00:00.0000000Z"),
      ("datetime_add('year', -1, datetime(2024-02-29))", "2023-02-28T00:00:00.0000000Z"),
      ("datetime_add('week', 1, datetime(9999-12-31))", ""),
      ("startofweek(datetime(2017-01-01 10:10:17))", "2017-01-01T00:00:00.0000000Z"),
      ("startofweek(datetime(2017-01-07), -1)", "2016-12-25T00:00:00.0000000Z"),
      ("endofmonth(datetime(2024-02-01))", "2024-02-29T23:59:59.9999999Z"),
      ("endofyear(datetime(9999-12-31))", "9999-12-31T23:59:59.9999999Z"),
      ("format_datetime(datetime(2017-01-29 09:00:05), 'yy-MM-dd [HH:mm:ss]')", "17-01-29 [09:00:05]"),
      ("format_datetime(datetime(2017-01-29 09:00:05), 'yyyy-M-dd [H:mm:ss]')", "2017-1-29 [9:00:05]"),
      ("format_datetime(datetime(2017-01-29 21:00:05), 'yy-MM-dd [hh:mm:ss tt]')", "17-01-29 [09:00:05 PM]"),
      ("dayofweek(datetime(2015-12-14))", "1.00:00:00"), ("dayofyear(datetime(2015-12-14))", "348"),
      ("make_datetime(2017, 10, 1, 12, 11, 0.5)", "2017-10-01T12:11:00.5000000Z"),
      ("unixtime_seconds_todatetime(1546300800)", "2019-01-01T00:00:00.0000000Z"),
      ("bin(datetime(1970-05-11 13:45:07), 1d)", "1970-05-11T00:00:00.0000000Z"),
      ("bin(16d + 2m, 7d)", "14.00:00:00"), ("bin(4.5, 1)", "4.0"), ("bin(-1, 5)", "-5"),
      ("datetime(2024-01-01) + 400000d * 10", ""), ("1d / 0", ""), ("10s * 2", "00:00:20"),
      ("7 / 2", "3"), ("7 / 0", ""), ("-9223372036854775807 - 1", "-9223372036854775808"),
    ])
  func times(expression: String, expected: String) throws { #expect(try shown(expression) == expected) }

  @Test(
    "lists, bags and things of parts are JSON",
    arguments: [
      ("array_slice(dynamic([1,2,3,4,5]), -3, -2)", "[3,4]"), ("array_slice(dynamic([1]), 3, 4)", "[]"),
      ("array_concat(dynamic([1]), dynamic([2, 3]))", "[1,2,3]"),
      ("array_sort_desc(dynamic([1, 3, 2]))", "[3,2,1]"),
      ("array_sort_asc(dynamic(['b', 'a', null]))", "[\"a\",\"b\",null]"),
      ("set_difference(dynamic([1, 1, 2]), dynamic([2]))", "[1]"),
      ("set_intersect(dynamic([1, '1', 2]), dynamic(['1']))", "[\"1\"]"),
      ("bag_pack('a', 1, 'b', dynamic([true]), 'a', 2)", "{\"b\":[true],\"a\":2}"),
      ("bag_keys(parse_json('{\"a\":{},\"b\":1}'))", "[\"a\",\"b\"]"),
      ("parse_json('{\"a\":[1,{\"b\":\"\\\\u00e9\\\\n\"}]}').a[1].b", "é\n"),
      ("parse_json('{\"a\":1,\"a\":2}').a", "2"), ("parse_json('no json')", "no json"),
      ("parse_json('[1')", "[1"),
      ("extract_json('$.a[1][\"b\"]', '{\"a\":[1,{\"b\":\"x\"}]}')", "x"),
      ("extract_json('a', '{\"a\":1}')", ""),
      (
        "parse_command_line('echo \"hello world!\" a\\\\\\\\\\\\\"b', 'windows')",
        "[\"echo\",\"hello world!\",\"a\\\\\\\"b\"]"
      ),
      ("parse_path(@'C:\\temp\\file.txt:stream').Filename", "file.txt"),
      ("parse_path(@'C:\\temp\\file.txt').DirectoryName", "temp"),
      ("parse_url('https://u:p@host:80/a/b?k=v&l=1#f')['Query Parameters']", "{\"k\":\"v\",\"l\":\"1\"}"),
      ("parse_url('https://u:p@host:80/a/b?k=v#f').Port", "80"), ("parse_url('host/a').Host", "host"),
      ("toguid('{74BE27DE-1E4E-49D9-B579-FE0B331D3642}')", "74be27de-1e4e-49d9-b579-fe0b331d3642"),
      ("toguid('74be')", ""), ("round(2.675, 1)", "2.7"), ("binary_shift_left(1, 65)", "2"),
      ("max_of(1, 3.5, int(null))", "3.5"),
      ("jaccard_index(dynamic([1, 2]), dynamic([2, 3]))", "0.3333333333333333"),
      ("has_any_ipv4('from 10.0.0.1, to 1.2.3.4x', '1.2.3.4', '10.0.0.1')", "true"),
      ("has_ipv4_prefix('x 192.168.1.7', '192.168.')", "true"),
      ("ipv4_is_match('10.0.0.1/8', '10.9.9.9')", "true"),
      ("ipv4_is_private('172.32.0.1')", "false"), ("ipv4_is_private('nonsense')", ""),
    ])
  func parts(expression: String, expected: String) throws { #expect(try shown(expression) == expected) }

  @Test("what a text becomes does not grow without bound")
  func bounds() throws {
    let doubled = "replace_string(FileName, 'a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')"
    let text = (0..<4).reduce(doubled) { inner, _ in
      inner.replacing("FileName", with: doubled)
    }
    let row = TestRow(["FileName": .string(String(repeating: "a", count: 1000))])
    guard case .compare(let length, _, _) = try predicate("strlen(\(text)) > 0", table: "DeviceEvents") else {
      return #expect(Bool(false))
    }
    #expect(length.value(in: row) == .integer(4 << 20))
    let deep = String(repeating: "[", count: 100_000)
    #expect(KQLValue(json: deep) == .string(deep))
  }

  @Test("an expression that takes too much work is counted, and does not match")
  func surrender() throws {
    let before = KQLExpressions.surrenderCount
    let predicate = try predicate("isnotempty(extract('(a+)+(b|c)+d$', 1, FileName))", table: "DeviceEvents")
    let row = TestRow(["FileName": .string(String(repeating: "a", count: 40) + "!")])
    #expect(predicate.truth(in: row) == false)
    #expect(KQLExpressions.surrenderCount > before)
  }
}
