/// The policies of a new package, for development on one machine.
extension NewPackage {
    static let globalPolicy = """
        # Who signs tokens. This one is for development: its key is made by the first start, and it opens nothing to the network.
        # `serve --strict` refuses it. For production name an issuer of your own.
        apiVersion: gatehouse/v1
        kind: Global
        revision: 1
        issuers:
          dev:
            iss: https://dev.gatehouse.invalid
            audience: [gatehouse]
            jwks_file: certs/dev-token.jwks.json
            algorithms: [ES256]
            typ: [JWT]
            require: [exp, iat, sub, jti]
            max_lifetime: 24h
            development: true
        claims: { roles: /roles, scopes: /scope }
        deny:
          - { id: dev.loopback-only, unless: { ip: ["127.0.0.0/8", "::1/128"] } }

        """

    static let chatPolicy = """
        # What no rule allows is refused.
        apiVersion: gatehouse/v1
        kind: NamespacePolicy
        namespace: /chat
        revision: 1
        mode: enforce
        transports: [websocket, polling]
        # The page in web/, and programs, which have no origin. CORS for the page is in gateway.yaml.
        origin: { allow: ["http://localhost:8000"], allow_missing: true }
        connect:
          allow:
            - { id: chat.people, when: { issuer: dev, roles: { any_of: [user, moderator] } } }
        rooms:
          join:
            allow:
              - { id: room.lobby, room: lobby }
              - { id: room.own, room: "user:{sub}" }
              - { id: room.staff, room: staff, when: { roles: { any_of: [moderator] } } }
        send:
          allow:
            - { id: send.join, event: join, room_at: "", rate: { connection: 5/s burst 20 } }
            - { id: send.message, event: message, room_at: /room, joined: true, dto: Message, rate: { connection: 5/s burst 60 } }
        receive:
          allow:
            - { id: receive.message, event: message }

        """

    static let adminPolicy = """
        # Moderation: `admin sessions`, `admin kick` and the others come in here.
        apiVersion: gatehouse/v1
        kind: NamespacePolicy
        namespace: /admin
        revision: 1
        mode: enforce
        transports: [websocket]
        origin: { allow_missing: true }
        connect:
          allow:
            - { id: admin.staff, when: { issuer: dev, roles: { any_of: [moderator, admin] } } }
        send:
          allow:
            - id: admin.read
              event:
                - staff.self
                - stats
                - session.list
                - session.get
                - room.list
                - room.get
                - user.get
                - ban.list
                - mute.list
                - lock.list
                - act.list
                - report.list
                - feed.subscribe
                - feed.unsubscribe
            - id: admin.moderate
              event:
                - session.kick
                - room.evict
                - room.lock
                - room.unlock
                - room.slow
                - user.mute
                - user.unmute
                - user.reauth
                - note.add
                - note.remove
                - report.claim
                - report.resolve
                - message.redact
                - announce
                - token.revoke
                - act.undo
                - act.bulk
            - id: admin.admins
              event: [ban.add, ban.remove, token.revoke_all, drain, approval.list, approval.grant, approval.reject]
              when: { roles: { any_of: [admin] } }
            - id: admin.policies
              event: [policy.status, policy.explain, policy.matrix, policy.reload, policy.rollback, audit.query, audit.verify, audit.head]
              when: { roles: { any_of: [admin] } }
        receive:
          allow:
            - { id: admin.feed, event: [feed.session, feed.room, feed.decision, feed.moderation, feed.alert] }

        """

    static let policyTest = """
        # Run by `policy test`, and by the server: it starts with no policies that fail their tests.
        apiVersion: gatehouse/v1
        kind: PolicyTest
        suite: chat
        cases:
          - name: a user connects
            as: { iss: dev, sub: alice, roles: [user] }
            do: { connect: true }
            expect: { effect: allow, rule: chat.people }
          - name: nobody connects without a token
            as: { anonymous: true }
            do: { connect: true }
            expect: { effect: deny, reason: no_matching_allow }
          - name: a development token opens nothing to the network
            as: { iss: dev, sub: alice, roles: [user], ip: "192.0.2.7" }
            do: { connect: true }
            expect: { effect: deny, rule: dev.loopback-only }
          - name: a page from elsewhere is refused
            as: { iss: dev, sub: alice, roles: [user], origin: "https://evil.example" }
            do: { connect: true }
            expect: { effect: deny, reason: origin_not_allowed }
          - name: one's own room is one's own
            as: { iss: dev, sub: alice, roles: [user] }
            do: { join: "user:bob" }
            expect: { effect: deny, reason: no_matching_allow }
          - name: a member speaks
            as: { iss: dev, sub: alice, roles: [user], joined: [lobby] }
            do: { send: message, to: lobby }
            expect: { effect: allow, rule: send.message }
          - name: others do not
            as: { iss: dev, sub: alice, roles: [user] }
            do: { send: message, to: lobby }
            expect: { effect: deny, reason: not_joined }
        table:
          roles: [anonymous, user, moderator]
          events:
            join: [deny, allow, allow]
            message: [deny, allow, allow]

        """
}
