import TrawlHTML

/// The catalogue as a folder of pages that need no server and no network.
public struct CatalogSite {
  /// What of it is the user's choice.
  public struct Options: Sendable {
    /// Whether to print the queries and texts of Elastic's rules, whose licence is not everyone's to use: for one's own eyes.
    public var printsElasticTexts = false
    /// Addresses of the repositories that the collections come from, for the links to sources.
    public var origins: [Corpus: String] = [
      .sigma: "https://github.com/SigmaHQ/sigma", .splunk: "https://github.com/splunk/security_content",
      .elastic: "https://github.com/elastic/detection-rules",
    ]

    public init() {}
  }

  let index: SiteIndex
  let options: Options

  var catalog: Catalog { index.catalog }

  public init(_ catalog: Catalog, options: Options = Options()) {
    index = SiteIndex(catalog)
    self.options = options
  }

  /// Where the page of each rule is, by its index in the catalogue: `rules/sigma/edc2f8ae-2412-4dfd-b9d5-0c57727e70be.html`.
  public var rulePages: [String] { index.rulePages }

  /// Makes all files, one after the other: paths below the folder, and bytes. Takes a page at a time, so it needs little
  /// memory beside the catalogue.
  public func write<Problem>(_ file: (_ path: String, _ bytes: [UInt8]) throws(Problem) -> Void)
    throws(Problem)
  {
    for asset in assets { try file(asset.path, asset.bytes) }
    try file("data/rules.js", searchData)
    try file("data/indicators.js", indicatorData)
    try file("index.html", indexPage)
    try file("attack.html", matrixPage)
    try file("events.html", eventsPage)
    try file("indicators.html", indicatorsPage)
    for corpus in Corpus.allCases where index.hasRules(of: corpus) {
      try file("rules/\(corpus.rawValue)/index.html", corpusPage(corpus))
    }
    for rule in catalog.rules.indices { try file(rulePages[rule], rulePage(rule)) }
    for technique in index.techniques { try file(technique.path, techniquePage(technique)) }
    for event in index.events { try file(event.path, eventPage(event)) }
    for key in index.sharedKeys { try file(index.path(of: key), indicatorPage(key)) }
  }

  private var assets: [(path: String, bytes: [UInt8])] {
    embeddedFiles.compactMap { name, text in
      if name == "site.css" { return ("assets/site.css", Array((OwnFile.baseStyle.text + text).utf8)) }
      return name.hasSuffix(".js") ? ("assets/\(name)", Array(text.utf8)) : nil
    } + [("assets/page.js", Array(OwnFile.pageScript.text.utf8))]
  }
}
