import TrawlRows

extension RegexTranslation {
  /// `range` is where the expression stands in the query.
  static func translate(_ source: String, _ range: SourceRange) throws(Problem) -> KQLRegularExpression {
    do throws(RegexProblem) {
      return try translate(source)
    } catch {
      throw Problem(
        error.code, range, reason: "regular expression", error.message, advice: error.advice)
    }
  }
}
