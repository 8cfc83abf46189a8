package import Configuration
import Gatehouse
import Synchronization

/// The origin of a setting's value.
package enum SettingOrigin: Sendable, Hashable {
    case flag(String)
    case environment(String)
    /// `FILE:LINE:COLUMN`
    case file(String)
    case standard

    /// For people.
    package var text: String {
        switch self {
        case .flag(let flag): flag
        case .environment(let name): name
        case .file(let place): place
        case .standard: "default"
        }
    }

    package var kind: String {
        switch self {
        case .flag: "flag"
        case .environment: "environment"
        case .file: "file"
        case .standard: "default"
        }
    }
}

/// Records the provider of each setting while they are read.
package final class SettingOrigins: AccessReporter {
    private let origins = Mutex<[String: SettingOrigin]>([:])

    package init() {}

    package func report(_ event: AccessEvent) {
        guard let name = event.metadata.key.components.last else { return }
        for result in event.providerResults {
            guard case .success(let found) = result.result, found.value != nil else { continue }
            let origin: SettingOrigin =
                switch result.providerName {
                case SettingTexts.flags: .flag(found.encodedKey)
                case SettingTexts.file: .file(found.encodedKey)
                default: .environment(found.encodedKey)
                }
            return origins.withLock { $0[name] = origin }
        }
    }

    /// The origin of a setting.
    package subscript(name: String) -> SettingOrigin { origins.withLock { $0[name] } ?? .standard }
}

extension SettingTexts {
    /// The provider's name for flags.
    package static let flags = "flags"
    /// The provider's name for a file.
    package static let file = "SettingsFile"
}
