/// Text of a file that came with the program, which is as trusted as its code.
package struct OwnFile: Sendable {
  package let text: String

  /// `text`: of a file that the build put into the program, and nothing else.
  package init(embedded text: String) { self.text = text }

  /// The digest by which a policy allows this text as a script or style of a page.
  package var policySource: String { "'sha256-\(SHA256.digest(Array(text.utf8)).base64)'" }
}

extension OwnFile {
  /// Colours, type and tables, which all pages share.
  package static let baseStyle = named("base.css")

  /// What the scripts of all pages need: text into a page as text, values whose blanks can be seen.
  package static let pageScript = named("page.js")

  private static func named(_ name: String) -> OwnFile {
    OwnFile(embedded: embeddedFiles.first { $0.name == name }?.text ?? "")
  }
}
