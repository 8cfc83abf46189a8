import Foundation
import GatehousePolicy
import Testing

@Suite("The policies directory (POL-23, SEC-33)") struct DirectoryTests {
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("policies-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        defer { try? FileManager.default.removeItem(atPath: path) }
        for (name, text) in [("_global.yaml", globalText), ("chat.yaml", namespaceText(""))] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path + "/" + name)
        }
        try body(path)
    }

    @Test(
        "POL-23: files and directories that others may change are refused",
        arguments: [
            ("", 0o755, true), ("", 0o777, false), ("", 0o757, false), ("", 0o1777, false), ("", 0o700, true), ("chat.yaml", 0o644, true),
            ("chat.yaml", 0o600, true), ("chat.yaml", 0o646, false), ("_global.yaml", 0o666, false), ("_global.yaml", 0o444, true),
        ])
    func modes(name: String, mode: Int, loads: Bool) throws {
        try withDirectory { path in
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: name.isEmpty ? path : path + "/" + name)
            do {
                let bundle = try PolicyBundle.load(directory: path)
                #expect(loads && bundle.namespaces.count == 1)
            } catch {
                let place = name.isEmpty ? path : path + "/" + name
                #expect(!loads && "\(error)".contains("\(place) can be changed by everyone"), "\(error)")
                #expect("\(error)".hasSuffix("[mode]"), "\(error)")
            }
        }
    }

    @Test("a file that would be read by nobody is told; others are left alone")
    func names() throws {
        try withDirectory { path in
            for name in ["README.md", ".chat.yaml.swp", "chat.yaml~"] {
                try Data("x".utf8).write(to: URL(fileURLWithPath: path + "/" + name))
            }
            #expect(try PolicyBundle.load(directory: path).namespaces.count == 1)
            try Data("x".utf8).write(to: URL(fileURLWithPath: path + "/game.yml"))
            #expect { try PolicyBundle.load(directory: path) } throws: { "\($0)".contains("end in .yaml") }
        }
    }

    @Test("a missing directory, a missing global file and a directory for a file are refused")
    func missing() throws {
        #expect { try PolicyBundle.load(directory: "/nonexistent/policies") } throws: { "\($0)".contains("cannot be read") }
        try withDirectory { path in
            try FileManager.default.removeItem(atPath: path + "/_global.yaml")
            #expect { try PolicyBundle.load(directory: path) } throws: { "\($0)".contains("_global.yaml") }
            try FileManager.default.createDirectory(atPath: path + "/_global.yaml", withIntermediateDirectories: true)
            #expect { try PolicyBundle.load(directory: path) } throws: { "\($0)".contains("not a regular file") }
        }
    }
}
