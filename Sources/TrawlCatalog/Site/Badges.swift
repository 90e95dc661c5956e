import TrawlHTML

/// Small signs that stand beside titles, in the same form on all pages.
enum Badge {
  static func corpus(_ corpus: Corpus) -> HTML {
    "<span class=\"corpus\">\(corpus.title)</span>"
  }

  /// A level, or what takes its place, in its colour; nothing where a rule has none.
  static func level(_ level: String?) -> HTML {
    guard let level, !level.isEmpty else { return HTML() }
    return "<span class=\"level \(colour(level))\">\(level)</span>"
  }

  private static func colour(_ level: String) -> HTML {
    switch level {
    case "critical": "critical"
    case "high": "high"
    case "medium": "medium"
    case "low": "low"
    default: "other"
    }
  }

  /// `sigma 84, splunk 30`
  static func parts(_ counts: CorpusCounts) -> HTML {
    var parts = HTML()
    for corpus in Corpus.allCases where counts[corpus] > 0 {
      parts += "\(parts.isEmpty ? "" : ", ")\(corpus.rawValue) \(count: counts[corpus])"
    }
    return parts
  }
}

extension Corpus {
  var title: String {
    switch self {
    case .sigma: "Sigma"
    case .splunk: "Splunk"
    case .elastic: "Elastic"
    case .kql: "KQL"
    }
  }

  /// The licence that its vendor gives the rules under; nil where everyone's rules may be.
  var licence: (name: String, link: Link?)? {
    switch self {
    case .sigma:
      ("Detection Rule License 1.1", Link(web: "https://github.com/SigmaHQ/Detection-Rule-License"))
    case .splunk: ("Apache License 2.0", Link(web: "https://www.apache.org/licenses/LICENSE-2.0"))
    case .elastic: ("Elastic License 2.0", Link(web: "https://www.elastic.co/licensing/elastic-license"))
    case .kql: nil
    }
  }
}

extension CatalogRule {
  /// The title, or the id of a rule without one: a link needs a name.
  var name: String { title.allSatisfy(\.isWhitespace) ? id : title }

  /// `product windows, category process_creation`
  var sourceText: String {
    let parts = [
      logSource.product.map { "product \($0)" }, logSource.category.map { "category \($0)" },
      logSource.service.map { "service \($0)" },
    ].compactMap { $0 }
    return (parts.isEmpty ? logSource.names : parts).joined(separator: ", ")
  }
}
