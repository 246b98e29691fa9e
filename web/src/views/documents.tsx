// The list of all documents: sorted, filtered, searched through their texts.

import { useMemo, useState } from "preact/hooks";
import { useApp } from "../context";
import { RELATIONS, type Store } from "../data";
import { Filters, inRange, relationBits } from "../filters";
import { useTextSearch, type Hit } from "../fulltext";
import { percent } from "../i18n";
import { go } from "../route";
import type { Cell } from "../save";
import { Choice, Empty, List, Name, Origin, Search, useLoaded } from "../ui";
import { ExportList } from "./choices";

const SORTS = ["rank", "shared", "formula", "date", "source", "length", "title"] as const;
type Sort = (typeof SORTS)[number];

const STATES = ["", "kept", "dropped", "clustered", "linked", "alone"] as const;

export const COLUMNS = ["id", "title", "date", "source", "characters", "shared_13", "formula", "r_measure", "cluster", "action", "duplicate_of", "by_hand"];

export function documentCells(store: Store, doc: number, byHand: string | undefined): Cell[] {
  const { docs } = store;
  const decision = docs.decision[doc];
  const action = decision && !decision[0] ? "drop" : "keep";
  return [docs.id[doc], docs.title[doc], docs.date[doc], store.source(doc), docs.length[doc], docs.shared[doc], docs.formula[doc], docs.r[doc], docs.cluster[doc] || null, action, decision && decision[1] !== null ? store.id(decision[1]) : null, byHand];
}

/** Orders documents; those without the value come last. */
function order(store: Store, sort: Sort, list: number[]): number[] {
  const { docs } = store;
  const down = (value: (number | null)[]) => list.sort((x, y) => (value[y] ?? -Infinity) - (value[x] ?? -Infinity) || x - y);
  switch (sort) {
    case "shared":
      return down(docs.shared);
    case "formula":
      return down(docs.formula);
    case "length":
      return down(docs.length);
    case "date":
      return list.sort((x, y) => (docs.time[x] ?? Infinity) - (docs.time[y] ?? Infinity) || x - y);
    case "source": {
      const names = docs.sources.map((_, i) => i).sort((x, y) => (docs.sources[x] < docs.sources[y] ? -1 : 1));
      const rank = new Map(names.map((source, i) => [source, i]));
      const of = (doc: number) => rank.get(docs.source[doc]) ?? Infinity;
      return list.sort((x, y) => of(x) - of(y) || (docs.time[x] ?? Infinity) - (docs.time[y] ?? Infinity) || x - y);
    }
    case "title": {
      const collator = new Intl.Collator();
      return list.sort((x, y) => collator.compare(store.name(x), store.name(y)) || x - y);
    }
    default:
      return list;
  }
}

export function Documents() {
  const { store, w, n, params, setParams, choices } = useApp();
  const { docs } = store;
  const query = params.q ?? "";
  const sort = SORTS.find((sort) => sort === params.sort) ?? "rank";
  const state = params.state ?? "";
  const [selected, select] = useState(-1);
  const [bits, instead] = useLoaded(async () => relationBits(store, await store.graph()), [store]);
  // Links are in a block of their own, which may still be on its way.
  const waits = !bits && (params.relation || state === "linked" || state === "alone");
  const search = useTextSearch(store, query);
  const names = useMemo(() => docs.id.map((id, doc) => `${docs.title[doc] ?? ""}\n${id}\n${store.source(doc) ?? ""}\n${docs.date[doc] ?? ""}`.toLowerCase()), [store]);

  const list = useMemo(() => {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const bit = 1 << RELATIONS.findIndex((relation) => relation === params.relation);
    const { source, from = "", to = "" } = params;
    const passes = (doc: number) => {
      if (waits) return false;
      if (words.length > 0 && !search.hits.has(doc) && !words.every((word) => names[doc].includes(word))) return false;
      if (source && (docs.source[doc] < 0 || docs.sources[docs.source[doc]] !== source)) return false;
      if (!inRange(docs.time[doc], from, to)) return false;
      if (params.relation && !((bits?.[doc] ?? 0) & bit)) return false;
      const dropped = docs.decision[doc]?.[0] === false;
      switch (state) {
        case "kept":
          return !dropped;
        case "dropped":
          return dropped;
        case "clustered":
          return docs.cluster[doc] > 0;
        case "linked":
          return (bits?.[doc] ?? 0) > 0;
        case "alone":
          return (bits?.[doc] ?? 0) === 0;
        default:
          return true;
      }
    };
    return order(store, sort, docs.id.map((_, doc) => doc).filter(passes));
  }, [store, query, sort, state, params.source, params.from, params.to, params.relation, search, bits, waits]);

  const open = (row: number) => {
    const hit = search.hits.get(list[row]);
    go({ view: "document", id: docs.id[list[row]], params: hit ? { at: `${hit.start}-${hit.end}` } : {} });
  };

  return (
    <section class="documents" aria-label={w.documents}>
      <div class="bar">
        <Search value={query} label={w.findDocument} placeholder={w.findDocument} change={(q) => setParams({ q })} />
        <div class="bar-line">
          <Choice label={w.sortBy} value={sort} options={SORTS.map((sort): [Sort, string] => [sort, w.documentSorts[sort]])} change={(sort) => setParams({ sort: sort === "rank" ? "" : sort })} />
          <Choice label={w.state} value={state} options={STATES.map((state): [string, string] => [state, w.states[state]])} change={(state) => setParams({ state })} />
          <Filters />
          <span class="quiet num" role="status">
            {w.phrasesShown(n(list.length), n(store.core.overview.documents))}
            {(waits || search.done < 1) && ` · ${w.searching(percent(waits ? 0 : search.done))}`}
          </span>
          <ExportList name="documents" columns={COLUMNS} rows={() => list.map((doc) => documentCells(store, doc, choices.of(docs.id[doc])?.action))} />
        </div>
      </div>
      {instead && waits ? (
        instead
      ) : list.length === 0 ? (
        search.done < 1 ? (
          <Empty title={w.loading} art="寻" />
        ) : (
          <Empty title={w.nothing} hint={w.nothingFiltered} art="无" />
        )
      ) : (
        <>
          <div class="columns-head" aria-hidden="true">
            <span>{w.member}</span>
            <span class="right">{w.sharedHead}</span>
            <span class="right">{w.formulaShare}</span>
            <span class="right wide-only">{w.length}</span>
            <span class="right">{w.state}</span>
          </div>
          <List
            count={list.length}
            rowHeight={66}
            label={w.documents}
            selected={selected}
            select={(row, opens) => {
              select(row);
              if (opens) open(row);
            }}
            row={(row) => <Row doc={list[row]} hit={search.hits.get(list[row])} />}
          />
        </>
      )}
    </section>
  );
}

const shareOf = (share: number | null) => (share === null ? "–" : percent(share));

function Row({ doc, hit }: { doc: number; hit: Hit | undefined }) {
  const { store, w, n, choices } = useApp();
  const { docs } = store;
  const byHand = choices.of(docs.id[doc]);
  const drops = byHand ? byHand.action === "drop" : docs.decision[doc]?.[0] === false;
  return (
    <>
      <span class="stack">
        <Name doc={doc} />
        {hit ? (
          <span class="origin hit">
            <bdi>
              {hit.context[0]}
              <mark class="found-word">{hit.context[1]}</mark>
              {hit.context[2]}
            </bdi>
            <span class="num">{w.placesN(n(hit.count), hit.count === 1)}</span>
          </span>
        ) : (
          <Origin doc={doc} id plain />
        )}
      </span>
      <span class="num right" title={w.sharedShare}>
        {shareOf(docs.shared[doc])}
      </span>
      <span class="num right" title={w.formulaShare}>
        {shareOf(docs.formula[doc])}
      </span>
      <span class="num right wide-only" title={w.length}>
        {w.charsN(n(docs.length[doc]))}
      </span>
      <span class="right">
        <span class={drops ? "badge drop" : "badge keep"} title={byHand ? w.byHand : undefined}>
          {drops ? w.drop : w.keep}
          {byHand && " ✎"}
        </span>
      </span>
    </>
  );
}
