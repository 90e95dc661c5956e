/// What became of the rules' predicates, for `trawl check -v`.
public struct CompileReport: Sendable {
  public var rules = 0
  public var programs = 0
  /// Distinct predicates of all rules.
  public var predicates = 0
  /// Distinct literals of all rules.
  public var literals = 0
  /// Distinct patterns in the databases.
  public var patterns = 0
  /// Databases of literals, and their bytes.
  public var databases = 0
  public var databaseBytes = 0
  /// How the patterns' hits are used: `contains`, `startswith`, ... to how many.
  public var patternUses: [String: Int] = [:]
  /// Literals that the table of equalities answers.
  public var equalities = 0
  /// Families of literals like `sha256=...`, answered by that table too.
  public var families = 0
  /// Tests without a literal of use, made on each new value of their field.
  public var checks = 0
  /// Bits that the database and the table set.
  public var groups = 0
  /// Keyword literals in gates, and gates.
  public var gatePatterns = 0
  public var gates = 0
  /// Programs without a literal that announces them: evaluated for each event of their log source.
  public var unannounced: [String] = []
  /// Literals that are compared in candidate events only, by why.
  public var compared: [String: Int] = [:]
  public var expressions = 0
  /// How the rules that `Options.explained` names are found.
  public var plans: [RulePlan] = []

  public init() {}
}
