import Foundation
import Testing

/// The built `gatehouse` executable: beside the test bundle, or where the environment's GATEHOUSE_BINARY says (a release build, for one).
enum GatehouseBinary {
    static func path() throws -> String {
        if let given = ProcessInfo.processInfo.environment["GATEHOUSE_BINARY"] { return given }
        var folder = Bundle.main.bundleURL
        for _ in 0..<4 {
            let candidate = folder.appendingPathComponent("gatehouse").path
            let kind = try? FileManager.default.attributesOfItem(atPath: candidate)[.type] as? FileAttributeType
            if kind == .typeRegular { return candidate }
            folder.deleteLastPathComponent()
        }
        throw MissingBinary()
    }

    struct MissingBinary: Error, CustomStringConvertible {
        var description: String { "No gatehouse executable stands beside the test bundle: run `swift build` first." }
    }
}
