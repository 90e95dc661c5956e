/// A layer of MITRE's ATT&CK Navigator, format 4.5: techniques with scores and comments.
/// https://github.com/mitre-attack/attack-navigator/blob/master/layers/spec/v4.5/layerformat.md
public struct NavigatorLayer: Sendable {
  public var name: String
  public var description: String
  private var techniques: [String: (score: Int, comments: [String])] = [:]

  public init(name: String, description: String) {
    self.name = name
    self.description = description
  }

  /// Adds what some techniques have in common, such as a rule that is tagged with them. Retired ones count for what took
  /// their place, ids that ATT&CK does not have are left out: the Navigator refuses both.
  public mutating func add(_ ids: some Sequence<String>, score: Int, comment: String? = nil) {
    for id in Set(ids.compactMap(AttackTable.standard.current)) {
      techniques[id, default: (0, [])].score += score
      if let comment { techniques[id]?.comments.append(comment) }
    }
  }

  public var json: JSON {
    let highest = techniques.values.map(\.score).max() ?? 0
    return .object([
      "description": description.json, "domain": "enterprise-attack".json,
      "gradient": .object([
        "colors": .strings(["#fff7bc", "#d95f0e"]), "maxValue": max(1, highest).json, "minValue": 0.json,
      ]),
      "hideDisabled": .bool(false), "name": name.json, "sorting": 3.json,
      "techniques": .array(
        techniques.sorted { $0.key < $1.key }.map { id, technique in
          .object([
            "comment": technique.comments.joined(separator: "\n").json, "score": technique.score.json,
            "techniqueID": id.json,
          ])
        }),
      "versions": .object(["attack": "19".json, "layer": "4.5".json, "navigator": "5.1.0".json]),
    ])
  }
}
