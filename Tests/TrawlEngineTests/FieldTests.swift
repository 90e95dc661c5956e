import Testing
import TrawlRules

/// SEMANTICS 8, 23 and 24, one sentence each.
@Suite struct FieldTests {
  @Test(arguments: [
    (#"{"a.b":1,"a":{"b":2}}"#, ["1"]), (#"{"a":{"b":2}}"#, ["2"]),
    (#"{"a":[{"b":1},{"c":0},{"b":[2,3]}]}"#, ["1", "{}", "2", "3"]),
    (#"{"x":{"a.b":1}}"#, nil), (#"{"a ":{" b":2}}"#, ["2"]), (#"{"EventData":{"a":{"b":2}}}"#, ["2"]),
    (#"{"a":{"b":1},"EventData":{"a.b":2}}"#, ["2"]),
  ])
  func aDottedNameIsAMemberFirstThenAPath(_ json: String, _ values: [String]?) {
    #expect(DecodedText.values("a.b", of: json) == values)
  }

  @Test(arguments: [
    (#"{"f":1,"EventData":{"f":2},"System":{"f":3}}"#, "1"),
    (#"{"System":{"f":3},"EventData":{"f":2}}"#, "2"),
    (#"{"Event":{"System":{"f":3}}}"#, "3"), (#"{"winlog":{"f":4,"event_data":{"f":2}}}"#, "2"),
    (#"{"winlog":{"f":4}}"#, "4"), (#"{"Event":{"UserData":{"X":{"Y":{"f":5}}}}}"#, "5"),
    (#"{"Event":{"RenderingInfo":{"f":6}}}"#, "6"), (#"{"event_data":{"f":7}}"#, "7"),
    (##"{"EventData":{"f":{"#text":"8","#attributes":{"x":1}}}}"##, "8"),
  ])
  func theEventGoesBeforeItsBodyAndTheBodyBeforeTheRecord(_ json: String, _ value: String) {
    #expect(DecodedText.values("f", of: json)?.last == value)
  }

  @Test(arguments: [
    ##"{"Event":{"System":{"Provider":{"#attributes":{"Name":"x"}}}}}"##,
    ##"{"Event":{"System":{"Provider":{"@Name":"x"}}}}"##,
    #"{"System":{"Provider":{"Name":"x"}}}"#, #"{"EventData":{"Provider":{"@Name":"x"}}}"#,
    ##"{"Event":{"UserData":{"A":{"Provider":{"#attributes":{"Name":"x"}}}}}}"##, ##"{"SourceName":"x"}"##,
    #"{"winlog.provider_name":"x"}"#, #"{"winlog":{"provider_name":"x"}}"#, #"{"source_name":"x"}"#,
    #"{"Provider_Name":"x","SourceName":"y"}"#, #"{"source_name":"y","SourceName":"x"}"#,
  ])
  func theProviderIsFoundInEveryShape(_ json: String) {
    #expect(DecodedText.values("Provider_Name", of: json) == ["x"])
  }

  @Test(arguments: [
    #"{"Channel":"c","EventID":1}"#, #"{"System":{"Channel":"c","EventID":"1"}}"#,
    ##"{"Event":{"System":{"Channel":"c","EventID":{"#text":"1","#attributes":{"Qualifiers":0}}}}}"##,
    #"{"log_name":"c","event_id":1}"#, #"{"winlog":{"channel":"c","event_id":1}}"#,
    #"{"winlog.channel":"c","winlog.event_id":1}"#, #"{"Channel":["c"],"EventID":[1]}"#,
    #"{"Event":{"System":{"Channel":"c","EventID":1},"EventData":{"Channel":"d","EventID":2}}}"#,
    #"{"EventData":{"Channel":"d","EventID":2},"Channel":"c","EventID":1,"log_name":"e"}"#,
  ])
  func channelAndEventIDOfTheRecordDecideTheRoute(_ json: String) {
    let event = DecodedText(lines: json).events.first
    #expect(event?.channel == "c" && event?.eventID == "1")
  }

  @Test func theBodyWinsForFieldsButEventIDIsAlwaysTheRecords() {
    let json = #"{"Event":{"System":{"Channel":"c","EventID":1},"EventData":{"Channel":"d","EventID":2}}}"#
    #expect(DecodedText.values("Channel", of: json) == ["d"])
    #expect(DecodedText.values("EventID", of: json) == ["1"])
    #expect(DecodedText.values("EventID", of: #"{"EventData":{"EventID":2}}"#) == ["2"])
  }

  @Test func severalEventIDsAreNone() {
    #expect(DecodedText(lines: #"{"Channel":"c","EventID":[1,2]}"#).events.first?.eventID == nil)
  }

  @Test func anElementWithAttributesOnlyIsNull() {
    let json = ##"{"Event":{"System":{"Correlation":{"#attributes":{"ActivityID":"x"}}}}}"##
    #expect(DecodedText.values("Correlation", of: json) == ["null"])
    #expect(DecodedText.values("Correlation_ActivityID", of: json) == ["x"])
  }

  @Test func aSectionsElementWithChildrenIsNoField() {
    let json = #"{"UserData":{"X":{"f":1},"Y":{},"Z":[]}}"#
    #expect(DecodedText.values("X", of: json) == nil)
    #expect(DecodedText.values("Y", of: json) == ["{}"])
    #expect(DecodedText.values("Z", of: json) == ["{}"])
  }

  @Test func namespacesAreNoPartOfTheEvent() {
    let json =
      ##"{"Event":{"#attributes":{"xmlns":"u"},"@xmlns:a":"u","UserData":{"X":{"xmlns":{"b":"u"},"f":1}}}}"##
    #expect(DecodedText(lines: json).events.first?.fields == ["": ["1"]])
  }

  @Test func dataWithoutNamesAreTheValuesOfOneField() {
    #expect(DecodedText.values("Data", of: #"{"EventData":{"Data":["a","b"]}}"#)?.suffix(2) == ["a", "b"])
  }

  @Test func aMemberCanBeMoreThanTwoFields() {
    let names = ["a.b", "winlog.event_data.a.b", "event_data.a.b"]
    let decoded = DecodedText(lines: #"{"winlog":{"event_data":{"a":{"b":"x"}}}}"#, fields: names)
    for name in names { #expect(decoded.events.first?.fields[name] == ["x"]) }
  }

  /// A route of Windows is made for a channel and an event id: rules whose EventID cannot be that are left out of it.
  @Test(arguments: [
    #"{"Channel":"Security","EventData":{"EventID":4688}}"#, #"{"Channel":"Security","EventID":[1,4688]}"#,
    #"{"Channel":"Security","EventID":{},"EventID":4688}"#, #"{"Channel":"Security","EventID":"4688"}"#,
  ])
  func aRuleThatAsksForTheEventIDHoldsWhereverTheEventIDIs(_ json: String) throws {
    let item = Rule.Item(
      predicate: Predicate(.field("EventID"), .text(.equals("4688"))), searchIdentifier: "s",
      field: "EventID",
      modifiers: [], value: "4688")
    let rule = Rule(
      id: "r", title: "", location: Location(file: ""), logSource: LogSource(product: "windows"),
      items: [item],
      condition: .item(0))
    #expect(try EngineUnderTest([rule]).matches(json) == ["r"])
    #expect(try Reference.matches([rule], json, given: nil) == ["r"])
  }
}
