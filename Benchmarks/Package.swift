// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "trawl-benchmarks",
  dependencies: [.package(name: "trawl", path: "..")],
  targets: [
    .executableTarget(
      name: "trawl-benchmarks",
      dependencies: [.product(name: "Trawl", package: "trawl")],
      path: "Sources/TrawlBenchmarks",
      swiftSettings: [.strictMemorySafety(), .treatAllWarnings(as: .error)])
  ]
)
