import Gatehouse
import GatehouseAudit
import GatehouseJSON
import NIOCore

/// One page of the records that staff ask for: bounded in number, in bytes and in time.
struct AuditPage {
    /// About this many bytes of records are in one answer.
    static let bytes = 256 << 10
    /// How long one page may take; then it ends where it is, and the next page goes on from there.
    static let time = TimeAmount.seconds(2)

    private(set) var records: [JSONValue] = []
    /// Lines that are no records: the log must be verified.
    private(set) var broken = 0
    /// The last record that was looked at, if there may be more behind it.
    private(set) var cursor: UInt64?

    /// Blocks: not for event loops.
    /// - Throws: `CancellationError` when nobody waits for it any more, ``AuditError`` when the log cannot be read.
    init(
        _ filter: AuditFilter, after: UInt64, limit: Int, bytes: Int = Self.bytes, in directory: String, files: any AuditFileSystem,
        stop: ReadingStop
    ) throws {
        var reader = AuditReader(directory: directory, filter: filter, after: after, files: files)
        var left = bytes
        while records.count < limit, left > 0 {
            do throws(AuditError) {
                guard let entry = try reader.next() else { return }
                left -= entry.line.count
                // Every line was parsed as JSON before it was an entry.
                if let record = try? JSONValue(parsing: entry.line, limits: JSONLimits()) { records.append(record) }
            } catch {
                guard !stop.isCancelled else { throw CancellationError() }
                if stop.isDue { break }
                guard error.code == .broken else { throw error }
                broken += 1
            }
        }
        cursor = reader.after
    }

    var object: JSONObject {
        var object: JSONObject = ["records": .array(records)]
        if let cursor { object["cursor"] = .integer(Int64(clamping: cursor)) }
        if broken > 0 { object["broken"] = .integer(Int64(broken)) }
        return object
    }
}
