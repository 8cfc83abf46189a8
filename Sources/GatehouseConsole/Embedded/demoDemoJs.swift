// Written by .ci/console from Site/demo/demo.js: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let demoDemoJs = EmbeddedFile("demo.js", #"""
// The demo (CON-08): alice and bob in the chat that ships, each with a connection and a development token of their own.
import { h, icon, replace } from "/console/dom.js";
import { duration, time } from "/console/format.js";
import { has, language, setLanguage, t } from "/console/i18n.js";
import { SocketIO } from "/console/socketio.js";

const MOST = 300;

class Person {
  constructor(name, path) {
    this.name = name;
    this.path = path;
    this.room = null;
    this.messages = new Map();
    this.dot = h("span.dot", { "aria-hidden": "true" });
    this.word = h("span");
    this.again = h("button.small", { type: "button", hidden: true, onclick: () => this.start() }, t("demo.connect"));
    this.place = h("input", { type: "text", id: `room-${name}`, value: "lobby:tea", autocomplete: "off", spellcheck: "false", maxlength: 128, oninput: () => this.nameJoin() });
    this.join = h("button", { type: "submit" }, t("demo.join"));
    this.talk = h("div.talk", { role: "log", "aria-label": t("demo.conversation", { user: name }), tabIndex: 0 });
    this.text = h("input", { type: "text", "aria-label": t("demo.write", { room: "" }), placeholder: t("demo.away"), autocomplete: "off", maxlength: 2_000, disabled: true });
    this.send = h("button.primary", { type: "submit", disabled: true }, t("demo.send"));
    this.element = h("section.person", { "aria-labelledby": `name-${name}` },
      h("header.person-head", h("span.avatar", { "aria-hidden": "true" }, name[0].toUpperCase()), h("h2", { id: `name-${name}` }, name),
        h("span.state", { role: "status" }, this.dot, this.word, this.again)),
      h("form.room", { onsubmit: (event) => { event.preventDefault(); this.enter(); } }, h("label", { for: `room-${name}` }, t("demo.room")), this.place, this.join),
      this.talk,
      h("form.write", { onsubmit: (event) => { event.preventDefault(); this.say(); } }, this.text, this.send));
  }

  async start() {
    this.again.hidden = true;
    this.client?.close();
    try {
      const answer = await fetch(`token.json?user=${encodeURIComponent(this.name)}`, { cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const { token } = await answer.json();
      this.client = new SocketIO({
        url: location.origin.replace(/^http/, "ws") + this.path, namespace: "/chat", auth: { token },
        onState: (state, detail) => this.changed(state, detail), onEvent: (event, payload) => this.heard(event, payload ?? {}),
      });
      this.client.connect();
    } catch {
      this.show(h("div.error", t("demo.token")));
      this.changed("closed");
    }
  }

  changed(state, detail) {
    this.dot.dataset.state = state;
    replace(this.word, state === "waiting" ? t("state.waiting", { time: Math.max(1, Math.round(detail.delay / 1_000)) }) : t(`state.${state}`));
    this.again.hidden = state !== "refused" && state !== "closed";
    if (state !== "connected") return this.leaveRoom();
    if (this.wanted) this.enter();
  }

  heard(event, payload) {
    switch (event) {
      case "message": return this.said(payload.id, payload.user, payload.message, payload.at);
      case "presence.join": return this.show(h("p.event", t("demo.joined", { user: payload.user })));
      case "presence.leave": return this.show(h("p.event", t("demo.left", { user: payload.user })));
      case "message.redacted": return this.withdraw(payload.message_id);
      case "system.announcement": return this.show(h("div.announcement", h("strong", `${t("demo.announcement")}: `), payload.text));
      case "room.closed": case "room.evicted": case "system.evicted": return this.leaveRoom();
      case "system.closed": {
        const seconds = Number(payload.retry);
        return this.show(h("div.error", h("strong", t("demo.closed", { code: payload.code })), seconds > 0 && [" ", t("demo.again", { time: duration(seconds) })]));
      }
      case "exception": return this.failed(payload);
    }
  }

  async enter() {
    const room = this.place.value.trim();
    if (room === "") return this.place.focus();
    try {
      if (this.room && this.room === room && this.client.state === "connected") {
        await this.client.ask("leave", { room });
        this.wanted = null;
        this.leaveRoom();
        return this.show(h("p.event", t("demo.you.left", { room })));
      }
      this.wanted = room;
      await this.client.ask("join", { room });
      this.room = room;
      this.text.disabled = this.send.disabled = false;
      this.text.placeholder = t("demo.write", { room });
      this.nameJoin();
      return this.show(h("p.event", t("demo.you.joined", { room })));
    } catch (error) {
      this.wanted = this.room;
      return this.failed(error);
    }
  }

  leaveRoom() {
    this.room = null;
    this.text.disabled = this.send.disabled = true;
    this.text.placeholder = t("demo.away");
    this.nameJoin();
  }

  nameJoin() { replace(this.join, t(this.room && this.room === this.place.value.trim() ? "demo.leave" : "demo.join")); }

  async say() {
    const text = this.text.value.trim();
    if (text === "" || !this.room) return;
    try {
      const receipt = await this.client.ask("message", { room: this.room, message: text });
      this.text.value = "";
      this.said(receipt?.id, this.name, text, receipt?.at);
    } catch (error) {
      this.failed(error);
    }
    this.text.focus();
  }

  said(id, user, text, at) {
    const element = h("div.said", { class: user === this.name ? "own" : "" }, h("span.by", `${user} · ${time(at)}`), text);
    if (id) this.messages.set(id, element);
    this.show(element);
  }

  withdraw(id) {
    const element = this.messages.get(id);
    if (!element) return this.show(h("p.event", t("demo.redacted")));
    element.classList.add("withdrawn");
    return replace(element, t("demo.redacted"));
  }

  failed(error) {
    const key = `demo.error.${error.code}`;
    const decision = error.details?.decision ?? error.decision;
    this.show(h("div.error", { role: "alert" }, h("strong", has(key) ? t(key) : t("error.other", { code: error.code })), " ", h("span.mono", error.code, decision ? ` · ${decision}` : "")));
  }

  show(element) {
    const isAtEnd = this.talk.scrollHeight - this.talk.scrollTop - this.talk.clientHeight < 60;
    this.talk.append(element);
    while (this.talk.childElementCount > MOST) this.talk.firstElementChild.remove();
    for (const [id, one] of this.messages) if (!one.isConnected) this.messages.delete(id);
    if (isAtEnd) this.talk.scrollTop = this.talk.scrollHeight;
  }
}

async function start() {
  setLanguage(language());
  try {
    const theme = localStorage.getItem("gatehouse.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch { /* the system decides */ }
  let path = "/socket.io/";
  try { path = (await (await fetch("/console/server.json", { cache: "no-store" })).json()).path; } catch { /* the usual one */ }
  const people = ["alice", "bob"].map((name) => new Person(name, path));
  replace(document.getElementById("root"), h("main.page",
    h("header.top", h("span.brand", h("span.mark", { "aria-hidden": "true" }, icon("gate")), "Gatehouse", h("span.brand-part", "Demo")), h("a.button", { href: "/console/", target: "_blank", rel: "noopener" }, t("demo.console"), icon("external"))),
    h("div.intro", h("h1", t("demo.title")), h("p", t("demo.text")), h("div.how", t("demo.how"), h("br"), h("code", "gatehouse token issue --sub mo --role moderator"))),
    h("div.pair", people.map((person) => person.element))));
  for (const person of people) person.start();
}

start();

"""#)
}
