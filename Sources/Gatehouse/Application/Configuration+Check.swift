extension Configuration {
    /// - Throws: ``StartError`` for the first value that is out of range, with the range.
    func check() throws(StartError) {
        try range("limits.maxPayload", limits.maxPayload, 1_024...1_048_576)
        try range("limits.pingInterval", limits.pingInterval, .milliseconds(100) ... .seconds(300))
        try range("limits.pingTimeout", limits.pingTimeout, .milliseconds(100) ... .seconds(120))
        try range("limits.upgradeTimeout", limits.upgradeTimeout, .milliseconds(100) ... .seconds(30))
        try range("limits.connectTimeout", limits.connectTimeout, .milliseconds(100) ... .seconds(45))
        try range("limits.outboundQueue", limits.outboundQueue, 65_536...8_388_608)
        try range("limits.namespacesPerConnection", limits.namespacesPerConnection, 1...64)
        try range("limits.roomsPerConnection", limits.roomsPerConnection, 1...1_024)
        try range("limits.queuedEvents", limits.queuedEvents, 1...1_024)
        try range("limits.attachments", limits.attachments, 0...64)
        try range("handlerTimeout", handlerTimeout, .milliseconds(10) ... .seconds(300))
        try range("drainTimeout", drainTimeout, .zero ... .seconds(300))
        try range("eventLoops", eventLoops, 1...256)
        try range("port", port, 0...65_535)
        if let monitoring { try range("monitoring.port", monitoring.port, 0...65_535) }
        guard path.hasPrefix("/"), path.hasSuffix("/"), path.utf8.count <= 128 else {
            throw StartError(code: .configuration, message: "path \"\(path)\" must start and end with /, as /socket.io/ does")
        }
        if let cors {
            try range("cors.maxAge", cors.maxAge, .zero ... .seconds(86_400))
            try cors.check()
        }
        if transport == .insecure, clientCertificates != nil {
            throw StartError(
                code: .configuration, message: "clientCertificates needs TLS, and the transport is plain HTTP: use TLS, or leave them out")
        }
        if transport == .insecure, !Self.isLoopback(host) {
            throw StartError(
                code: .configuration,
                message: "plain HTTP is served on a loopback address only, and \(host) is none: use TLS, or listen on 127.0.0.1")
        }
    }

    private func range<Value: Comparable>(_ name: String, _ value: Value, _ range: ClosedRange<Value>) throws(StartError) {
        guard range.contains(value) else {
            throw StartError(code: .configuration, message: "\(name) is \(value); it may be \(range.lowerBound) to \(range.upperBound)")
        }
    }

    /// Literal addresses only: a name could resolve to anything.
    static func isLoopback(_ host: String) -> Bool {
        if host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
