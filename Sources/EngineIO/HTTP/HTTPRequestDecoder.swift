package import NIOCore

/// Bytes to requests, HTTP/1.1 as RFC 9112 has it and nothing looser, with no I/O. A head is held in one bounded buffer, a body is passed
/// on as it comes. After a fault the decoder reads nothing more.
package struct HTTPRequestDecoder: Sendable {
    package enum Element: Sendable {
        case head(HTTPRequestHead)
        case body(ByteBuffer)
        case end
    }

    private enum State: Sendable {
        case head
        case body(Int)
        case chunked
        case end
        /// The head is too large: the rest of it is skipped before the fault is reported.
        case refused(HTTPFault)
        case failed
    }

    private let limits: HTTPLimits
    private var state = State.head
    private var scanner: HTTPHeadScanner
    private var chunks: HTTPChunkScanner
    private var held: [UInt8] = []
    private var refused: RefusedHead?

    package init(limits: HTTPLimits) {
        self.limits = limits
        scanner = HTTPHeadScanner(limits: limits)
        chunks = HTTPChunkScanner(limits: limits)
    }

    /// Whether a request has begun and is not complete.
    package var isInsideRequest: Bool {
        if case .head = state { return !scanner.isAtStart || !held.isEmpty }
        return true
    }

    /// Bytes held for a head that is not complete.
    package var heldBytes: Int { held.capacity }

    /// The `Origin` of a head that was refused, or is not complete; nil where it has not come.
    package var originOfRefused: String? {
        var head = refused ?? RefusedHead(limit: limits.head)
        if refused == nil { head.take(held) }
        return head.origin
    }

    /// The next element; nil when `input` is used up.
    package mutating func next(_ input: inout ByteBuffer) throws(HTTPFault) -> Element? {
        do throws(HTTPFault) {
            return try step(&input)
        } catch {
            if case .head = state, lookThrough(&input), error.isOversize {
                state = .refused(error)
                return nil
            }
            state = .failed
            throw error
        }
    }

    /// Searches the part of a refused head that has arrived for its origin.
    /// - Returns: whether to search more of it.
    private mutating func lookThrough(_ input: inout ByteBuffer) -> Bool {
        var head = refused ?? RefusedHead(limit: 2 &* limits.head)
        head.take(held)
        held = []
        head.take(input.readableBytesView)
        input.moveReaderIndex(to: input.writerIndex)
        refused = head
        return !head.hasEnded
    }

    private mutating func step(_ input: inout ByteBuffer) throws(HTTPFault) -> Element? {
        switch state {
        case .failed:
            input.moveReaderIndex(to: input.writerIndex)
            return nil
        case .refused(let fault):
            guard lookThrough(&input) else { throw fault }
            return nil
        case .head:
            return try readHead(&input)
        case .body(let remaining):
            guard let part = input.readSlice(length: min(remaining, input.readableBytes)), part.readableBytes > 0 else { return nil }
            let left = remaining &- part.readableBytes
            state = left == 0 ? .end : .body(left)
            return .body(part)
        case .chunked:
            switch try chunks.next(&input) {
            case nil: return nil
            case .data(let part): return .body(part)
            case .end:
                state = .end
                return try step(&input)
            }
        case .end:
            state = .head
            scanner = HTTPHeadScanner(limits: limits)
            return .end
        }
    }

    private mutating func readHead(_ input: inout ByteBuffer) throws(HTTPFault) -> Element? {
        var taken = 0
        var isComplete = false
        var fault: HTTPFault?
        var scanner = scanner
        var skipped = 0
        unsafe input.withUnsafeReadableBytes { bytes in
            do throws(HTTPFault) {
                while taken < bytes.count, !isComplete {
                    switch try scanner.take(unsafe bytes[taken]) {
                    case .skip: skipped &+= 1
                    case .keep: break
                    case .end: isComplete = true
                    }
                    taken &+= 1
                }
            } catch {
                fault = error
            }
        }
        self.scanner = scanner
        if let fault { throw fault }
        input.moveReaderIndex(forwardBy: skipped)
        if let part = input.readBytes(length: taken &- skipped) {
            if held.isEmpty {
                held = part
            } else {
                // Doubles, as an array does, but never beyond the limit of a head.
                let needed = held.count &+ part.count
                if needed > held.capacity { held.reserveCapacity(max(needed, min(limits.head, needed &* 2))) }
                held.append(contentsOf: part)
            }
        }
        guard isComplete else { return nil }
        let head = try scanner.head(held)
        held = []
        switch head.body {
        case .none, .length(0): state = .end
        case .length(let count): state = .body(count)
        case .chunked:
            state = .chunked
            chunks = HTTPChunkScanner(limits: limits)
        }
        return .head(head)
    }
}
