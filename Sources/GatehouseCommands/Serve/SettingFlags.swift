import ArgumentParser
import Gatehouse

/// Flags of settings. Each is optional: without the flag, environment and file decide.
protocol SettingFlags: ParsableArguments {}

extension SettingFlags {
    /// The given values, by the names of settings.
    var given: [String: [String]] {
        var given: [String: [String]] = [:]
        for child in Mirror(reflecting: self).children {
            guard let label = child.label else { continue }
            let texts: [String]? =
                switch child.value {
                case let option as Option<String?>: option.wrappedValue.map { [$0] }
                case let option as Option<[String]>: option.wrappedValue.isEmpty ? nil : option.wrappedValue
                case let flag as Flag<Bool?>: flag.wrappedValue.map { [$0 ? "true" : "false"] }
                default: nil
                }
            given[Self.settingName(ofProperty: label)] = texts
        }
        return given
    }

    /// `pingInterval` as `ping_interval`; a wrapped property's storage starts with `_`.
    static func settingName(ofProperty label: String) -> String {
        label.drop { $0 == "_" }.map { $0.isUppercase ? "_" + $0.lowercased() : String($0) }.joined()
    }
}

extension Option where Value == String? {
    /// The flag of a setting that takes one value.
    init(setting name: String) {
        self.init(name: .setting(name), help: .setting(name), transform: { text in try Setting.checked(text, name) })
    }
}

extension Option where Value == [String] {
    /// The flag of a setting that takes several values.
    init(wrappedValue: [String], setting name: String) {
        self.init(
            wrappedValue: wrappedValue, name: .setting(name), help: .setting(name), transform: { text in try Setting.checked(text, name) })
    }
}

extension Flag where Value == Bool? {
    /// The flag of a setting that is on or off.
    /// - Parameter alias: another name that it has.
    init(setting name: String, alias: String? = nil) {
        self.init(name: .setting(name, alias), inversion: .prefixedNo, help: .setting(name))
    }
}

extension NameSpecification {
    fileprivate static func setting(_ name: String, _ alias: String? = nil) -> NameSpecification {
        let names = [name, alias].compactMap { $0 }.map { String($0.map { $0 == "_" ? "-" : $0 }) }
        return NameSpecification(names.map { .customLong($0) })
    }
}

extension ArgumentHelp {
    fileprivate static func setting(_ name: String) -> ArgumentHelp? {
        Setting.named(name).map { ArgumentHelp("\($0.meaning(naming: \.flag)) \($0.helpNote)", valueName: $0.form.placeholder) }
    }
}

extension Setting {
    /// The default and the values, if they say more than the placeholder.
    fileprivate var helpNote: String {
        let values: String? =
            switch form {
            case .count, .size, .duration, .choice: self.values
            case .list, .text, .toggle: nil
            }
        return "(" + (values.map { $0 + "; " } ?? "") + "default: \(defaultText(naming: \.flag)))"
    }

    fileprivate static func checked(_ text: String, _ name: String) throws -> String {
        guard let setting = named(name) else { throw ValidationError("there is no setting \(name).") }
        do {
            _ = try setting.form.parse([text])
        } catch {
            throw ValidationError("\(error).")
        }
        return text
    }
}
