// Written by .ci/console from Site/console/signin.js: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consoleSigninJs = EmbeddedFile("signin.js", #"""
// The first page: a token, pasted or from a file. It is kept in memory, or in this tab if asked for.
import { h, icon, replace, uniqueID } from "./dom.js";
import { meaning } from "./errors.js";
import { duration, moment } from "./format.js";
import { languages, language, setLanguage, t } from "./i18n.js";
import { begin, isPossible } from "./oidc.js";
import { claimsOf, connection, keepsToken, server, signIn } from "./session.js";

const LARGEST = 16_384;

export function signInPage({ error, wasIn } = {}, redraw) {
  const id = uniqueID("token");
  const input = h("textarea.mono.token", {
    id, rows: 4, autocomplete: "off", spellcheck: "false", autocapitalize: "off", maxlength: LARGEST, "aria-describedby": `${id}-note`,
    oninput: () => greet(),
    onkeydown: (event) => { if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); submit(); } },
  });
  const file = h("input.hidden", { type: "file", accept: ".jwt,.txt,.token,text/plain", tabIndex: -1, onchange: read });
  const keep = h("input", { type: "checkbox", id: `${id}-keep`, checked: keepsToken() });
  const note = h("p.hint", { id: `${id}-note`, role: "status" }, t("signin.note"));
  const problem = h("div", error && h("div.notice.bad", { role: "alert" }, h("strong", wasIn ? t("signin.ended") : t("signin.refused")), h("p", meaning(error)), error.code?.startsWith("oidc_") && h("p.small", error.message),
    error.details?.decision && h("p.small", t("error.decision"), " ", h("span.mono", error.details.decision))));
  const button = h("button.primary.large", { type: "submit" }, t("signin.do"));
  const stop = connection.watch(({ state, detail }) => {
    button.disabled = state === "connecting";
    replace(button, state === "connecting" ? t("signin.connecting") : t("signin.do"));
    if (state === "waiting") replace(problem, h("div.notice.warn", { role: "status" }, t("signin.unreachable"), detail?.reason ? h("p.small", t(`reason.${detail.reason}`) === `reason.${detail.reason}` ? detail.reason : t(`reason.${detail.reason}`)) : null));
  });

  function greet() {
    const claims = claimsOf(input.value.trim());
    if (input.value.trim() === "") return replace(note, t("signin.note"));
    if (!claims) return replace(note, t("signin.no.token"));
    const rest = claims.exp - Date.now() / 1_000;
    if (claims.exp && rest <= 0) return replace(note, t("signin.old", { time: moment(claims.exp) }));
    return replace(note, t("signin.greet", { name: claims.sub ?? "–", roles: Array.isArray(claims.roles) ? claims.roles.join(", ") : "–", time: claims.exp ? duration(rest) : "–" }));
  }

  function submit() {
    const text = input.value.trim().replace(/^Bearer\s+/i, "");
    if (!claimsOf(text)) {
      replace(problem, h("div.notice.bad", { role: "alert" }, t("signin.no.token")));
      input.focus();
      return;
    }
    signIn(text, { keep: keep.checked });
  }

  async function atIssuer(pressed) {
    pressed.disabled = true;
    try {
      await begin(server.oidc);
    } catch (failure) {
      pressed.disabled = false;
      replace(problem, h("div.notice.bad", { role: "alert" }, h("strong", t("oidc.unreachable")), h("p.small", failure.message)));
    }
  }

  async function read() {
    const chosen = file.files?.[0];
    if (!chosen) return;
    if (chosen.size > LARGEST) { replace(problem, h("div.notice.bad", { role: "alert" }, t("signin.large"))); return; }
    input.value = (await chosen.text()).trim();
    greet();
    button.focus();
  }

  const page = h("main.signin", { id: "main" },
    h("div.signin-card",
      h("div.brand.large", mark(), h("span", "Gatehouse"), h("span.brand-part", t("console"))),
      h("h1", t("signin.title")),
      h("p.muted", t("signin.text")),
      problem,
      isPossible(server.oidc) && h("div.issuer-sign-in",
        h("button.primary.large", { type: "button", onclick: (event) => atIssuer(event.currentTarget) }, icon("key"), t("oidc.do", { name: new URL(server.oidc.issuer).host })), h("p.hint", t("oidc.or"))),
      h("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); submit(); } },
        h("div.field", h("label", { for: id }, t("signin.token")), input, note),
        h("div.field.toggle", keep, h("label", { for: `${id}-keep` }, t("signin.keep"))),
        h("div.signin-foot", h("button", { type: "button", onclick: () => file.click() }, t("signin.file")), button), file),
      h("p.hint", t("signin.how")),
      h("pre.mono", "gatehouse token issue --sub mo --role moderator"),
      h("footer.signin-end", languages().map((name) => h("button.ghost.small", {
        type: "button", "aria-pressed": String(name === language()), lang: name, onclick: () => { setLanguage(name); redraw(); },
      }, t(`language.${name}`))), server.demo && h("a.small", { href: "/demo/" }, t("demo"), icon("external")))));
  page.addEventListener("drop", (event) => {
    const dropped = event.dataTransfer?.files?.[0];
    if (!dropped) return;
    event.preventDefault();
    dropped.text().then((text) => { input.value = text.trim().slice(0, LARGEST); greet(); });
  });
  page.addEventListener("dragover", (event) => event.preventDefault());
  page.stop = stop;
  page.start = () => input.focus();
  return page;
}

export function mark() { return h("span.mark", { "aria-hidden": "true" }, icon("gate")); }

"""#)
}
