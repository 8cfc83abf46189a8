public import Configuration
public import Gatehouse

extension ServerSettings {
    /// Reads every setting of the table ``Gatehouse/Setting/all``; unset ones keep their defaults.
    ///
    /// Values are texts, as on the command line and in the environment; numbers and booleans of a JSON file are taken too.
    ///
    /// - Parameter config: where to look, in its order of precedence. Keys are the names of settings, under the reader's prefix if it has one.
    /// - Throws: ``Gatehouse/SettingErrors`` with everything that is wrong.
    public init(reading config: ConfigReader) async throws(SettingErrors) {
        self.init()
        var faults: [SettingErrors.Fault] = []
        for setting in Setting.all {
            do {
                guard let texts = try await Self.texts(of: setting, config) else { continue }
                set(setting, to: try setting.form.parse(texts))
            } catch {
                faults.append(SettingErrors.Fault(.value, settings: [setting.name], "\(error)"))
            }
        }
        faults += conflicts
        guard faults.isEmpty else { throw SettingErrors(faults) }
    }

    /// The raw value; nil if unset.
    private static func texts(of setting: Setting, _ config: ConfigReader) async throws -> [String]? {
        let key = ConfigKey([setting.name])
        if case .list = setting.form { return try await config.fetchStringArray(forKey: key) }
        do {
            return try await config.fetchString(forKey: key).map { [$0] }
        } catch {
            // A provider that knows types has no text there.
            if let number = try? await config.fetchInt(forKey: key) { return [String(number)] }
            if let isOn = try? await config.fetchBool(forKey: key) { return [isOn ? "true" : "false"] }
            throw SettingMistake("it is no text, number or boolean; expected: \(setting.values)")
        }
    }
}

extension Gatehouse.Configuration {
    /// The configuration of the settings, for your own program that reads them as `gatehouse serve` does:
    ///
    /// ```swift
    /// let environment = try SettingsEnvironment()
    /// let file = try environment.file.map { [try SettingsFile(path: $0)] } ?? []
    /// let configuration = try await Configuration(reading: ConfigReader(providers: [environment.provider] + file))
    /// ```
    ///
    /// - Parameter config: where to look, in its order of precedence; see ``Gatehouse/ServerSettings/init(reading:)``.
    /// - Throws: ``Gatehouse/SettingErrors`` with everything that is wrong.
    public init(reading config: ConfigReader) async throws(SettingErrors) {
        self = try await ServerSettings(reading: config).configuration
    }
}
