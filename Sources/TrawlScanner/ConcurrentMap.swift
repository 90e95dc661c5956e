import Synchronization

/// What `transform` makes of the numbers below `count`, in their order, worked out by so many threads; for work that is
/// large beside the start of a thread.
public func concurrentMap<Result: Sendable>(
  count: Int, threads: Int, _ transform: @escaping @Sendable (Int) -> Result
) -> [Result] {
  let pieces = Pieces<Result>()
  // Far more pieces than threads, so that a slow one does not keep the others waiting.
  let pieceSize = max(1, count / (max(1, threads) * 16))
  let workers = (0..<min(max(1, threads), count)).map { _ in
    WorkerThread {
      while let start = pieces.take(pieceSize, of: count) {
        let results = (start..<min(count, start + pieceSize)).map(transform)
        pieces.done.withLock { $0.append((start, results)) }
      }
    }
  }
  for worker in workers { worker.join() }
  return pieces.done.withLock { done in done.sorted { $0.start < $1.start }.flatMap(\.results) }
}

/// What the threads share.
private final class Pieces<Result: Sendable>: Sendable {
  private let next = Atomic(0)
  let done = Mutex<[(start: Int, results: [Result])]>([])

  func take(_ size: Int, of count: Int) -> Int? {
    let start = next.add(size, ordering: .relaxed).oldValue
    return start < count ? start : nil
  }
}
