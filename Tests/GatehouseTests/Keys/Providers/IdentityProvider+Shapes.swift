import GatehouseJSON

/// The shapes of the providers in policies/README.md.
extension IdentityProvider {
    static let all = [cognito, okta, auth0, entra, entraV1, keycloak, firebase, apple, supabase, supabaseSecret, duende]

    private static let cognito = IdentityProvider(
        name: "cognito",
        claims: [
            "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "cognito:groups": ["moderators", "staff"], "version": 2,
            "client_id": "chat-app", "origin_jti": "o1", "event_id": "e1", "token_use": "access",
            "scope": "aws.cognito.signin.user.admin chat/read", "auth_time": 1_500_000_000, "jti": "j1", "username": "alice",
        ],
        roles: ["moderators", "staff"], scopes: ["aws.cognito.signin.user.admin", "chat/read"],
        variants: [
            Variant(what: "the other client", claims: [("client_id", "chat-web")]),
            Variant(what: "no groups", claims: [("cognito:groups", nil)], roles: []),
        ],
        nearMisses: [
            NearMiss(
                "an ID token", "token_kind",
                claims: [("token_use", "id"), ("aud", "chat-app"), ("client_id", nil), ("at_hash", "h"), ("scope", nil)]),
            NearMiss("an ID token without hash", "aud", claims: [("token_use", "id"), ("aud", "chat-app"), ("client_id", nil)]),
            NearMiss("an access token for a resource", "aud", claims: [("aud", "https://other.example.com")]),
            NearMiss("one for several resources", "aud", claims: [("aud", ["https://other.example.com", "chat-app"])]),
            NearMiss("an empty audience", "aud", claims: [("aud", [])]),
            NearMiss("of another use", "claim_value:token_use", claims: [("token_use", "id")]),
            NearMiss("of no use", "missing_claim:token_use", claims: [("token_use", nil)]),
            NearMiss("its use in an array", "claim_type:token_use", claims: [("token_use", ["access"])]),
            NearMiss("another client's", "claim_value:client_id", claims: [("client_id", "shop")]),
            NearMiss("a client whose name begins like ours", "claim_value:client_id", claims: [("client_id", "chat-app2")]),
            NearMiss("a client in other letters", "claim_value:client_id", claims: [("client_id", "Chat-App")]),
            NearMiss("nobody's", "missing_claim:client_id", claims: [("client_id", nil)]),
            NearMiss("null as the client", "missing_claim:client_id", claims: [("client_id", .null)]),
            NearMiss("several clients", "claim_type:client_id", claims: [("client_id", ["chat-app", "shop"])]),
            NearMiss("a type that is not named", "typ", header: [("typ", "JWT")]),
            NearMiss("a type of the name none", "typ", header: [("typ", "none")]),
            NearMiss("an empty type", "header:typ", header: [("typ", "")]),
            NearMiss("a type that is null", "header:typ", header: [("typ", .null)]),
        ])

    private static let okta = IdentityProvider(
        name: "okta",
        claims: [
            "ver": 1, "jti": "AT.1", "aud": "api://default", "cid": "chat-web", "uid": "00u1", "scp": ["openid", "chat.read"],
            "auth_time": 1_500_000_000, "sub": "alice@example.com", "groups": ["Everyone", "Chat Moderators"],
        ],
        roles: ["Everyone", "Chat Moderators"], scopes: ["openid", "chat.read"],
        variants: [Variant(what: "one group as a text", claims: [("groups", "Everyone")], roles: ["Everyone"])],
        nearMisses: [
            NearMiss("for Okta itself", "aud", claims: [("aud", "https://example.okta.com")]),
            NearMiss("an ID token", "token_kind", claims: [("aud", "chat-web"), ("jti", "ID.1"), ("at_hash", "h")]),
            NearMiss("an ID token without hash", "aud", claims: [("aud", "chat-web"), ("jti", "ID.1")]),
            NearMiss("another client's", "claim_value:cid", claims: [("cid", "shop")]),
            NearMiss("nobody's", "missing_claim:cid", claims: [("cid", nil)]),
            NearMiss("the organization's own type", "typ", header: [("typ", "application/okta-internal-at+jwt")]),
        ])

    private static let auth0 = IdentityProvider(
        name: "auth0", header: ["typ": "JWT"],
        claims: [
            "sub": "auth0|123456", "aud": ["https://chat.example.com/api", "https://example.eu.auth0.com/userinfo"], "azp": "chat",
            "scope": "openid profile", "permissions": ["chat:read", "chat:write"], "https://chat.example.com/roles": ["moderator"],
        ],
        roles: ["moderator"], scopes: ["chat:read", "chat:write"],
        variants: [
            Variant(
                what: "its RFC 9068 profile", header: [("typ", "at+jwt")], claims: [("azp", nil), ("client_id", "chat"), ("jti", "j")]),
            Variant(
                what: "we are the last of its audience",
                claims: [("aud", ["https://example.eu.auth0.com/userinfo", "https://chat.example.com/api"])]),
            Variant(what: "we are its only audience", claims: [("aud", "https://chat.example.com/api")]),
        ],
        nearMisses: [
            NearMiss("for another API", "aud", claims: [("aud", ["https://shop.example.com", "https://example.eu.auth0.com/userinfo"])]),
            NearMiss("for the user's profile alone", "aud", claims: [("aud", "https://example.eu.auth0.com/userinfo")]),
            NearMiss("an ID token", "aud", claims: [("aud", "chat"), ("scope", nil)]),
            NearMiss("without an audience", "missing_claim:aud", claims: [("aud", nil)]),
            NearMiss("without a type", "typ_missing", header: [("typ", nil)]),
            NearMiss("an issuer without the slash", "unknown_issuer", claims: [("iss", "https://example.eu.auth0.com")]),
        ])

    private static let entra = IdentityProvider(
        name: "entra", header: ["typ": "JWT", "x5t": "thumbprint"],
        claims: [
            "aud": "66666666-7777-8888-9999-000000000000", "nbf": 1_500_000_000, "aio": "opaque", "azp": "chat", "azpacr": "0",
            "name": "Alice", "oid": "o", "preferred_username": "alice@example.com", "rh": "r", "roles": ["Chat.Moderate", "Chat.Post"],
            "scp": "Chat.Read Chat.Write", "sub": "pairwise", "tid": "11111111-2222-3333-4444-555555555555", "uti": "u", "ver": "2.0",
        ],
        roles: ["Chat.Moderate", "Chat.Post"], scopes: ["Chat.Read", "Chat.Write"],
        variants: [
            Variant(what: "an application's, with roles and no scopes", claims: [("scp", nil), ("idtyp", "app")], scopes: [])
        ],
        nearMisses: [
            NearMiss("for Microsoft Graph", "aud", claims: [("aud", "00000003-0000-0000-c000-000000000000")]),
            NearMiss("for the API by its other name", "aud", claims: [("aud", "api://66666666-7777-8888-9999-000000000000")]),
            NearMiss(
                "another tenant's", "unknown_issuer",
                claims: [("iss", "https://login.microsoftonline.com/99999999-2222-3333-4444-555555555555/v2.0")]),
            NearMiss("without a subject", "missing_claim:sub", claims: [("sub", nil)]),
        ])

    private static let entraV1 = IdentityProvider(
        name: "entra-v1", header: ["typ": "JWT", "x5t": "thumbprint"],
        claims: [
            "aud": "api://chat.example.com", "nbf": 1_500_000_000, "acr": "1", "aio": "opaque", "amr": ["pwd", "mfa"], "appid": "chat",
            "appidacr": "0", "family_name": "Example", "ipaddr": "192.0.2.1", "oid": "o", "roles": ["Chat.Moderate"], "scp": "Chat.Read",
            "sub": "pairwise", "tid": "11111111-2222-3333-4444-555555555555", "unique_name": "alice@example.com", "uti": "u", "ver": "1.0",
        ],
        roles: ["Chat.Moderate"], scopes: ["Chat.Read"],
        nearMisses: [
            NearMiss("for Microsoft Graph", "aud", claims: [("aud", "https://graph.microsoft.com")]),
            NearMiss("an audience that begins like ours", "aud", claims: [("aud", "api://chat.example.com/")]),
        ])

    private static let keycloak = IdentityProvider(
        name: "keycloak", header: ["typ": "JWT"],
        claims: [
            "jti": "onrtac:1", "aud": "account", "sub": "f4a2", "typ": "Bearer", "azp": "chat-web", "sid": "s", "acr": "1",
            "allowed-origins": ["https://chat.example.com"],
            "realm_access": ["roles": ["default-roles-example", "moderator", "offline_access"]],
            "resource_access": ["account": ["roles": ["manage-account", "admin"]]], "scope": "email profile", "email_verified": true,
            "preferred_username": "alice",
        ],
        roles: ["default-roles-example", "moderator", "offline_access"], scopes: ["email", "profile"],
        variants: [
            Variant(what: "account is the last of its audience", claims: [("aud", ["broker", "shop", "account"])]),
            Variant(what: "no roles of the realm", claims: [("realm_access", nil)], roles: []),
        ],
        nearMisses: [
            NearMiss("another client's", "claim_value:azp", claims: [("azp", "shop")]),
            NearMiss("nobody's", "missing_claim:azp", claims: [("azp", nil)]),
            NearMiss("an ID token", "claim_value:typ", claims: [("typ", "ID"), ("aud", ["chat-web", "account"])]),
            NearMiss("an ID token as it is by default", "token_kind", claims: [("typ", "ID"), ("aud", "chat-web"), ("at_hash", "h")]),
            NearMiss("a refresh token", "claim_value:typ", claims: [("typ", "Refresh")]),
            NearMiss("a logout token", "token_kind", claims: [("typ", "Logout"), ("events", ["e": [:]])]),
            NearMiss("a lightweight token without audience", "missing_claim:aud", claims: [("aud", nil)]),
        ])

    private static let firebase = IdentityProvider(
        name: "firebase", header: ["typ": "JWT"],
        claims: [
            "aud": "example-project", "auth_time": 1_500_000_000, "user_id": "u1", "sub": "u1", "email": "alice@example.com",
            "email_verified": true, "roles": ["moderator"],
            "firebase": ["identities": ["email": ["alice@example.com"]], "sign_in_provider": "password"],
        ],
        roles: ["moderator"], scopes: nil,
        nearMisses: [
            NearMiss(
                "another project's", "unknown_issuer",
                claims: [("iss", "https://securetoken.google.com/other-project"), ("aud", "other-project")]),
            NearMiss("for another project", "aud", claims: [("aud", "other-project")]),
            NearMiss("an empty subject", "claim_type:sub", claims: [("sub", "")]),
            NearMiss("a custom token", "unknown_issuer", claims: [("iss", "firebase-adminsdk@example-project.iam.gserviceaccount.com")]),
            NearMiss("a session cookie", "unknown_issuer", claims: [("iss", "https://session.firebase.google.com/example-project")]),
            NearMiss("no time of sign-in", "missing_claim:auth_time", claims: [("auth_time", nil)]),
        ])

    private static let apple = IdentityProvider(
        name: "apple",
        claims: [
            "aud": "com.example.chat", "sub": "001234.abcdef.0123", "c_hash": "h", "email": "x@privaterelay.appleid.com",
            "email_verified": "true", "is_private_email": "true", "auth_time": 1_500_000_000, "nonce_supported": true,
            "real_user_status": 2,
        ],
        roles: nil, scopes: nil,
        variants: [Variant(what: "of a code that was exchanged", claims: [("c_hash", nil), ("at_hash", "h")])],
        nearMisses: [
            NearMiss("another app's", "aud", claims: [("aud", "com.example.shop")]),
            NearMiss("without an audience", "missing_claim:aud", claims: [("aud", nil)]),
            NearMiss("a notification", "token_kind", claims: [("events", "{}")]),
            NearMiss("without a subject", "missing_claim:sub", claims: [("sub", nil)]),
        ])

    private static let supabaseClaims: JSONObject = [
        "aud": "authenticated", "sub": "123e4567", "email": "alice@example.com", "phone": "",
        "app_metadata": ["provider": "email", "providers": ["email"]], "user_metadata": [:], "role": "authenticated", "aal": "aal1",
        "amr": [["method": "password", "timestamp": 1_500_000_000]], "session_id": "s1", "is_anonymous": false,
    ]

    private static let supabase = IdentityProvider(
        name: "supabase", algorithm: "ES256", header: ["typ": "JWT"], claims: supabaseClaims, roles: ["authenticated"], scopes: nil,
        nearMisses: supabaseNearMisses)

    private static let supabaseSecret = IdentityProvider(
        name: "supabase-secret", algorithm: "HS256", header: ["typ": "JWT"], claims: supabaseClaims, roles: ["authenticated"],
        scopes: nil, nearMisses: supabaseNearMisses)

    private static let supabaseNearMisses = [
        NearMiss("signed in without an account", "claim_value:is_anonymous", claims: [("is_anonymous", true)]),
        NearMiss("false as a text", "claim_value:is_anonymous", claims: [("is_anonymous", "false")]),
        NearMiss("false as a number", "claim_value:is_anonymous", claims: [("is_anonymous", 0)]),
        NearMiss("for nobody", "aud", claims: [("aud", "anon"), ("role", "anon")]),
        NearMiss(
            "the key for everybody", "unknown_issuer",
            claims: [("iss", "supabase"), ("ref", "example"), ("role", "anon"), ("sub", nil), ("aud", nil)]),
        NearMiss("the key of the service", "unknown_issuer", claims: [("iss", "supabase"), ("role", "service_role")]),
        NearMiss("without a type", "typ_missing", header: [("typ", nil)]),
    ]

    private static let duende = IdentityProvider(
        name: "duende", header: ["typ": "at+jwt"],
        claims: [
            "nbf": 1_500_000_000, "aud": "chat", "scope": ["openid", "chat.read", "chat.write"], "amr": ["pwd"], "client_id": "web",
            "sub": "818727", "auth_time": 1_500_000_000, "idp": "local", "role": ["moderator", "user"], "sid": "s", "jti": "j",
        ],
        roles: ["moderator", "user"], scopes: ["openid", "chat.read", "chat.write"],
        variants: [
            Variant(what: "one role", claims: [("role", "moderator")], roles: ["moderator"]),
            Variant(what: "scopes as one text", claims: [("scope", "openid chat.read")], scopes: ["openid", "chat.read"]),
            Variant(what: "several audiences", claims: [("aud", ["shop", "chat"])]),
        ],
        nearMisses: [
            NearMiss("for another API", "aud", claims: [("aud", ["shop", "https://login.example.com/resources"])]),
            NearMiss("an ID token", "typ", header: [("typ", "JWT")]),
            NearMiss("a logout token", "typ", header: [("typ", "logout+jwt")]),
            NearMiss("nobody's", "missing_claim:client_id", claims: [("client_id", nil)]),
            NearMiss("bound to a key", "cnf", claims: [("cnf", ["jkt": "k"])]),
        ])
}
