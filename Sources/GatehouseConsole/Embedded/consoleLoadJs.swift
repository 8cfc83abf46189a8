// Written by .ci/console from Site/console/load.js: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consoleLoadJs = EmbeddedFile("load.js", #"""
// Lists that the server gives page by page.
import { ask } from "./session.js";

const PAGE = 200;
const MOST = 10_000;

/** Loads all pages; `progress(items, isWhole)` is called after each. Stops when `signal` is aborted. `items.silent` names the nodes that did not answer. */
export async function loadAll(event, filter, progress, signal, most = MOST) {
  const items = [];
  items.silent = new Set();
  let cursor;
  do {
    const answer = await ask(event, { ...filter, limit: PAGE, ...(cursor ? { cursor } : {}) });
    if (signal.aborted) return items;
    items.push(...(Array.isArray(answer?.items) ? answer.items : []));
    for (const node of Array.isArray(answer?.silent_nodes) ? answer.silent_nodes : []) items.silent.add(String(node));
    cursor = answer?.cursor;
    progress(items, !cursor || items.length >= most);
    // The rate of messages is limited; what is shown first comes at once.
    if (items.length >= 2_000) await new Promise((resolve) => setTimeout(resolve, 80));
  } while (cursor && items.length < most && !signal.aborted);
  return items;
}

export const matches = (text, ...parts) => {
  const wanted = text.toLowerCase();
  return parts.some((part) => part !== undefined && part !== null && String(part).toLowerCase().includes(wanted));
};

"""#)
}
