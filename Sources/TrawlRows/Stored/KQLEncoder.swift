extension KQLPredicate {
  /// The predicate as bytes, the same for the same predicate and for no other; `init(encoded:)` makes it again.
  package var encoded: [UInt8] {
    var encoder = KQLEncoder()
    encoder.put(self)
    return encoder.bytes
  }
}

/// Which kind of predicate, operand or value follows.
enum KQLTag {
  enum Predicate: UInt8 {
    case constant, all, any, not, text, related, matches, compare, member, isEmpty, isNull, truth,
      listed
  }
  enum Operand: UInt8 {
    case constant, column, anyColumn, member, element, call, condition
  }
  enum Value: UInt8 {
    case null, bool, integer, real, string, datetime, timespan, guid, list, bag
  }
}

/// Writes predicates in prefix order: numbers little-endian, lengths before what they count.
struct KQLEncoder {
  private(set) var bytes: [UInt8] = []

  mutating func put(_ predicate: KQLPredicate) {
    switch predicate {
    case .constant(let value):
      put(KQLTag.Predicate.constant)
      put(value.map { $0 ? 1 : 0 } ?? 2)
    case .all(let parts):
      put(KQLTag.Predicate.all)
      put(parts) { $0.put($1) }
    case .any(let parts):
      put(KQLTag.Predicate.any)
      put(parts) { $0.put($1) }
    case .not(let part):
      put(KQLTag.Predicate.not)
      put(part)
    case .text(let operand, let test, let needles, let quantifier, let isCased):
      put(KQLTag.Predicate.text)
      put(operand)
      put(test.rawValue)
      put(needles) { $0.put($1) }
      put(quantifier == .any ? 1 : 0)
      put(isCased ? 1 : 0)
    case .related(let left, let test, let right, let isCased):
      put(KQLTag.Predicate.related)
      put(left)
      put(test.rawValue)
      put(right)
      put(isCased ? 1 : 0)
    default: putQuestion(predicate)
    }
  }

  private mutating func putQuestion(_ predicate: KQLPredicate) {
    switch predicate {
    case .matches(let operand, let expression):
      put(KQLTag.Predicate.matches)
      put(operand)
      put(expression.source)
      put(expression.pattern)
      put(expression.isUnicode ? 1 : 0)
      put(expression.emptyMatch.map { $0 ? 1 : 0 } ?? 2)
    case .compare(let left, let comparison, let right):
      put(KQLTag.Predicate.compare)
      put(left)
      put(comparison.rawValue)
      put(right)
    case .member(let operand, let values):
      put(KQLTag.Predicate.member)
      put(operand)
      put(values) { $0.put($1) }
    case .listed(let operands, let list):
      put(KQLTag.Predicate.listed)
      put(operands) { $0.put($1) }
      put(list.isCased ? 1 : 0)
      put(list.nullsAreEqual ? 1 : 0)
      put(list.keys.sorted { $0.lexicographicallyPrecedes($1) }) { $0.put(key: $1) }
    case .isEmpty(let operand): put(KQLTag.Predicate.isEmpty, operand)
    case .isNull(let operand): put(KQLTag.Predicate.isNull, operand)
    case .truth(let operand): put(KQLTag.Predicate.truth, operand)
    case .constant, .all, .any, .not, .text, .related: break
    }
  }

  private mutating func put(_ tag: KQLTag.Predicate, _ operand: KQLOperand) {
    put(tag)
    put(operand)
  }

  private mutating func put(_ operand: KQLOperand) {
    switch operand {
    case .constant(let value):
      put(KQLTag.Operand.constant)
      put(value)
    case .column(let name, let type):
      put(KQLTag.Operand.column)
      put(name)
      put(type.rawValue)
    case .anyColumn: put(KQLTag.Operand.anyColumn)
    case .member(let base, let name):
      put(KQLTag.Operand.member)
      put(base)
      put(name)
    case .element(let base, let index):
      put(KQLTag.Operand.element)
      put(base)
      put(index)
    case .call(let function, let arguments):
      put(KQLTag.Operand.call)
      put(function.rawValue)
      put(arguments) { $0.put($1) }
    case .condition(let predicate):
      put(KQLTag.Operand.condition)
      put(predicate)
    }
  }

  private mutating func put(_ value: KQLValue) {
    switch value {
    case .null(let type):
      put(KQLTag.Value.null)
      put(type.rawValue)
    case .bool(let truth):
      put(KQLTag.Value.bool)
      put(truth ? 1 : 0)
    case .integer(let number): put(KQLTag.Value.integer, number)
    case .real(let number): put(KQLTag.Value.real, Int64(bitPattern: number.bitPattern))
    case .datetime(let ticks): put(KQLTag.Value.datetime, ticks)
    case .timespan(let ticks): put(KQLTag.Value.timespan, ticks)
    case .string(let text):
      put(KQLTag.Value.string)
      put(text)
    case .guid(let text):
      put(KQLTag.Value.guid)
      put(text)
    case .list(let values):
      put(KQLTag.Value.list)
      put(values) { $0.put($1) }
    case .bag(let members):
      put(KQLTag.Value.bag)
      put(members) {
        $0.put($1.name)
        $0.put($1.value)
      }
    }
  }

  private mutating func put(_ tag: KQLTag.Value, _ number: Int64) {
    put(tag)
    for shift in stride(from: Int64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  private mutating func put(_ tag: some RawRepresentable<UInt8>) { bytes.append(tag.rawValue) }

  private mutating func put(_ byte: UInt8) { bytes.append(byte) }

  private mutating func put(count: Int) {
    for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: count >> shift)) }
  }

  private mutating func put(_ text: String) {
    put(count: text.utf8.count)
    bytes += Array(text.utf8)
  }

  private mutating func put(key: [UInt8]) {
    put(count: key.count)
    bytes += key
  }

  private mutating func put<Element>(_ elements: [Element], _ body: (inout KQLEncoder, Element) -> Void) {
    put(count: elements.count)
    for element in elements { body(&self, element) }
  }
}
