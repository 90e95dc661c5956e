/// Where the events come from that a rule is about. Names are lower-case; a part that is nil does not matter to a rule,
/// and is unknown of an event.
public struct LogSource: Hashable, Sendable {
  public var product: String?
  public var category: String?
  public var service: String?

  public init(product: String? = nil, category: String? = nil, service: String? = nil) {
    self.product = product?.lowercased()
    self.category = category?.lowercased()
    self.service = service?.lowercased()
  }
}

extension LogSource: CustomStringConvertible {
  /// As rules write it: `product windows, category process_creation`.
  public var description: String {
    let parts = [("product", product), ("category", category), ("service", service)]
    return parts.compactMap { name, value in value.map { "\(name) \($0)" } }.joined(separator: ", ")
  }
}
