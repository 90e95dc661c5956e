// Whoever embeds Trawl imports this module alone.
@_exported import TrawlCompiler
import TrawlKQL
@_exported import TrawlMatcher
@_exported import TrawlOutput
@_exported import TrawlRules
@_exported import TrawlScanner
@_exported import TrawlSigma

/// How hunting queries are read.
public typealias KQLOptions = TrawlKQL.KQLOptions
