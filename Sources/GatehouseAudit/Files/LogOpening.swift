import GatehouseFiles

/// The state found on disk: the end of the chain, and the file to continue.
struct OpenedLog {
    let directory: LogDirectory
    let chain: ChainState
    /// The last file, to be appended to; absent in an empty directory, and where it had to be set aside.
    let segment: (name: SegmentName, descriptor: Int32, size: Int, since: Int64?)?
    /// Torn ends that were set aside, now or by a start that did not live to record it.
    let torn: [TornEnd]
    /// A fault that the operator chose to accept.
    let accepted: String?

    /// Whether nothing was ever recorded here.
    var isFresh: Bool { segment == nil && chain.seq == 0 }
}

/// Recovery at start (AUD-30, AUD-33): takes the lock, checks the last file line by line, sets a torn end aside.
///
/// Only the last file is read as a whole, with its link to the one before: a start stays quick with years of files beside it. `verify`
/// reads all of them.
struct LogOpening {
    let configuration: AuditConfiguration
    let files: any AuditFileSystem

    func open() throws(AuditError) -> OpenedLog {
        let directory = try lockedDirectory()
        do {
            return try open(directory)
        } catch {
            files.close(directory.descriptor)
            throw error
        }
    }

    private func lockedDirectory() throws(AuditError) -> LogDirectory {
        let root = configuration.directory
        do {
            try files.makeDirectory(root)
            let permissions = try files.status(at: root).permissions
            guard permissions & 0o007 == 0 else {
                throw AuditError(.setting, "the audit directory \(root) has mode \(String(permissions, radix: 8)); run: chmod 750 \(root)")
            }
            let directory = LogDirectory(root: root, descriptor: try files.openDirectory(root))
            do {
                try refuseForeignFiles(in: directory)
            } catch {
                files.close(directory.descriptor)
                throw error
            }
            do {
                try files.lock(directory.descriptor)
            } catch {
                files.close(directory.descriptor)
                guard error.number == ErrorNumber.wouldBlock else { throw error }
                throw AuditError(.locked, "another process writes the audit log in \(root); stop it, or choose another audit.directory")
            }
            return directory
        } catch let error as AuditError {
            throw error
        } catch {
            throw AuditError(.io, "the audit directory \(root) cannot be used", cause: error)
        }
    }

    /// A log that somebody else can change proves nothing.
    private func refuseForeignFiles(in directory: LogDirectory) throws {
        var found = files.findings(at: directory.root, as: .directory)
        for name in try files.names(in: directory.root) { found += files.findings(at: directory.path(name), as: .file) }
        guard found.isEmpty else { throw AuditError(.setting, found.text) }
    }

    private func open(_ directory: LogDirectory) throws(AuditError) -> OpenedLog {
        do {
            let names = try files.names(in: directory.root).compactMap { SegmentName($0) }.sorted()
            guard let last = names.last else {
                return OpenedLog(directory: directory, chain: ChainState(), segment: nil, torn: [], accepted: nil)
            }
            var accepted: String?
            var anchor: ChainState?
            do throws(AuditError) {
                anchor = try self.anchor(of: last, before: names.dropLast().last, in: directory)
            } catch {
                // Without the file before, only the link in the first record is known.
                guard error.code == .broken else { throw error }
                accepted = try accept(error.message)
            }
            let scan = try SegmentScan(last, path: directory.path(last.text), anchor: anchor, files: files)
            if let fault = scan.fault {
                let found = try accept("\(last.text):\(fault.line): \(fault.message)")
                accepted = accepted ?? found
            }
            var chain = scan.state
            // A file without a good line shows its place only by its name. Records in a file that does not fit could never verify.
            let isMisplaced = scan.goodSize == 0 && last.firstSeq != chain.seq &+ 1
            if isMisplaced {
                let known = anchor.map { "record \($0.seq &+ 1) comes next" } ?? "the file before it is missing or unreadable"
                let found = try accept("\(last.text): it holds no good record, and \(known)")
                accepted = accepted ?? found
            }
            // Without other evidence its name decides: there is no second record 1.
            if anchor == nil, chain.seq < last.firstSeq - 1 { chain = ChainState(seq: last.firstSeq - 1) }
            return try goOn(with: scan, from: chain, last, isMisplaced: isMisplaced && anchor != nil, directory, accepted)
        } catch let error as AuditError {
            throw error
        } catch {
            throw AuditError(.io, "the audit log in \(directory.root) cannot be read", cause: error)
        }
    }

    /// The state before the first record of `segment`.
    private func anchor(of segment: SegmentName, before: SegmentName?, in directory: LogDirectory) throws(AuditError) -> ChainState? {
        guard segment.firstSeq > 1 else { return ChainState() }
        // Without the file before, for it was moved to an archive, the link in the first record is taken on trust.
        guard let before else { return nil }
        do {
            // Behind a failed sync the file before may end with lines that come again in this one (AUD-11).
            if let link = try SegmentLink(firstLineOf: directory.path(segment.text), files: files), link.isAfterFailedSync,
                try SegmentTail.contains(link.previous, in: directory.path(before.text), files: files)
            {
                return link.previous
            }
            return try SegmentTail.lastState(of: directory.path(before.text), files: files)
        } catch let error as AuditError {
            throw error
        } catch {
            throw AuditError(.io, "the audit log in \(directory.root) cannot be read", cause: error)
        }
    }

    /// The fault that the operator chose to accept.
    private func accept(_ fault: String) throws(AuditError) -> String {
        guard configuration.acceptsBrokenLog else {
            throw AuditError(
                .broken,
                "the audit log does not verify at \(fault). Keep the files as evidence and run `gatehouse audit verify`; "
                    + "start with --accept-broken-audit to go on behind it, which is recorded"
            )
        }
        return fault
    }

    private func goOn(
        with scan: SegmentScan, from chain: ChainState, _ name: SegmentName, isMisplaced: Bool, _ directory: LogDirectory,
        _ accepted: String?
    ) throws -> OpenedLog {
        if let node = scan.node {
            var own: [UInt8] = []
            AuditText.append(configuration.node, to: &own, limit: 128)
            guard own.dropFirst().dropLast().elementsEqual(node) else {
                throw AuditError(
                    .setting,
                    "the audit log in \(directory.root) belongs to another node; set the same node name, or another audit.directory"
                )
            }
        }
        let descriptor = try files.open(directory.path(name.text), as: .append)
        do {
            if scan.goodSize < scan.size {
                try TornEnd.setAside(name, from: scan.goodSize, descriptor, directory, files)
            }
            let torn = try TornEnd.unrecorded(in: directory, files)
            var segment: (SegmentName, Int32, Int, Int64?)? = (name, descriptor, scan.goodSize, scan.since)
            if isMisplaced {
                // Empty by now. The file of the record that comes next is made in its place.
                try files.remove(directory.path(name.text))
                files.close(descriptor)
                segment = nil
            }
            return OpenedLog(directory: directory, chain: chain, segment: segment, torn: torn, accepted: accepted)
        } catch {
            files.close(descriptor)
            throw error
        }
    }
}
