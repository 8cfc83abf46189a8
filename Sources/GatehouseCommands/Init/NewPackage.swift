import Gatehouse

/// A package as `init` writes it: its files, and the names in them.
struct NewPackage {
    /// Where it finds Gatehouse.
    enum Place: Equatable {
        /// A folder on this machine, by its absolute path.
        case path(String)
        /// A Git repository.
        case url(String)
    }

    struct File: Equatable {
        let path: String
        let text: String
    }

    let name: String
    let place: Place

    init(name: String, gatehouse place: Place) {
        self.name = name
        self.place = place
    }

    /// Whether a text can be the name of a package, a program, a folder and, with `_` for `-`, a module beside Gatehouse's.
    static func isName(_ text: String) -> Bool {
        let isLetter = { (byte: UInt8) in (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
        let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        guard text.utf8.count <= 40, let first = text.utf8.first, isLetter(first), text.utf8.last != UInt8(ascii: "-") else { return false }
        guard text.utf8.allSatisfy({ isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }) else { return false }
        let lowercased = text.lowercased()
        return !["swift", "testing", "foundation", "engineio", "socketio", "logging"].contains(lowercased)
            && !["gatehouse", "nio"].contains(where: lowercased.hasPrefix)
    }

    /// The name of its module.
    var module: String { String(name.map { $0 == "-" ? "_" : $0 }) }

    /// In the order of their paths.
    var files: [File] {
        let program = "Sources/\(name)/", tests = "Tests/\(name)-tests/"
        return [
            File(path: ".gitignore", text: Self.ignored),
            File(path: "Package.swift", text: manifest),
            File(path: "README.md", text: readme),
            File(path: program + "ChatGateway.swift", text: Self.gateway),
            File(path: program + "Main.swift", text: main),
            File(path: tests + "ChatTests.swift", text: test),
            File(path: "gateway.yaml", text: settings),
            File(path: "policies/_global.yaml", text: Self.globalPolicy),
            File(path: "policies/admin.yaml", text: Self.adminPolicy),
            File(path: "policies/chat.yaml", text: Self.chatPolicy),
            File(path: "policies/tests/chat.test.yaml", text: Self.policyTest),
            File(path: "web/index.html", text: page),
        ]
    }

    /// Writes its files into a folder that is made for them.
    func write(to folder: String) throws(CommandFailure) {
        try Directory.make(folder, mode: 0o755, orElse: .badFiles)
        var made: Set<String> = []
        for file in files {
            // The folders on the way, from the outermost.
            var parent = folder
            for part in file.path.split(separator: "/").dropLast() {
                parent += "/" + part
                if made.insert(parent).inserted { try Directory.make(parent, mode: 0o755, orElse: .badFiles) }
            }
            try NewFile.write(file.text, to: folder + "/" + file.path)
        }
    }
}
