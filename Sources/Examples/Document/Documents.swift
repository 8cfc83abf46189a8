import Gatehouse
import Synchronization

/// The texts of documents. Any thread may call it.
final class Documents: Sendable {
    private let all = Mutex<[DocumentID: Snapshot]>([:])

    func snapshot(_ id: DocumentID) -> Snapshot { all.withLock { $0[id] } ?? Snapshot(version: 0, lines: []) }

    /// - Returns: the new version.
    /// - Throws: `app.stale` for an edit of an older version, `app.no_line` for a line that is not there.
    func apply(_ edit: Edit) throws -> Int {
        try all.withLock { all in
            var document = all[edit.document] ?? Snapshot(version: 0, lines: [])
            guard edit.version == document.version else {
                throw GatewayError.app("stale", "The document is at version \(document.version); open it again")
            }
            guard edit.line < document.lines.count || edit.line == document.lines.count && edit.text != .remove else {
                throw GatewayError.app("no_line", "The document has \(document.lines.count) lines")
            }
            switch edit.text {
            case .set(let text) where edit.line == document.lines.count: document.lines.append(text)
            case .set(let text): document.lines[edit.line] = text
            case .remove: document.lines.remove(at: edit.line)
            case .keep: break
            }
            document.version += 1
            all[edit.document] = document
            return document.version
        }
    }
}
