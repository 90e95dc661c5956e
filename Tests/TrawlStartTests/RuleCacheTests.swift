import Foundation
import Testing

@testable import Trawl

@Suite struct RuleCacheTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  @Test func theSameRulesAreCompiledOnce() throws {
    let cache = try folder.cache()
    let first = try folder.request.answer(cache: cache)
    let second = try folder.request.answer(cache: cache)
    #expect(!first.isFromCache)
    #expect(second.isFromCache)
    #expect(try folder.findings(second.rules) == folder.findings(first.rules))
    #expect(try folder.entries().count == 1)
  }

  @Test func aChangedRuleIsCompiledAnew() throws {
    let cache = try folder.cache()
    _ = try folder.request.answer(cache: cache)
    try folder.write("rules/b.yml", Folder.rule("evl", level: "low").replacing("evl", with: "hin"))
    let answer = try folder.request.answer(cache: cache)
    #expect(!answer.isFromCache)
    #expect(try folder.findings(answer.rules) == ["evil", "hin"])
  }

  @Test func aRuleThatIsAddedRenamedOrRemovedCounts() throws {
    let cache = try folder.cache()
    _ = try folder.request.answer(cache: cache)
    try folder.write("rules/c.yml", Folder.rule("third", level: "low"))
    #expect(!(try folder.request.answer(cache: cache).isFromCache))
    try FileManager.default.moveItem(atPath: folder.path("rules/c.yml"), toPath: folder.path("rules/d.yml"))
    #expect(!(try folder.request.answer(cache: cache).isFromCache))
    try FileManager.default.removeItem(atPath: folder.path("rules/d.yml"))
    #expect(try folder.request.answer(cache: cache).isFromCache)
  }

  @Test func everyOptionThatMattersCounts() throws {
    let cache = try folder.cache()
    var requests = [folder.request, folder.request, folder.request, folder.request, folder.request]
    requests[1].placeholders = ["users": ["a"]]
    requests[2].logSourceTexts = ["service\tx\tChannel\n"]
    requests[3].selection.levels = [.high]
    requests[4].options.disabledRoutes = ["audit4688"]
    for request in requests { #expect(!(try request.answer(cache: cache).isFromCache)) }
    for request in requests { #expect(try request.answer(cache: cache).isFromCache) }
    #expect(try folder.entries().count == requests.count)
  }

  @Test func aGivenLogSourceIsNoPartOfAnEntry() throws {
    try folder.write("log.ndjson", "{\"CommandLine\":\"evil\"}\n")
    let cache = try folder.cache()
    var request = folder.request
    #expect(try folder.findings(request.answer(cache: cache).rules) == [])
    request.options.givenLogSource = LogSource(product: "windows", category: "process_creation")
    let answer = try request.answer(cache: cache)
    #expect(answer.isFromCache)
    #expect(try folder.findings(answer.rules) == folder.findings(request.answer(cache: nil).rules))
  }

  @Test func aDamagedEntryIsReplaced() throws {
    let cache = try folder.cache()
    _ = try folder.request.answer(cache: cache)
    let entry = "cache/" + (try #require(try folder.entries().first))
    var bytes = try Data(contentsOf: folder.url.appending(path: entry))
    let sound = bytes
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: folder.url.appending(path: entry))
    #expect(!(try folder.request.answer(cache: cache).isFromCache))
    #expect(try Data(contentsOf: folder.url.appending(path: entry)) == sound)
  }

  @Test func anEntryUnderAnothersNameIsNoEntry() throws {
    let cache = try folder.cache()
    _ = try folder.request.answer(cache: cache)
    let name = try #require(try folder.entries().first)
    let other = try Data(contentsOf: folder.url.appending(path: "cache/\(name)"))
    var request = folder.request
    request.selection.levels = [.low]
    _ = try request.answer(cache: cache)
    for entry in try folder.entries() where entry != name {
      try other.write(to: folder.url.appending(path: "cache/\(entry)"))
    }
    #expect(!(try request.answer(cache: cache).isFromCache))
  }

  @Test func entriesOfALostKeyAreNoEntries() throws {
    _ = try folder.request.answer(cache: folder.cache())
    try FileManager.default.removeItem(atPath: folder.path("cache/key"))
    #expect(!(try folder.request.answer(cache: folder.cache()).isFromCache))
  }

  @Test func aKeyThatOthersCanReadIsReplaced() throws {
    let first = try folder.cache().key
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.path("cache/key"))
    #expect(SecretKey(in: folder.path("cache")) == nil)
    let second = try folder.cache().key
    #expect(first.files != second.files)
    let mode = try FileManager.default.attributesOfItem(atPath: folder.path("cache/key"))[.posixPermissions]
    #expect(mode as? Int == 0o600)
  }

  @Test func theCacheIsForTheUserAlone() throws {
    _ = try folder.request.answer(cache: folder.cache("deep/in/cache"))
    for name in [
      "deep/in/cache", "deep/in/cache/" + (try #require(try folder.entries("deep/in/cache").first)),
    ] {
      let mode = try FileManager.default.attributesOfItem(atPath: folder.path(name))[.posixPermissions]
      #expect((mode as? Int ?? 0o777) & 0o077 == 0, "\(name)")
    }
  }

  @Test func theOldestEntriesAreDeleted() throws {
    let cache = try folder.cache()
    for number in 0..<12 {
      var request = folder.request
      request.selection.excluded = ["\(number)"]
      _ = try request.answer(cache: cache)
    }
    #expect(try folder.entries().count == 8)
    var newest = folder.request
    newest.selection.excluded = ["11"]
    #expect(try newest.answer(cache: cache).isFromCache)
  }

  @Test func aCacheThatCannotBeMadeIsNone() throws {
    try folder.write("file", "")
    #expect(RuleCache(folder: folder.path("file/cache")) == nil)
  }

  @Test func entriesThatCannotBeWrittenAreSaidToBe() throws {
    let cache = try folder.cache()
    try FileManager.default.removeItem(atPath: folder.path("cache"))
    let answer = try folder.request.answer(cache: cache)
    guard case .compiled(let trouble?) = answer.origin else {
      Issue.record("nothing was said")
      return
    }
    #expect(!trouble.isEmpty)
    #expect(try folder.findings(answer.rules) == ["evil", "odd"])
  }
}
