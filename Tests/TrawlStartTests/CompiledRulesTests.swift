import Foundation
import Testing
import TrawlMatcher

@testable import Trawl

/// Files of compiled rules.
@Suite struct CompiledRulesTests {
  let folder: Folder
  let rules: PreparedRules
  let key: SecretKey
  let file: [UInt8]

  init() throws {
    folder = try Folder()
    rules = try folder.request.answer(cache: nil).rules
    key = try folder.cache().key
    file = try CompiledRules.file(of: rules, key: key)
  }

  private func refusal(_ bytes: [UInt8]) -> String? {
    do {
      _ = try CompiledRules(bytes, key: key)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func aFileFindsWhatItsRulesFind() throws {
    let compiled = try CompiledRules(file, key: key)
    #expect(compiled.note == nil)
    #expect(try folder.findings(compiled.rules) == ["evil", "odd"])
    #expect(try folder.findings(rules) == ["evil", "odd"])
  }

  @Test func theSummaryIsTheSame() throws {
    let compiled = try CompiledRules(file, key: key).rules
    #expect(compiled.refused == 1)
    let texts = [rules, compiled].map { ScanReport(ScanSummary(), $0, width: 100, style: .plain).text }
    #expect(texts[0] == texts[1])
    #expect(compiled.diagnostics == rules.diagnostics)
  }

  @Test func aFileFromElsewhereIsCompiledAnew() throws {
    let other = try folder.cache("other").key
    for stranger in [other, nil] {
      let compiled = try CompiledRules(file, key: stranger)
      #expect(compiled.note == "it was not compiled by you on this machine")
      #expect(try folder.findings(compiled.rules) == ["evil", "odd"])
    }
    #expect(throws: StoredRulesError("it was not made here")) {
      try CompiledRules(file, key: other, requiresSeal: true)
    }
    let unsealed = try CompiledRules.file(of: rules, key: nil)
    #expect(try CompiledRules(unsealed, key: key).note != nil)
  }

  @Test func aForgedSealIsNoSeal() throws {
    for index in 36..<52 {
      var forged = file
      forged[index] ^= 1
      #expect(try CompiledRules(forged, key: key).note == "it was not compiled by you on this machine")
    }
  }

  @Test func aChangedByteIsAnError() {
    for index in file.indices where index < 36 || index >= 52 {
      // Where the checksum is changed, the seal still holds.
      if (20..<36).contains(index) { continue }
      var changed = file
      changed[index] ^= 0x10
      #expect(refusal(changed) != nil, "\(index)")
    }
  }

  @Test func aFileThatIsCutOffSaysSo() {
    for count in stride(from: 20, to: file.count, by: 97) {
      #expect(
        refusal(Array(file[..<count])) == "it is cut off: \(count) of \(file.count) bytes are there")
    }
    for count in 0..<20 { #expect(refusal(Array(file[..<count])) != nil) }
    #expect(refusal(file + [0]) == "it is longer than it says")
  }

  @Test func whatIsNoFileOfCompiledRulesSaysSo() {
    #expect(refusal([]) == "it is no file of compiled rules")
    #expect(refusal(Array("title: A rule".utf8)) == "it is no file of compiled rules")
  }

  @Test func anotherFormatIsRefused() {
    var other = file
    other[8] += 1
    #expect(
      refusal(other)?.hasPrefix("it has format \(CompiledRules.format + 1), this version of Trawl") == true)
  }

  @Test func damageBelowASoundChecksumIsAnErrorOrRulesThatMatch() throws {
    let body = Array(file[CompiledRules.headSize...])
    for index in stride(from: 0, to: min(body.count, 6000), by: 3) {
      var changed = body
      changed[index] ^= 0xFF
      guard let compiled = try? CompiledRules(CompiledRules.sealed(changed, key: nil), key: key) else {
        continue
      }
      _ = try folder.findings(compiled.rules)
    }
  }

  @Test func aCompiledFileIsNotWrittenOverSomethingElse() throws {
    try folder.write("precious.yml", "title: mine")
    #expect(throws: InputProblem.self) {
      try CompiledRules.write(rules, to: folder.path("precious.yml"), key: key, replacing: false)
    }
    #expect(throws: InputProblem.self) {
      try CompiledRules.write(rules, to: "/dev/null", key: key, replacing: true)
    }
    for _ in 0..<2 {
      _ = try CompiledRules.write(rules, to: folder.path("rules.trawl"), key: key, replacing: false)
    }
    #expect(CompiledRules.isCompiled(folder.path("rules.trawl")))
    #expect(!CompiledRules.isCompiled(folder.path("precious.yml")))
  }

  @Test func rulesAreSelectedWhenTheyAreLoaded() throws {
    var selection = RuleSelection()
    selection.minimumLevel = .high
    selection.excluded = ["nobody"]
    let compiled = try CompiledRules(file, selection: selection, key: key).rules
    #expect(compiled.used == 1)
    #expect(compiled.unselected == 1)
    #expect(compiled.unknownNames == ["nobody"])
    #expect(try folder.findings(compiled) == ["evil"])
  }
}
