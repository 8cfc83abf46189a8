import Foundation
import GatehouseTestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A TCP client of plain system calls, each bounded in time: what it sends is exactly what a script says, and it reads only when told to.
final class RawSocket {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// How long one wait may take; far beyond what an answer takes on loopback.
    static let patience = Int(10_000 * Sanitizer.slowness)
    private let descriptor: CInt
    private(set) var received: [UInt8] = []
    /// The peer has ended its side, or the connection: how, if not in order.
    private var end: String?
    /// All bytes that have been sent.
    private var total = 0
    private var isClosed = false

    /// - Parameter receiveBuffer: for a client that is slow to read, the bytes that its kernel takes for it.
    init(port: Int, receiveBuffer: CInt? = nil) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(description: "socket: errno \(errno)") }
        if var size = receiveBuffer {
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        }
        var noDelay: CInt = 1
        unsafe setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<CInt>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(description: "connect: errno \(errno)") }
    }

    deinit { close() }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        Glibc.close(descriptor)
    }

    /// Resets the connection instead of ending it.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// Sends all bytes, for as long as the peer takes them: a peer that has closed is for the script's expectations to notice.
    /// - Parameter patience: milliseconds without progress after which it stops.
    /// - Returns: how many bytes went out.
    @discardableResult
    func send(_ bytes: [UInt8], patience: Int = RawSocket.patience) -> Int {
        var sent = 0
        while sent < bytes.count, wait(CInt(POLLOUT), patience) {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                guard let base = buffer.baseAddress else { return 0 }
                return unsafe Glibc.send(descriptor, base + sent, buffer.count - sent, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
            }
            guard count > 0 || errno == EAGAIN || errno == EINTR else { break }
            sent += max(0, count)
        }
        total += sent
        return sent
    }

    private var hasEnded: Bool { end != nil }

    /// Bytes sent that the peer's kernel has not got; 0 for a connection that is over.
    var undelivered: Int {
        var left: CInt = 0
        guard !isClosed, unsafe ioctl(descriptor, UInt(TIOCOUTQ), &left) == 0 else { return 0 }
        return Int(left)
    }

    /// Whether more can be sent, now or within some milliseconds.
    func hasRoom(within patience: Int) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: POLLOUT), revents: 0)
        // A connection that has broken has room for everything, and takes nothing.
        return unsafe poll(&entry, 1, CInt(truncatingIfNeeded: patience)) > 0 && CInt(entry.revents) & CInt(POLLERR | POLLHUP) == 0
    }

    /// Waits until all that was sent lies with the peer's kernel, or nothing has moved for a tenth of a second: a loaded machine delivers late,
    /// on loopback too. The first bytes are waited for longer, since every peer has room for them.
    func awaitDelivery() {
        var (last, idle) = (Int.max, 0)
        while undelivered > 0, idle < (undelivered == total ? Self.patience : 100) {
            let left = undelivered
            idle = left < last ? 0 : idle + 1
            last = left
            _ = poll(nil, 0, 1)
        }
    }

    /// Waits for what `take` looks for at the front of what came, and takes it off.
    func receive<Value>(_ what: String, patience: Int = RawSocket.patience, _ take: (inout [UInt8]) throws -> Value?) throws -> Value {
        while true {
            if let value = try take(&received) { return value }
            guard !hasEnded else { throw Failure(description: "\(what) did not come: the connection ended\(end ?? "") with \(shown)") }
            guard fill(patience) else { throw Failure(description: "\(what) did not come in \(patience) ms; what came is \(shown)") }
        }
    }

    /// Reads and throws away until the peer ends the connection; at most `limit` bytes.
    func receiveEnd(limit: Int = 64 << 20) throws {
        var thrown = 0
        while !hasEnded {
            guard thrown < limit, fill(Self.patience) else {
                throw Failure(description: "the connection did not end; the last that came is \(shown)")
            }
            thrown += received.count
            received = Array(received.suffix(200))
        }
    }

    /// Whether nothing has come that was not taken, and nothing comes for a moment.
    func isSilent(for milliseconds: Int = 20) -> Bool { received.isEmpty && !hasEnded && !fill(milliseconds) }

    private var shown: String {
        String(decoding: received.prefix(300), as: UTF8.self).debugDescription + (received.count > 300 ? "… (\(received.count) bytes)" : "")
    }

    /// Reads once, when there is something. False: nothing came in time.
    private func fill(_ patience: Int) -> Bool {
        guard wait(CInt(POLLIN), patience) else { return false }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        var count = -1
        repeat {
            count = unsafe chunk.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
        } while count < 0 && errno == EINTR
        if count > 0 { received += chunk[..<count] } else { end = count == 0 ? "" : ", errno \(errno)" }
        return true
    }

    /// A signal to the process may end a wait early: it then begins again.
    private func wait(_ events: CInt, _ milliseconds: Int) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0)
        while true {
            let count = unsafe poll(&entry, 1, CInt(truncatingIfNeeded: milliseconds))
            guard count < 0, errno == EINTR else { return count > 0 }
        }
    }
}
