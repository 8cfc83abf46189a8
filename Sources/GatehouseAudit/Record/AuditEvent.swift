/// The catalogue (AUD-07): every event that the log can hold. An event outside it does not compile.
///
/// Raw values are the names in the file; they never change once released.
package enum AuditEvent: String, CaseIterable, Sendable, Hashable {
    case auditStarted = "audit.started"
    case auditStopped = "audit.stopped"
    case auditRecovered = "audit.recovered"
    case auditGap = "audit.gap"
    case auditRotated = "audit.rotated"
    case auditCheckpoint = "audit.checkpoint"
    case auditHeartbeat = "audit.heartbeat"
    case auditDegraded = "audit.degraded"
    case auditRestored = "audit.restored"

    case nodeStarting = "node.starting"
    case nodeStarted = "node.started"
    case nodeStopping = "node.stopping"
    case nodeDrained = "node.drained"
    case nodeConfig = "node.config"
    /// State of an earlier run is missing, and the operator continues without it.
    case nodeStateMissing = "node.state_missing"
    /// What came over the cluster's Redis as an act of staff is not of one of its nodes.
    case nodeActRefused = "node.act_refused"
    case nodeLimit = "limit.node"

    case tlsHandshakeFailed = "tls.handshake_failed"
    case tlsCertificateLoaded = "tls.cert_loaded"
    case tlsCertificateRejected = "tls.cert_rejected"
    case tlsCertificateExpiring = "tls.cert_expiring"
    case keyLoaded = "key.loaded"
    case keyRejected = "key.rejected"
    /// A key of an issuer's set cannot be used; the others are.
    case keyLeftOut = "key.left_out"

    case connectionRejected = "conn.rejected"
    case connectionOpened = "conn.opened"
    case connectionClosed = "conn.closed"
    /// An address is refused at HTTP for a while, for its earlier requests.
    case addressBanned = "conn.banned"

    case authOK = "auth.ok"
    case authFailed = "auth.failed"
    case authRefreshed = "auth.refreshed"
    case authExpired = "auth.expired"
    case authRevokedUse = "auth.revoked_use"

    case namespaceJoined = "ns.joined"
    case namespaceDenied = "ns.denied"
    case namespaceLeft = "ns.left"
    case roomJoined = "room.joined"
    case roomDenied = "room.denied"
    case roomLeft = "room.left"

    case messageDenied = "msg.denied"
    case messageWouldDeny = "msg.would_deny"
    case messageInvalid = "msg.invalid"
    case messageRateLimited = "msg.rate_limited"
    case messageAccepted = "msg.accepted"

    /// A back end calls the server, and may.
    case apiCalled = "api.called"
    /// A call of a back end is refused.
    case apiDenied = "api.denied"

    case sessionSlow = "session.slow"
    case sessionViolations = "session.violations"
    /// A client is back in its session, with the events that it had missed.
    case sessionRecovered = "session.recovered"
    /// A client asked for its session, and began a new one.
    case sessionNotRecovered = "session.not_recovered"

    case policyChecked = "policy.checked"
    case policyActivated = "policy.activated"
    case policyRejected = "policy.rejected"
    case policyRolledBack = "policy.rolled_back"

    // Staff. The name is "admin." and the name of the event of /admin, so that `AuditEvent(rawValue: "admin." + name)` finds it.
    case adminStats = "admin.stats"
    case adminSessionList = "admin.session.list"
    case adminSessionGet = "admin.session.get"
    case adminSessionKick = "admin.session.kick"
    case adminRoomList = "admin.room.list"
    case adminRoomGet = "admin.room.get"
    case adminRoomEvict = "admin.room.evict"
    case adminRoomLock = "admin.room.lock"
    case adminRoomUnlock = "admin.room.unlock"
    case adminRoomSlow = "admin.room.slow"
    case adminUserMute = "admin.user.mute"
    case adminUserUnmute = "admin.user.unmute"
    case adminUserReauth = "admin.user.reauth"
    case adminBanAdd = "admin.ban.add"
    case adminBanRemove = "admin.ban.remove"
    case adminBanList = "admin.ban.list"
    case adminTokenRevoke = "admin.token.revoke"
    case adminTokenRevokeAll = "admin.token.revoke_all"
    case adminMessageRedact = "admin.message.redact"
    case adminAnnounce = "admin.announce"
    case adminPolicyReload = "admin.policy.reload"
    case adminPolicyStatus = "admin.policy.status"
    case adminPolicyRollback = "admin.policy.rollback"
    case adminPolicyExplain = "admin.policy.explain"
    case adminPolicyMatrix = "admin.policy.matrix"
    case adminStaffSelf = "admin.staff.self"
    case adminLockList = "admin.lock.list"
    case adminUserGet = "admin.user.get"
    case adminMuteList = "admin.mute.list"
    case adminNoteAdd = "admin.note.add"
    case adminNoteRemove = "admin.note.remove"
    case adminActList = "admin.act.list"
    case adminActUndo = "admin.act.undo"
    case adminActBulk = "admin.act.bulk"
    case adminApprovalList = "admin.approval.list"
    case adminApprovalGrant = "admin.approval.grant"
    case adminApprovalReject = "admin.approval.reject"
    case adminAuditQuery = "admin.audit.query"
    case adminAuditVerify = "admin.audit.verify"
    case adminAuditHead = "admin.audit.head"
    case adminFeedSubscribe = "admin.feed.subscribe"
    case adminDrain = "admin.drain"
    case adminReportList = "admin.report.list"
    case adminReportClaim = "admin.report.claim"
    case adminReportResolve = "admin.report.resolve"
    /// A report by a user, for staff.
    case reportReceived = "report.received"
    case approvalRequested = "approval.requested"
    case approvalGranted = "approval.granted"
    case approvalRejected = "approval.rejected"
    case approvalLapsed = "approval.lapsed"
    case moderationExpired = "mod.expired"

    case handlerError = "handler.error"
}
