import Foundation
import GatehouseFiles
import Testing

/// The same rule on a real file system, as whoever runs the tests: nobody else is in his group here.
@Suite struct TrustedFilesTests {
    private let files = TrustedFiles(as: ProcessIdentity(user: geteuid(), groups: [getegid()]))

    /// A directory of its own, removed with the value.
    final class Place {
        let path: String

        init() throws {
            // Without links, as the system's own place for temporary files may be one.
            path = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/gatehouse-files-\(UUID().uuidString)"
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func directory(_ name: String, _ mode: Int = 0o755) throws {
            let path = path + "/" + name
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }

        func file(_ name: String, _ text: String, _ mode: Int = 0o644) throws {
            let path = path + "/" + name
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }

        func link(_ name: String, to target: String) throws {
            try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
        }

        /// As Kubernetes does it: the new link takes the old one's name in one step.
        func swap(_ name: String, to target: String) throws {
            try link("..data_tmp", to: target)
            #expect(unsafe rename(path + "/..data_tmp", path + "/" + name) == 0)
        }
    }

    private func text(_ path: String) throws -> String {
        let opened = try files.open(path, as: .file)
        return String(decoding: try opened.bytes(atMost: 100), as: UTF8.self)
    }

    private func remedies(_ path: String, _ use: PathUse = .file) -> [String] { files.findings(path, as: use).map(\.remedy) }

    @Test("A file in our own directory is opened without findings, whatever way the path takes")
    func ways() throws {
        let place = try Place()
        try place.directory("d")
        try place.file("d/f", "text")
        try place.link("up", to: "d/../d")
        try place.link("absolute", to: place.path + "/up/f")
        for way in ["/d/f", "/d//./f", "/d/../d/f", "/up/f", "/absolute"] {
            #expect(try text(place.path + way) == "text", "\(way)")
            #expect(files.findings(place.path + way, as: .secret).map(\.path) == [place.path + "/d/f"], "\(way)")
        }
        // What stands right below the root has a parent, too.
        #expect(files.findings("/usr/.." + place.path + "/d/f", as: .secret).map(\.path) == [place.path + "/d/f"])
        let opened = try files.open(place.path + "/up/", as: .directory)
        #expect(opened.findings.isEmpty && !opened.isRegular)
    }

    @Test("What is wrong is found on every way to a file, and in what a link leads to")
    func links() throws {
        let place = try Place()
        try place.directory("open", 0o777)
        try place.directory("safe")
        try place.file("open/f", "x")
        try place.file("safe/f", "x", 0o646)
        try place.link("safe/l", to: "../open/f")
        #expect(remedies(place.path + "/safe/l") == ["chmod o-w \(place.path)/open"])
        #expect(remedies(place.path + "/safe/f") == ["chmod o-w \(place.path)/safe/f"])
        #expect(remedies(place.path + "/open/../safe/f") == ["chmod o-w \(place.path)/open", "chmod o-w \(place.path)/safe/f"])
        #expect(remedies(place.path + "/open/not-there/yet") == ["chmod o-w \(place.path)/open"])
        #expect(remedies(place.path + "/open", .directory) == ["chmod o-w \(place.path)/open"])
        #expect(try files.open(place.path + "/safe/l", as: .file).findings.map(\.path) == [place.path + "/open"])
    }

    @Test("A sticky directory is no way to replace a file, and it is one to add one")
    func sticky() throws {
        let place = try Place()
        try place.directory("t", 0o1777)
        try place.file("t/f", "x")
        #expect(remedies(place.path + "/t/f") == [])
        #expect(remedies(place.path + "/t/f/") == [])
        #expect(remedies(place.path + "/t/missing") == [])
        #expect(remedies(place.path + "/t", .directory) == ["chmod o-w \(place.path)/t"])
    }

    @Test("The link ..data is followed to where it leads now")
    func swap() throws {
        let place = try Place()
        for version in ["1", "2"] {
            try place.directory("..\(version)")
            try place.file("..\(version)/f", version)
        }
        try place.link("..data", to: "..1")
        try place.link("f", to: "..data/f")
        #expect(try text(place.path + "/f") == "1")
        let before = try files.identity(of: place.path + "/f")
        try place.swap("..data", to: "..2")
        #expect(try text(place.path + "/f") == "2")
        #expect(try !files.identity(of: place.path + "/f").isSameFile(as: before))
    }

    @Test("What cannot be followed ends with the system's reason")
    func failures() throws {
        let place = try Place()
        try place.file("f", "x")
        try place.link("a", to: "b")
        try place.link("b", to: "a")
        try place.link("gone", to: "nowhere")
        func number(_ path: String) -> Int32? {
            do throws(PathError) {
                _ = try files.open(path, as: .file)
                return nil
            } catch {
                return error.number
            }
        }
        #expect(number(place.path + "/a") == ELOOP)
        #expect(number(place.path + "/gone") == ENOENT)
        #expect(number(place.path + "/f/g") == ENOTDIR)
        #expect(number(place.path + "/" + String(repeating: "./", count: 3_000) + "f") == ENAMETOOLONG)
        #expect(number("") == nil || number("") == ENOENT)
        // A pipe that nobody writes to does not hang the reader.
        #expect(unsafe mkfifo(place.path + "/pipe", 0o600) == 0)
        #expect(try files.open(place.path + "/pipe", as: .file).isRegular == false)
    }

    @Test("A group that is none of ours may not write")
    func group() throws {
        let place = try Place()
        try place.file("f", "x", 0o664)
        // Root's own group is as good as root.
        if geteuid() == 0 { #expect(unsafe chown(place.path + "/f", 0, 65534) == 0) }
        let stranger = TrustedFiles(as: ProcessIdentity(user: geteuid(), groups: []))
        #expect(stranger.findings(place.path + "/f", as: .file).map(\.remedy) == ["chmod g-w \(place.path)/f"])
    }

    @Test("Another user's file is found, and the very command mends it", .enabled("only root gives files away") { geteuid() == 0 })
    func owner() throws {
        let place = try Place()
        try place.directory("certs")
        try place.file("certs/jwks.json", "{}")
        #expect(unsafe chown(place.path + "/certs/jwks.json", 65534, 65534) == 0)
        let remedy = try #require(remedies(place.path + "/certs/jwks.json").first)
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", remedy]
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 0 && remedies(place.path + "/certs/jwks.json") == [], "\(remedy)")
    }
}
