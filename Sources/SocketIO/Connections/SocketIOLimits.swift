package import NIOCore

/// Bounds of the Socket.IO layer. Defaults and hard maxima are those of the specification (protocol, section 7).
package struct SocketIOLimits: Sendable {
    package var namespacesPerConnection = 8
    package var roomsPerConnection = 128
    package var pendingAcksPerSocket = 1_024
    package var queuedEventsPerSocket = 64
    /// Bytes that waiting events may hold, all namespaces together; at least one more message is taken.
    package var queuedBytesPerConnection = 262_144
    package var attachments = 10
    package var attachmentTimeout: TimeAmount = .seconds(10)
    package var connectTimeout: TimeAmount = .seconds(5)
    /// How long packets for a namespace that the server has left may still have been in flight (SIO-07).
    package var leftNamespaceGrace: TimeAmount = .seconds(5)
    /// A connection is closed at this many refused CONNECTs (SIO-03).
    package var refusalsPerConnection = 3
    package var ackTimeout: TimeAmount = .seconds(5)

    package init() {}
}
