#if canImport(Glibc)
    import Glibc
#endif

/// The resources that the process has used, as Linux reports them.
package struct ProcessUsage: Sendable {
    package let cpuSeconds: Double
    package let residentBytes: Int

    /// `nil` if the system does not report them.
    package static var now: Self? {
        #if canImport(Glibc)
            guard let cpuSeconds, let residentBytes else { return nil }
            return Self(cpuSeconds: cpuSeconds, residentBytes: residentBytes)
        #else
            return nil
        #endif
    }

    #if canImport(Glibc)
        private static var cpuSeconds: Double? {
            var time = timespec()
            guard unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
        }

        private static var residentBytes: Int? {
            guard let file = unsafe fopen("/proc/self/statm", "r") else { return nil }
            defer { unsafe fclose(file) }
            var buffer = [CChar](repeating: 0, count: 256)
            guard unsafe fgets(&buffer, Int32(buffer.count), file) != nil else { return nil }
            let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            // Sizes in pages: of the program, of what is resident, and more.
            let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
            return pages.map { $0 &* Int(getpagesize()) }
        }
    #endif
}
