/// `limits.ip.failed_auth_penalty`: what an address pays for tokens that are refused, on top of the rate `limits.ip.failed_auth`.
///
/// The trade-off: an address may be a whole office behind one NAT, and one broken client in it that tries again and again keeps newcomers
/// waiting with it. So the first failures cost nothing, a token that was good once (expired, revoked) is no failure here, the delay has a cap
/// of seconds, an honest success shortens it, sessions that are open are never touched, and only a flood is banned, for minutes. What it
/// buys: of a flood of bad tokens one in ten seconds is looked at, the others are refused before any cryptography, and after five a second
/// for a minute new connections are refused at HTTP. Behind a reverse proxy that is not in `trusted_proxies` all clients have one address,
/// the proxy's: name it there.
///
/// Spans are nanoseconds.
package struct FailedAuthPenalty: Sendable, Equatable {
    /// In which attempts are counted for the ban; and after so long without a failure the delay begins anew.
    package var window: Int64 = 60_000_000_000
    /// After so many failures in a row each further one is followed by a delay: 1 s, 2 s, 4 s, …
    package var delayAfter = 5
    /// The longest delay.
    package var maxDelay: Int64 = 10_000_000_000
    /// So many attempts in a window, refused or too early, and the address is banned.
    package var banAfter = 300
    /// How long a ban lasts.
    package var banFor: Int64 = 300_000_000_000

    package init() {}

    /// How long an address waits after `run` failures in a row.
    package func delay(afterRun run: Int) -> Int64 {
        guard run >= delayAfter else { return 0 }
        // Beyond 2^32 s the cap holds whatever it is.
        return min(maxDelay, 1_000_000_000 << Int64(min(run - delayAfter, 32)))
    }
}
