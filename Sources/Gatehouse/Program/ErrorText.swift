import GatehouseAudit
import GatehouseTLS
import GatehouseTokens
import NIOCore
import NIOPosix

/// An error in words, for a person: without the names of types and codes.
package enum ErrorText {
    package static func of(_ error: any Error) -> String {
        switch error {
        case let error as TLSError: text(error.message, error.cause)
        case let error as AuditError: text(error.message, error.cause)
        case let error as TokenKeyError: text(error.message, error.cause)
        case let error as IOError: Console.reason(error.errnoCode)
        case let error as NIOConnectionError: text(error)
        case let error as SocketAddressError.UnknownHost: "\(error.host) cannot be resolved (\(error.errorDescription))"
        case ChannelError.connectTimeout(let time): "no answer within \(time.nanoseconds / 1_000_000_000) s"
        case ChannelError.ioOnClosedChannel, ChannelError.alreadyClosed, ChannelError.eof: "the connection is closed"
        default: "\(error)"
        }
    }

    private static func text(_ message: String, _ cause: (any Error)?) -> String {
        guard let cause else { return message }
        // A sentence inside of another has no full stop.
        return "\(message.hasSuffix(".") ? String(message.dropLast()) : message) (\(of(cause)))"
    }

    /// The address, and why each attempt failed: `127.0.0.1:8443: Connection refused`.
    private static func text(_ error: NIOConnectionError) -> String {
        var reasons: [String] = []
        for failure in error.connectionErrors.map(\.error) + [error.dnsAError, error.dnsAAAAError].compactMap({ $0 }) {
            let reason = of(failure)
            if !reasons.contains(reason) { reasons.append(reason) }
        }
        return "\(error.host):\(error.port): \(reasons.isEmpty ? "no address to connect to" : reasons.joined(separator: ", "))"
    }
}
