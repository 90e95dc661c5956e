// Whoever embeds Trawl imports this module alone.
@_exported import TrawlCatalog
@_exported import TrawlCompiler
import TrawlKQL
@_exported import TrawlMatcher
@_exported import TrawlOutput
@_exported import TrawlQuery
@_exported import TrawlRows
@_exported import TrawlRules
@_exported import TrawlScanner
@_exported import TrawlSigma

// Not the whole module: within the package its `Argument` would hide that of ArgumentParser.
@_exported import struct TrawlKQL.FileProfiles
@_exported import struct TrawlKQL.KQLDocuments
@_exported import struct TrawlKQL.KQLQuery
@_exported import struct TrawlKQL.KQLTable

/// How hunting queries are read.
public typealias KQLOptions = TrawlKQL.KQLOptions
