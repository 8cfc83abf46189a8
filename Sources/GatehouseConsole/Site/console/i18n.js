// Texts by key, from one file a language. What users and servers write is not translated.
import { english } from "./texts-en.js";
import { german } from "./texts-de.js";

const LANGUAGES = { en: english, de: german };
let current = preferred();

function preferred() {
  const kept = read();
  if (kept in LANGUAGES) return kept;
  const wanted = (navigator.languages ?? [navigator.language]).map((tag) => tag.slice(0, 2));
  return wanted.find((tag) => tag in LANGUAGES) ?? "en";
}

function read() {
  try { return localStorage.getItem("gatehouse.language"); } catch { return null; }
}

export const language = () => current;
export const languages = () => Object.keys(LANGUAGES);

export function setLanguage(name) {
  if (!(name in LANGUAGES)) return;
  current = name;
  document.documentElement.lang = name;
  try { localStorage.setItem("gatehouse.language", name); } catch { /* it lasts as long as the page */ }
}

export const has = (key) => key in LANGUAGES[current] || key in english;

/** The text, with `{name}` replaced by values, and `{count|one|other}` by the form for a number. */
export function t(key, values = {}) {
  const text = LANGUAGES[current][key] ?? english[key] ?? key;
  return text
    .replace(/\{(\w+)\|((?:[^{}|]|\{\w+\})*)\|((?:[^{}|]|\{\w+\})*)\}/g, (_, name, one, other) => (Number(values[name]) === 1 ? one : other))
    .replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
