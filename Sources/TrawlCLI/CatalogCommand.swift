import ArgumentParser
import Trawl

struct CatalogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "catalog",
    abstract: "Builds a catalogue of rule collections, and compares two.",
    discussion: """
      A page for each rule, with what every one of its indicators is worth: how
      many other rules look for the same. Nothing is fetched from the network.

      Examples:
        trawl catalog --sigma sigma/ -o site/
        trawl catalog --sigma sigma/ --splunk security_content/ \\
          --elastic detection-rules/ --kql queries/ -o site/
        trawl catalog diff old/catalog.json new/catalog.json
      """,
    subcommands: [CatalogBuildCommand.self, CatalogDiffCommand.self],
    defaultSubcommand: CatalogBuildCommand.self)
}

struct CatalogBuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Builds a catalogue of rule collections; what catalog does unless told otherwise.",
    usage: "trawl catalog --sigma <folder> ... -o <folder> [<options>]")

  @Option(
    help: ArgumentHelp("Sigma rules: a clone of SigmaHQ/sigma, or any folder of rules.", valueName: "folder"))
  var sigma: String?

  @Option(help: ArgumentHelp("Splunk's detections: a clone of splunk/security_content.", valueName: "folder"))
  var splunk: String?

  @Option(help: ArgumentHelp("Elastic's rules: a clone of elastic/detection-rules.", valueName: "folder"))
  var elastic: String?

  @Option(help: ArgumentHelp("Hunting queries in KQL; they are counted apart.", valueName: "folder"))
  var kql: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("The folder to write.", valueName: "folder"))
  var output: String

  @Flag(help: "Take deprecated rules in, too. (default: they are only counted)")
  var includeDeprecated = false

  @Flag(help: "Print Elastic's queries on the pages: their licence lets you, but not everyone, see them.")
  var printElastic = false

  @Flag(name: [.customShort("C"), .long], help: "Replace the catalogue that is in the folder.")
  var clobber = false

  @Flag(help: "Exit with code 2 when a rule is not understood as a whole.")
  var strict = false

  @Flag(name: .shortAndLong, help: "No summary.")
  var quiet = false

  func validate() throws {
    guard sigma ?? splunk ?? elastic ?? kql == nil else { return }
    throw ValidationError("name a collection: --sigma, --splunk, --elastic or --kql")
  }

  func run() throws {
    let clock = ContinuousClock()
    let start = clock.now
    var request = CatalogRequest()
    request.folders[.sigma] = sigma
    request.folders[.splunk] = splunk
    request.folders[.elastic] = elastic
    request.folders[.kql] = kql
    request.includesDeprecated = includeDeprecated
    let isWhole: Bool
    do throws(InputProblem) {
      var folder = try CatalogFolder(output, replacing: clobber)
      let catalog = try request.catalog()
      try write(catalog, to: &folder)
      let seconds = (clock.now - start) / .seconds(1)
      if !quiet {
        let stream = StandardStream.error
        stream.write(CatalogReport.text(catalog, folder, seconds: seconds, stream.style))
      }
      isWhole = catalog.corpora.allSatisfy { $0.parsed == $0.rules }
    } catch {
      throw Failure("\(error.path): \(error.message)")
    }
    if strict, !isWhole { throw ExitCode(Failure.refusedRules) }
  }

  private func write(_ catalog: Catalog, to folder: inout CatalogFolder) throws(InputProblem) {
    var options = CatalogSite.Options()
    options.printsElasticTexts = printElastic
    let site = CatalogSite(catalog, options: options)
    let files = CatalogFiles(catalog, rulePages: site.rulePages, generator: "trawl \(trawlVersion)")
    // Its first file is the one by which the folder is known as a catalogue when all this is interrupted.
    try files.write { (path, bytes) throws(InputProblem) in try folder.write(path, bytes) }
    try site.write { (path, bytes) throws(InputProblem) in try folder.write(path, bytes) }
  }
}

struct CatalogDiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Says what became of the rules from one catalogue to another.",
    usage: "trawl catalog diff <old> <new> [<options>]",
    discussion: """
      Rules that were added, removed and changed, and what each came to look for
      or looks for no more. indicators.jsonl is read beside each catalogue.

      Examples:
        trawl catalog diff old/catalog.json new/catalog.json
        trawl catalog diff --format json old/catalog.json new/catalog.json
        trawl catalog diff --format html old/catalog.json new/catalog.json > new/diff.html
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, html }

  @Argument(help: ArgumentHelp("The catalog.json of the earlier catalogue.", valueName: "old")) var old:
    String

  @Argument(help: ArgumentHelp("The catalog.json of the later catalogue.", valueName: "new")) var new: String

  @Option(help: "Form of the differences: for people, for programs, or a page for the folder of the new one.")
  var format = Format.text

  func run() throws {
    let stream = StandardStream.output
    let diff: CatalogDiff
    do throws(InputProblem) {
      diff = CatalogDiff(from: try CatalogSnapshot(path: old), to: try CatalogSnapshot(path: new))
    } catch {
      throw Failure("\(error.path): \(error.message)")
    }
    do throws(WriteError) {
      try stream.write(bytes(of: diff, stream.style))
    } catch {
      if error.isClosedPipe { return }
      throw Failure("standard output: \(error.message)")
    }
  }

  private func bytes(of diff: CatalogDiff, _ style: Style) -> [UInt8] {
    switch format {
    case .text: Array(diff.text(style).utf8)
    case .json: diff.json.bytes(lines: 2)
    case .html: diff.page
    }
  }
}
