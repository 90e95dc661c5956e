// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "trawl",
  products: [
    .library(name: "Trawl", targets: ["Trawl"]),
    .library(name: "Hyperscan", targets: ["Hyperscan"]),
    .library(name: "TrawlKQL", targets: ["TrawlKQL"]),
    .library(name: "TrawlCatalog", targets: ["TrawlCatalog"]),
    .executable(name: "trawl", targets: ["TrawlCLI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    .systemLibrary(name: "CHyperscan", pkgConfig: "libhs", providers: [.apt(["libhyperscan-dev"])]),
    .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    .target(name: "CSimdjson", linkerSettings: [.linkedLibrary("simdjson")]),
    .target(name: "Hyperscan", dependencies: ["CHyperscan"], swiftSettings: strict),
    .target(name: "TrawlRows", dependencies: ["CPCRE2"], swiftSettings: strict),
    .target(name: "TrawlRules", dependencies: ["TrawlRows"], swiftSettings: strict),
    .target(name: "TrawlQuery", dependencies: ["TrawlRows"], swiftSettings: strict),
    .target(name: "TrawlEvents", swiftSettings: strict),
    .target(
      name: "TrawlSigma", dependencies: ["TrawlRules", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict),
    .target(
      name: "TrawlKQL", dependencies: ["TrawlRows", "TrawlRules"], swiftSettings: strict,
      plugins: ["EmbedFiles"]),
    .target(name: "TrawlHTML", swiftSettings: strict, plugins: ["EmbedFiles"]),
    .target(
      name: "TrawlCatalog",
      dependencies: [
        "TrawlRules", "TrawlSigma", "TrawlHTML", .product(name: "TOMLKit", package: "TOMLKit"),
      ],
      swiftSettings: strict, plugins: ["EmbedFiles"]),
    .target(
      name: "TrawlMatcher", dependencies: ["TrawlEvents", "TrawlRows", "Hyperscan", "CPCRE2"],
      swiftSettings: strict),
    .target(
      name: "TrawlCompiler", dependencies: ["TrawlRows", "TrawlRules", "TrawlMatcher", "Hyperscan"],
      swiftSettings: strict, plugins: ["EmbedFiles"]),
    .target(
      name: "TrawlDecoding", dependencies: ["TrawlEvents", "CArchive", "CSimdjson", "CZlib"],
      swiftSettings: strict),
    .target(
      name: "TrawlScanner", dependencies: ["TrawlDecoding", "TrawlMatcher"], swiftSettings: strict),
    .target(
      name: "TrawlOutput", dependencies: ["TrawlMatcher", "TrawlQuery", "TrawlRows", "TrawlHTML"],
      swiftSettings: strict, plugins: ["EmbedFiles"]),
    .target(
      name: "Trawl",
      dependencies: [
        "TrawlRows", "TrawlRules", "TrawlSigma", "TrawlKQL", "TrawlQuery", "TrawlCatalog", "TrawlCompiler",
        "TrawlMatcher", "TrawlEvents", "TrawlDecoding", "TrawlScanner", "TrawlOutput",
      ], swiftSettings: strict, plugins: ["EmbedFiles"]),
    .executableTarget(
      name: "TrawlCLI",
      dependencies: ["Trawl", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      swiftSettings: strict),
    .plugin(name: "EmbedFiles", capability: .buildTool()),
    .target(
      name: "TrawlTestSupport",
      dependencies: [
        "TrawlRows", "TrawlRules", "TrawlSigma", "TrawlKQL", "CArchive", "CPCRE2",
        .product(name: "Yams", package: "Yams"),
      ],
      path: "Tests/TrawlTestSupport", swiftSettings: strict),
    .testTarget(name: "TrawlReferenceTests", dependencies: ["TrawlTestSupport"], swiftSettings: strict),
    .testTarget(
      name: "TrawlEngineTests",
      dependencies: [
        "Trawl", "TrawlCompiler", "TrawlDecoding", "TrawlEvents", "TrawlKQL", "TrawlMatcher", "TrawlScanner",
        "TrawlTestSupport",
      ], swiftSettings: strict),
    .testTarget(
      name: "TrawlStartTests", dependencies: ["Trawl", "TrawlMatcher", "TrawlTestSupport"],
      swiftSettings: strict),
    .testTarget(name: "HyperscanTests", dependencies: ["Hyperscan"], swiftSettings: strict),
    .testTarget(name: "TrawlSigmaTests", dependencies: ["TrawlSigma"], swiftSettings: strict),
    .testTarget(
      name: "TrawlVendorTests", dependencies: ["TrawlCatalog", "TrawlRules"], swiftSettings: strict),
    .testTarget(
      name: "TrawlKQLTests",
      dependencies: [
        "Trawl", "TrawlCompiler", "TrawlDecoding", "TrawlEvents", "TrawlKQL", "TrawlMatcher", "TrawlRows",
        "TrawlRules", "TrawlTestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "TrawlOutputTests", dependencies: ["TrawlOutput", "TrawlMatcher", "TrawlHTML"],
      swiftSettings: strict),
    .testTarget(
      name: "TrawlCatalogTests",
      dependencies: ["Trawl", "TrawlCatalog", "TrawlRules", "TrawlTestSupport"],
      exclude: ["Golden"], swiftSettings: strict),
    .testTarget(
      name: "TrawlCLITests", dependencies: ["TrawlCLI", "TrawlTestSupport"], swiftSettings: strict),
    .testTarget(
      name: "TrawlSiteTests", dependencies: ["TrawlCatalog", "TrawlHTML", "TrawlRules", "TrawlSigma"],
      exclude: ["Golden"], swiftSettings: strict),
    .testTarget(
      name: "TrawlQueryTests",
      dependencies: ["TrawlKQL", "TrawlOutput", "TrawlQuery", "TrawlRows", "TrawlTestSupport"],
      swiftSettings: strict),
    .testTarget(name: "ArchitectureTests", swiftSettings: strict),
  ]
)
