// Reasons that are at hand: those of the language file, and the last ones given in this browser.
import { t } from "./i18n.js";

const KEPT = "gatehouse.reasons";
const MOST = 6;

export function lastReasons() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept.filter((text) => typeof text === "string").slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export function remember(reason) {
  const list = [reason, ...lastReasons().filter((text) => text !== reason)].slice(0, MOST);
  try { localStorage.setItem(KEPT, JSON.stringify(list)); } catch { /* then it is not offered again */ }
}

export const templates = () => t("reasons").split("|");
