// Written by .ci/console from Site/console/page-feed.js: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consolePageFeedJs = EmbeddedFile("page-feed.js", #"""
import { h, replace } from "./dom.js";
import { notAvailable } from "./errors.js";
import { arrived, dropped, items, received, subscription, TOPICS } from "./feed.js";
import { labelOf, partsOf, toneOf } from "./feed-line.js";
import { number, time } from "./format.js";
import { t } from "./i18n.js";
import { matches } from "./load.js";
import { empty, facts, pageHead, plain, searchBox } from "./parts.js";
import { openDialog } from "./dialog.js";
import { may } from "./session.js";
import { Table } from "./table.js";

export const feed = {
  id: "feed", icon: "feed", verb: "feed.subscribe", key: "f",
  mount(root) {
    if (!may("feed.subscribe")) {
      root.append(pageHead(t("page.feed")), notAvailable("feed.subscribe"));
      return {};
    }
    let isPaused = false;
    let text = "";
    let pausedAt = 0;
    let frozen = [];
    const shownTopics = new Set(TOPICS);
    const table = new Table({
      label: t("page.feed"), key: (one) => one.id,
      columns: [
        { key: "time", title: t("col.time"), width: "92px", cell: (one) => h("span.mono.muted", time(one.at)) },
        { key: "topic", title: t("col.topic"), width: "112px", cell: (one) => h("span.tag", { class: toneOf(one) }, t(`topic.${one.topic}`)) },
        { key: "what", title: t("col.what"), width: "minmax(120px, 0.7fr)", cell: (one) => h("span.clip", labelOf(one)) },
        { key: "detail", title: t("col.detail"), width: "minmax(220px, 3fr)", cell: (one) => h("span.line-parts.clip", partsOf(one)) },
      ],
      phone: (one) => ({ title: [h("span.tag", { class: toneOf(one) }, labelOf(one))], sub: h("span.line-parts", partsOf(one)), side: h("span.mono", time(one.at)) }),
      onOpen: (one) => one.item && openDialog({ title: labelOf(one), wide: true, body: h("div.record", facts([[t("col.time"), time(one.at)], [t("col.topic"), t(`topic.${one.topic}`)]]), plain(one.item)) }),
    });
    const status = h("span.muted.small");
    const pauseButton = h("button", { type: "button", "aria-pressed": "false", onclick: () => pause() }, t("feed.pause"));
    const topics = h("div.chips", { role: "group", "aria-label": t("col.topic") }, TOPICS.map((topic) => h("button.chip", {
      type: "button", "aria-pressed": "true",
      onclick: (event) => {
        const isOn = !shownTopics.has(topic);
        if (isOn) shownTopics.add(topic); else shownTopics.delete(topic);
        event.currentTarget.setAttribute("aria-pressed", String(isOn));
        draw();
      },
    }, t(`topic.${topic}`))));
    const search = searchBox({ label: t("feed.search"), onInput: (value) => { text = value; draw(); } });
    const problem = h("div");
    root.append(pageHead(t("page.feed"), status, pauseButton), h("div.toolbar", search, topics), problem, table.element);

    function pause(to = !isPaused) {
      isPaused = to;
      pausedAt = received();
      frozen = items.slice();
      pauseButton.setAttribute("aria-pressed", String(isPaused));
      replace(pauseButton, t(isPaused ? "feed.resume" : "feed.pause"));
      draw();
    }

    function draw() {
      const source = isPaused ? frozen : items;
      const wanted = text.toLowerCase();
      const shown = [];
      // The newest is on top.
      for (let index = source.length - 1; index >= 0; index -= 1) {
        const one = source[index];
        if (one.topic !== "dropped" && !shownTopics.has(one.topic)) continue;
        if (wanted !== "" && !matches(wanted, one.words ??= JSON.stringify(one.item ?? one))) continue;
        shown.push(one);
      }
      // A reader who has scrolled down stays where he is.
      const before = table.body.scrollTop;
      const growth = shown.length > 0 && table.items.length > 0 && before > 0 ? shown.findIndex((one) => one === table.items[0]) : 0;
      table.setItems(shown, empty(t("feed.quiet"), t("feed.quiet.text")));
      if (growth > 0) table.body.scrollTop = before + growth * table.height;
      replace(status, isPaused ? t("feed.behind", { count: number(received() - pausedAt) }) : t("feed.received", { count: number(received()) }),
        dropped.server > 0 && h("span.bad-text", ` · ${t("feed.dropped", { count: number(dropped.server) })}`));
    }

    const unwatch = arrived.watch(draw);
    const unsubscribe = subscription.watch(({ error }) => replace(problem, error && notAvailable("feed.subscribe")));
    return {
      keys: [{ keys: " ", text: t("feed.pause"), run: () => pause() }, { keys: "/", text: t("keys.search"), run: () => search.input.focus() }],
      unmount() { unwatch(); unsubscribe(); table.destroy(); },
    };
  },
};


"""#)
}
