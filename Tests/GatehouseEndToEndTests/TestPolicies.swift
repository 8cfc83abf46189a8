/// The policies of the end-to-end tests: the development issuer, and a second one with an RSA key in a PEM file.
enum TestPolicies {
    static let files = ["_global.yaml": global, "chat.yaml": chat, "admin.yaml": admin]

    private static let global = """
        apiVersion: gatehouse/v1
        kind: Global
        revision: 1
        issuers:
          dev:
            iss: https://dev.gatehouse.invalid
            audience: [gatehouse]
            jwks_file: certs/dev-token.jwks.json
            algorithms: [ES256]
            typ: [at+jwt]
            require: [exp, iat, sub, jti]
            development: true
          second:
            iss: https://second.example
            audience: [gatehouse]
            pem_files: { second: certs/second-public.pem }
            algorithms: [RS256]
            typ: [at+jwt]
            require: [exp, iat, sub, jti]
        claims:
          roles: /roles
          scopes: /scope
        limits:
          connections: { node: 1000, per_ip: 500, per_user: 100, unauthenticated: 100 }
          ip:
            { connects: 1000/s burst 1000, failed_auth: 1000/s burst 1000, malformed: 1000/s burst 1000,
              failed_auth_penalty: { delay_after: 10000, ban_after: 10000 } }

        """

    private static let chat = """
        apiVersion: gatehouse/v1
        kind: NamespacePolicy
        namespace: /chat
        revision: 1
        mode: enforce
        transports: [websocket, polling]
        origin: { allow: [], allow_missing: true }
        connect:
          allow:
            - { id: chat.people, when: { issuer: [dev, second], roles: { any_of: [user, moderator] } } }
        rooms:
          join:
            allow:
              - { id: room.lobby, room: "lobby:*" }
        send:
          allow:
            - { id: send.membership, event: [join, leave], room_at: /room }
            - { id: send.message, event: message, room_at: /room, joined: true, dto: ChatMessage }
            - { id: send.typing, event: typing, room_at: /room, joined: true, dto: Typing }
        receive:
          allow:
            - { id: recv.chat, event: [message, typing, presence.join, presence.leave] }
        limits:
          payload: 16KiB
          connection: { messages: 2/s burst 20 }
          user: { messages: 100/s burst 500, connections: 100 }
          ip: { connects: 1000/s burst 1000, failed_auth: 1000/s burst 1000 }
        token:
          on_expiry: disconnect

        """

    private static let admin = """
        apiVersion: gatehouse/v1
        kind: NamespacePolicy
        namespace: /admin
        revision: 1
        mode: enforce
        transports: [websocket, polling]
        origin: { allow: [], allow_missing: true }
        connect:
          allow:
            - { id: admin.staff, when: { issuer: dev, roles: { any_of: [moderator] } } }
        send:
          allow:
            - { id: adm.read, event: [session.get, room.list, room.get, feed.subscribe, feed.unsubscribe, audit.query, audit.verify, audit.head] }
            - { id: adm.acts, event: [staff.self, drain, room.evict, room.lock, room.unlock, room.slow, lock.list, user.get, user.mute, user.unmute, mute.list, note.add, note.remove, report.list, report.claim, report.resolve, ban.add, ban.remove, ban.list, token.revoke_all, message.redact, act.list, act.undo, act.bulk, approval.list, approval.grant, approval.reject] }
            - { id: adm.all, event: [stats, session.list, session.kick, announce, token.revoke, user.reauth, policy.status, policy.explain, policy.matrix, policy.reload, policy.rollback], when: { roles: { any_of: [moderator] } } }
        receive:
          allow:
            - { id: adm.feed, event: [feed.session, feed.room, feed.decision, feed.moderation, feed.alert] }
        token:
          on_expiry: disconnect

        """
}
