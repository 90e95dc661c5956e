import TrawlHTML

extension CatalogSite {
  /// What the search looks at, as a script, since pages of `file:` may not read files. A rule is an array of numbers into
  /// lists, which keeps thousands of rules in a megabyte.
  var searchData: [UInt8] {
    var lists = SearchLists()
    for tactic in index.tactics { _ = lists.tactics.number(of: tactic.entry.name) }
    var rules = PageData()
    rules.array { data in
      for number in catalog.rules.indices {
        data.line()
        data.array { addRule(number, to: &$0, &lists) }
      }
    }
    var data = PageData(global: "trawlRules")
    data.object { data in
      addLists(lists, to: &data)
      data.key("rules")
      data.add(rules)
    }
    data.line()
    return data.bytes
  }

  private func addRule(_ number: Int, to data: inout PageData, _ lists: inout SearchLists) {
    let rule = catalog.rules[number]
    data.add(Corpus.allCases.firstIndex(of: rule.corpus))
    data.add(fileName(of: rulePages[number]))
    data.add(rule.name)
    data.add((rule.level ?? rule.type).map { lists.levels.number(of: $0) })
    data.add(rule.status.map { lists.statuses.number(of: $0) })
    data.add(rule.sourceText.isEmpty ? nil : lists.sources.number(of: rule.sourceText))
    data.add(each: Set(rule.attack.flatMap(\.tactics).map { lists.tactics.number(of: $0.name) }).sorted())
    let techniques = rule.attack.compactMap { $0.technique.flatMap { index.techniqueNumber($0.id) } }
    data.add(each: Set(techniques).sorted())
    data.add(each: Set(rule.indicators.map { lists.fields.number(of: $0.field) }).sorted())
  }

  private func addLists(_ lists: SearchLists, to data: inout PageData) {
    data.key("corpora")
    data.array { data in
      for corpus in Corpus.allCases { data.add(each: [corpus.rawValue, corpus.title]) }
    }
    data.key("levels")
    data.add(each: lists.levels.texts)
    data.key("statuses")
    data.add(each: lists.statuses.texts)
    data.key("sources")
    data.add(each: lists.sources.texts)
    data.key("tactics")
    data.add(each: lists.tactics.texts)
    data.key("techniques")
    data.array { data in
      for technique in index.techniques { data.add(each: [technique.entry.id, technique.entry.fullName]) }
    }
    data.key("fields")
    data.add(each: lists.fields.texts)
  }

  /// Without folder and ending, which the script knows.
  private func fileName(of path: String) -> String {
    String((path.split(separator: "/").last ?? "").dropLast(5))
  }

  /// All indicators, by field and kind: value, number of rules, and the name of their page or, of one rule, its number.
  var indicatorData: [UInt8] {
    let groups = Dictionary(grouping: catalog.rulesOfKey.keys) { [$0.field, $0.kind] }
    var data = PageData(global: "trawlIndicators")
    data.array { data in
      for (group, keys) in groups.sorted(by: { ($0.key[0], $0.key[1]) < ($1.key[0], $1.key[1]) }) {
        data.line()
        data.array { data in
          data.add(group[0])
          data.add(group[1])
          data.array { data in for key in keys.sorted() { addIndicator(key, to: &data) } }
        }
      }
    }
    data.line()
    return data.bytes
  }

  private func addIndicator(_ key: IndicatorKey, to data: inout PageData) {
    let rules = catalog.rulesOfKey[key] ?? []
    data.add(key.value)
    data.add(rules.count)
    if rules.count > 1 { data.add(fileName(of: index.path(of: key))) } else { data.add(rules.first) }
  }
}

/// The texts that rules of the search data name by number.
private struct SearchLists {
  var levels = NumberedTexts()
  var statuses = NumberedTexts()
  var sources = NumberedTexts()
  var tactics = NumberedTexts()
  var fields = NumberedTexts()
}

/// Texts by number, in the order in which they were met.
private struct NumberedTexts {
  private(set) var texts: [String] = []
  private var numbers: [String: Int] = [:]

  mutating func number(of text: String) -> Int {
    if let number = numbers[text] { return number }
    numbers[text] = texts.count
    texts.append(text)
    return texts.count - 1
  }
}
