// The fields of an act's form.
import { h, uniqueID } from "./dom.js";
import { duration } from "./format.js";
import { has, t } from "./i18n.js";

export function fieldsFor(verb, object, changed) {
  const fields = verb.fields.map((field) => make(field, object, changed));
  return {
    elements: fields.map((field) => field.element),
    first: fields.find((field) => field.isFirst)?.control,
    values: () => Object.fromEntries(fields.map((field) => [field.name, field.value()])),
    problem: () => fields.map((field) => field.problem()).find(Boolean) ?? null,
  };
}

function make(field, object, changed) {
  const id = uniqueID(field.name);
  const start = field.from?.(object) ?? field.value ?? "";
  const label = has(`field.${verbless(field.name)}`) ? t(`field.${verbless(field.name)}`) : field.name;
  const optional = field.optional && field.type !== "duration" ? h("span.muted", " ", t("optional")) : null;
  switch (field.type) {
    case "duration": return durations(field, id, label, changed);
    case "choice": {
      const group = h("div.segments", { role: "radiogroup", "aria-label": label }, field.choices.map((choice) => h("label.segment",
        h("input", { type: "radio", name: id, value: choice, checked: choice === start, onchange: changed }), h("span", t(`choice.${choice}`)))));
      return {
        name: field.name, element: h("div.field", h("span.label", label), group), problem: () => null,
        value: () => group.querySelector("input:checked")?.value,
      };
    }
    case "toggle": {
      const control = h("input", { type: "checkbox", id, onchange: changed });
      return {
        name: field.name, element: h("div.field.toggle", control, h("label", { for: id }, label)),
        value: () => control.checked, problem: () => null,
      };
    }
    case "lines": {
      const control = h("textarea", { id, rows: 3, maxlength: field.max, oninput: changed });
      return {
        name: field.name, control, isFirst: true, element: h("div.field", h("label", { for: id }, label, optional), control),
        value: () => control.value.trim(), problem: () => missing(field, control, label),
      };
    }
    default: {
      const isNumber = field.type === "number";
      const control = h("input", {
        id, type: isNumber ? "number" : "text", value: start, min: field.min, max: field.max, autocomplete: "off", spellcheck: "false", oninput: changed,
      });
      return {
        name: field.name, control, isFirst: !field.optional && start === "", element: h("div.field", { class: field.optional ? "half" : "" }, h("label", { for: id }, label, optional), control),
        value: () => (isNumber ? Number(control.value) : control.value.trim()),
        problem: () => (isNumber && !(control.value !== "" && Number(control.value) >= field.min && Number(control.value) <= field.max)
          ? { element: control, text: t("field.range", { label, min: field.min, max: field.max }) } : missing(field, control, label)),
      };
    }
  }
}

function missing(field, control, label) {
  return field.optional || control.value.trim() !== "" ? null : { element: control, text: t("field.missing", { label }) };
}

const verbless = (name) => name;

function durations(field, id, label, changed) {
  const key = `gatehouse.${field.name}`;
  const text = (seconds) => (seconds === null ? t("for.ever") : seconds === 0 ? t("at.once") : duration(seconds));
  const kept = Number(read(key));
  const start = field.choices.includes(kept) ? kept : field.value;
  const group = h("div.segments", { role: "radiogroup", "aria-label": label }, field.choices.map((choice) => h("label.segment",
    h("input", { type: "radio", name: id, value: String(choice), checked: choice === start, onchange: changed }), h("span", text(choice)))),
  h("label.segment.own", h("input", { type: "radio", name: id, value: "own", onchange: () => { own.hidden = false; own.focus(); changed(); } }), h("span", t("duration.own"))));
  const own = h("input.own-duration", { type: "number", min: 1, hidden: true, "aria-label": t("duration.minutes"), placeholder: t("duration.minutes"), oninput: changed });
  group.addEventListener("change", () => { own.hidden = chosen() !== "own"; });
  const chosen = () => group.querySelector("input[type=radio]:checked")?.value;
  return {
    name: field.name, element: h("div.field", h("span.label", label), group, own),
    value: () => {
      const word = chosen();
      const seconds = word === "own" ? Math.round(Number(own.value) * 60) : word === "null" ? null : Number(word);
      if (seconds !== null) try { sessionStorage.setItem(key, String(seconds)); } catch { /* offered as before */ }
      return seconds;
    },
    problem: () => (chosen() === "own" && !(Number(own.value) > 0) ? { element: own, text: t("field.missing", { label }) } : null),
  };
}

function read(key) {
  try { return sessionStorage.getItem(key) ?? NaN; } catch { return NaN; }
}
