import ArgumentParser
import GatehouseJSON
import Glibc

/// Results of the load generator, as a person reads them.
struct TableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Print results as a table.",
        discussion: """
            Reads JSON lines of the load generator. A result whose label is NAME is compared with the one labelled floor-NAME of the \
            same file: machines differ and are shared, so the ratio says more than the microseconds.
            """)

    @Argument(help: "A file of JSON lines.") var file: String

    func run() throws {
        let results = try Self.read(file)
        var floors: [String: Double] = [:]
        for result in results where result.label.hasPrefix("floor-") { floors[String(result.label.dropFirst(6))] = result.cpu }
        print(Self.row(["what", "messages/s", "p50 ms", "p99 ms", "CPU us/message", "x floor", "RSS KB/connection"]))
        for result in results {
            let ratio = floors[result.label].map { $0 > 0 ? Self.fixed(result.cpu / $0, 2) : "-" } ?? "-"
            print(
                Self.row([
                    result.label, Self.fixed(result.rate, 0), Self.fixed(result.p50 / 1_000, 3), Self.fixed(result.p99 / 1_000, 3),
                    Self.fixed(result.cpu, 2), ratio, Self.fixed(result.memory, 2),
                ]))
        }
    }

    private struct Result {
        let label: String
        let rate: Double
        let p50: Double
        let p99: Double
        let cpu: Double
        let memory: Double
    }

    private static func read(_ path: String) throws -> [Result] {
        guard let handle = unsafe fopen(path, "r") else { throw BenchError(message: "\(path) cannot be read") }
        defer { unsafe fclose(handle) }
        var results: [Result] = []
        var buffer = [CChar](repeating: 0, count: 16_384)
        while unsafe fgets(&buffer, Int32(buffer.count), handle) != nil {
            let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard let value = try? JSONValue(parsing: text), let label = value["label"]?.stringValue else { continue }
            func number(_ name: String) -> Double { value[name]?.doubleValue ?? 0 }
            results.append(
                Result(
                    label: label, rate: number("per_s"), p50: number("p50_us"), p99: number("p99_us"), cpu: number("server_cpu_us_per_msg"),
                    memory: number("rss_per_conn_kb")))
        }
        return results
    }

    private static func row(_ cells: [String]) -> String {
        cells.enumerated().map { index, cell in
            let width = index == 0 ? 22 : 18
            let padding = String(repeating: " ", count: max(1, width - cell.count))
            return index == 0 ? cell + padding : padding + cell
        }.joined()
    }

    private static func fixed(_ value: Double, _ digits: Int) -> String {
        let scale = digits == 0 ? 1.0 : digits == 2 ? 100.0 : 1_000.0
        let whole = Int((abs(value) * scale).rounded())
        // Memory of a connection is a difference of two looks at a process, and may come out below zero.
        let sign = value < 0 && whole > 0 ? "-" : ""
        guard digits > 0 else { return sign + String(whole) }
        let divisor = Int(scale)
        let fraction = String(whole % divisor)
        return sign + "\(whole / divisor)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}
