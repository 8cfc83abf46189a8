import GatehousePolicy

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How many files, and so connections, the system lets this process have open.
package struct OpenFiles: Sendable, Equatable {
    /// What a server needs beside its connections: the listener, the audit log, the moderation store, certificates that are read again.
    package static let besideConnections = 64

    package let limit: Int

    package init(limit: Int) { self.limit = limit }

    /// Raises the limit to what the system allows at most, as a server may take it that it was meant to have that.
    package static func raised() -> OpenFiles {
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        var limits = rlimit()
        guard unsafe getrlimit(resource, &limits) == 0 else { return OpenFiles(limit: .max) }
        let before = limits.rlim_cur
        limits.rlim_cur = limits.rlim_max
        // A system that allows no more than it said leaves the limit where it was.
        let isRaised = unsafe setrlimit(resource, &limits) == 0
        return OpenFiles(limit: Int(clamping: isRaised ? limits.rlim_max : before))
    }

    /// What to tell the operator where the policies allow more connections than can be open at once.
    package func shortage(forConnections allowed: Int) -> String? {
        let room = max(0, limit - Self.besideConnections)
        guard room < allowed else { return nil }
        return
            "the system lets this process have \(limit) files open, so about \(room) of the \(allowed) connections that "
            + "limits.connections.node allows: raise it (ulimit -Hn, LimitNOFILE=) or lower the limit"
    }
}

extension Configuration {
    /// The connections that the node takes at most; `nil` where nothing bounds them.
    func connections(_ bundle: PolicyBundle) -> Int? {
        if case .count(let count)? = EffectiveLimits(self, bundle)["connections.node"] { count } else { nil }
    }
}
