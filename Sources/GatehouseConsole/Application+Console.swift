import EngineIO
public import Gatehouse

/// The console for staff (CON-01): pages of the binary under `/console/`, which are a client of `/admin` and nothing more.
extension Application {
    /// Serves the console, if the configuration's `console` says so.
    ///
    /// ```swift
    /// Application(configuration).mount(ChatGateway()).mount(AdminGateway(settings)).console()
    /// ```
    /// `gatehouse serve`, and `serve` of every program made with `GatehouseCommands`, does this by itself.
    public func console() -> Application { console(demo: nil) }

    /// - Parameter demo: the tokens of a demo at `/demo/`, which is served to this machine alone.
    package func console(demo: DemoTokens?) -> Application {
        guard let access = ConsoleAccess(configuration) else { return self }
        let issuer = configuration.consoleIssuer.flatMap { ConsoleIssuer($0) }
        let headers = SecurityHeaders(issuer: issuer)
        var pages = Self.pages(of: EmbeddedFile.console, under: "/console/", access, headers)
        let description = ServerDescription(
            path: configuration.path, hasDemo: demo != nil, issuer: issuer, client: configuration.consoleClient, headers: headers)
        pages["/console/server.json"] = .http { description.answer(to: PageRequest($0), access) }
        if let demo {
            pages.merge(Self.pages(of: EmbeddedFile.demo, under: "/demo/", .thisMachine, SecurityHeaders())) { $1 }
            pages["/demo/token.json"] = .gathered { await demo.answer(to: PageRequest($0), $0.query) }
        }
        return serving(pages)
    }

    /// Whether the console is served, and whether to this machine alone.
    package var consoleNote: String? {
        ConsoleAccess(configuration).map { $0 == .thisMachine ? "from this machine alone" : "from wherever this port is reached" }
    }

    private static func pages(
        of files: [EmbeddedFile], under path: String, _ access: ConsoleAccess, _ headers: SecurityHeaders
    ) -> [String: EngineRoute] {
        var pages: [String: EngineRoute] = [:]
        for file in files {
            let answer = FileAnswer(file: file, access: access, headers: headers)
            pages[path + (file.name == "index.html" ? "" : file.name)] = .http { answer(PageRequest($0)) }
        }
        pages[String(path.dropLast())] = .http { request in
            guard access.includes(PageRequest(request)) else { return HTTPResponse(.notFound) }
            return HTTPResponse(.permanentRedirect, fields: headers.fields + [("Location", path)])
        }
        return pages
    }
}
