// Whoever embeds Trawl imports this module alone.
@_exported import TrawlCatalog
@_exported import TrawlCompiler
@_exported import TrawlMatcher
@_exported import TrawlOutput
@_exported import TrawlRules
@_exported import TrawlScanner
@_exported import TrawlSigma
