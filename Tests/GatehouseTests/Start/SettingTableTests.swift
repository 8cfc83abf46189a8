import Testing

@testable import Gatehouse

@Suite("The table of settings")
struct SettingTableTests {
    /// A value of each setting that is not its default.
    private static func other(than value: SettingValue, _ setting: Setting) -> SettingValue {
        switch setting.form {
        case .toggle: value == .toggle(true) ? .toggle(false) : .toggle(true)
        case .count(let range): .count(value == .count(range.upperBound) ? range.lowerBound : range.upperBound)
        case .size(let range): .size(value == .size(range.upperBound) ? range.lowerBound : range.upperBound)
        case .duration(let range): .duration(value == .duration(range.upperBound) ? range.lowerBound : range.upperBound)
        case .choice(let words): words.map { .text($0) }.first { $0 != value } ?? value
        case .list: .list([setting.name == "cors_header" ? "X-Other" : "https://other.example"])
        case .text:
            [
                "/other/", "/third/", "127.0.0.1:1", "[::1]:2", "https://other.example", "https://third.example", "redis://other",
                "redis://third", "name-x", "name-y",
            ].map { .text($0) }
                .first {
                    setting.form.accepts($0) && $0 != value
                } ?? value
        }
    }

    /// The text of each value in a configuration that holds no further values, by its path. Optional members and enumerations are looked
    /// into.
    private static func leaves(of value: Any, at path: String = "") -> [String: String] {
        let mirror = Mirror(reflecting: value)
        if mirror.displayStyle == .optional, let some = mirror.children.first { return leaves(of: some.value, at: path) }
        let isLeaf = mirror.children.isEmpty || value is Duration || mirror.displayStyle == .collection
        guard !isLeaf else { return [path: "\(value)"] }
        return mirror.children.reduce(into: [:]) { result, child in
            let label = child.label.map { path.isEmpty ? $0 : path + "." + $0 } ?? path
            result.merge(leaves(of: child.value, at: label)) { $1 }
        }
    }

    /// Every setting at another value than its default, so that each optional part is there.
    private static var full: ServerSettings {
        var settings = ServerSettings()
        for setting in Setting.all { settings.set(setting, to: other(than: settings[setting], setting)) }
        guard let http = Setting.named("http") else { return settings }
        settings.set(http, to: .toggle(false))
        return settings
    }

    @Test("every member of the configuration is changed by a setting: whoever adds one adds it to the table")
    func complete() {
        let full = Self.full
        let before = Self.leaves(of: full.configuration)
        var unreached = Set(before.keys)
        for setting in Setting.all {
            var changed = full
            changed.set(setting, to: Self.other(than: full[setting], setting))
            var reset = full
            reset.set(setting, to: ServerSettings()[setting])
            for configuration in [changed.configuration, reset.configuration] {
                let after = Self.leaves(of: configuration)
                unreached = unreached.filter { after[$0] == before[$0] }
            }
        }
        #expect(unreached.isEmpty, "no setting changes \(unreached.sorted())")
    }

    @Test("a setting changes the member that it names", arguments: Setting.all.map(\.name))
    func member(_ name: String) throws {
        let setting = try #require(Setting.named(name))
        var before = ServerSettings()
        // What goes with another setting needs that one too.
        let needs = [
            "client_cert_optional": "client_ca", "cors_credentials": "cors_origin", "cors_max_age": "cors_origin",
            "cors_header": "cors_origin", "cluster_adapter": "cluster", "cluster_prefix": "cluster", "cluster_password_file": "cluster",
            "cluster_ca": "cluster", "cluster_required": "cluster", "cluster_serve_behind": "cluster", "cluster_key_file": "cluster",
            "api_http": "api", "api_client_ca": "api",
        ]
        if let need = needs[name].flatMap(Setting.named) { before.set(need, to: Self.other(than: before[need], need)) }
        var settings = before
        let value = Self.other(than: settings[setting], setting)
        settings.set(setting, to: value)
        #expect(settings[setting] == value)
        let (old, new) = (Self.leaves(of: before.configuration), Self.leaves(of: settings.configuration))
        let changed = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }
        let member = setting.member ?? (name == "certs" ? "transport" : "audit")
        #expect(!changed.isEmpty && changed.allSatisfy { $0.hasPrefix(member.split(separator: ".").first ?? "") }, "\(changed)")
    }

    @Test("the settings that a configuration amounts to amount to that configuration")
    func roundTrip() {
        for settings in [ServerSettings(), Self.full] {
            let configuration = settings.configuration
            #expect(Self.leaves(of: ServerSettings(configuration).configuration) == Self.leaves(of: configuration))
        }
    }

    @Test("names are unique and in snake case, and every default is a value of its setting")
    func names() throws {
        #expect(Set(Setting.all.map(\.name)).count == Setting.all.count)
        for setting in Setting.all {
            #expect(setting.name.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "_") })
            #expect(setting.form.accepts(ServerSettings()[setting]), "\(setting.name)")
            #expect(setting.meaning.hasSuffix("."), "\(setting.name)")
        }
        #expect(Set(Setting.all.map(\.group)) == Set(SettingGroup.allCases))
    }

    @Test("a value is read as it is shown", arguments: Setting.all.map(\.name))
    func spelling(_ name: String) throws {
        let setting = try #require(Setting.named(name))
        for value in [ServerSettings()[setting], Self.other(than: ServerSettings()[setting], setting)] {
            if value == .none || value == .list([]) { continue }
            #expect(try setting.form.parse([value.text]) == value)
        }
    }
}
