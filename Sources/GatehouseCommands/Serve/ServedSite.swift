import Gatehouse
import GatehouseConsole
import GatehousePolicy

/// The pages that `serve` adds to a program: the console, where the program has an `/admin`, and a demo, where it has the chat that ships
/// and development keys.
struct ServedSite {
    let application: Application
    private let note: String?
    private let hasDemo: Bool

    init(_ application: Application, _ settings: ServerSettings, _ bundle: PolicyBundle) throws {
        let routes = try application.routeCatalogue().namespaces
        guard routes[AdminConnection.namespace] != nil, let note = application.consoleNote else {
            self.application = application
            note = nil
            hasDemo = false
            return
        }
        self.note = note
        let tokens = Self.demoTokens(routes, settings, bundle, isStrict: application.configuration.strict)
        hasDemo = tokens != nil
        self.application = application.console(demo: tokens)
    }

    func console(at url: String) -> String? { note.map { "\(url)/console/ \($0)" } }
    func demo(at url: String) -> String? { hasDemo ? url + "/demo/" : nil }

    /// The demo speaks the events of the chat that ships.
    private static func demoTokens(
        _ routes: [String: [RouteCatalogue.Route]], _ settings: ServerSettings, _ bundle: PolicyBundle, isStrict: Bool
    ) -> DemoTokens? {
        let events = Set(routes["/chat"]?.map(\.event) ?? [])
        let key = DevelopmentFiles(directory: settings.certificates).tokenKey
        guard !isStrict, events.isSuperset(of: ["join", "message"]), InputFile.exists(key),
            let name = bundle.global.issuers.first(where: \.development)?.name
        else { return nil }
        return DemoTokens { subject in
            try DevelopmentIssuer(named: name, bundle: bundle, keyPath: key)
                .issue(subject: subject, roles: ["user"], scope: nil, lifetime: 3_600, now: WallTime.seconds)
        }
    }
}
