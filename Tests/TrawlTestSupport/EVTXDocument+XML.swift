/// Values as they stand in XML: their texts, none for null, several for an array.
public typealias EVTXValueTexts = (EVTXValue) -> [String]

extension EVTXRecord {
  /// The record as Windows prints it as XML. `texts` says how values are printed.
  public func xml(_ texts: @escaping EVTXValueTexts) -> String {
    var writer = EVTXMarkup(texts: texts, values: [])
    for part in parts { writer.write(part) }
    return writer.output
  }
}

private struct EVTXMarkup {
  let texts: EVTXValueTexts
  var values: [EVTXValue]
  var output = ""

  mutating func write(_ part: EVTXPart) {
    switch part {
    case .element(let element): write(element)
    case .instance(let instance):
      let outer = values
      values = instance.values
      for part in instance.template.parts { write(part) }
      values = outer
    case .substitution(let number), .optional(let number):
      guard case .parts(let parts) = values[number].content else { return }
      let outer = values
      values = []
      for part in parts { write(part) }
      values = outer
    default: break
    }
  }

  /// An element whose value is an array stands once for each.
  private mutating func write(_ element: EVTXElement) {
    let isContainer = element.parts.contains { isMarkup($0) }
    let contents = isContainer ? [""] : contents(element.parts)
    for (index, content) in (contents ?? []).enumerated() {
      output += "<\(element.name)"
      // What is said once is said with the first.
      for attribute in element.attributes where index == 0 || attribute.name == "Name" {
        guard let value = self.contents(attribute.parts, isAttribute: true)?.first else { continue }
        output += " \(attribute.name)='\(value)'"
      }
      output += ">\(content)"
      for part in element.parts { write(part) }
      output += "</\(element.name)>"
    }
    if contents == nil {
      output += "<\(element.name)"
      for attribute in element.attributes {
        if let value = self.contents(attribute.parts, isAttribute: true)?.first {
          output += " \(attribute.name)=\"\(value)\""
        }
      }
      output += "/>"
    }
  }

  private func isMarkup(_ part: EVTXPart) -> Bool {
    switch part {
    case .element, .instance: return true
    case .substitution(let number), .optional(let number):
      if case .parts = values[number].content { return true }
      return false
    default: return false
    }
  }

  /// What parts come to: mostly one text; nil for null.
  private func contents(_ parts: [EVTXPart], isAttribute: Bool = false) -> [String]? {
    var text: String?
    for part in parts {
      switch part {
      case .text(let more): text = (text ?? "") + escaped(more)
      case .cdata(let more): text = (text ?? "") + (isAttribute ? escaped(more) : "<![CDATA[\(more)]]>")
      case .character(let code): text = (text ?? "") + "&#\(code);"
      case .entity(let name): text = (text ?? "") + "&\(name);"
      case .substitution(let number), .optional(let number):
        let texts = texts(values[number])
        if texts.count > 1 { return texts.map(escaped) }
        if let only = texts.first { text = (text ?? "") + escaped(only) }
      default: break
      }
    }
    return text.map { [$0] }
  }

  private func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "&": escaped += "&amp;"
      case "'": escaped += "&apos;"
      case "\"": escaped += "&quot;"
      case "\u{0}"..<"\u{20}": escaped += "&#x\(String(scalar.value, radix: 16));"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
