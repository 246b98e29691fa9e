// The list of clusters, and one cluster in detail.

import { useMemo, useState } from "preact/hooks";
import { typing, useApp } from "../context";
import type { Cluster, Store } from "../data";
import { percent } from "../i18n";
import { inChinese } from "../reason";
import { go, link } from "../route";
import { Choice, DocLink, Empty, Icon, List, Meter, Name, Origin, RelationChip, Search, useKeys } from "../ui";

type Sort = "size" | "date" | "span";

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

export function Clusters({ selected }: { selected: number | null }) {
  const { store, w, n } = useApp();
  const [query, setQuery] = useState("");
  const [sort, setSort] = useState<Sort>("size");
  const all = store.core.clusters;
  const texts = useMemo(() => all.map((cluster) => haystack(store, cluster)), [store]);
  const list = useMemo(() => {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const found = all.filter((_, i) => words.every((word) => texts[i].includes(word)));
    if (sort === "date") found.sort((x, y) => (y.from ?? "").localeCompare(x.from ?? "") || x.n - y.n);
    if (sort === "span") {
      const span = (cluster: Cluster) => (day(cluster.to) ?? 0) - (day(cluster.from) ?? 0);
      found.sort((x, y) => span(y) - span(x) || x.n - y.n);
    }
    return found;
  }, [query, sort, store]);
  const at = list.findIndex((cluster) => cluster.n === selected);
  const cluster = selected === null ? undefined : store.cluster.get(selected);

  if (all.length === 0) return <Empty title={w.noClusters} hint={w.noClustersHint} art="独" />;
  return (
    <div class={cluster ? "panes open" : "panes"}>
      <section class="pane side" aria-label={w.clusters}>
        <div class="bar">
          <Search value={query} label={w.findCluster} placeholder={w.findCluster} change={setQuery} />
          <div class="bar-line">
            <Choice
              label={w.sortBy}
              value={sort}
              options={[
                ["size", w.sortSize],
                ["date", w.sortDate],
                ["span", w.sortSpan],
              ]}
              change={setSort}
            />
            <span class="quiet num">{w.phrasesShown(n(list.length), n(store.core.overview.clusters))}</span>
          </div>
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
              const next = link({ view: "clusters", cluster: list[row].n });
              if (selected === null) location.hash = next;
              else location.replace(next);
            }}
            row={(row) => <Row cluster={list[row]} />}
          />
        )}
      </section>
      <section class="pane main">
        {cluster ? <Open key={cluster.n} cluster={cluster} /> : <Empty title={w.pickCluster} hint={w.pickClusterHint} art="簇" />}
      </section>
    </div>
  );
}

function Row({ cluster }: { cluster: Cluster }) {
  const { w, n } = useApp();
  const dates = cluster.from === cluster.to ? cluster.from : `${cluster.from} – ${cluster.to}`;
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
  const { store, w, n, lang } = useApp();
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

  return (
    <article class="open-cluster">
      <header class="open-head">
        <a class="tool only-narrow" href={link({ view: "clusters", cluster: null })} aria-label={w.back}>
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
      </header>

      <First cluster={cluster} />

      <Line cluster={cluster} />

      <table class="members">
        <thead>
          <tr>
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
            return (
              <tr key={doc} class={decision && !decision[0] ? "dropped" : undefined}>
                <td class="who">
                  <DocLink doc={doc} />
                  <Origin doc={doc} id />
                  {doc === cluster.rep && <span class="badge quiet">{w.representative}</span>}
                </td>
                <td class="what">
                  {decision && (
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
