public import Configuration
public import Gatehouse
import GatehousePolicy

/// A file of settings: a mapping of names to values in the YAML of policy files, read strictly. Unknown keys are refused, with their line.
///
/// ```yaml
/// host: 0.0.0.0
/// ping_interval: 20s
/// cors_origin: [https://app.example, https://www.example]
/// ```
public struct SettingsFile: Sendable {
    let texts: SettingTexts

    /// Reads a file. Blocks on the disk.
    ///
    /// - Throws: ``Gatehouse/SettingErrors`` with all errors, each with its line.
    public init(path: String) throws(SettingErrors) {
        let bytes: [UInt8]
        do {
            bytes = try Self.contents(of: path)
        } catch {
            throw SettingErrors([SettingErrors.Fault(.file, at: path, error.message)])
        }
        try self.init(bytes, name: path)
    }

    /// Reads the bytes of a file.
    package init(_ bytes: [UInt8], name: String) throws(SettingErrors) {
        var faults: [SettingErrors.Fault] = []
        var entries: [String: SettingTexts.Entry] = [:]
        for entry in try Self.members(bytes, name) {
            guard let setting = Setting.named(entry.key) else {
                let message = "'\(entry.key.prefix(64))' is no setting" + Self.hint(entry.key)
                faults.append(SettingErrors.Fault(.unknown, at: entry.keyPosition.description, message))
                continue
            }
            let place = entry.value.position.description
            do {
                let texts = try Self.texts(of: entry.value)
                _ = try setting.form.parse(texts)
                entries[entry.key] = SettingTexts.Entry(texts, at: place)
            } catch {
                faults.append(SettingErrors.Fault(.value, settings: [setting.name], at: place, "\(error)"))
            }
        }
        guard faults.isEmpty else { throw SettingErrors(faults) }
        texts = SettingTexts(name: SettingTexts.file, entries)
    }

    private static func hint(_ key: String) -> String {
        NameLikeness.closest(to: key).map { "; did you mean '\($0.name)'?" } ?? NameLikeness.list
    }

    private static func members(_ bytes: [UInt8], _ name: String) throws(SettingErrors) -> [YAMLEntry] {
        // A file with nothing but comments sets nothing.
        let lines = bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        if lines.allSatisfy({ ($0.first { $0 != UInt8(ascii: " ") } ?? UInt8(ascii: "#")) == UInt8(ascii: "#") }) { return [] }
        let diagnostics = Diagnostics()
        let root = YAMLReader.read(bytes, file: name, diagnostics: diagnostics)
        guard diagnostics.errors.isEmpty, let root else {
            throw SettingErrors(diagnostics.errors.map { SettingErrors.Fault(.file, at: $0.position.description, $0.message) })
        }
        guard case .mapping(let entries) = root.kind else {
            throw SettingErrors([
                SettingErrors.Fault(.file, at: root.position.description, "a file of settings is a mapping, such as 'port: 8443'")
            ])
        }
        return entries
    }

    private static func texts(of node: YAMLNode) throws(SettingMistake) -> [String] {
        let nodes: [YAMLNode] = if case .sequence(let nodes) = node.kind { nodes } else { [node] }
        var texts: [String] = []
        for node in nodes {
            guard case .scalar(let text, _) = node.kind else {
                throw SettingMistake("this is \(node.kindName), where a value or a list of values is due")
            }
            texts.append(text)
        }
        return texts
    }
}

extension SettingsFile: ConfigProvider {
    /// The name of this kind of provider.
    public var providerName: String { texts.providerName }

    /// The file's text for a key, of any type.
    public func value(forKey key: AbsoluteConfigKey, type: ConfigType) throws -> LookupResult { texts.value(forKey: key, type: type) }

    /// As ``value(forKey:type:)``.
    public func fetchValue(forKey key: AbsoluteConfigKey, type: ConfigType) async throws -> LookupResult {
        texts.value(forKey: key, type: type)
    }

    /// The file is read once, so its values never change.
    public func watchValue<Return: ~Copyable>(
        forKey key: AbsoluteConfigKey, type: ConfigType,
        updatesHandler: (ConfigUpdatesAsyncSequence<Result<LookupResult, any Error>, Never>) async throws -> Return
    ) async throws -> Return {
        try await watchValueFromValue(forKey: key, type: type, updatesHandler: updatesHandler)
    }

    /// All values of the file.
    public func snapshot() -> any ConfigSnapshot { texts }

    /// The file is read once, so its values never change.
    public func watchSnapshot<Return: ~Copyable>(
        updatesHandler: (ConfigUpdatesAsyncSequence<any ConfigSnapshot, Never>) async throws -> Return
    ) async throws -> Return {
        try await watchSnapshotFromSnapshot(updatesHandler: updatesHandler)
    }
}
