import Foundation

/// How many processors this process may use.
public let availableProcessors = ProcessInfo.processInfo.activeProcessorCount
