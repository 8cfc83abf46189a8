import GatehouseTLS
import NIOCore

/// One end of a TLS connection in memory, with what it has sent and received.
struct TLSEnd {
    let engine: TLSEngine
    /// Ciphertext of the peer that has not arrived yet.
    var wire = ByteBuffer()
    /// Plaintext bytes written; the byte at a place is known by the place.
    private(set) var sent = 0
    private(set) var received = 0
    private(set) var failure: TLSError?
    /// Where a byte came that was not sent there.
    private(set) var firstChange: Int?

    init(_ engine: TLSEngine) { self.engine = engine }

    /// The plaintext that every end sends.
    static func byte(at place: Int) -> UInt8 { UInt8(truncatingIfNeeded: place &* 31 &+ place >> 8) }

    /// Writes plaintext where that may be done, in pieces.
    mutating func write(_ count: Int, pieces: Int) throws {
        guard failure == nil, engine.canWrite, count > 0 else { return }
        let bytes = (sent..<(sent + count)).map { Self.byte(at: $0) }
        var buffers: [ByteBuffer] = []
        for start in stride(from: 0, to: count, by: max(1, count / pieces)) {
            buffers.append(ByteBuffer(bytes: bytes[start..<min(count, start + max(1, count / pieces))]))
        }
        var scratch = ByteBuffer()
        try engine.write(gathering: buffers, in: &scratch)
        sent += count
    }

    /// Takes what has arrived as far as it can be taken. A failure ends this end; what it read before is good.
    mutating func run(room: Int) {
        guard failure == nil else { return }
        do throws(TLSError) {
            if engine.state == .handshaking, try !engine.handshake() { return }
            while true {
                var target = ByteBuffer()
                target.reserveCapacity(room)
                guard case .bytes(let count) = try engine.read(into: &target) else { return }
                if count != target.readableBytes, firstChange == nil { firstChange = received }
                for byte in target.readableBytesView {
                    if byte != Self.byte(at: received), firstChange == nil { firstChange = received }
                    received += 1
                }
            }
        } catch {
            failure = error
        }
    }

    /// The transport ends.
    mutating func end() {
        guard failure == nil else { return }
        do throws(TLSError) { try engine.receiveEnd() } catch { failure = error }
    }
}
