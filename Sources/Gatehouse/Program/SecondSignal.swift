import UnixSignals

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The first SIGTERM or SIGINT stops the server gracefully, which is the service group's business; a second one ends it at once (REL-23).
enum SecondSignal {
    static func watch() async -> Task<Void, Never> {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        return Task.detached {
            var count = 0
            for await _ in signals {
                count += 1
                guard count > 1 else { continue }
                Console.complain("a second signal: ended without waiting for clients")
                _exit(ExitStatus.refused.rawValue)
            }
        }
    }
}
