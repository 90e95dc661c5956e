// swift-tools-version: 6.2
import PackageDescription

// Each target is a libFuzzer program; `run.sh` builds and runs them.
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  // libFuzzer brings the main function.
  .unsafeFlags(["-parse-as-library"]),
]

let trawl: [Target.Dependency] = [.product(name: "Trawl", package: "trawl")]

let queries: [Target.Dependency] = [.product(name: "TrawlKQL", package: "trawl")]

let catalog: [Target.Dependency] = [.product(name: "TrawlCatalog", package: "trawl")]

let package = Package(
  name: "trawl-fuzz",
  dependencies: [.package(name: "trawl", path: "..")],
  targets: [
    .executableTarget(name: "FuzzRules", dependencies: trawl, swiftSettings: strict),
    .executableTarget(name: "FuzzConditions", dependencies: trawl, swiftSettings: strict),
    .executableTarget(name: "FuzzEvents", dependencies: trawl, swiftSettings: strict),
    .executableTarget(name: "FuzzEVTX", dependencies: trawl, swiftSettings: strict),
    .target(name: "FuzzFormats", dependencies: trawl, swiftSettings: strict),
    .executableTarget(name: "FuzzXML", dependencies: ["FuzzFormats"], swiftSettings: strict),
    .executableTarget(name: "FuzzCSV", dependencies: ["FuzzFormats"], swiftSettings: strict),
    .executableTarget(name: "FuzzAuditd", dependencies: ["FuzzFormats"], swiftSettings: strict),
    .executableTarget(name: "FuzzCheckpoint", dependencies: trawl, swiftSettings: strict),
    .executableTarget(name: "FuzzKQL", dependencies: queries, swiftSettings: strict),
    .executableTarget(name: "FuzzKQLMarkdown", dependencies: queries, swiftSettings: strict),
    .executableTarget(name: "FuzzVendorQueries", dependencies: catalog, swiftSettings: strict),
    .executableTarget(name: "FuzzCompiled", dependencies: trawl, swiftSettings: strict),
  ]
)
