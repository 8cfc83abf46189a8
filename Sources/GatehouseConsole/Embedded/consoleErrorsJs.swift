// Written by .ci/console from Site/console/errors.js: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consoleErrorsJs = EmbeddedFile("errors.js", #"""
// What an error means for whoever reads it: the meaning in words, then the server's own message and the decision that staff can look up.
import { h } from "./dom.js";
import { has, t } from "./i18n.js";

export function meaning(error) {
  const key = `error.${error?.code}`;
  return has(key) ? t(key) : t("error.other", { code: error?.code ?? "?" });
}

/** A box with the error and a next step. */
export function errorBox(error, retry) {
  const violations = Array.isArray(error?.details?.violations) ? error.details.violations : [];
  return h("div.notice.bad", { role: "alert" },
    h("strong", meaning(error)),
    error?.message && h("p.small", error.message),
    violations.length > 0 && h("ul.small", violations.slice(0, 8).map((one) => h("li", violation(one)))),
    error?.details?.decision && h("p.small", t("error.decision"), " ",
      h("a.mono", { href: `#/policies?decision=${encodeURIComponent(error.details.decision)}` }, error.details.decision)),
    retry && h("button.small", { type: "button", onclick: retry }, t("try.again")));
}

function violation(one) {
  if (typeof one === "string") return one;
  return [one.path ?? one.field, one.message ?? one.rule].filter(Boolean).join(": ");
}

/** A page, or a part of one, that the server does not offer to this person. */
export function notAvailable(verb) {
  return h("div.empty", h("p.empty-title", t("unavailable.title")), h("p", t("unavailable.text")), h("p.mono.small", verb));
}

export const isRefusal = (error) => ["forbidden", "unknown_event"].includes(error?.code);

"""#)
}
