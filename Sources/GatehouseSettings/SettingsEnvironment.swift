public import Configuration
public import Gatehouse

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The settings among the environment variables: those whose names start with `GATEHOUSE_`. An unknown one is refused, since it would have
/// no effect.
public struct SettingsEnvironment: Sendable {
    /// Variables that are not settings: the file of settings, and the token of `gatehouse admin`.
    static let others: Set<String> = [fileVariable, "GATEHOUSE_TOKEN"]
    /// The variable that names a file of settings.
    public static let fileVariable = "GATEHOUSE_CONFIG"

    /// Every variable of this process.
    package static var all: [String: String] { ProcessInfo.processInfo.environment }

    /// The file of settings that the environment names.
    public let file: String?
    /// Gives the settings to a `ConfigReader`.
    public let provider: any ConfigProvider

    /// The settings of this process's environment.
    ///
    /// - Throws: ``Gatehouse/SettingErrors`` with every unknown variable.
    public init() throws(SettingErrors) { try self.init(Self.all) }

    /// The settings of an environment.
    ///
    /// - Throws: ``Gatehouse/SettingErrors`` with every unknown variable.
    public init(_ variables: [String: String]) throws(SettingErrors) {
        let ours = variables.filter { name, value in
            name.hasPrefix(Setting.variablePrefix) && !ServiceVariable.matches(name, value, in: variables)
        }
        let settings = Set(Setting.all.map(\.variable))
        let unknown = ours.keys.filter { !settings.contains($0) && !Self.others.contains($0) }.sorted()
        guard unknown.isEmpty else {
            throw SettingErrors(
                unknown.map { name in
                    let hint = NameLikeness.closest(to: name.dropFirst(Setting.variablePrefix.count).lowercased())
                    return SettingErrors.Fault(
                        .unknown, at: name,
                        "this variable is no setting" + (hint.map { "; did you mean \($0.variable)?" } ?? NameLikeness.list))
                })
        }
        file = ours[Self.fileVariable]
        provider = EnvironmentVariablesProvider(environmentVariables: ours.filter { settings.contains($0.key) })
            .prefixKeys(with: "gatehouse")
    }
}

/// Variables that Kubernetes sets for each service of a namespace. Those of a service named `gatehouse` start as settings do:
/// `GATEHOUSE_SERVICE_HOST`, `GATEHOUSE_PORT=tcp://10.0.0.7:443`, `GATEHOUSE_PORT_443_TCP_ADDR`.
enum ServiceVariable {
    /// Whether a variable belongs to a service: each service has a `…_SERVICE_HOST`.
    static func matches(_ name: String, _ value: String, in variables: [String: String]) -> Bool {
        variables.keys.contains { host in
            guard host.hasSuffix("_SERVICE_HOST") else { return false }
            let service = host.dropLast("SERVICE_HOST".count)
            return name.hasPrefix(service) && isOfService(name.dropFirst(service.count), value)
        }
    }

    private static func isOfService(_ rest: Substring, _ value: String) -> Bool {
        switch rest {
        case "SERVICE_HOST", "SERVICE_PORT": return true
        case "PORT": return ["tcp://", "udp://", "sctp://"].contains { value.hasPrefix($0) }
        default: break
        }
        if rest.hasPrefix("SERVICE_PORT_") { return true }
        let words = rest.split(separator: "_", omittingEmptySubsequences: false)
        return (3...4).contains(words.count) && words[0] == "PORT" && Int(words[1]) != nil
            && ["TCP", "UDP", "SCTP"].contains(words[2]) && (words.count == 3 || ["PROTO", "PORT", "ADDR"].contains(words[3]))
    }
}
