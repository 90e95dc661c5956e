import TrawlRules
import Yams

/// Turns one document of a file into nodes, by way of Yams.
struct YAMLComposer {
  private let source: SourceText
  private(set) var diagnostics: [Diagnostic] = []
  /// Lines to add to those Yams gives.
  private var lineShift = 0
  /// Keys that were renamed because Yams gives up at a repeated key: the character that stands for the first of the key.
  private var renamedKeys: [Unicode.Scalar: String] = [:]

  init(_ source: SourceText) {
    self.source = source
  }

  /// The document; nil, with diagnostics, if it is malformed or a hazard. Repeated keys are reported, all others kept.
  mutating func compose(_ part: YAMLPart) -> YAMLNode? {
    var structure = YAMLStructure(source.bytes, in: part.range, line: part.line)
    if let hazard = structure.firstHazard() {
      refuse(hazard)
      return nil
    }
    var text = String(decoding: source.bytes[part.range], as: UTF8.self)
    lineShift = part.line - 1
    pad(&text)
    guard let root = parse(&text) else { return nil }
    return convert(root)
  }

  /// Yams keeps a pointer to the text's bytes, which Swift holds in line, not on the heap, up to 15 of them.
  private mutating func pad(_ text: inout String) {
    guard text.utf8.count < 32 else { return }
    text = String(repeating: "\n", count: 32) + text
    lineShift -= 32
  }

  /// Again after each repeated key, up to a number that no honest rule reaches.
  private mutating func parse(_ text: inout String) -> Node? {
    while true {
      do {
        if let root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).nextRoot() { return root }
        malformed("there is no document", line: 1 + lineShift, column: 1)
        return nil
      } catch YamlError.duplicatedKeysInMapping(let names, let context) {
        let name = names.first ?? ""
        if renamedKeys.count < 20, renameKey(name, at: context.mark, in: &text) { continue }
        repeated(name, line: context.mark.line + lineShift, column: context.mark.column)
        return nil
      } catch let error as YamlError {
        malformed(error, text)
        return nil
      } catch {
        malformed("\(error)", line: 0, column: 0)
        return nil
      }
    }
  }

  /// Replaces the first character of a key, so that Yams reads on and the second of the keys gets a place, too.
  private mutating func renameKey(_ name: String, at mark: Mark, in text: inout String) -> Bool {
    let position = SourceText(file: "", bytes: Array(text.utf8)).position(
      line: mark.line, column: mark.column)
    guard let substitute = Unicode.Scalar(0xF0000 + renamedKeys.count) else { return false }
    var index = text.utf8.index(text.startIndex, offsetBy: position)
    guard index < text.endIndex else { return false }
    if let first = name.unicodeScalars.first, text.unicodeScalars[index] != first {
      index = text.unicodeScalars.index(after: index)
      guard index < text.endIndex, text.unicodeScalars[index] == first else { return false }
    }
    if name.isEmpty { return false }
    text.unicodeScalars.replaceSubrange(index...index, with: [substitute])
    renamedKeys[substitute] = name
    return true
  }
}

// MARK: - Nodes

extension YAMLComposer {
  private mutating func convert(_ node: Node) -> YAMLNode {
    let mark = node.mark
    let line = max(1, (mark?.line ?? 1) + lineShift)
    let column = mark?.column ?? 1
    switch node {
    case .scalar(let scalar):
      return YAMLNode(line: line, column: column, content: .scalar(convert(scalar)))
    case .sequence(let sequence):
      let members = sequence.map { convert($0) }
      return YAMLNode(line: line, column: column, content: .sequence(members))
    case .mapping(let mapping):
      return YAMLNode(line: line, column: column, content: .mapping(convert(mapping)))
    case .alias(let alias):
      return YAMLNode(
        line: line, column: column, content: .scalar(YAMLScalar(text: "\(alias)", isPlain: false)))
    }
  }

  /// `!!str 5` is text, `!!int '5'` is not; other tags say nothing here.
  private func convert(_ scalar: Node.Scalar) -> YAMLScalar {
    let isPlain =
      switch scalar.tag.description {
      case "": scalar.style == .plain
      case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool",
        "tag:yaml.org,2002:null":
        true
      default: false
      }
    return YAMLScalar(text: scalar.string, isPlain: isPlain)
  }

  private mutating func convert(_ mapping: Node.Mapping) -> [YAMLEntry] {
    var entries: [YAMLEntry] = []
    var indexes: [String: Int] = [:]
    entries.reserveCapacity(mapping.count)
    for (keyNode, valueNode) in mapping {
      var key = convert(keyNode)
      guard case .scalar(let scalar) = key.content else {
        report(
          "key is not text", "the key of a map must be text, not \(key.kind)", line: key.line,
          column: key.column)
        continue
      }
      let name = originalName(scalar.text)
      key.content = .scalar(YAMLScalar(text: name, isPlain: scalar.isPlain))
      // Comparing beats hashing in the small maps of rules.
      let first = mapping.count <= 16 ? entries.firstIndex { $0.name == name } : indexes[name]
      if let first {
        repeated(name, line: key.line, column: key.column, firstLine: entries[first].key.line)
        continue
      }
      if mapping.count > 16 { indexes[name] = entries.count }
      entries.append(YAMLEntry(key: key, name: name, value: convert(valueNode)))
    }
    return entries
  }

  private func originalName(_ name: String) -> String {
    guard !renamedKeys.isEmpty, let first = name.unicodeScalars.first else { return name }
    return renamedKeys[first] ?? name
  }
}

// MARK: - Diagnostics

extension YAMLComposer {
  private mutating func report(
    _ reason: String, _ message: String, line: Int, column: Int, excerpt: String? = nil, advice: String? = nil
  ) {
    let location = Location(file: source.file, line: max(0, line), column: max(0, column))
    diagnostics.append(
      Diagnostic(at: location, reason: reason, message: message, excerpt: excerpt, advice: advice))
  }

  private mutating func repeated(_ name: String, line: Int, column: Int, firstLine: Int? = nil) {
    let place = firstLine.map { "lines \($0) and \(line)" } ?? "line \(line)"
    report(
      "repeated key", "the key '\(name)' is there twice in one map (\(place))", line: line, column: column,
      excerpt: name, advice: "make the values one list, or write the maps as a list")
  }

  private mutating func refuse(_ hazard: YAMLHazard) {
    switch hazard.kind {
    case .depth:
      report(
        "YAML nested too deeply", "more than \(YAMLStructure.maximumDepth) lists and maps within each other",
        line: hazard.line, column: hazard.column, advice: "a rule needs fewer than ten levels")
    case .anchor, .alias:
      let name = hazard.kind == .anchor ? "anchor" : "alias"
      report(
        "YAML \(name)", "\(hazard.text) is a YAML \(name), which is not allowed in rules", line: hazard.line,
        column: hazard.column, excerpt: hazard.text,
        advice:
          "quote a value that begins with \(hazard.text.prefix(1)), or write the value out where it is meant")
    }
  }

  private mutating func malformed(_ error: YamlError, _ text: String) {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let begun = context.map { ", \($0.text) in line \($0.mark.line + lineShift)" } ?? ""
      malformed(problem + begun, line: mark.line + lineShift, column: mark.column)
    case .reader(let problem, let offset, _, _):
      let before = offset.map { text.prefix($0) } ?? ""
      var line = 1
      for character in before where character.isNewline { line += 1 }
      malformed(problem, line: line + lineShift, column: 0)
    default: malformed("\(error)", line: 1 + lineShift, column: 0)
    }
  }

  private mutating func malformed(_ problem: String, line: Int, column: Int) {
    report(
      "malformed YAML", "malformed YAML: \(problem)", line: line, column: column, excerpt: lineText(line),
      advice: "check the indentation and quote values that hold any of : # { } [ ] & * ! | > ' \" % @ `")
  }

  private func lineText(_ line: Int) -> String? {
    let bytes = source.bytes[source.line(line)].prefix(120).prefix { $0 != 0x0A && $0 != 0x0D }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }
}
