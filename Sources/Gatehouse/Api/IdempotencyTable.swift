import GatehouseAudit
import GatehousePolicy
import NIOCore

/// The calls that were made under an `Idempotency-Key`, so that a caller that repeats one after a lost answer does nothing twice (BCK-02).
/// Pure: the caller brings the time, in nanoseconds of a clock that never goes back.
///
/// Memory is bounded: by keys, keys of one caller, and bytes of answers. A key is never forgotten before its time: where there is no room,
/// the call is refused.
struct IdempotencyTable: Sendable {
    /// A caller's key. Hashes, so that what callers write does not decide how much is kept.
    struct Key: Hashable, Sendable {
        fileprivate let caller: AuditHash
        fileprivate let text: AuditHash

        init(_ text: String, of caller: UserID) throws(AuditError) {
            // The length parts issuer and subject.
            self.caller = try AuditHash.sha256(Array("\(caller.iss.utf8.count):\(caller.iss)\(caller.subject)".utf8))
            self.text = try AuditHash.sha256(Array(text.utf8))
        }
    }

    struct Answer: Sendable, Equatable {
        let status: Int
        let body: [UInt8]
    }

    enum Verdict: Sendable, Equatable {
        /// The key is new.
        case new
        /// The call was made; this was the answer.
        case replay(Answer)
        /// The call was made; its answer was too large to be kept.
        case made
        /// The call is being made.
        case running
        /// The key belongs to another call.
        case other
        /// There is no room for a new key: for this caller, or for anybody.
        case full(isOwn: Bool)
    }

    private enum State: Sendable {
        case running, made
        case answered(Answer)
    }

    private struct Entry: Sendable {
        let number: UInt64
        let call: AuditHash
        let ends: Int64
        var state = State.running
    }

    /// An answer that is larger is not kept.
    static let largestAnswer = 16_384

    /// Bytes of all answers that are kept, and of one caller.
    private let answerBytes: Int
    private let ownAnswerBytes: Int
    private var entries: [Key: Entry] = [:]
    private var keys: [AuditHash: Int] = [:]
    private var bytes: [AuditHash: Int] = [:]
    private var totalBytes = 0
    /// The keys in the order in which they came, for the sweep; some of them are gone already.
    private var order = CircularBuffer<(number: UInt64, key: Key)>()
    private var last: UInt64 = 0

    init(answerBytes: Int = 32 * 1_048_576) {
        self.answerBytes = answerBytes
        ownAnswerBytes = answerBytes / 4
    }

    var count: Int { entries.count }
    var keptBytes: Int { totalBytes }
    /// Places in the order of keys, for tests of its bound.
    var orderCount: Int { order.count }

    /// What a call under a key is to get; a new one is not noted yet.
    /// - Parameter call: the hash of what is called.
    mutating func look(_ key: Key, _ call: AuditHash, _ limits: ApiIdempotency, now: Int64) -> Verdict {
        sweep(now)
        if let known = entries[key] {
            guard known.ends > now else {
                remove(key)
                return .new
            }
            guard known.call == call else { return .other }
            return switch known.state {
            case .running: .running
            case .made: .made
            case .answered(let answer): .replay(answer)
            }
        }
        if keys[key.caller] ?? 0 >= limits.keysPerSubject { return .full(isOwn: true) }
        return entries.count >= limits.keys ? .full(isOwn: false) : .new
    }

    /// Notes that a call begins.
    /// - Returns: `.new` if it may.
    mutating func begin(_ key: Key, _ call: AuditHash, _ limits: ApiIdempotency, now: Int64) -> Verdict {
        let verdict = look(key, call, limits, now: now)
        guard verdict == .new else { return verdict }
        last &+= 1
        entries[key] = Entry(number: last, call: call, ends: now.addingClamped(limits.window))
        keys[key.caller, default: 0] += 1
        order.append((last, key))
        return .new
    }

    /// Keeps the answer of a call that was made.
    mutating func finish(_ key: Key, _ answer: Answer) {
        guard var entry = entries[key] else { return }
        let size = answer.body.count
        let own = bytes[key.caller] ?? 0
        if size <= Self.largestAnswer, totalBytes + size <= answerBytes, own + size <= ownAnswerBytes {
            entry.state = .answered(answer)
            totalBytes += size
            bytes[key.caller] = own + size
        } else {
            entry.state = .made
        }
        entries[key] = entry
    }

    /// A call was not made after all: its key is free again.
    mutating func abandon(_ key: Key) {
        guard case .running? = entries[key]?.state else { return }
        remove(key)
        if order.count > 2 * entries.count + 64 { order.removeAll { entries[$0.key]?.number != $0.number } }
    }

    private mutating func remove(_ key: Key) {
        guard let entry = entries.removeValue(forKey: key) else { return }
        keys[key.caller] = (keys[key.caller] ?? 1) - 1
        if keys[key.caller] ?? 0 <= 0 { keys[key.caller] = nil }
        guard case .answered(let answer) = entry.state else { return }
        totalBytes -= answer.body.count
        bytes[key.caller] = (bytes[key.caller] ?? 0) - answer.body.count
        if bytes[key.caller] ?? 0 <= 0 { bytes[key.caller] = nil }
    }

    /// Forgets the keys whose time is over.
    private mutating func sweep(_ now: Int64) {
        while let first = order.first {
            if let entry = entries[first.key], entry.number == first.number {
                guard entry.ends <= now else { break }
                remove(first.key)
            }
            order.removeFirst()
        }
    }
}
