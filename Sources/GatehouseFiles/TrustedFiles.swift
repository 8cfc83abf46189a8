#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Opens trusted files, and finds who else could have put them there. Blocks on the disk: not for an event loop.
package struct TrustedFiles: Sendable {
    private let trust: PathTrust

    /// - Parameter process: the identity to judge for; this process by default.
    package init(as process: ProcessIdentity = .current()) { trust = PathTrust(process) }

    /// Opens a file for reading, through links, as `..data` of a Kubernetes volume.
    ///
    /// The opened file has the findings: the caller must refuse it unless there are none.
    /// - Parameter use: how it is used. A directory is opened for its list of files.
    package func open(_ path: String, as use: PathUse) throws(PathError) -> OpenedPath {
        let outcome = try walk(path, use == .directory ? O_RDONLY | O_DIRECTORY : O_RDONLY)
        let components = outcome.components
        let identity = outcome.identity
        return OpenedPath(
            descriptor: outcome.descriptor, component: components.last, identity: identity,
            findings: trust.findings(components, as: use), trust: trust)
    }

    /// The findings of a path, without opening it. For a missing target the directories on its way are judged; an unreachable one has no
    /// findings, since opening it reports why.
    package func findings(_ path: String, as use: PathUse) -> [TrustFinding] {
        var last: [PathComponent] = []
        do {
            let outcome = try walk(path, nil, reached: &last)
            return trust.findings(outcome.components, as: use)
        } catch {
            // Only on the way: something of that name in the last directory was not seen.
            let way = last.last?.kind == .directory ? last + [PathComponent.missing(container: last.count - 1)] : last
            return trust.findings(way, as: .file)
        }
    }

    /// Which file a path leads to now.
    package func identity(of path: String) throws(PathError) -> OpenedPath.Identity { try walk(path, nil).identity }

    private func walk(_ path: String, _ flags: Int32?) throws(PathError) -> PathWalk.Outcome {
        var reached: [PathComponent] = []
        return try walk(path, flags, reached: &reached)
    }

    /// When links are swapped (`..data`), a link's target may be gone by the time it is opened; the link leads elsewhere then.
    private func walk(_ path: String, _ flags: Int32?, reached: inout [PathComponent]) throws(PathError) -> PathWalk.Outcome {
        var attempts = 0
        while true {
            var walk = PathWalk()
            do throws(PathError) {
                return try walk.open(path, flags)
            } catch {
                attempts += 1
                reached = walk.components
                guard error.isMissing, walk.links > 0, attempts < 3 else { throw error }
            }
        }
    }
}

/// An opened file or directory, with its findings.
package struct OpenedPath: ~Copyable, Sendable {
    /// Which file it is, whatever its name.
    package struct Identity: Sendable, Hashable {
        package let device: UInt64
        package let inode: UInt64
        package let size: Int64

        /// Whether both are the same file, whatever was written to it meanwhile.
        package func isSameFile(as other: Self) -> Bool { device == other.device && inode == other.inode }

        init(_ status: stat) {
            device = UInt64(truncatingIfNeeded: status.st_dev)
            inode = UInt64(truncatingIfNeeded: status.st_ino)
            size = Int64(status.st_size)
        }
    }

    /// Closed with this value.
    private let descriptor: Descriptor
    private let component: PathComponent?
    private let trust: PathTrust
    package let identity: Identity
    /// The findings: who else could have put it there or, for a secret, could read it.
    package let findings: [TrustFinding]

    init(
        descriptor: consuming Descriptor, component: PathComponent?, identity: Identity, findings: [TrustFinding], trust: PathTrust
    ) {
        self.descriptor = descriptor
        self.component = component
        self.identity = identity
        self.findings = findings
        self.trust = trust
    }

    /// Closed when this value ends.
    package var number: Int32 { descriptor.number }

    /// The contents of a file, up to a limit.
    package borrowing func bytes(atMost limit: Int) throws(PathError) -> [UInt8] {
        guard let bytes = descriptor.bytes(atMost: limit) else { throw PathError(errno, component?.path ?? "") }
        return bytes
    }

    package var isRegular: Bool { component?.kind == .file }

    /// The findings about readers: for callers that learn only from the contents that it is a secret.
    package var secrecyFindings: [TrustFinding] { component.map { trust.secrecyFindings(of: $0) } ?? [] }
}

extension PathComponent {
    /// Stands at the end for what does not exist yet: harmless, so that only its directories are judged.
    static func missing(container: Int) -> PathComponent {
        PathComponent(path: "", kind: .other, owner: 0, group: 0, mode: 0, container: container)
    }
}
