import GatehouseJSON

/// How a bundle is loaded.
package struct PolicyLoadOptions: Sendable {
    package var generation: UInt64
    /// Refuse files and directories that others could change or replace (POL-23). Off only where permissions mean nothing.
    package var checkModes: Bool
    /// By namespace, further event names to be looked up by number: those of the registered routes. Names that no file gives literally
    /// work without, a little slower.
    package var eventNames: [String: [String]]

    package init(generation: UInt64 = 1, checkModes: Bool = true, eventNames: [String: [String]] = [:]) {
        self.generation = generation
        self.checkModes = checkModes
        self.eventNames = eventNames
    }
}

extension PolicyBundle {
    /// Reads `_global.yaml` and the namespace files directly in a directory. Blocking: not for an event loop.
    /// - Throws: all mistakes at once.
    package static func load(directory: String, options: PolicyLoadOptions = .init()) throws(PolicyErrors) -> PolicyBundle {
        let diagnostics = Diagnostics()
        let files = PolicyDirectory.read(directory, suffix: ".yaml", checkModes: options.checkModes, diagnostics)
        // What a directory lacks that cannot be read is nothing to tell of.
        guard !files.isEmpty || diagnostics.errors.isEmpty else { throw PolicyErrors(diagnostics.errors) }
        return try load(files: files, options: options, diagnostics)
    }

    /// Makes a bundle of texts. Pure.
    package static func load(files: [PolicyFile], options: PolicyLoadOptions = .init()) throws(PolicyErrors) -> PolicyBundle {
        try load(files: files, options: options, Diagnostics())
    }

    private static func load(files given: [PolicyFile], options: PolicyLoadOptions, _ diagnostics: Diagnostics) throws(PolicyErrors)
        -> PolicyBundle
    {
        // By name, so that nothing depends on the order of a directory; `_global.yaml` first, since the others speak of its issuers.
        let files = given.sorted { ($0.name != "_global.yaml" ? 1 : 0, $0.name) < ($1.name != "_global.yaml" ? 1 : 0, $1.name) }
        var reader = RuleReader(diagnostics: diagnostics)
        var global: GlobalReader.Result?
        var namespaces: [(file: String, result: NamespaceReader.Result)] = []
        var moderation: ModerationReader.Result?
        var api: ApiReader.Result?
        for file in files {
            let whole = SourcePosition(file: file.name, line: 0, column: 0)
            if file.name == "_global.yaml" {
                guard let root = YAMLReader.read(file.bytes, file: file.name, diagnostics: diagnostics) else { continue }
                global = GlobalReader(diagnostics: diagnostics).read(root, rules: &reader)
            } else if file.name == ModerationSettings.fileName {
                guard let root = YAMLReader.read(file.bytes, file: file.name, diagnostics: diagnostics) else { continue }
                moderation = ModerationReader(diagnostics: diagnostics).read(root)
            } else if file.name == ApiPolicy.fileName {
                guard let root = YAMLReader.read(file.bytes, file: file.name, diagnostics: diagnostics) else { continue }
                api = ApiReader(diagnostics: diagnostics).read(root, rules: &reader)
            } else if let name = PolicyFile.namespace(ofFile: file.name) {
                guard let root = YAMLReader.read(file.bytes, file: file.name, diagnostics: diagnostics) else { continue }
                if let result = NamespaceReader(diagnostics: diagnostics).read(root, expected: name, rules: &reader) {
                    namespaces.append((file.name, result))
                }
            } else {
                diagnostics.report(
                    .value, at: whole,
                    "no namespace has this file name: chat.yaml is /chat, root.yaml is /, game.lobby.yaml is /game/lobby, tenant.+.yaml is /tenant/*"
                )
            }
        }
        if !files.contains(where: { $0.name == "_global.yaml" }) {
            diagnostics.report(
                .unreadable, at: SourcePosition(file: "_global.yaml", line: 0, column: 0),
                "the file is missing: it defines the issuers whose tokens count")
        }
        refuseOverlaps(namespaces, diagnostics)
        let rules = (global?.rules ?? []) + namespaces.flatMap(\.result.rules)
        let compiled = namespaces.map { file, result in
            NamespacePolicy(
                NamespaceCompiler(
                    namespace: result.namespace, rules: rules, mode: result.settings.mode,
                    names: options.eventNames[result.namespace] ?? [], diagnostics),
                settings: result.settings, revision: result.revision, file: file, generation: options.generation)
        }
        guard diagnostics.errors.isEmpty, let global else { throw PolicyErrors(diagnostics.errors) }
        var revisions = Dictionary(namespaces.map { ($0.file, $0.result.revision) }) { first, _ in first }
        revisions[ModerationSettings.fileName] = moderation?.revision
        revisions[ApiPolicy.fileName] = api?.revision
        return PolicyBundle(
            generation: options.generation, global: global.settings, rules: rules, namespaces: compiled,
            files: files.map {
                FileRecord(name: $0.name, revision: revisions[$0.name] ?? global.revision, sha256: SHA256Digest.hexadecimal($0.bytes))
            },
            sha256: digest(files), relaxations: relaxations(namespaces.map(\.result), rules),
            positions: Dictionary(namespaces.map { ($0.result.namespace, $0.result.position) }) { first, _ in first },
            proxiesPosition: global.proxiesPosition, sources: files, moderation: moderation?.settings ?? ModerationSettings(),
            api: api.map { ApiPolicy(isGiven: true, rules: $0.rules, idempotency: $0.idempotency) } ?? .none)
    }

    /// A namespace has one policy: two patterns of which it could be one are a conflict.
    private static func refuseOverlaps(_ namespaces: [(file: String, result: NamespaceReader.Result)], _ diagnostics: Diagnostics) {
        var earlier: [NamePattern] = []
        for (_, result) in namespaces where PolicyFile.isPattern(result.namespace) {
            guard let pattern = try? NamePattern(parsing: result.namespace, .namespace) else { continue }
            if let other = earlier.first(where: { $0.overlaps(pattern) }) {
                diagnostics.report(
                    .conflict, at: result.position,
                    "a namespace could be one of \(other) and of \(pattern), and has one policy: make one of them narrower")
            }
            earlier.append(pattern)
        }
    }

    private static func digest(_ files: [PolicyFile]) -> String {
        var bytes: [UInt8] = []
        for file in files { bytes += Array("\(file.name.utf8.count):\(file.name)\(file.bytes.count):".utf8) + file.bytes }
        return SHA256Digest.hexadecimal(bytes)
    }

    private static func relaxations(_ namespaces: [NamespaceReader.Result], _ rules: [PolicyRule]) -> [PolicyRelaxation] {
        namespaces.compactMap { result in
            guard result.settings.mode != .enforce else { return nil }
            return PolicyRelaxation(position: result.modePosition ?? result.position, mode: result.settings.mode, rule: nil)
        }
            + rules.compactMap { rule in
                guard let mode = rule.mode, mode != .enforce else { return nil }
                return PolicyRelaxation(position: rule.position, mode: mode, rule: rule.id)
            }
    }
}
