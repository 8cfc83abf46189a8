package import GatehouseJSON
package import NIOCore

/// A client's answer to an event that asked for an ack.
package struct AckAnswer: Sendable {
    package let arguments: [JSONValue]
    package let attachments: [ByteBuffer]
}

/// Why an ack did not come.
package struct AckError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case timeout
        case disconnected
        /// The answer exceeds a limit, or has a duplicate key.
        case refused
        case tooMany = "limit"
    }
    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }
}

/// The acks one socket owes the server, bounded by the number of emits that may wait at a time.
struct PendingAcks {
    typealias Completion = (Result<AckAnswer, AckError>) -> Void

    private var entries: [UInt64: (deadline: NIODeadline, completion: Completion)] = [:]

    var count: Int { entries.count }

    /// The next deadline.
    var nextDeadline: NIODeadline? { entries.values.map(\.deadline).min() }

    func contains(_ id: UInt64) -> Bool { entries[id] != nil }

    mutating func insert(_ id: UInt64, deadline: NIODeadline, completion: @escaping Completion) {
        entries[id] = (deadline, completion)
    }

    /// - Returns: `nil` for an id that is unknown or was answered before; such an ack is ignored and counted (SIO-09).
    mutating func take(_ id: UInt64) -> Completion? { entries.removeValue(forKey: id)?.completion }

    /// Removes every entry whose deadline has passed at `now`.
    mutating func takeExpired(at now: NIODeadline) -> [Completion] {
        guard !entries.isEmpty else { return [] }
        let late = entries.filter { $0.value.deadline <= now }
        for id in late.keys { entries[id] = nil }
        return late.values.map(\.completion)
    }

    mutating func takeAll() -> [Completion] {
        let all = entries.values.map(\.completion)
        entries.removeAll()
        return all
    }
}
