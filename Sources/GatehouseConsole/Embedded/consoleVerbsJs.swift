// Written by .ci/console from Site/console/verbs.js: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consoleVerbsJs = EmbeddedFile("verbs.js", #"""
// The acts of staff as data: on what kind of object, with which fields, and as which payload. Forms, menus, the palette and bulk come from it.

const HOUR = 3_600;
const DAY = 86_400;
const reference = (object) => ({ iss: object.user?.iss ?? object.iss, sub: object.user?.sub ?? object.sub });
const hasUser = (object) => Boolean(object.user?.sub ?? object.sub);

const lasting = (choices, extra = {}) => ({ name: "duration_s", type: "duration", choices, ...extra });
const scope = [
  { name: "ns", type: "text", optional: true, from: (object) => (object.kind === "mute" ? object.ns : object.ns_one) },
  { name: "room", type: "text", optional: true, from: (object) => object.room, needs: "ns" },
];

/**
 * `on`: kinds of objects. `fields`: `{ name, type, optional, choices, value, from(object), needs }`. `target(object)`: the members that name
 * the object. `count`: the member of the answer that says how many were reached. `bulk`: whether several objects take it at once.
 */
export const VERBS = [
  { name: "session.kick", on: ["session", "user"], tone: "danger", bulk: true, count: "closed",
    fields: [lasting([0, 60, 600, HOUR, DAY], { name: "rejoin_after_s", value: 0, optional: true })],
    target: (object) => (object.kind === "session" ? { sid_ref: object.sid_ref } : { user: reference(object) }) },
  { name: "user.mute", on: ["user", "session", "member"], tone: "warn", bulk: true, count: "sessions", applies: hasUser,
    fields: [lasting([600, HOUR, DAY, 7 * DAY, 28 * DAY], { value: HOUR }), ...scope, { name: "shadow", type: "toggle" }],
    target: (object) => ({ user: reference(object) }) },
  { name: "ban.add", on: ["user", "session", "address"], tone: "danger", bulk: true, count: "closed",
    applies: (object) => object.kind === "address" || hasUser(object),
    fields: [lasting([HOUR, DAY, 7 * DAY, 30 * DAY, null], { value: DAY, optional: true }), ...scope],
    target: (object) => (object.kind === "address"
      ? { kind: String(object.value ?? object.ip).includes("/") ? "cidr" : "ip", value: object.value ?? object.ip }
      : { kind: "user", user: reference(object) }),
    shape: ({ ns, room, ...rest }) => ({ ...rest, ...(ns || room ? { scope: { ns, room } } : {}) }) },
  { name: "ban.remove", on: ["ban"], bulk: true, fields: [], target: (object) => ({ ban_id: object.ban_id ?? object.id }) },
  { name: "user.reauth", on: ["user", "session"], bulk: true, count: "asked", applies: hasUser,
    fields: [lasting([60, 300, 900, HOUR], { name: "within_s", value: 300 })], target: (object) => ({ user: reference(object) }) },
  { name: "token.revoke", on: ["user", "session"], tone: "danger", bulk: true, count: "closed", applies: hasUser, fields: [],
    target: (object) => ({ user: reference(object) }) },
  { name: "user.unmute", on: ["mute", "user"], bulk: true, fields: scope, applies: hasUser, target: (object) => ({ user: reference(object) }) },
  { name: "room.evict", on: ["member"], tone: "danger", bulk: true, count: "removed", fields: [],
    target: (object) => ({ ns: object.ns, room: object.room, user: reference(object) }) },
  { name: "room.lock", on: ["room"], tone: "warn", bulk: true, count: "members",
    fields: [{ name: "mode", type: "choice", choices: ["read_only", "closed"], value: "read_only" },
      lasting([600, HOUR, DAY, null], { value: HOUR, optional: true })],
    target: (object) => ({ ns: object.ns, room: object.room }) },
  { name: "room.unlock", on: ["room", "lock"], bulk: true, fields: [], applies: (object) => object.lock !== undefined && object.lock !== null, target: (object) => ({ ns: object.ns, room: object.room }) },
  { name: "room.slow", on: ["room", "lock"], bulk: true, count: "members", applies: (object) => object.kind === "room" || object.slow_s > 0,
    fields: [{ name: "interval_s", type: "number", min: 0, max: 21_600, from: (object) => (object.kind === "lock" ? 0 : 10) }, lasting([600, HOUR, DAY, null], { value: HOUR, optional: true })],
    target: (object) => ({ ns: object.ns, room: object.room }) },
  { name: "message.redact", on: ["room"], tone: "warn", count: "delivered", fields: [{ name: "message_id", type: "text" }, { name: "shown_reason", type: "text", optional: true }],
    target: (object) => ({ ns: object.ns, room: object.room }) },
  { name: "announce", on: ["server", "room"], count: "delivered",
    fields: [{ name: "text", type: "lines", max: 2_000 }, { name: "level", type: "choice", choices: ["info", "warning", "critical"], value: "info" },
      { name: "ns", type: "text", optional: true, from: (object) => object.ns }, { name: "room", type: "text", optional: true, from: (object) => object.room, needs: "ns" }],
    target: () => ({}) },
  { name: "note.add", on: ["user"], noDryRun: true, fields: [{ name: "text", type: "lines", max: 1_000 }], target: (object) => ({ user: reference(object) }) },
  { name: "note.remove", on: ["note"], noDryRun: true, fields: [], target: (object) => ({ note_id: object.note_id ?? object.id }) },
  { name: "report.claim", on: ["report"], bulk: true, fields: [], target: (object) => ({ report_id: object.report_id ?? object.id }) },
  { name: "report.resolve", on: ["report"], bulk: true,
    fields: [{ name: "outcome", type: "choice", choices: ["upheld", "dismissed"], value: "upheld" }],
    target: (object) => ({ report_id: object.report_id ?? object.id }) },
  { name: "approval.grant", on: ["approval"], tone: "warn", noDryRun: true, fields: [], target: (object) => ({ approval_id: object.approval_id ?? object.id }) },
  { name: "approval.reject", on: ["approval"], noDryRun: true, fields: [], target: (object) => ({ approval_id: object.approval_id ?? object.id }) },
  { name: "act.undo", on: ["record"], fields: [], applies: (object) => object.isUndoable !== false, target: (object) => ({ audit_seq: object.seq }) },
  { name: "policy.reload", on: ["server"], noDryRun: true, fields: [{ name: "force", type: "toggle" }, { name: "cluster", type: "toggle" }], target: () => ({}) },
  { name: "policy.rollback", on: ["server"], tone: "warn", noDryRun: true,
    fields: [{ name: "steps", type: "number", min: 1, max: 8, value: 1 }], target: () => ({}) },
  { name: "token.revoke_all", on: ["server"], tone: "danger", count: "closed", fields: [{ name: "issuer", type: "text" }], target: () => ({}) },
  { name: "drain", on: ["server"], tone: "danger", count: "closing", fields: [lasting([30, 60, 300], { name: "deadline_s", value: 60 })], target: () => ({}) },
];

export const verbNamed = (name) => VERBS.find((verb) => verb.name === name);

/** The acts that an object takes, as far as this person may. */
export function actsOn(object, may) {
  return VERBS.filter((verb) => verb.on.includes(object.kind) && may(verb.name) && (verb.applies?.(object) ?? true));
}

/** The acts that every one of several objects takes at once. */
export function actsOnAll(objects, may) {
  return VERBS.filter((verb) => verb.bulk && may(verb.name)
    && objects.every((object) => verb.on.includes(object.kind) && (verb.applies?.(object) ?? true)));
}

/** The members of a request beside reason and request id. Empty optional fields are left out. */
export function payloadOf(verb, object, values) {
  const given = Object.fromEntries(Object.entries(values).filter(([name, value]) => {
    if (value === "" || value === null || value === undefined || value === false) return false;
    return !(value === 0 && verb.fields.find((field) => field.name === name)?.optional);
  }));
  return { ...verb.target(object), ...(verb.shape ? verb.shape(given) : given) };
}

"""#)
}
