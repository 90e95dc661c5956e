import Foundation
import PackagePlugin

/// Makes the data files of a target (`Sources/TARGET/Embedded/*`, and for `Trawl` the rules of the Corpus) into Swift
/// string constants, so that the binary needs no file beside it.
@main
struct EmbedFiles: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let root = context.package.directoryURL
    let embedded = target.directoryURL.appending(path: "Embedded")
    var inputs = try files(in: embedded)
    if target.name == "Trawl" {
      inputs += try files(in: root.appending(path: "Corpus/Rules"))
    }
    let script = root.appending(path: "Plugins/EmbedFiles/embed.sh")
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
    return [
      .buildCommand(
        displayName: "Embedding the data files of \(target.name)",
        executable: URL(filePath: "/bin/sh"),
        arguments: [script.path(), output.path()] + inputs.map { $0.path() },
        inputFiles: inputs + [script],
        outputFiles: [output])
    ]
  }

  private func files(in folder: URL) throws -> [URL] {
    guard FileManager.default.fileExists(atPath: folder.path()) else { return [] }
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { !$0.lastPathComponent.hasPrefix(".") && !$0.hasDirectoryPath }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
  }
}
