import TrawlRows
import TrawlRules

/// Puts operators into sentences.
struct StepWords {
  private let words: Words
  private let checker: Checker

  init(_ checker: Checker, _ scope: Scope, _ row: Row?) {
    self.checker = checker
    words = Words(checker, scope, row)
  }

  /// A table that is not named plainly.
  func source(_ expression: Expression) -> String {
    switch expression.kind {
    case .datatable(let columns, _):
      "A table that the query holds itself, with the columns \(columns.map(\.name).joined(separator: ", "))."
    case .externalData: "A table from the network, which Trawl never reads."
    case .wildcard(let pattern): "The rows of all tables whose names are like \(pattern)."
    case .call(let name, _): "The rows that \(name)() gives."
    default: "The rows of \(words.text(expression))."
    }
  }

  /// What an operator does.
  func sentence(_ step: Step) -> String {
    switch step.kind {
    case .filter(let condition):
      condition.conjuncts.count > 1 ? "Keeps the rows where each of these holds:" : "Keeps the rows where:"
    case .extend(let columns), .serialize(let columns): extend(columns)
    case .project(let columns): "Leaves these columns: \(list(columns))."
    case .projectAway(let names): "Takes these columns away: \(list(names))."
    case .projectKeep(let names): "Leaves these columns, in their order: \(list(names))."
    case .projectReorder(let names): "Puts these columns first: \(list(names))."
    case .projectRename(let columns):
      "Renames columns: \(columns.map { "\(words.text($0.value)) to \($0.names.joined())" }.joined(separator: ", "))."
    case .distinct(let columns): "Leaves one row for each combination of \(list(columns))."
    case .summarize(let aggregates, let groups): summarize(aggregates, groups)
    case .sort: "Sorts by \(order(step))."
    case .top(let count, _): "Leaves the first \(words.value(count)) rows by \(order(step))."
    case .take(let count): "Leaves \(words.value(count)) rows, whichever come."
    case .count(let name): "Counts the rows: one row with one number, \(name ?? "Count")."
    default: combining(step)
    }
  }

  private func combining(_ step: Step) -> String {
    switch step.kind {
    case .join(let join): self.join(join, standard: "innerunique")
    case .lookup(let join): self.join(join, standard: "leftouter")
    case .union(let tables, _, let isFuzzy):
      "Puts the rows of \(tables.map(table).joined(separator: ", ")) together"
        + (isFuzzy ? "; a table that is not there counts as empty." : ".")
    case .expand(let expansions, _):
      "Makes a row of each element of \(expansions.map { words.text($0.value) }.joined(separator: ", "))."
    case .apply(let expansions, _):
      "Goes through the elements of \(expansions.map { words.text($0.value) }.joined(separator: ", ")), with operators for each."
    case .parse(let value, let columns, let keepsAll):
      "Takes \(words.text(value)) apart into the columns \(columns.map(\.name).joined(separator: ", "))"
        + (keepsAll
          ? "; they are empty where it does not fit." : ", and leaves out rows where it does not fit.")
    case .makeSeries: "Makes series of numbers over time."
    case .evaluate(let plugin, _): "Runs the plugin \(plugin)."
    case .invoke(let call):
      if case .call("FileProfile", _) = call.kind {
        "Adds what is known of the file with that hash: \(words.text(call))."
      } else {
        "Hands the rows to the function \(words.text(call))."
      }
    case .print: "One row of values that the query holds itself."
    case .range: "Rows of evenly spaced values."
    case .name(let name): "Gives the rows the name \(name)."
    case .nothing: step.name == "render" ? "Draws a chart; the rows stay as they are." : "Changes no row."
    default: "An operator that Trawl knows by name only."
    }
  }
}

extension StepWords {
  private func list(_ columns: [NamedExpression]) -> String {
    columns.map { column in
      let text = words.shortText(column.value)
      let names = column.names.joined(separator: ", ")
      return names.isEmpty || names == text ? text : "\(names) = \(text)"
    }.joined(separator: ", ")
  }

  private func list(_ names: [ColumnPattern]) -> String { names.map(\.pattern).joined(separator: ", ") }

  private func table(_ expression: Expression) -> String {
    switch expression.kind {
    case .pipeline(let pipeline): table(pipeline.source) + " (filtered)"
    case .name(let name): name
    default: words.text(expression)
    }
  }

  private func extend(_ columns: [NamedExpression]) -> String {
    columns.isEmpty ? "Changes no row." : "Adds columns: \(list(columns))."
  }

  /// The keys of an order; the syntax tree does not keep which way each goes.
  private func order(_ step: Step) -> String {
    let text = checker.text(step.range).split(whereSeparator: \.isWhitespace).map(String.init)
    guard let by = text.firstIndex(of: "by") else { return "" }
    var depth = 0
    let keys = text[(by + 1)...].joined(separator: " ").split { character in
      if "([".contains(character) { depth += 1 }
      if ")]".contains(character) { depth -= 1 }
      return character == "," && depth == 0
    }
    return keys.map(key).joined(separator: ", then ")
  }

  private func key(_ text: Substring) -> String {
    var words = text.split(separator: " ").map(String.init)
    if words.count > 2, words[words.count - 2] == "nulls" { words.removeLast(2) }
    guard words.count > 1, let last = words.last, last == "asc" || last == "desc" else {
      return words.joined(separator: " ") + ", the greatest first"
    }
    return words.dropLast().joined(separator: " ")
      + (last == "asc" ? ", the least first" : ", the greatest first")
  }

  private func join(_ join: Join, standard: String) -> String {
    let kind = join.kind ?? standard
    let keys = join.on.map(words.text).joined(separator: ", ")
    let right = "the rows of \(table(join.right))"
    switch kind {
    case "inner": return "Joins each row with \(right) that have the same \(keys)."
    case "innerunique": return "Joins rows, one for each \(keys), with \(right) that have the same \(keys)."
    case "leftouter": return "Adds the columns of \(right) that have the same \(keys); rows without any stay."
    case "leftsemi": return "Keeps the rows for which \(right) have one with the same \(keys)."
    case "leftanti", "anti", "leftantisemi":
      return "Keeps the rows for which none of \(right) has the same \(keys)."
    default: return "Joins with \(right) by \(keys), in the manner \(kind)."
    }
  }

  private func summarize(_ aggregates: [NamedExpression], _ groups: [NamedExpression]) -> String {
    let computed = aggregates.map { aggregate in
      let name = aggregate.names.joined(separator: ", ")
      return self.aggregate(aggregate.value) + (name.isEmpty ? "" : " (\(name))")
    }
    let what = computed.joined(separator: "; ")
    if groups.isEmpty { return "Makes one row of all: \(what)." }
    let keys = list(groups)
    return what.isEmpty ? "Leaves one row for each \(keys)." : "Makes one row for each \(keys): \(what)."
  }

  /// What an aggregate computes of a group.
  private func aggregate(_ expression: Expression) -> String {
    guard case .call(let name, let arguments) = expression.kind else { return words.text(expression) }
    let texts = arguments.map { words.text($0.value) }
    let first = texts.first ?? ""
    let rest = texts.dropFirst().joined(separator: ", ")
    switch (name, texts.count) {
    case ("count", 0): return "how many rows"
    case ("countif", 1): return "how many rows with \(first)"
    case ("dcount", 1...): return "how many different \(first)"
    case ("make_set", 1...), ("makeset", 1...): return "the different \(first)"
    case ("make_list", 1...), ("makelist", 1...): return "all \(first)"
    case ("min", 1): return "the least \(first)"
    case ("max", 1): return "the greatest \(first)"
    case ("sum", 1): return "the sum of \(first)"
    case ("avg", 1): return "the mean of \(first)"
    case ("arg_max", 2...): return "\(rest == "*" ? "the row" : rest) with the greatest \(first)"
    case ("arg_min", 2...): return "\(rest == "*" ? "the row" : rest) with the least \(first)"
    case ("take_any", 1...), ("any", 1...): return "\(texts.joined(separator: ", ")) of any row"
    default: return words.text(expression)
    }
  }
}
