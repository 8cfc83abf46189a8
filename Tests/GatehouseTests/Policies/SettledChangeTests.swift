import Testing

@testable import Gatehouse

@Suite("Changed files are read once they are left alone")
struct SettledChangeTests {
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    private func fingerprint() throws -> DirectoryFingerprint { try #require(DirectoryFingerprint(of: directory.path(""))) }

    @Test("POL-40: a change is told once, when nothing has been written for half a second")
    func settles() throws {
        try directory.write("a", to: "a.yaml")
        var change = SettledChange(try fingerprint(), settle: .milliseconds(500))
        var told: [Int] = []
        func look(at milliseconds: Int) throws {
            if change.observe(try fingerprint(), at: .milliseconds(milliseconds)) { told.append(milliseconds) }
        }
        try look(at: 0)
        try directory.write("ab", to: "a.yaml")
        for instant in [100, 500] { try look(at: instant) }
        // It is still being written.
        try directory.write("abc", to: "a.yaml")
        for instant in [700, 1_199, 1_200, 5_000] { try look(at: instant) }
        #expect(told == [1_200])
        directory.remove()
    }

    @Test("POL-40: a change that was not taken is told again after the settling time")
    func forgotten() throws {
        defer { directory.remove() }
        try directory.write("a", to: "a.yaml")
        var change = SettledChange(try fingerprint(), settle: .milliseconds(500))
        try directory.write("ab", to: "a.yaml")
        let seen = try fingerprint()
        var told: [Int] = []
        func look(at milliseconds: Int) { if change.observe(seen, at: .milliseconds(milliseconds)) { told.append(milliseconds) } }
        for instant in [0, 500, 600, 650] { look(at: instant) }
        change.forget()
        for instant in [700, 1_100, 1_200, 5_000] { look(at: instant) }
        #expect(told == [500, 1_200])
    }

    @Test(
        "POL-40: files that come, go, or lie in tests/ are a change; other files are none",
        arguments: [("b.yaml", true), ("tests/a.test.yaml", true), ("notes.txt", false)])
    func seen(_ name: String, _ isSeen: Bool) throws {
        try directory.write("a", to: "a.yaml")
        let before = try fingerprint()
        try directory.write("b", to: name)
        let after = try fingerprint()
        #expect((after != before) == isSeen)
        directory.remove()
    }
}
