import Gatehouse
public import GatehouseJSON
import Synchronization

extension TestApplication {
    /// A client that trusts the server and has joined no namespace yet. It is closed at the end of the test, if not before.
    ///
    /// - Parameter options: how it connects; authority and path are the server's, unless others are given.
    /// - Throws: ``SocketIOClientError``
    public func connect(_ options: SocketIOClient.Options = .init()) async throws -> SocketIOClient {
        var options = options
        options.authorityPath = options.authorityPath ?? authorityPath
        if options.path == SocketIOClient.Options().path { options.path = configuration.path }
        options.closesIdleConnections = true
        let client = try await SocketIOClient.connect(server.url, options: options)
        clients.withLock { $0.append(client) }
        return client
    }

    /// A client with its own token that has joined a namespace. Calls without a namespace mean this one.
    ///
    /// - Parameters:
    ///   - namespace: as in `/chat`.
    ///   - subject: the token's `sub`.
    ///   - issuer: the name that the policies give the token's issuer; `nil` for their first.
    ///   - roles: go to where the policies look for roles.
    ///   - scopes: go to where the policies look for scopes.
    ///   - claims: further claims.
    ///   - lifetime: of the token; `nil` for an hour, or what the issuer allows at most.
    ///   - options: how it connects, as with another transport or an `Origin`.
    /// - Throws: ``ConnectRefused`` if the server does not let it in; ``TestApplicationError``, ``SocketIOClientError``.
    public func join(
        _ namespace: String, as subject: String, issuer: String? = nil, roles: [String] = [], scopes: [String] = [],
        claims: JSONObject = [:], lifetime: Duration? = nil, options: SocketIOClient.Options = .init()
    ) async throws -> SocketIOClient {
        let token = try token(subject, issuer: issuer, roles: roles, scopes: scopes, claims: claims, lifetime: lifetime)
        var options = options
        options.namespace = namespace
        let client = try await connect(options)
        try await client.join(namespace, auth: ["token": .string(token)])
        return client
    }

    /// A valid token, signed with the run's key of its issuer. `iss`, audience, type, algorithm and required claims follow the policies.
    /// For a token that must be refused, give a lifetime that is over or longer than the issuer allows, or `null` for a required claim.
    ///
    /// - Parameters:
    ///   - subject: the token's `sub`.
    ///   - issuer: the name that the policies give the issuer; `nil` for their first.
    ///   - roles: go to where `claims.roles` of `_global.yaml` points.
    ///   - scopes: go to where `claims.scopes` of `_global.yaml` points, separated by spaces.
    ///   - claims: further claims; those that the harness sets itself (`iss`, `sub`, `aud`, `exp`, `iat`, `jti`, `client_id`) cannot be
    ///     given.
    ///   - lifetime: from issue to expiry, in whole seconds; `nil` for an hour, or what the issuer allows at most.
    ///   - age: how long ago it was issued by the server's clock, in whole seconds.
    /// - Throws: ``TestApplicationError`` with code `token` if there is no such issuer, or if it requires a claim that is not given.
    public func token(
        _ subject: String, issuer: String? = nil, roles: [String] = [], scopes: [String] = [], claims: JSONObject = [:],
        lifetime: Duration? = nil, issuedAgo age: Duration = .zero
    ) throws -> String {
        try issuers.token(
            subject, issuer: issuer, roles: roles, scopes: scopes, claims: claims, lifetime: lifetime?.components.seconds,
            issuedAt: clock.wallMilliseconds / 1_000 - age.components.seconds)
    }
}
