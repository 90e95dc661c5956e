import Testing
import TrawlKQL
import TrawlRows

/// `parse_xml()`.
struct XMLValueTests {
  private func json(_ xml: String) -> String { KQLValue(xml: xml).shown }

  @Test(
    "elements, attributes and texts become JSON as the documentation says",
    arguments: [
      ("<e/>", #"{"e":null}"#), ("<e></e>", #"{"e":null}"#), ("<e>text</e>", #"{"e":"text"}"#),
      (#"<e name="value" />"#, #"{"e":{"@name":"value"}}"#),
      ("<e name='value'>text</e>", ##"{"e":{"@name":"value","#text":"text"}}"##),
      ("<e> <a>text</a> <b>text</b> </e>", #"{"e":{"a":"text","b":"text"}}"#),
      ("<e> <a>text</a> <b/> <a>x</a> </e>", #"{"e":{"a":["text","x"],"b":null}}"#),
      ("<e> text <a>text</a> </e>", ##"{"e":{"#text":"text","a":"text"}}"##),
      (
        "<?xml version='1.0'?>\n<d>\n <v>118.5</v><n>-7</n><h>0x1</h><z>007</z></d>",
        #"{"d":{"v":118.5,"n":-7,"h":"0x1","z":"007"}}"#
      ),
    ])
  func conversion(xml: String, expected: String) { #expect(json(xml) == expected) }

  @Test(
    "references, sections, comments and instructions are read as XML has them",
    arguments: [
      ("<e a='&lt;&quot;'>&amp;&#65;&#x42;;</e>", ##"{"e":{"@a":"<\"","#text":"&AB;"}}"##),
      ("<e><![CDATA[<a>&amp;]]>b</e>", #"{"e":"<a>&amp;b"}"#),
      ("<!-- x --><!DOCTYPE e><e><!-- <a> -->t<?go on?></e><!-- -->", #"{"e":"t"}"#),
      ("\u{FEFF}<a:e xmlns:a='u'>é</a:e>", ##"{"a:e":{"@xmlns:a":"u","#text":"é"}}"##),
    ])
  func markup(xml: String, expected: String) { #expect(json(xml) == expected) }

  @Test(
    "what is no XML is null",
    arguments: [
      "", "text", "<e>", "<e></f>", "<e/><e/>", "<e/>x", "<e a=b/>", "<e a='1'b='2'/>", "<e a='<'/>",
      "<e>&x;</e>",
      "<e>&amp</e>", "<e>&#xD800;</e>", "< e/>", "<e><!-- </e>", "<e><![CDATA[</e>",
      "<!DOCTYPE e [<!ENTITY x 'y'>]><e/>",
      "<e a='1/>", "</e>", "<e></e",
    ])
  func refused(xml: String) { #expect(KQLValue(xml: xml) == .null(.dynamic)) }

  @Test("depth and length are bounded")
  func bounds() {
    func nested(_ depth: Int) -> String {
      String(repeating: "<e>", count: depth) + String(repeating: "</e>", count: depth)
    }
    #expect(KQLValue(xml: nested(200)) != .null(.dynamic))
    #expect(KQLValue(xml: nested(201)) == .null(.dynamic))
    #expect(KQLValue(xml: nested(100_000)) == .null(.dynamic))
    let long = String(repeating: "x", count: (1 << 20) - 7)
    #expect(KQLValue(xml: "<e>\(long)</e>") != .null(.dynamic))
    #expect(KQLValue(xml: "<e>\(long)x</e>") == .null(.dynamic))
  }

  @Test("queries ask what is in an event's data")
  func query() throws {
    let row = TestRow([
      "ProcessCommandLine": .string(
        "<EventData><Data Name='A'>x</Data><Data Name='B'>host/srv</Data></EventData>")
    ])
    for (condition, isTrue) in [
      (##"parse_xml(ProcessCommandLine).EventData.Data[1]["#text"] == "host/srv""##, true),
      (
        ##"parse_json(tostring(parse_xml(ProcessCommandLine)))['EventData']['Data'][0]["#text"] in ("x")"##,
        true
      ),
      (##"tostring(parse_xml(ProcessCommandLine).EventData) has "srv""##, true),
      (##"isempty(parse_xml(ProcessCommandLine).EventData)"##, false),
    ] {
      #expect(try predicate(condition).truth(in: row) == isTrue, "\(condition)")
    }
  }
}
