import GatehouseFiles
import Testing

/// The rule, as a table: we are user 1000, whose groups are 1000, 2000 (a volume's group, in no list) and 3000 (alice is in it, too).
@Suite struct PathTrustTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let use: PathUse
        let components: [PathComponent]
        /// The commands that the findings tell to run.
        let remedies: [String]
        var testDescription: String { name }

        init(_ name: String, _ components: [PathComponent], _ remedies: String...) { self.init(name, .file, components, remedies) }

        init(_ name: String, _ use: PathUse, _ components: [PathComponent], _ remedies: String...) {
            self.init(name, use, components, remedies)
        }

        private init(_ name: String, _ use: PathUse, _ components: [PathComponent], _ remedies: [String]) {
            self.name = name
            self.use = use
            self.remedies = remedies
            self.components = components.enumerated().map { index, component in
                var component = component
                component.container = component.container ?? (index == 0 ? nil : index - 1)
                return component
            }
        }
    }

    private static let process = ProcessIdentity(
        user: 1000, groups: [1000, 2000, 3000],
        accounts: AccountDatabase(
            passwd: "root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/:/bin/sh\nalice:x:1001:1001::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh",
            group: "root:x:0:\napp:x:1000:app,root\nshared:x:3000:app,alice\nstaff:x:50:\nvideo:x:44:ghost"))

    private static func directory(
        _ path: String, _ mode: UInt32 = 0o755, owner: UInt32 = 0, group: UInt32 = 0, readOnly: Bool = false, list: AccessControlList? = nil
    ) -> PathComponent {
        PathComponent(
            path: path, kind: .directory, owner: owner, group: group, mode: mode, isReadOnly: readOnly, accessList: list)
    }

    private static func file(
        _ path: String, _ mode: UInt32 = 0o644, owner: UInt32 = 0, group: UInt32 = 0, readOnly: Bool = false, list: AccessControlList? = nil
    ) -> PathComponent {
        PathComponent(path: path, kind: .file, owner: owner, group: group, mode: mode, isReadOnly: readOnly, accessList: list)
    }

    private static func link(_ path: String, owner: UInt32 = 0, in container: Int? = nil, readOnly: Bool = false) -> PathComponent {
        PathComponent(
            path: path, kind: .link, owner: owner, group: 0, mode: 0o777, isReadOnly: readOnly, container: container)
    }

    private static let root = directory("/")

    static let rows: [Row] = [
        Row("root's file in root's directories", [root, directory("/etc"), file("/etc/f")]),
        Row("our own file in our own directory", [root, directory("/d", 0o700, owner: 1000), file("/d/f", 0o600, owner: 1000)]),
        Row("a file of another user", [root, file("/f", owner: 65534)], "chown app /f"),
        Row("a directory of another user", [root, directory("/d", owner: 65534), file("/d/f")], "chown app /d"),
        Row("a file that everyone writes", [root, file("/f", 0o666, group: 1000)], "chmod o-w /f"),
        Row("a directory that everyone writes", [root, directory("/d", 0o777), file("/d/f")], "chmod o-w /d"),
        Row(
            "a directory far above that everyone writes", [root, directory("/d", 0o757), directory("/d/e"), file("/d/e/f")],
            "chmod o-w /d"),
        Row(
            "all at once, the directory first",
            [root, directory("/d", 0o757, owner: 1001), file("/d/a b", 0o646, owner: 65534)],
            "chown app /d && chmod o-w /d", "chown app '/d/a b' && chmod o-w '/d/a b'"),
        Row(
            "a directory that everyone writes, mounted read-only",
            [root, directory("/d", 0o777, readOnly: true), file("/d/f", readOnly: true)]),
        Row(
            "somebody's files, mounted read-only",
            [root, directory("/d", owner: 501, readOnly: true), file("/d/f", 0o666, owner: 501, readOnly: true)]),
        Row("in a sticky directory", [root, directory("/tmp", 0o1777), file("/tmp/f")]),
        Row("another's file in a sticky directory", [root, directory("/tmp", 0o1777), file("/tmp/f", owner: 1001)], "chown app /tmp/f"),
        Row(
            "another's link in a sticky directory", [root, directory("/tmp", 0o1777), link("/tmp/l", owner: 1001), file("/f")],
            "chown -h app /tmp/l"),
        Row("another's link in a directory of root's", [root, directory("/d"), link("/d/l", owner: 1001), file("/f")]),
        Row("another's sticky directory", [root, directory("/t", 0o1777, owner: 1001), file("/t/f")], "chown app /t"),
        Row("a sticky directory whose files are all believed", .directory, [root, directory("/tmp", 0o1777)], "chmod o-w /tmp"),
        Row("a volume of a group of ours", .directory, [root, directory("/v", 0o2775, group: 2000)]),
        Row("a file that a group of ours writes", [root, file("/f", 0o664, group: 2000)]),
        Row("a group of our own name, root in it", [root, file("/f", 0o664, group: 1000)]),
        Row("root's own group", [root, directory("/d", 0o775), file("/d/f", 0o664)]),
        Row("everyone and a group that is none of ours", [root, file("/f", 0o666, group: 50)], "chmod go-w /f"),
        Row("a group of ours that alice is in", .directory, [root, directory("/v", 0o2775, group: 3000)], "chmod g-w /v"),
        Row("a group that is none of ours", [root, file("/f", 0o664, group: 50)], "chmod g-w /f"),
        Row("a secret of our own", .secret, [root, file("/k", 0o600, owner: 1000)]),
        Row("a secret that a group of ours reads", .secret, [root, file("/k", 0o440, group: 2000)]),
        Row("a secret that a group of ours reads, which others are in", .secret, [root, file("/k", 0o640, group: 3000)]),
        Row("a secret that a volume's group writes", .secret, [root, file("/k", 0o660, owner: 1000, group: 2000)]),
        Row("a secret that another group reads", .secret, [root, file("/k", 0o440, group: 50)], "chmod g-rwx /k"),
        Row("a secret of ours that another group reads", .secret, [root, file("/k", 0o640, owner: 1000, group: 50)], "chmod 600 /k"),
        Row("a secret that everyone reads", .secret, [root, file("/k", 0o444, group: 2000)], "chmod o-rwx /k"),
        Row("a secret of ours that everyone reads", .secret, [root, file("/k", 0o644, owner: 1000, group: 1000)], "chmod 600 /k"),
        Row("a secret that everyone reads, mounted read-only", .secret, [root, file("/k", 0o444, readOnly: true)], "chmod go-rwx /k"),
        Row("a certificate that everyone reads", [root, file("/c", 0o644)]),
        Row(
            "an access control list that names alice",
            [root, file("/f", 0o664, list: .init(users: [.init(id: 1001, rights: 6)], owningGroup: 4))], "setfacl -b /f"),
        Row(
            "an access control list that names us and root",
            [root, file("/f", 0o664, list: .init(users: [.init(id: 1000, rights: 6), .init(id: 0, rights: 6)], owningGroup: 4))]),
        Row(
            "an access control list that names another group",
            [root, file("/f", 0o664, list: .init(groups: [.init(id: 50, rights: 2)], owningGroup: 4))], "setfacl -b /f"),
        Row(
            "a secret that alice may read by a list", .secret,
            [root, file("/k", 0o640, owner: 1000, list: .init(users: [.init(id: 1001, rights: 4)], owningGroup: 0))], "setfacl -b /k"),
        Row(
            "a Secret of Kubernetes", .secret,
            [
                root, directory("/certs", 0o3777, group: 2000, readOnly: true), link("/certs/tls.key", readOnly: true),
                link("/certs/..data", in: 1, readOnly: true), directory("/certs/..2026", 0o2755, group: 2000, readOnly: true),
                file("/certs/..2026/tls.key", 0o440, group: 2000, readOnly: true),
            ]),
        Row(
            "the same on a disk that is written", .secret,
            [
                root, directory("/certs", 0o777), link("/certs/tls.key"), link("/certs/..data", in: 1),
                directory("/certs/..2026"), file("/certs/..2026/tls.key", 0o440, group: 2000),
            ], "chmod o-w /certs"),
    ]

    @Test("Found is what somebody else could really do, with the command that ends it", arguments: rows)
    func table(_ row: Row) {
        let findings = PathTrust(Self.process).findings(row.components, as: row.use)
        #expect(findings.map(\.remedy) == row.remedies, "\(findings.text)")
    }

    @Test("As root, our user is root and root's group is ours")
    func asRoot() {
        let trust = PathTrust(ProcessIdentity(user: 0, groups: [0]))
        func remedies(_ file: PathComponent) -> [String] { trust.findings([Self.root, file], as: .file).map(\.remedy) }
        #expect(remedies(Self.file("/f", 0o664)) == [])
        #expect(remedies(Self.file("/f", owner: 1000)) == ["chown root /f"])
    }

    @Test("A finding says who could do what")
    func words() {
        let trust = PathTrust(Self.process)
        func text(_ file: PathComponent) -> String { trust.findings([Self.root, file], as: .file).text }
        #expect(text(Self.file("/f", owner: 65534)) == "/f belongs to nobody (uid 65534): chown app /f")
        #expect(
            text(Self.file("/f", 0o664, group: 3000))
                == "/f can be changed by group shared (gid 3000), and alice is in it too: chmod g-w /f")
        #expect(
            text(Self.file("/f", 0o666, owner: 7, group: 44))
                == "/f belongs to uid 7, and can be changed by everyone, and can be changed by group video (gid 44), "
                + "of which the server is no member: chown app /f && chmod go-w /f")
    }

    @Test("Members of a group are found by both lists; one whom only the second list names counts")
    func accounts() {
        let accounts = AccountDatabase(
            passwd: "root:x:0:0::\nus:x:5:9::\nprimary:x:6:9::\nbroken\nx:x:y:z:",
            group: "g:x:9:us,root,listed\nother:x:10:someone\nno:x")
        #expect(accounts.others(inGroup: 9, than: 5) == ["listed", "primary"])
        #expect(accounts.others(inGroup: 11, than: 5) == [])
    }

    @Test("An access control list is read from its attribute; its mask takes rights away")
    func list() {
        func entry(_ tag: UInt8, _ rights: UInt8, _ id: UInt8) -> [UInt8] { [tag, 0, rights, 0, id, 0, 0, 0] }
        let bytes: [UInt8] =
            [2, 0, 0, 0] + entry(0x01, 6, 0) + entry(0x02, 7, 9) + entry(0x04, 6, 0) + entry(0x08, 6, 8) + entry(0x10, 4, 0)
            + entry(0x20, 0, 0)
        #expect(
            AccessControlList(attribute: bytes)
                == AccessControlList(users: [.init(id: 9, rights: 4)], groups: [.init(id: 8, rights: 4)], owningGroup: 4))
        #expect(AccessControlList(attribute: [1, 0, 0, 0]) == nil)
        #expect(AccessControlList(attribute: [2, 0, 0, 0, 1]) == nil)
        #expect(AccessControlList(attribute: []) == nil)
    }
}
