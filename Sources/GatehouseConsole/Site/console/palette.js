// Search everywhere and every command, from one box (Ctrl K): pages, users, rooms, sessions, records, decisions, acts.
import { h, icon, replace, uniqueID } from "./dom.js";
import { openAct, titleOf } from "./act.js";
import { shortIssuer, userName } from "./format.js";
import { t } from "./i18n.js";
import { matches } from "./load.js";
import { SERVER, userObject } from "./objects.js";
import { href } from "./router.js";
import { ask, may, self } from "./session.js";
import { isULID } from "./ulid.js";
import { actsOn } from "./verbs.js";

const MOST = 30;

export function openPalette(pages, commands) {
  if (document.querySelector(".palette[open]")) return;
  const before = document.activeElement;
  const name = uniqueID("palette");
  let found = [];
  let active = 0;
  let round = 0;
  let timer = null;
  let sessions = [];
  const input = h("input", {
    type: "search", role: "combobox", "aria-expanded": "true", "aria-controls": name, "aria-autocomplete": "list", "aria-label": t("palette.label"),
    placeholder: t("palette.label"), autocomplete: "off", spellcheck: "false", oninput: () => search(), onkeydown: keyDown,
  });
  const list = h("ul.palette-list", { id: name, role: "listbox", "aria-label": t("palette.results") });
  const dialog = h("dialog.palette", { "aria-label": t("palette.label") }, h("div.palette-box", icon("search"), input, h("kbd", "Esc")), list,
    h("p.palette-foot", h("kbd", "↑"), h("kbd", "↓"), " ", t("palette.move"), "  ", h("kbd", "Enter"), " ", t("palette.open")));
  dialog.addEventListener("close", () => {
    dialog.remove();
    clearTimeout(timer);
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  });
  dialog.addEventListener("mousedown", (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
  show(own(""));
  if (may("session.list")) ask("session.list", { limit: 200 }).then((answer) => { sessions = answer.items ?? []; if (input.value) search(); }, () => {});

  function own(text) {
    const list = [
      ...pages.filter((page) => !page.parent).map((page) => ({ icon: page.icon, text: t(`page.${page.id}`), hint: `G ${page.key.toUpperCase()}`, run: () => { location.hash = href(page.id); } })),
      ...actsOn(SERVER, may).map((verb) => ({ icon: "more", text: titleOf(verb.name), hint: t("act"), run: () => openAct(verb.name, [SERVER]) })),
      ...commands.map((one) => ({ icon: one.icon ?? "chevron", text: one.text, hint: one.hint ?? "", run: one.run })),
    ];
    return text === "" ? list : list.filter((one) => matches(text, one.text));
  }

  function search() {
    clearTimeout(timer);
    const text = input.value.trim();
    show(candidates(text));
    if (text.length >= 2) timer = setTimeout(() => askServer(text), 200);
  }

  function candidates(text) {
    if (text === "") return own("");
    const list = own(text);
    const number = /^#?([0-9]{1,15})$/.exec(text);
    if (number && may("audit.query")) list.unshift({ icon: "audit", text: t("record", { seq: number[1] }), hint: t("page.audit"), run: () => { location.hash = href("audit", { seq: number[1] }); } });
    if (isULID(text)) list.unshift({ icon: "policies", text: t("palette.explain"), hint: text.slice(0, 10) + "…", run: () => { location.hash = href("policies", { decision: text.toUpperCase() }); } });
    const users = new Map();
    const rooms = new Map();
    for (const session of sessions) {
      if (session.user && matches(text, session.user.sub)) users.set(`${session.user.iss} ${session.user.sub}`, session.user);
      for (const room of session.rooms ?? []) if (matches(text, room)) rooms.set(room, session.ns?.[0]);
      if (matches(text, session.ip, session.sid_ref)) list.push({ icon: "sessions", text: `${t("kind.session")} ${userName(session.user)}`, hint: session.ip, run: () => { location.hash = href("session", { ref: session.sid_ref }); } });
    }
    const named = [...users.values()].map(userEntry);
    const roomEntries = [...rooms].map(([room, ns]) => ({ icon: "rooms", text: room, hint: ns ?? "", run: () => { location.hash = href("room", { ns, room }); } }));
    list.unshift(...named, ...roomEntries);
    const iss = self.value?.user?.iss;
    if (iss && !users.has(`${iss} ${text}`)) list.push({ icon: "users", text: t("users.open", { name: text }), hint: shortIssuer(iss), run: () => { location.hash = href("user", { iss, sub: text }); } });
    for (const page of ["sessions", "rooms"]) list.push({ icon: "search", text: t("palette.in", { text, page: t(`page.${page}`) }), hint: "", run: () => { location.hash = href(page, { q: text }); } });
    const exact = named.length === 1 ? [...users.values()][0] : null;
    if (exact) list.push(...actsOn(userObject(exact), may).slice(0, 6).map((verb) => ({ icon: "more", text: `${titleOf(verb.name)}: ${exact.sub}`, hint: t("act"), run: () => openAct(verb.name, [userObject(exact)]) })));
    return list;
  }

  const userEntry = (user) => ({ icon: "users", text: user.sub, hint: shortIssuer(user.iss), run: () => { location.hash = href("user", user); } });

  /** Sessions of the exact user, beyond those that are loaded. */
  async function askServer(text) {
    const own = ++round;
    const iss = self.value?.user?.iss;
    if (!iss || !may("session.list")) return;
    try {
      const answer = await ask("session.list", { user: { iss, sub: text }, limit: 20 });
      if (own !== round || !dialog.open) return;
      const known = new Set(sessions.map((one) => one.sid_ref));
      const fresh = (answer.items ?? []).filter((one) => !known.has(one.sid_ref));
      if (fresh.length > 0) { sessions = [...sessions, ...fresh]; show(candidates(text)); }
    } catch { /* the loaded ones are searched all the same */ }
  }

  function show(entries) {
    found = entries.slice(0, MOST);
    active = 0;
    replace(list, found.length === 0 ? h("li.palette-none", t("found.none")) : found.map((one, index) => h("li.palette-item", {
      role: "option", id: `${name}-${index}`, onmousemove: () => activate(index), onclick: () => run(index),
    }, icon(one.icon), h("span.clip", one.text), h("span.menu-hint", one.hint))));
    activate(0);
  }

  function activate(index) {
    active = index;
    [...list.children].forEach((item, at) => {
      if (item.classList.contains("palette-item")) item.setAttribute("aria-selected", String(at === index));
    });
    input.setAttribute("aria-activedescendant", found.length > 0 ? `${name}-${index}` : "");
  }

  function run(index) {
    const one = found[index];
    if (!one) return;
    dialog.close();
    one.run();
  }

  function keyDown(event) {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined && found.length > 0) {
      activate((active + move + found.length) % found.length);
      list.children[active]?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") run(active);
    else if (event.key === "Escape") dialog.close();
    else return;
    event.preventDefault();
  }
}
