// Written by .ci/console from Site/console/objects.js: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consoleObjectsJs = EmbeddedFile("objects.js", #"""
// What acts are done to, by kind: how each is named, and where its page is.
import { shortIssuer, userName } from "./format.js";
import { t } from "./i18n.js";
import { href, roomLink, sessionLink, userLink } from "./router.js";

export const sessionObject = (item) => ({
  ...item, kind: "session", ns_one: Array.isArray(item.ns) && item.ns.length === 1 ? item.ns[0] : undefined, room: undefined,
});
export const userObject = (user, more = {}) => ({ kind: "user", iss: user.iss, sub: user.sub, ...more });
export const roomObject = (item) => ({ ...item, kind: "room" });
export const memberObject = (user, ns, room) => ({ kind: "member", iss: user?.iss, sub: user?.sub, ns, ns_one: ns, room });
export const addressObject = (ip) => ({ kind: "address", ip });
export const SERVER = { kind: "server" };

export function nameOf(object) {
  switch (object.kind) {
    case "session": return `${t("kind.session")} ${object.user ? userName(object.user) : object.sid_ref}`;
    case "user": case "member": return userName(object);
    case "room": case "lock": return `${object.ns} ${object.room}`;
    case "address": return object.value ?? object.ip;
    case "mute": return userName(object.user);
    case "ban": return object.user ? userName(object.user) : object.value ?? object.ban_id;
    case "record": return t("record", { seq: object.seq });
    case "server": return t("kind.server");
    default: return object.report_id ?? object.approval_id ?? object.note_id ?? object.id ?? object.kind;
  }
}

/** The name with its kind, for a dialog. */
export function describe(object) {
  const word = t(`kind.${object.kind}`);
  const more = object.kind === "user" && object.iss ? ` · ${shortIssuer(object.iss)}` : "";
  return object.kind === "server" || object.kind === "session" ? nameOf(object) : `${word} ${nameOf(object)}${more}`;
}

export function linkTo(object) {
  switch (object.kind) {
    case "session": return sessionLink(object.sid_ref);
    case "user": case "member": return userLink(object);
    case "room": case "lock": return roomLink(object.ns, object.room);
    case "address": return href("sessions", { ip: object.ip });
    default: return null;
  }
}

"""#)
}
