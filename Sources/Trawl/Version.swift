/// The version of Trawl: `MAJOR.MINOR.PATCH`.
public let trawlVersion = "0.1.0"
