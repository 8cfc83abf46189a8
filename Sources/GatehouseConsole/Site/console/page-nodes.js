// The nodes of a cluster, as each says of itself; a server that is alone is one node.
import { h, replace } from "./dom.js";
import { errorBox, notAvailable } from "./errors.js";
import { duration, number, rate } from "./format.js";
import { t } from "./i18n.js";
import { empty, loading, mono, pageHead, tag } from "./parts.js";
import { latest, watchStatistics } from "./poll.js";
import { href } from "./router.js";
import { may } from "./session.js";
import { Table } from "./table.js";

const policyOf = (node) => (node.is_silent ? h("span.muted", "–") : h("span", `${node.policy?.generation ?? "–"} · `, mono(String(node.policy?.sha256 ?? "").slice(0, 12)),
  node.policy_differs && h("span", " ", tag(t("nodes.differs"), "bad"))));
const numberOf = (pick) => (node) => (node.is_silent ? h("span.muted", "–") : number(pick(node)));
const perSecond = (node) => node.rates?.messages_per_s?.["10s"];

export const nodes = {
  id: "nodes", icon: "nodes", verb: "stats", key: "n",
  mount(root) {
    if (!may("stats")) {
      root.append(pageHead(t("page.nodes")), notAvailable("stats"));
      return {};
    }
    const status = h("span.muted.small", { role: "status" });
    const problem = h("div");
    const table = new Table({
      label: t("page.nodes"), sort: "node", key: (node) => node.node,
      columns: [
        { key: "node", title: t("col.node"), width: "minmax(140px, 1.6fr)", cell: (node) => h("span", h("strong", node.node), node.is_own && h("span", " ", tag(t("nodes.own"), "accent")), node.is_silent && h("span", " ", tag(t("nodes.silent"), "bad"))), sort: (node) => node.node },
        { key: "connections", title: t("tile.connections"), width: "120px", end: true, cell: numberOf((node) => node.connections), sort: (node) => node.connections },
        { key: "users", title: t("page.users"), width: "100px", end: true, cell: numberOf((node) => node.users), sort: (node) => node.users },
        { key: "rooms", title: t("page.rooms"), width: "100px", end: true, cell: numberOf((node) => node.rooms), sort: (node) => node.rooms },
        { key: "rate", title: t("nodes.rate"), width: "120px", end: true, cell: (node) => (node.is_silent ? h("span.muted", "–") : rate(perSecond(node))), sort: perSecond },
        { key: "uptime", title: t("fact.uptime"), width: "110px", end: true, cell: (node) => (node.is_silent ? h("span.muted", "–") : duration(node.uptime_s)), sort: (node) => node.uptime_s },
        { key: "policy", title: t("fact.generation"), width: "minmax(200px, 1.6fr)", cell: policyOf, sort: (node) => node.policy?.sha256 },
      ],
      phone: (node) => ({ title: node.node, sub: node.is_silent ? t("nodes.silent") : policyOf(node), side: node.is_silent ? "–" : number(node.connections) }),
      empty: loading(),
    });
    root.append(pageHead(t("page.nodes"), status, h("a.button", { href: href("policies") }, t("page.policies"))), problem, table.element);
    const stop = watchStatistics();
    const unwatch = latest.watch(({ value, error }) => {
      replace(problem, error ? errorBox(error) : value?.cluster?.connected === false && h("p.notice.warn", { role: "alert" }, t("nodes.away")));
      if (!value) return;
      const all = nodesOf(value);
      replace(status, t("nodes.count", { n: all.length, count: number(all.length) }));
      table.setItems(all, empty(t("nothing.yet")));
    });
    return { unmount() { stop(); unwatch(); table.destroy(); } };
  },
};

/** Those that answered, this one first named as its own, and those that did not. */
function nodesOf(value) {
  const cluster = value.cluster;
  if (!Array.isArray(cluster?.nodes)) return [{ ...value, node: value.node ?? t("nodes.this"), is_own: true }];
  return [...cluster.nodes.map((node) => ({ ...node, is_own: node.node === value.node })),
    ...(cluster.silent_nodes ?? []).map((node) => ({ node: String(node), is_silent: true }))];
}
