package import Configuration

/// Settings as texts by name, each with its place: the provider of flags and of a file for a `ConfigReader`.
package struct SettingTexts: Sendable {
    package struct Entry: Sendable {
        /// One text, or the elements of a list.
        package let texts: [String]
        /// A flag, or `FILE:LINE:COLUMN`.
        package let place: String

        package init(_ texts: [String], at place: String) {
            self.texts = texts
            self.place = place
        }
    }

    /// The name of the provider in a `ConfigReader`.
    package let providerName: String
    let entries: [String: Entry]

    package init(name: String, _ entries: [String: Entry]) {
        providerName = name
        self.entries = entries
    }
}

extension SettingTexts: ConfigSnapshot, ConfigProvider {
    package func value(forKey key: AbsoluteConfigKey, type: ConfigType) -> LookupResult {
        let name = key.components.joined(separator: ".")
        guard let entry = entries[name] else { return LookupResult(encodedKey: name, value: nil) }
        // Each setting interprets its text, so it is passed on unchanged. A list for a text stays a list, which the reader refuses.
        let isList = type == .stringArray || entry.texts.count != 1
        let content: ConfigContent = isList ? .stringArray(entry.texts) : .string(entry.texts[0])
        return LookupResult(encodedKey: entry.place, value: ConfigValue(content, isSecret: false))
    }

    package func fetchValue(forKey key: AbsoluteConfigKey, type: ConfigType) async -> LookupResult { value(forKey: key, type: type) }

    package func watchValue<Return: ~Copyable>(
        forKey key: AbsoluteConfigKey, type: ConfigType,
        updatesHandler: (ConfigUpdatesAsyncSequence<Result<LookupResult, any Error>, Never>) async throws -> Return
    ) async throws -> Return {
        try await watchValueFromValue(forKey: key, type: type, updatesHandler: updatesHandler)
    }

    package func snapshot() -> any ConfigSnapshot { self }

    package func watchSnapshot<Return: ~Copyable>(
        updatesHandler: (ConfigUpdatesAsyncSequence<any ConfigSnapshot, Never>) async throws -> Return
    ) async throws -> Return {
        try await watchSnapshotFromSnapshot(updatesHandler: updatesHandler)
    }
}
