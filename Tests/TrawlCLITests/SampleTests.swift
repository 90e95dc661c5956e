import Foundation
import Testing

/// The samples of the Corpus: the same events in many formats, compressed and in archives.
@Suite struct SampleTests {
  @Test func theSamplesAreHitAsTheFileOfHitsSays() throws {
    let corpus = URL(filePath: #filePath).appending(path: "../../../Corpus").standardized
    let samples = corpus.appending(path: "Samples").path()
    let rules = corpus.appending(path: "Rules").path()
    let expected = try String(contentsOfFile: samples + "/hits.tsv", encoding: .utf8)
    for threads in ["1", "3"] {
      let run = try Workspace().trawl(
        "scan", "-q", "--format", "jsonl", "-j", threads, "-r", rules, samples)
      #expect(run.status == 0)
      let lines = try run.findings().map {
        "\($0.source.file.dropFirst(samples.count + 1))\t\($0.source.record)\t\($0.rule.id)\n"
      }
      #expect(lines.joined() == expected)
    }
  }
}
