// The list of clusters, and one cluster in detail.

import { useMemo, useState } from "preact/hooks";
import { typing, useApp } from "../context";
import type { Cluster, Store } from "../data";
import { percent } from "../i18n";
import { inChinese } from "../reason";
import { go, link } from "../route";
import { Filters, inRange } from "../filters";
import type { Cell } from "../save";
import { ExportList } from "./choices";
import { COLUMNS as DOCUMENT_COLUMNS, documentCells } from "./documents";
import { Choice, dayOf, DocLink, Empty, Icon, List, Meter, Name, Origin, RelationChip, Search, useKeys } from "../ui";

type Sort = (typeof SORTS)[number];

/** A date as days since 1970, or null. */
function day(date: string | null): number | null {
  if (!date) return null;
  const time = Date.parse(date.slice(0, 10));
  return Number.isNaN(time) ? null : time / 86_400_000;
}

function haystack(store: Store, cluster: Cluster): string {
  const parts: string[] = [];
  for (const [doc] of cluster.members) parts.push(store.docs.title[doc] ?? "", store.docs.id[doc], store.source(doc) ?? "", store.docs.date[doc] ?? "");
  return parts.join("\n").toLowerCase();
}

const SORTS = ["size", "date", "span"] as const;

const COLUMNS = ["cluster", "size", "representative", "title", "first_date", "last_date", "sources"];
const MEMBER_COLUMNS = [...DOCUMENT_COLUMNS, "similarity"];

export function Clusters({ selected }: { selected: number | null }) {
  const { store, w, n, params, setParams } = useApp();
  const query = params.q ?? "";
  const sort = SORTS.find((sort) => sort === params.sort) ?? "size";
  const all = store.core.clusters;
  const texts = useMemo(() => all.map((cluster) => haystack(store, cluster)), [store]);
  const list = useMemo(() => {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const { source, from = "", to = "", relation } = params;
    const { docs } = store;
    // A cluster passes if one of its members has all that is asked for.
    const asks = !!(source || from || to || relation);
    const has = ([doc]: [number, number]) =>
      (!source || (docs.source[doc] >= 0 && docs.sources[docs.source[doc]] === source)) && inRange(docs.time[doc], from, to) && (!relation || docs.decision[doc]?.[3] === relation);
    const found = all.filter((cluster, i) => words.every((word) => texts[i].includes(word)) && (!asks || cluster.members.some(has)));
    if (sort === "date") found.sort((x, y) => (y.from ?? "").localeCompare(x.from ?? "") || x.n - y.n);
    if (sort === "span") {
      const span = (cluster: Cluster) => (day(cluster.to) ?? 0) - (day(cluster.from) ?? 0);
      found.sort((x, y) => span(y) - span(x) || x.n - y.n);
    }
    return found;
  }, [query, sort, params.source, params.from, params.to, params.relation, store]);
  const rows = () => list.map((cluster): Cell[] => [cluster.n, cluster.size, store.id(cluster.rep), store.name(cluster.rep), cluster.from, cluster.to, cluster.sources]);
  const at = list.findIndex((cluster) => cluster.n === selected);
  const cluster = selected === null ? undefined : store.cluster.get(selected);

  if (all.length === 0) return <Empty title={w.noClusters} hint={w.noClustersHint} art="独" />;
  return (
    <div class={selected !== null ? "panes open" : "panes"}>
      <section class="pane side" aria-label={w.clusters}>
        <div class="bar">
          <Search value={query} label={w.findCluster} placeholder={w.findCluster} change={(q) => setParams({ q })} />
          <div class="bar-line">
            <Choice label={w.sortBy} value={sort} options={SORTS.map((sort): [Sort, string] => [sort, w.clusterSorts[sort]])} change={(sort) => setParams({ sort: sort === "size" ? "" : sort })} />
            <Filters />
            <span class="quiet num" role="status">
              {w.phrasesShown(n(list.length), n(store.core.overview.clusters))}
            </span>
            <ExportList name="clusters" columns={COLUMNS} rows={rows} />
          </div>
        </div>
        <div class="list-head first-number" aria-hidden="true">
          <span>{w.size}</span>
          <span>{w.representative}</span>
        </div>
        {list.length === 0 ? (
          <Empty title={w.nothing} hint={w.nothingHint} art="无" />
        ) : (
          <List
            count={list.length}
            rowHeight={76}
            label={w.clusters}
            selected={at}
            select={(row) => {
              const next = link({ view: "clusters", cluster: list[row].n, params });
              if (selected === null) location.hash = next;
              else location.replace(next);
            }}
            row={(row) => <Row cluster={list[row]} />}
          />
        )}
      </section>
      <section class="pane main">
        {cluster ? <Open key={cluster.n} cluster={cluster} /> : selected !== null ? <Empty title={w.notHere} hint={w.noClusterHere(n(selected))} art="缺" /> : <Empty title={w.pickCluster} hint={w.pickClusterHint} art="簇" />}
      </section>
    </div>
  );
}

function Row({ cluster }: { cluster: Cluster }) {
  const { w, n } = useApp();
  const [from, to] = [cluster.from, cluster.to].map((date) => date && dayOf(date));
  const dates = from === to ? from : `${from} – ${to}`;
  return (
    <>
      <span class="size num">{n(cluster.size)}</span>
      <span class="stack">
        <Name doc={cluster.rep} />
        <span class="origin">
          {dates && <time>{dates}</time>}
          {cluster.sources > 0 && <span>{w.sourcesN(n(cluster.sources), cluster.sources === 1)}</span>}
          {!dates && cluster.sources === 0 && <span>{w.clusterN(cluster.n)}</span>}
        </span>
      </span>
    </>
  );
}

function Open({ cluster }: { cluster: Cluster }) {
  const { store, w, n, lang, params, choices } = useApp();
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set());
  const toggle = (doc: number) => {
    const next = new Set(picked);
    if (!next.delete(doc)) next.add(doc);
    setPicked(next);
  };
  const rep = typeof cluster.rep === "number" ? cluster.rep : cluster.members[0][0];
  // The earliest members come first.
  const members = useMemo(
    () =>
      cluster.members
        .slice()
        .sort((x, y) => (store.docs.time[x[0]] ?? Infinity) - (store.docs.time[y[0]] ?? Infinity) || y[1] - x[1] || x[0] - y[0]),
    [cluster],
  );
  const [left, setLeft] = useState(rep);
  const other = members.find(([doc]) => doc !== rep)?.[0] ?? rep;

  useKeys((event) => {
    if (event.key === "c" && !typing(event) && !event.ctrlKey && !event.metaKey) {
      go({ view: "compare", a: store.docs.id[rep], b: store.docs.id[other] });
      event.preventDefault();
    }
  });

  const compare = (doc: number) => {
    const from = doc === left ? (doc === rep ? other : rep) : left;
    return link({ view: "compare", a: store.docs.id[from], b: store.docs.id[doc] });
  };

  const ids = (docs: Iterable<number>) => [...docs].map((doc) => store.docs.id[doc]);
  const chosen = members.map(([doc]) => doc).filter((doc) => picked.has(doc));
  const originalOf = (doc: number) => {
    const of = store.docs.decision[doc]?.[1];
    return store.docs.id[typeof of === "number" ? of : doc === rep ? other : rep];
  };
  const act = (change: () => void) => {
    change();
    setPicked(new Set());
  };

  return (
    <article class="open-cluster">
      <header class="open-head">
        <a class="tool only-narrow" href={link({ view: "clusters", cluster: null, params })} aria-label={w.back}>
          <Icon name="back" />
        </a>
        <div>
          <p class="kicker">
            {w.clusterN(cluster.n)} · {w.membersN(n(cluster.size))}
            {cluster.sources > 0 && <> · {w.sourcesN(n(cluster.sources), cluster.sources === 1)}</>}
          </p>
          <h1>
            <Name doc={cluster.rep} />
          </h1>
        </div>
        <span class="head-acts">
          <ExportList name={`cluster-${cluster.n}`} columns={MEMBER_COLUMNS} rows={() => members.map(([doc, similarity]) => [...documentCells(store, doc, choices.of(store.docs.id[doc])?.action), similarity])} />
          <button class="button small" onClick={() => print()}>
            <Icon name="print" /> {w.print}
          </button>
        </span>
      </header>

      <First cluster={cluster} />

      <Line cluster={cluster} />

      <div class="bulk" role="group" aria-label={w.byHandGroup}>
        <label>
          <input
            type="checkbox"
            checked={picked.size === members.length}
            onChange={() => setPicked(picked.size === members.length ? new Set() : new Set(members.map(([doc]) => doc)))}
          />{" "}
          {picked.size === 0 ? w.pickAll : w.pickedN(n(picked.size))}
        </label>
        <button class="button small" disabled={chosen.length === 0} onClick={() => act(() => choices.keep(ids(chosen)))}>
          {w.keepThem}
        </button>
        <button class="button small" disabled={chosen.length === 0} onClick={() => act(() => choices.drop(chosen.map((doc) => [store.docs.id[doc], originalOf(doc)])))}>
          {w.dropThem}
        </button>
        <button class="button small" disabled={chosen.length === 0} onClick={() => act(() => choices.apart(chosen.map((doc) => [store.docs.id[doc], [originalOf(doc)]])))}>
          {w.notDuplicate}
        </button>
        <button class="button small" disabled={!chosen.some((doc) => choices.of(store.docs.id[doc]))} onClick={() => act(() => choices.forget(ids(chosen)))}>
          {w.asScanned}
        </button>
      </div>
      <table class="members">
        <thead>
          <tr>
            <th scope="col" class="pick-cell">
              <span class="sr">{w.pick}</span>
            </th>
            <th scope="col">{w.member}</th>
            <th scope="col">{w.decision}</th>
            <th scope="col" class="right">
              {w.similarity}
            </th>
            <th scope="col" class="right">
              {members.length > 1 && w.compare}
            </th>
          </tr>
        </thead>
        <tbody>
          {members.map(([doc, similarity]) => {
            const decision = store.docs.decision[doc];
            const byHand = choices.of(store.docs.id[doc]);
            const drops = byHand ? byHand.action === "drop" : decision?.[0] === false;
            return (
              <tr key={doc} class={drops ? "dropped" : undefined}>
                <td class="pick-cell">
                  <input type="checkbox" checked={picked.has(doc)} onChange={() => toggle(doc)} aria-label={`${w.pick}: ${store.name(doc)}`} />
                </td>
                <td class="who">
                  <DocLink doc={doc} />
                  <Origin doc={doc} id />
                  {doc === cluster.rep && <span class="badge quiet">{w.representative}</span>}
                </td>
                <td class="what">
                  {byHand && (
                    <>
                      <span class={drops ? "badge drop" : "badge keep"}>{drops ? w.drop : w.keep} ✎</span>
                      <span class="reason">
                        {w.byHand}
                        {byHand.apart && byHand.apart.length > 0 && <>: {w.notDuplicateOf(byHand.apart.map((id) => store.name(store.byId.get(id) ?? id)).join(", "))}</>}
                        {byHand.of && <>: {w.goesFor(store.name(store.byId.get(byHand.of) ?? byHand.of))}</>}
                      </span>
                    </>
                  )}
                  {decision && !byHand && (
                    <>
                      <span class={decision[0] ? "badge keep" : "badge drop"}>{decision[0] ? w.keep : w.drop}</span>
                      <RelationChip relation={decision[3]} />
                      {decision[4] && <bdi class="reason">{lang === "zh" ? inChinese(decision[4]) : decision[4]}</bdi>}
                    </>
                  )}
                </td>
                <td class="right">
                  <Meter share={similarity} label={similarity.toFixed(2)} />
                </td>
                <td class="act">
                  {members.length > 1 && (
                    <>
                      <label class="pick" title={w.leftSide}>
                        <input type="radio" name="left" checked={left === doc} onChange={() => setLeft(doc)} aria-label={`${w.leftSide}: ${store.name(doc)}`} />
                      </label>
                      {doc === left ? (
                        <span class="badge quiet left-side">{w.leftSide}</span>
                      ) : (
                        <a class="button small" href={compare(doc)}>
                          {w.compare}
                        </a>
                      )}
                      <button class="button small" title={w.keepThisHint} onClick={() => choices.keepThis(store.docs.id[doc], ids(members.map(([other]) => other).filter((other) => other !== doc)))}>
                        {w.keepThis}
                      </button>
                    </>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {cluster.members.length < cluster.size && <p class="quiet">{w.membersCut(n(cluster.members.length), n(cluster.size))}</p>}
    </article>
  );
}

function First({ cluster }: { cluster: Cluster }) {
  const { store, w, n } = useApp();
  if (cluster.first.length === 0) return <p class="first none">{w.noDates}</p>;
  return (
    <div class="first">
      <span class="first-label">{w.firstBy}</span>
      <div>
        {cluster.ties > 1 && <p class="quiet">{w.firstTie(n(cluster.ties))}</p>}
        {cluster.first.slice(0, cluster.ties > 1 ? 4 : 1).map((doc, i) => (
          <p key={i}>
            <time>{store.date(doc) ?? cluster.from}</time>
            {store.source(doc) && (
              <strong>
                <bdi>{store.source(doc)}</bdi>
              </strong>
            )}
            <DocLink doc={doc} />
          </p>
        ))}
        {cluster.undated > 0 && <p class="quiet">{w.undated(n(cluster.undated))}</p>}
      </div>
    </div>
  );
}

/** The members on a timeline. */
function Line({ cluster }: { cluster: Cluster }) {
  const { store } = useApp();
  const dated = cluster.members.filter(([doc]) => store.docs.time[doc] !== null);
  const times = dated.map(([doc]) => store.docs.time[doc]!);
  const from = Math.min(...times);
  const to = Math.max(...times);
  if (dated.length < 2 || from === to) return null;
  const stacked = new Map<number, number>();
  return (
    <figure class="line" aria-hidden="true">
      <div class="line-track">
        {dated.map(([doc, similarity]) => {
          const place = Math.round(((store.docs.time[doc]! - from) / (to - from)) * 100);
          const level = stacked.get(place) ?? 0;
          stacked.set(place, level + 1);
          if (level > 4) return null;
          const decision = store.docs.decision[doc];
          return (
            <a
              key={doc}
              tabIndex={-1}
              href={link({ view: "document", id: store.docs.id[doc] })}
              class={decision && !decision[0] ? "dot drop" : "dot keep"}
              style={{ left: `${place}%`, bottom: `${level * 11 - 5}px` }}
              title={`${store.docs.date[doc]} ${store.source(doc) ?? ""} ${store.name(doc)} ${percent(similarity)}`}
            />
          );
        })}
      </div>
      <div class="line-ends">
        <time>{cluster.from}</time>
        <time>{cluster.to}</time>
      </div>
    </figure>
  );
}
