import Configuration
public import Gatehouse

/// The settings of a command, from flags, else the environment, else a file, else the defaults, with the origin of each.
package struct GatheredSettings: Sendable {
    package let settings: ServerSettings
    package let origins: SettingOrigins

    /// - Parameters:
    ///   - flags: what flags say, by the names of settings.
    ///   - file: the file that a flag names; it overrides the environment's.
    ///   - environment: all of its variables.
    package init(flags: [String: [String]], file: String?, environment: [String: String]) async throws(SettingErrors) {
        var faults: [SettingErrors.Fault] = []
        var variables: SettingsEnvironment?
        var read: SettingsFile?
        do {
            variables = try SettingsEnvironment(environment)
        } catch {
            faults += error.faults
        }
        do {
            if let path = file ?? environment[SettingsEnvironment.fileVariable] { read = try SettingsFile(path: path) }
        } catch {
            faults += error.faults
        }
        guard let variables, faults.isEmpty else { throw SettingErrors(faults) }
        try await self.init(flags: flags, variables, read)
    }

    init(flags: [String: [String]], _ environment: SettingsEnvironment, _ file: SettingsFile?) async throws(SettingErrors) {
        let given = flags.map { name, texts in (name, SettingTexts.Entry(texts, at: Self.flag(name, texts))) }
        var providers: [any ConfigProvider] = [
            SettingTexts(name: SettingTexts.flags, Dictionary(given, uniquingKeysWith: { $1 })), environment.provider,
        ]
        if let file { providers.append(file) }
        let origins = SettingOrigins()
        do {
            settings = try await ServerSettings(reading: ConfigReader(providers: providers, accessReporter: origins))
        } catch {
            throw SettingErrors(error.faults.map { Self.placed($0, origins) })
        }
        self.origins = origins
    }

    /// As it was written.
    private static func flag(_ name: String, _ texts: [String]) -> String {
        guard let setting = Setting.named(name) else { return name }
        if case .toggle = setting.form, texts == ["false"] { return "--no-" + setting.flag.dropFirst(2) }
        return setting.flag
    }

    /// Adds the places of the settings to an error.
    private static func placed(_ fault: SettingErrors.Fault, _ origins: SettingOrigins) -> SettingErrors.Fault {
        var fault = fault
        let places = fault.settings.map { origins[$0] }.filter { $0 != .standard }.map(\.text)
        if !places.isEmpty { fault.place = places.joined(separator: ", ") }
        return fault
    }

    /// Whether only flags are wrong, which is wrong usage.
    package static func isUsage(_ errors: SettingErrors) -> Bool {
        errors.faults.allSatisfy { fault in
            fault.place.map { $0.split(separator: ", ").allSatisfy { $0.hasPrefix("--") } } ?? false
        }
    }
}

extension ServerSettings {
    /// The settings of this process's environment, else of a file, else the defaults, as `gatehouse serve` without flags has them. For your
    /// own program:
    ///
    /// ```swift
    /// let application = Application(try await ServerSettings.load().configuration).mount(QuizGateway())
    /// ```
    ///
    /// Blocks on the disk.
    ///
    /// - Parameter file: a file of settings; without one it is the file that `GATEHOUSE_CONFIG` names, or none.
    /// - Throws: ``Gatehouse/SettingErrors`` with all errors, each with its variable or line.
    public static func load(file: String? = nil) async throws(SettingErrors) -> ServerSettings {
        try await GatheredSettings(flags: [:], file: file, environment: SettingsEnvironment.all).settings
    }
}
