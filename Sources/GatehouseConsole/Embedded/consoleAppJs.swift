// Written by .ci/console from Site/console/app.js: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consoleAppJs = EmbeddedFile("app.js", #"""
// The frame around the pages: navigation, who is signed in, the state of the connection.
import { h, icon, replace } from "./dom.js";
import { forgetFeed, startFeed } from "./feed.js";
import { duration, userName } from "./format.js";
import { language, languages, setLanguage, t } from "./i18n.js";
import { keyCaps, setGlobalKeys, setPageKeys, showKeys } from "./keys.js";
import { openMenu } from "./menu.js";
import { openDialog } from "./dialog.js";
import { acts } from "./page-acts.js";
import { audit } from "./page-audit.js";
import { feed } from "./page-feed.js";
import { nodes } from "./page-nodes.js";
import { overview } from "./page-overview.js";
import { policies } from "./page-policies.js";
import { approvals, reports } from "./page-queue.js";
import { restrictions } from "./page-restrictions.js";
import { room, rooms } from "./page-rooms.js";
import { session } from "./page-session.js";
import { sessions } from "./page-sessions.js";
import { user, users } from "./page-users.js";
import { openPalette } from "./palette.js";
import { forgetStatistics } from "./poll.js";
import { href, place } from "./router.js";
import { canRenew, finish, forgetIssuer, renewed } from "./oidc.js";
import { connection, describeServer, may, on, resume, self, server, signIn, signOut } from "./session.js";
import { mark, signInPage } from "./signin.js";
import { mountToasts, toast } from "./toast.js";

const PAGES = [overview, sessions, rooms, users, restrictions, reports, approvals, acts, feed, audit, policies, nodes, session, room, user];
const GROUPS = [["nav.live", [overview, sessions, rooms, users]], ["nav.moderation", [restrictions, reports, approvals, acts]], ["nav.record", [feed, audit]], ["nav.system", [policies, nodes]]];
const SOON = 300;

const root = document.getElementById("root");
let shown = null;
let shell = null;

function theme(name) {
  if (name) {
    try { localStorage.setItem("gatehouse.theme", name); } catch { /* as long as the page */ }
  }
  let kept = name;
  try { kept ??= localStorage.getItem("gatehouse.theme"); } catch { /* the system decides */ }
  if (kept === "light" || kept === "dark") document.documentElement.dataset.theme = kept;
  else delete document.documentElement.dataset.theme;
}

function makeShell() {
  const view = h("main.view", { id: "main", tabIndex: -1 });
  const nav = h("nav.nav", { "aria-label": t("nav") });
  const state = h("div.state", { role: "status", "aria-live": "polite" });
  const who = h("button.who", { type: "button", "aria-haspopup": "menu", onclick: (event) => userMenu(event.currentTarget) });
  const side = h("div.side", { id: "side" }, h("a.brand", { href: href("overview") }, mark(), h("span", "Gatehouse"), h("span.brand-part", t("console"))), nav,
    h("div.side-end", who));
  const top = h("header.top",
    h("button.ghost.square.menu-button", { type: "button", "aria-label": t("nav"), "aria-controls": "side", "aria-expanded": "false", onclick: () => toggleSide() }, icon("menu")),
    h("button.jump", { type: "button", onclick: () => palette() }, icon("search"), h("span", t("palette.label")), keyCaps("mod k")), state);
  const toggleSide = (to = !side.classList.contains("open")) => {
    side.classList.toggle("open", to);
    top.firstElementChild.setAttribute("aria-expanded", String(to));
  };
  const cover = h("div.cover", { onclick: () => toggleSide(false) });
  const element = h("div.shell", h("a.skip", { href: "#main", onclick: (event) => { event.preventDefault(); view.focus(); } }, t("skip")), side, cover, h("div.main-column", top, view));
  return { element, view, nav, state, who, toggleSide };
}

function drawNav() {
  const current = PAGES.find((page) => page.id === place.value.page) ?? overview;
  const id = current.parent ?? current.id;
  replace(shell.nav, GROUPS.map(([title, pages]) => h("div.nav-group", h("div.nav-title", t(title)), h("ul", pages.map((page) => h("li", h("a", {
    href: href(page.id), "aria-current": page.id === id ? "page" : undefined, class: may(page.verb) ? "" : "off",
  }, icon(page.icon), h("span", t(`page.${page.id}`)))))))));
}

function drawPage() {
  if (!shell) return;
  const { page: id, query } = place.value;
  const page = PAGES.find((one) => one.id === id) ?? overview;
  shown?.unmount?.();
  replace(shell.view);
  shell.toggleSide(false);
  shown = page.mount(shell.view, query) ?? {};
  setPageKeys(shown.keys ?? []);
  document.title = `${t(`page.${page.id}`)} · Gatehouse`;
  drawNav();
  if (document.activeElement === document.body || shell.nav.contains(document.activeElement)) shell.view.querySelector("h1")?.focus({ preventScroll: true });
}

const palette = () => openPalette(PAGES, commands());

function commands() {
  return [
    { text: t("keys.title"), hint: "?", run: showKeys },
    { icon: "sun", text: t("theme.light"), run: () => theme("light") },
    { icon: "moon", text: t("theme.dark"), run: () => theme("dark") },
    { text: t("theme.system"), run: () => theme("system") },
    ...languages().filter((name) => name !== language()).map((name) => ({ text: t("language.use", { name: t(`language.${name}`) }), run: () => speak(name) })),
    { icon: "key", text: t("renew"), run: renew },
    { icon: "leave", text: t("signout"), run: () => signOut() },
  ];
}

function speak(name) {
  setLanguage(name);
  draw(true);
}

function userMenu(anchor) {
  const person = self.value ?? {};
  openMenu(anchor, [
    { text: t("renew"), run: renew }, null,
    { text: t("theme.light"), run: () => theme("light") }, { text: t("theme.dark"), run: () => theme("dark") }, { text: t("theme.system"), run: () => theme("system") }, null,
    ...languages().map((name) => ({ text: t(`language.${name}`), hint: name === language() ? "✓" : "", run: () => speak(name) })), null,
    { text: t("keys.title"), hint: "?", run: showKeys }, { text: t("signout"), run: () => signOut() },
  ], { title: `${userName(person.user)} · ${(person.roles ?? []).join(", ")}` });
}

/** Another token, before the present one ends. */
function renew() {
  const page = signInPage({}, () => {});
  openDialog({ title: t("renew"), body: page.querySelector("form"), onClose: () => page.stop() }).querySelector("textarea")?.focus();
}

function drawWho() {
  const person = self.value;
  if (!shell || !person) return;
  const rest = person.token_exp ? person.token_exp - Date.now() / 1_000 : null;
  replace(shell.who, h("span.avatar", { "aria-hidden": "true" }, userName(person.user).slice(0, 1).toUpperCase()),
    h("span.who-text", h("span.who-name", userName(person.user)), h("span.who-role", roleOf(person), rest !== null && h("span", { class: rest < SOON ? "bad-text" : "" }, ` · ${rest > 0 ? duration(rest) : t("ended")}`))));
  shell.who.setAttribute("aria-label", t("who.label", { name: userName(person.user), role: roleOf(person), time: rest === null ? t("never") : duration(rest) }));
  warnOfEnd(rest);
}

async function renewByIssuer() {
  try {
    signIn(await renewed());
  } catch (error) {
    toast(`${t("oidc.not.renewed")} ${error.message}`, { kind: "warn", actions: [h("button.small", { type: "button", onclick: renew }, t("renew"))] });
  }
}

const roleOf = (person) => (person.rank && person.rank !== "none" ? person.rank : (person.roles ?? []).find((role) => ["admin", "moderator", "viewer", "auditor"].includes(role)) ?? "");

let warned = null;
function warnOfEnd(rest) {
  if (rest === null || rest > SOON || rest <= 0 || warned === self.value?.token_exp) return;
  warned = self.value?.token_exp;
  if (canRenew()) return renewByIssuer();
  toast(t("token.soon", { time: duration(rest) }), { kind: "warn", actions: [h("button.small", { type: "button", onclick: renew }, t("renew"))] });
}


function drawState({ state, detail }) {
  if (!shell) return;

  const text = state === "waiting" ? t("state.waiting", { time: Math.max(1, Math.round(detail.delay / 1_000)) }) : t(`state.${state}`);
  if (shell.state.dataset.state === state && state !== "waiting") return;
  shell.state.dataset.state = state;
  replace(shell.state, h("span.dot", { "aria-hidden": "true" }), h("span.state-text", text));
}

/** Draws all anew: after a sign-in or sign-out, and in another language. */
function draw() {
  shown?.unmount?.();
  shown = null;
  document.querySelectorAll("dialog").forEach((dialog) => dialog.close());
  const isIn = self.value !== null;
  if (!isIn) {
    shell = null;
    setGlobalKeys([]);
    setPageKeys([]);
    root.firstElementChild?.stop?.();
    document.title = `${t("signin.title")} · Gatehouse`;
    const page = signInPage(connection.value.detail ?? {}, draw);
    replace(root, page);
    page.start();
    return;
  }
  root.firstElementChild?.stop?.();
  shell = makeShell();
  replace(root, shell.element);
  setGlobalKeys([
    { keys: "mod k", text: t("palette.label"), run: palette }, { keys: "?", text: t("keys.title"), run: showKeys },
    ...PAGES.filter((page) => page.key).map((page) => ({ keys: `g ${page.key}`, text: t(`page.${page.id}`), run: () => { location.hash = href(page.id); } })),
  ]);
  drawWho();
  drawState(connection.value);
  const first = may(overview.verb) ? null : PAGES.find((page) => page.key && may(page.verb) && self.value.verbs);
  if (location.hash === "" && first) location.hash = href(first.id);
  else drawPage();
}

async function start() {
  theme();
  setLanguage(language());
  mountToasts(document.body);
  await describeServer();
  startFeed();
  place.watch(() => drawPage());
  let wasIn = null;
  self.watch((person) => {
    const isIn = person !== null;
    if (isIn === wasIn) { drawWho(); if (shell) drawNav(); return; }
    wasIn = isIn;
    if (!isIn) { forgetFeed(); forgetStatistics(); forgetIssuer(); }
    // The reason of a sign-out comes with the state of the connection.
    queueMicrotask(draw);
  });
  connection.watch(drawState);
  connection.watch(({ state, detail }) => { if (state === "out" && detail?.error) queueMicrotask(draw); });
  on("system.announcement", (item) => toast(item?.text ?? "", { kind: item?.level === "critical" ? "bad" : "info" }));
  on("auth.expiring", () => (canRenew() ? renewByIssuer() : toast(t("token.asked"), { kind: "warn", actions: [h("button.small", { type: "button", onclick: renew }, t("renew"))] })));
  setInterval(drawWho, 1_000);
  try {
    const token = await finish(server.oidc);
    if (token) return signIn(token);
  } catch (error) {
    return signOut({ error });
  }
  return resume();
}

start();


"""#)
}
