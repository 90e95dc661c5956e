import Testing
import TrawlHTML

@Suite struct HTMLTests {
  private func text(_ html: HTML) -> String { String(decoding: html.bytes, as: UTF8.self) }

  @Test func textIsEscapedAndLiteralsAreNot() {
    let hostile = "</b><script>alert('1')</script>&\""
    #expect(
      text("<b title=\"\(hostile)\">\(hostile)</b>")
        == "<b title=\"&lt;/b&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;\">"
        + "&lt;/b&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;</b>")
  }

  @Test(arguments: [
    ("\u{202E}", "⟨U+202E⟩"), ("\u{2028}", "⟨U+2028⟩"), ("\u{0}", "⟨U+0000⟩"), ("\u{1B}", "⟨U+001B⟩"),
    ("\u{85}", "⟨U+0085⟩"), ("\u{E0041}", "⟨U+E0041⟩"), ("\u{FEFF}", "⟨U+FEFF⟩"), ("\r", "⟨U+000D⟩"),
    ("ü€🙂", "ü€🙂"), ("a\n\tb", "a\n\tb"),
  ])
  func whatReordersOrHidesTextIsASign(_ given: String, _ shown: String) {
    #expect(text("\(given)") == shown)
  }

  @Test func blanksAtTheEndsOfAValueCanBeSeen() {
    let blank = "<span class=\"blank\"> </span>"
    #expect(text("\(value: " a b ")") == "\(blank)a b\(blank)")
    #expect(text("\(value: "  ")") == blank + blank)
    #expect(text("\(value: "\ta\n")") == "⟨U+0009⟩a⟨U+000A⟩")
  }

  @Test func numbersHaveCommas() {
    #expect(
      text("\(count: 7) \(count: 1_234_567) \(count: -123) \(count: -1234)") == "7 1,234,567 -123 -1,234")
  }

  @Test(arguments: [
    "javascript:alert(1)", "JavaScript:alert(1)", " https://x", "https://x/\u{1}", "data:text/html,x", "//x",
    "ftp://x",
    "https:/x", "https://x\\y", "https://ä", "vbscript:x", "",
  ])
  func onlyAddressesOfTheWebBecomeLinks(_ text: String) {
    #expect(Link(web: text) == nil)
  }

  @Test func anAddressStaysInItsAttribute() throws {
    let link = try #require(Link(web: "https://x/?a=1&b=\"><script>"))
    #expect(text("<a href=\"\(link)\">") == "<a href=\"https://x/?a=1&amp;b=&quot;&gt;&lt;script&gt;\">")
    #expect(Link(page: "a.html").fragment("field", "x y&z#").address == "a.html#field=x%20y%26z%23")
    #expect(Link.path("javascript:alert(1)/a b") == "javascript%3Aalert%281%29/a%20b")
    #expect(Link.path("//evil/x") == "/evil/x")
  }

  @Test func dataCannotEndTheScriptThatItStandsIn() {
    var data = PageData()
    data.object { data in
      data.key("a")
      data.add(each: ["</script><!--", "\u{2028}\u{202E}", "\"\\\n", "'", "\u{E0041}"])
      data.key("b")
      data.array { data in
        data.add(nil as Int?)
        data.add(-5)
      }
    }
    #expect(
      String(decoding: data.bytes, as: UTF8.self)
        == #"{"a":["\u003c/script\u003e\u003c!--","\u2028\u202e","\"\\\n","'","\udb40\udc41"],"b":[null,-5]}"#
    )
  }

  /// Vectors of FIPS 180-4's examples and of the lengths around a block's end, as sha256sum(1) gives them.
  @Test(arguments: [
    ("abc", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
    ("", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "JI1qYdIGOLjlwCaTDD5gOaM85Flk/yFn9uzt1BnbBsE="
    ),
  ])
  func digestsAreThoseOfTheStandard(_ text: String, _ digest: String) {
    #expect(SHA256.digest(Array(text.utf8)).base64 == digest)
  }
}
