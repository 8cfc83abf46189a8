/// The result of a class A record: its place in the log.
package struct AuditReceipt: Sendable, Equatable {
    /// The record's number; `nil` when the log goes on without it (`audit.on_failure: continue`).
    package let seq: UInt64?

    package init(seq: UInt64?) { self.seq = seq }

    package var isDurable: Bool { seq != nil }
}

/// Called on the writer thread, or on the caller's when the log refuses at once: hop to your event loop, and return soon.
package typealias AuditCompletion = @Sendable (Result<AuditReceipt, AuditError>) -> Void

/// Encoded records in order, and their waiters.
struct AuditBatch {
    struct Waiter {
        /// How many records of the batch must be durable before it is completed.
        let records: Int
        let completion: AuditCompletion
        var seq: UInt64 = 0

        init(records: Int, completion: @escaping AuditCompletion) {
            self.records = records
            self.completion = completion
        }
    }

    /// Beyond this size a written batch frees its memory.
    private static let keptBytes = 4 << 20

    /// The bodies, one after the other.
    private(set) var bytes: [UInt8] = []
    /// Where each body ends.
    private(set) var ends: [Int] = []
    var waiters: [Waiter] = []
    /// When the first record came, on the monotonic clock.
    var since: UInt64 = 0
    private var reserved = 0

    /// Address space for `bytes`: pages are taken only when they are written, and no append ever copies the batch.
    mutating func reserve(bytes count: Int) {
        reserved = count
        bytes.reserveCapacity(count)
    }

    mutating func append(_ body: [UInt8], completion: AuditCompletion? = nil) {
        bytes.append(contentsOf: body)
        ends.append(bytes.count)
        if let completion { waiters.append(Waiter(records: ends.count, completion: completion)) }
    }

    func range(of record: Int) -> Range<Int> {
        (record == 0 ? 0 : ends[record - 1])..<ends[record]
    }

    mutating func removeAll() {
        if bytes.count > Self.keptBytes {
            bytes = []
            bytes.reserveCapacity(reserved)
            ends = []
        } else {
            bytes.removeAll(keepingCapacity: true)
            ends.removeAll(keepingCapacity: true)
        }
        waiters.removeAll()
    }
}

/// Records that found no room.
struct AuditLosses: Equatable {
    var count: UInt64 = 0
    /// Wall clock of the first and the last.
    var from: Int64 = 0
    var to: Int64 = 0

    mutating func add(_ wall: Int64) {
        if count == 0 { from = wall }
        to = wall
        count &+= 1
    }
}
