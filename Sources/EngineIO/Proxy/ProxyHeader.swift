package import NIOCore

/// The header of the PROXY protocol, versions 1 and 2, with which a proxy that passes bytes on says who its client is
/// (haproxy.org/download/2.9/doc/proxy-protocol.txt). Pure.
package struct ProxyHeader: Sendable, Equatable {
    /// The client's address; nil where the proxy does not say, as for its own health checks (`UNKNOWN`, `LOCAL`) and for clients on a Unix
    /// domain socket.
    package let source: SocketAddress?
    /// Whether the client speaks TLS to the proxy (version 2, `PP2_TYPE_SSL`).
    package let isSecure: Bool
    /// Bytes of the header.
    package let length: Int

    /// Why bytes are no header.
    package struct Fault: Error, Hashable, Sendable {
        package let message: String
    }

    /// The longest header that is read. Version 1 has 107 bytes; what proxies add to version 2 is some hundred bytes.
    package static let longest = 2_048
    private static let longestText = 107
    private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
    private static let word = [UInt8]("PROXY ".utf8)

    /// Reads the header that `bytes` begin with.
    /// - Returns: nil while more bytes are needed.
    package static func read(_ bytes: some Collection<UInt8>) throws(Fault) -> ProxyHeader? {
        guard let first = bytes.first else { return nil }
        if first == signature.first {
            guard signature.starts(with: bytes.prefix(signature.count)) else { throw Fault(message: "no signature of version 2") }
            return bytes.count < signature.count ? nil : try readBinary(bytes)
        }
        guard word.starts(with: bytes.prefix(word.count)) else { throw Fault(message: "no PROXY header") }
        return try readText(bytes)
    }

    // MARK: Version 1

    private static func readText(_ bytes: some Collection<UInt8>) throws(Fault) -> ProxyHeader? {
        let start = bytes.prefix(longestText)
        guard let end = start.firstIndex(of: 0x0A) else {
            guard bytes.count < longestText else { throw Fault(message: "the line is too long") }
            return nil
        }
        let line = Array(start[..<end])
        guard line.last == 0x0D, line.allSatisfy({ $0 == 0x0D || 0x20...0x7E ~= $0 }), line.dropLast().allSatisfy({ $0 != 0x0D }) else {
            throw Fault(message: "the line is malformed")
        }
        let length = line.count &+ 1
        let words = String(decoding: line.dropLast(), as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
        guard words.count > 1 else { throw Fault(message: "the line is malformed") }
        if words[1] == "UNKNOWN" { return ProxyHeader(source: nil, isSecure: false, length: length) }
        guard words.count == 6, let source = address(words[2], words[4], family: words[1]),
            address(words[3], words[5], family: words[1]) != nil
        else { throw Fault(message: "the addresses are malformed") }
        return ProxyHeader(source: source, isSecure: false, length: length)
    }

    private static func address(_ host: Substring, _ port: Substring, family: Substring) -> SocketAddress? {
        guard (1...5).contains(port.utf8.count), port.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = UInt16(port),
            let address = try? SocketAddress(ipAddress: String(host), port: Int(number))
        else { return nil }
        switch (address, family) {
        case (.v4, "TCP4"), (.v6, "TCP6"): return address
        default: return nil
        }
    }

    // MARK: Version 2

    private static func readBinary(_ bytes: some Collection<UInt8>) throws(Fault) -> ProxyHeader? {
        let head = Array(bytes.prefix(signature.count + 4).dropFirst(signature.count))
        guard head.count == 4 else { return nil }
        let (command, family) = (head[0], head[1])
        let length = signature.count + 4 + (Int(head[2]) << 8 | Int(head[3]))
        guard command == 0x20 || command == 0x21 else { throw Fault(message: "neither version 2 nor a known command") }
        guard length <= longest else { throw Fault(message: "the header is too long") }
        guard bytes.count >= length else { return nil }
        var rest = Array(bytes.prefix(length).dropFirst(signature.count + 4))[...]
        // LOCAL: the proxy itself connects; the rest is ignored.
        if command == 0x20 { return ProxyHeader(source: nil, isSecure: false, length: length) }
        let source: SocketAddress?
        switch family {
        case 0x11: source = try take(&rest, addressLength: 4)
        case 0x21: source = try take(&rest, addressLength: 16)
        case 0x00, 0x12, 0x22: return ProxyHeader(source: nil, isSecure: false, length: length)
        case 0x31, 0x32:
            guard rest.count >= 216 else { throw Fault(message: "the addresses are cut off") }
            rest = rest.dropFirst(216)
            source = nil
        default: throw Fault(message: "an unknown address family")
        }
        return ProxyHeader(source: source, isSecure: try isSecure(rest), length: length)
    }

    private static func take(_ rest: inout ArraySlice<UInt8>, addressLength: Int) throws(Fault) -> SocketAddress {
        let all = 2 * addressLength + 4
        guard rest.count >= all else { throw Fault(message: "the addresses are cut off") }
        let block = Array(rest.prefix(all))
        rest = rest.dropFirst(all)
        let port = Int(block[2 * addressLength]) << 8 | Int(block[2 * addressLength + 1])
        guard let address = try? SocketAddress(packedIPAddress: ByteBuffer(bytes: block.prefix(addressLength)), port: port) else {
            throw Fault(message: "the addresses are malformed")
        }
        return address
    }

    /// Reads the additions of proxies: a type, a length of two bytes, a value.
    private static func isSecure(_ rest: ArraySlice<UInt8>) throws(Fault) -> Bool {
        var rest = rest
        var isSecure = false
        while !rest.isEmpty {
            let head = Array(rest.prefix(3))
            guard head.count == 3 else { throw Fault(message: "an addition is cut off") }
            let length = Int(head[1]) << 8 | Int(head[2])
            let value = rest.dropFirst(3).prefix(length)
            guard value.count == length else { throw Fault(message: "an addition is cut off") }
            if head[0] == 0x20, let flags = value.first { isSecure = flags & 0x01 != 0 }
            rest = rest.dropFirst(3 + length)
        }
        return isSecure
    }
}
