import Foundation
import Testing

/// Holds what DESIGN.md says of the modules; SwiftPM does not.
@Suite struct ModuleTests {
  /// The modules, and what each imports of the project and its dependencies.
  private static let imports: [String: Set<String>] = [
    "Hyperscan": ["CHyperscan"],
    "TrawlRows": ["CPCRE2"],
    "TrawlRules": ["TrawlRows"],
    "TrawlQuery": ["TrawlRows"],
    "TrawlEvents": [],
    "TrawlSigma": ["TrawlRules", "Yams"],
    "TrawlKQL": ["TrawlRows", "TrawlRules"],
    "TrawlHTML": [],
    "TrawlCatalog": ["TrawlRules", "TrawlSigma", "TrawlHTML", "TOMLKit"],
    "TrawlMatcher": ["TrawlEvents", "TrawlRows", "Hyperscan", "CPCRE2"],
    "TrawlCompiler": ["TrawlRows", "TrawlRules", "TrawlEvents", "TrawlMatcher", "Hyperscan"],
    "TrawlDecoding": ["TrawlEvents", "CArchive", "CSimdjson", "CZlib"],
    "TrawlScanner": ["TrawlDecoding", "TrawlEvents", "TrawlMatcher"],
    "TrawlOutput": ["TrawlMatcher", "TrawlQuery", "TrawlRows", "TrawlHTML"],
    "Trawl": [
      "TrawlRows", "TrawlRules", "TrawlSigma", "TrawlKQL", "TrawlQuery", "TrawlCatalog", "TrawlCompiler",
      "TrawlMatcher", "TrawlEvents", "TrawlDecoding", "TrawlScanner", "TrawlOutput",
    ],
    "TrawlCLI": ["Trawl", "ArgumentParser"],
  ]

  /// Of the system and the toolchain.
  private static let everywhere: Set<String> = ["Glibc", "Synchronization"]
  /// Foundation is large; only those who need something of it.
  private static let withFoundation: Set<String> = ["Trawl"]

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func sources(_ folder: String) throws -> [URL] {
    let files = FileManager.default.enumerator(
      at: root.appending(path: folder), includingPropertiesForKeys: nil)
    return try #require(files).compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
  }

  private static func importedModules(_ file: URL) throws -> [String] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
      var words = line.split(separator: " ")
      while let first = words.first,
        first.hasPrefix("@") || first == "public" || first == "package" || first == "internal"
      {
        words.removeFirst()
      }
      guard words.count >= 2, words[0] == "import" else { return nil }
      return String(words[words.count - 1].prefix { $0 != "." })
    }
  }

  @Test(arguments: imports.keys.sorted())
  func aModuleImportsOnlyWhatTheDesignAllows(_ module: String) throws {
    var allowed = try #require(ModuleTests.imports[module]).union(ModuleTests.everywhere)
    if ModuleTests.withFoundation.contains(module) { allowed.insert("Foundation") }
    let files = try ModuleTests.sources("Sources/\(module)")
    #expect(!files.isEmpty)
    for file in files {
      for name in try ModuleTests.importedModules(file) {
        #expect(allowed.contains(name), "\(file.lastPathComponent) imports \(name)")
      }
    }
  }

  @Test func everyModuleIsInTheTable() throws {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: ModuleTests.root.appending(path: "Sources").path())
    let modules = names.filter { !["CHyperscan", "CPCRE2", "CSimdjson", "CArchive", "CZlib"].contains($0) }
    #expect(Set(modules) == Set(ModuleTests.imports.keys))
  }

  @Test(arguments: ["Sources", "Tests", "Benchmarks/Sources", "Plugins"])
  func noFileIsLongerThan500Lines(_ folder: String) throws {
    guard FileManager.default.fileExists(atPath: ModuleTests.root.appending(path: folder).path()) else {
      return
    }
    for file in try ModuleTests.sources(folder) {
      let lines = try String(contentsOf: file, encoding: .utf8).count { $0 == "\n" }
      #expect(lines <= 500, "\(file.path()) has \(lines) lines")
    }
  }

  @Test func onlyTheScannerStartsThreads() throws {
    let words = ["pthread_create", "DispatchQueue", "Thread(", "Task {", "Task.detached", "async let"]
    for file in try ModuleTests.sources("Sources") where !file.path().contains("/TrawlScanner/") {
      let text = try String(contentsOf: file, encoding: .utf8)
      for word in words where word != "Thread(" || !text.contains("WorkerThread(") {
        #expect(!text.contains(word), "\(file.lastPathComponent) has \(word)")
      }
    }
  }

  @Test func nothingIsBuiltWithoutChecks() throws {
    let manifest = try String(contentsOf: ModuleTests.root.appending(path: "Package.swift"), encoding: .utf8)
    #expect(!manifest.contains("-Ounchecked"))
    #expect(!manifest.contains("unsafeFlags"))
    #expect(manifest.contains(".strictMemorySafety()"))
    #expect(manifest.contains(".treatAllWarnings(as: .error)"))
  }
}
