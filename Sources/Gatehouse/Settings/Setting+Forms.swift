/// How the table's entries are written: the form of a value follows from the type that it is kept in.
extension Setting {
    static func text(
        _ name: String, _ group: SettingGroup, _ member: String?, _ path: any WritableKeyPath<ServerSettings, String> & Sendable,
        as placeholder: String, _ expected: String, where isValid: @escaping @Sendable (String) -> Bool = { _ in true },
        default note: String? = nil, _ meaning: String
    ) -> Setting {
        Setting(
            name: name, group: group, member: member, meaning: meaning, defaultNote: note,
            form: .text(placeholder: placeholder, expected: expected, isValid: { !$0.isEmpty && isValid($0) }),
            read: { .text($0[keyPath: path]) },
            write: { if case .text(let text) = $1 { $0[keyPath: path] = text } })
    }

    /// One that may be unset. `standard` is what is taken then.
    static func text(
        _ name: String, _ group: SettingGroup, _ member: String?, _ path: any WritableKeyPath<ServerSettings, String?> & Sendable,
        or standard: @escaping @Sendable (ServerSettings) -> String? = { _ in nil },
        as placeholder: String, _ expected: String, where isValid: @escaping @Sendable (String) -> Bool = { _ in true },
        default note: String? = nil, _ meaning: String
    ) -> Setting {
        Setting(
            name: name, group: group, member: member, meaning: meaning, defaultNote: note,
            form: .text(placeholder: placeholder, expected: expected, isValid: { !$0.isEmpty && isValid($0) }),
            read: { ($0[keyPath: path] ?? standard($0)).map { .text($0) } ?? .none },
            write: { if case .text(let text) = $1 { $0[keyPath: path] = text } })
    }

    static func list(
        _ name: String, _ group: SettingGroup, _ member: String?, _ path: any WritableKeyPath<ServerSettings, [String]> & Sendable,
        as placeholder: String, _ expected: String, where isValid: @escaping @Sendable (String) -> Bool, _ meaning: String
    ) -> Setting {
        Setting(
            name: name, group: group, member: member, meaning: meaning, defaultNote: nil,
            form: .list(placeholder: placeholder, expected: expected, isValid: isValid),
            read: { .list($0[keyPath: path]) },
            write: { if case .list(let texts) = $1 { $0[keyPath: path] = texts } })
    }

    static func choice<Value: RawRepresentable<String> & CaseIterable & Sendable>(
        _ name: String, _ group: SettingGroup, _ member: String?, _ path: any WritableKeyPath<ServerSettings, Value> & Sendable,
        _ meaning: String
    ) -> Setting {
        Setting(
            name: name, group: group, member: member, meaning: meaning, defaultNote: nil,
            form: .choice(Value.allCases.map(\.rawValue)),
            read: { .text($0[keyPath: path].rawValue) },
            write: { if case .text(let text) = $1, let value = Value(rawValue: text) { $0[keyPath: path] = value } })
    }

    static func toggle(
        _ name: String, _ group: SettingGroup, _ member: String?, _ path: any WritableKeyPath<ServerSettings, Bool> & Sendable,
        _ meaning: String
    ) -> Setting {
        Setting(
            name: name, group: group, member: member, meaning: meaning, defaultNote: nil, form: .toggle,
            read: { .toggle($0[keyPath: path]) },
            write: { if case .toggle(let isOn) = $1 { $0[keyPath: path] = isOn } })
    }

    static func count(
        _ name: String, _ group: SettingGroup, _ member: String?, _ path: any WritableKeyPath<ServerSettings, Int> & Sendable,
        _ range: ClosedRange<Int>, _ meaning: String
    ) -> Setting {
        Setting(
            name: name, group: group, member: member, meaning: meaning, defaultNote: nil, form: .count(range),
            read: { .count($0[keyPath: path]) },
            write: { if case .count(let count) = $1 { $0[keyPath: path] = count } })
    }

    static func size(
        _ name: String, _ group: SettingGroup, _ member: String?, _ path: any WritableKeyPath<ServerSettings, Int> & Sendable,
        _ range: ClosedRange<Int>, _ meaning: String
    ) -> Setting {
        Setting(
            name: name, group: group, member: member, meaning: meaning, defaultNote: nil, form: .size(range),
            read: { .size($0[keyPath: path]) },
            write: { if case .size(let bytes) = $1 { $0[keyPath: path] = bytes } })
    }

    static func time(
        _ name: String, _ group: SettingGroup, _ member: String?, _ path: any WritableKeyPath<ServerSettings, Duration> & Sendable,
        _ range: ClosedRange<Duration>, _ meaning: String
    ) -> Setting {
        Setting(
            name: name, group: group, member: member, meaning: meaning, defaultNote: nil, form: .duration(range),
            read: { .duration($0[keyPath: path]) },
            write: { if case .duration(let duration) = $1 { $0[keyPath: path] = duration } })
    }
}
