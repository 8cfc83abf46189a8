package import NIOCore

/// Tells whose the requests of one connection are: those of the server that accepted it pass, the first one of ours ends the matter. Pure.
///
/// A head is held back until its path is known. What is no HTTP/1.1 as our decoder has it, and what follows a request to speak something
/// else, is all theirs from there on.
package struct RequestSorter: Sendable {
    /// What came of some bytes, in this order.
    package struct Sorted: Sendable {
        /// For the server that accepted the connection.
        package var theirs = ByteBuffer()
        /// From the first byte of our request on.
        package var ours: ByteBuffer?
    }

    private var decoder: HTTPRequestDecoder
    private let isOurs: @Sendable (_ path: Substring) -> Bool
    /// What came of a head that is not complete.
    private var held = ByteBuffer()
    private var isInHead = true
    private var passesAll = false
    /// Requests of theirs, complete or not.
    package private(set) var passed: UInt64 = 0

    package init(limits: HTTPLimits, isOurs: @escaping @Sendable (_ path: Substring) -> Bool) {
        decoder = HTTPRequestDecoder(limits: limits)
        self.isOurs = isOurs
    }

    /// Whether a head has begun and is held back.
    package var isHolding: Bool { held.readableBytes > 0 }

    /// Bytes that are held back.
    package var heldBytes: Int { held.capacity &+ decoder.heldBytes }

    /// Sorts the next bytes of the connection; not to be called again once some were ours.
    package mutating func sort(_ bytes: ByteBuffer) -> Sorted {
        guard !passesAll else { return Sorted(theirs: bytes) }
        var sorted = Sorted()
        var input = bytes
        while true {
            let start = input.readerIndex
            let element: HTTPRequestDecoder.Element?
            do throws(HTTPFault) {
                element = try decoder.next(&input)
            } catch {
                let rest = bytes.getSlice(at: start, length: bytes.writerIndex &- start) ?? ByteBuffer()
                sorted.theirs.append(held)
                held = ByteBuffer()
                return pass(rest, sorted)
            }
            let part = bytes.getSlice(at: start, length: input.readerIndex &- start) ?? ByteBuffer()
            switch element {
            case nil:
                if isInHead { held.append(part) } else { sorted.theirs.append(part) }
                return sorted
            case .head(let head):
                isInHead = false
                var whole = held
                held = ByteBuffer()
                whole.append(part)
                guard !isOurs(head.path) else {
                    whole.append(input)
                    sorted.ours = whole
                    return sorted
                }
                passed &+= 1
                sorted.theirs.append(whole)
                guard head.method != "CONNECT", !head.fields.contains("upgrade") else { return pass(input, sorted) }
            case .body:
                sorted.theirs.append(part)
            case .end:
                isInHead = true
                sorted.theirs.append(part)
            }
        }
    }

    private mutating func pass(_ rest: ByteBuffer, _ sorted: Sorted) -> Sorted {
        passesAll = true
        var sorted = sorted
        sorted.theirs.append(rest)
        return sorted
    }
}

extension ByteBuffer {
    /// Without a copy where there was nothing before.
    fileprivate mutating func append(_ other: ByteBuffer) {
        if readableBytes == 0 { self = other } else if other.readableBytes > 0 { writeImmutableBuffer(other) }
    }
}
