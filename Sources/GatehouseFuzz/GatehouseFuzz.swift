import CLibFuzzer
import GatehouseFuzzing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The fuzzer: `GATEHOUSE_HARNESS=json gatehouse-fuzz [libFuzzer options] [corpus]`. Built only by `.ci/fuzz`, which instruments the code.
@main
struct GatehouseFuzz {
    /// The harness of this process. libFuzzer calls back on the main thread only, one input after another.
    nonisolated(unsafe) private static var harness: (any FuzzHarness)?

    static func main() throws {
        let name = unsafe getenv("GATEHOUSE_HARNESS").map { unsafe String(cString: $0) } ?? ""
        guard let type = Harnesses.named(name) else {
            print("GATEHOUSE_HARNESS is one of: \(Harnesses.all.map { $0.name }.joined(separator: ", "))")
            exit(64)
        }
        unsafe harness = try type.init()
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
        let status = unsafe LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
            unsafe GatehouseFuzz.run(UnsafeBufferPointer(start: bytes, count: count))
            return 0
        }
        exit(status)
    }

    private static func run(_ input: UnsafeBufferPointer<UInt8>) {
        do {
            try unsafe harness?.run(Array(input))
        } catch {
            // Written to standard error by the runtime, with a stack; libFuzzer keeps the input.
            fatalError("\(error)")
        }
    }
}
