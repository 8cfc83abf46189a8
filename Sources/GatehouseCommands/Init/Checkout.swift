#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The checkout of Gatehouse that a program was built in.
enum Checkout {
    /// The first folder above the running executable that has Gatehouse's sources; nil for an executable that was installed elsewhere.
    static var ofExecutable: String? {
        #if os(Linux)
            let path = Directory.resolved("/proc/self/exe")
        #else
            let path = CommandLine.arguments.first.flatMap { Directory.resolved($0) }
        #endif
        return path.flatMap { above($0) { InputFile.exists($0 + "/Package.swift") && InputFile.exists($0 + "/Sources/GatehouseCommands") } }
    }

    /// The nearest folder above a path that is one.
    static func above(_ path: String, where isOne: (String) -> Bool) -> String? {
        var parts = path.split(separator: "/").dropLast()
        while !parts.isEmpty {
            let folder = "/" + parts.joined(separator: "/")
            if isOne(folder) { return folder }
            parts = parts.dropLast()
        }
        return nil
    }
}
