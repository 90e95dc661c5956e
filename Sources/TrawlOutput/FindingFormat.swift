import TrawlMatcher

/// How findings become bytes. One for each worker.
public protocol FindingFormat {
  /// What comes before the first finding.
  var header: [UInt8] { get }

  /// Appends a finding, with its end of line.
  func append(_ finding: Finding, to output: inout [UInt8])
}

/// What is said of a finding beside the rule and the place.
public struct FindingDetail: Sendable {
  /// How much of the event.
  public enum Event: String, Sendable, CaseIterable {
    case none
    /// The fields that made the rule hold.
    case matched
    /// The whole event.
    case full
  }

  /// Why the rule holds.
  public var evidence: Bool
  public var event: Event

  public init(evidence: Bool = false, event: Event = .none) {
    self.evidence = evidence
    self.event = event
  }
}

extension Finding {
  /// The fields in the evidence, each with its values, in order of their first use. A keyword's field is not known: its
  /// value stands under `keywords`.
  var matchedFields: [(field: String, values: [String?])] {
    var fields: [(field: String, values: [String?])] = []
    for item in evidence {
      let name = item.field ?? "keywords"
      if let index = fields.firstIndex(where: { $0.field == name }) {
        if !fields[index].values.contains(item.value) { fields[index].values.append(item.value) }
      } else {
        fields.append((name, [item.value]))
      }
    }
    return fields
  }
}
