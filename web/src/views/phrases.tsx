// The list of phrases, and one phrase in detail.

import { useMemo, useState } from "preact/hooks";
import { typing, useApp } from "../context";
import { Timeline } from "../charts";
import type { Phrase, Phrases, Place } from "../data";
import { difference } from "../difference";
import { Dates, inRange } from "../filters";
import { around } from "../fulltext";
import { go, link } from "../route";
import type { Cell } from "../save";
import { Finder } from "../search";
import { Choice, DocLink, Empty, Icon, List, Origin, Search, useKeys, useLoaded } from "../ui";
import { ExportList } from "./choices";

const SORTS = ["score", "documents", "occurrences", "length", "date"] as const;
type Sort = (typeof SORTS)[number];

/** Places on a page of the list of places. */
const PLACES = 20;

const COLUMNS = ["phrase", "display", "kind", "length", "documents", "occurrences", "score", "first_date", "last_date", "sources", "family", "ignored_by_hand"];

export function PhrasesView({ selected }: { selected: string | null }) {
  const { store, w } = useApp();
  const [phrases, instead] = useLoaded(() => store.phrases(), [store]);
  if (instead) return instead;
  if (phrases.list.length === 0) return <Empty title={w.noPhrases} hint={store.core.overview.reuse ? w.noPhrasesHint : w.notSought} art="无" />;
  return <PhraseList phrases={phrases} selected={selected} />;
}

function PhraseList({ phrases, selected }: { phrases: Phrases; selected: string | null }) {
  const { store, w, n, params, setParams, choices } = useApp();
  const query = params.q ?? "";
  const sort = SORTS.find((sort) => sort === params.sort) ?? "score";
  const kind = params.kind ?? "";
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set());
  const finder = useMemo(() => new Finder(phrases.keys), [phrases]);
  const normalized = useMemo(() => phrases.list.map((phrase) => finder.normalize(phrase.p)), [phrases]);
  const kinds = useMemo(() => [...new Set(phrases.list.map((phrase) => phrase.kind))].filter(Boolean).sort(), [phrases]);
  const dated = useMemo(() => phrases.list.some((phrase) => phrase.first), [phrases]);
  const list = useMemo(() => {
    const wanted = finder.normalize(query);
    const found: number[] = [];
    const { from = "", to = "" } = params;
    // A phrase is in a range of dates if it is used in it, as far as its first
    // and last dates and its months tell.
    const used = (phrase: Phrase) => {
      if (!from && !to) return true;
      const times = [phrase.first, phrase.last, ...phrase.months.map(([month]) => month)].map((date) => (date ? Date.parse(date.slice(0, 10)) / 1000 : NaN));
      return times.some((time) => !Number.isNaN(time) && inRange(time, from, to));
    };
    phrases.list.forEach((phrase, i) => {
      if ((kind === "" || phrase.kind === kind) && finder.matches(normalized[i], wanted) && used(phrase)) found.push(i);
    });
    const by = (value: (phrase: Phrase) => number) => found.sort((x, y) => value(phrases.list[y]) - value(phrases.list[x]) || x - y);
    if (sort === "documents") by((phrase) => phrase.documents);
    if (sort === "occurrences") by((phrase) => phrase.occurrences);
    if (sort === "length") by((phrase) => phrase.length);
    if (sort === "date") found.sort((x, y) => (phrases.list[x].first ?? "~").localeCompare(phrases.list[y].first ?? "~") || x - y);
    return found;
  }, [query, sort, kind, params.from, params.to, phrases]);
  const chosen = useMemo(() => (selected === null ? -1 : phrases.list.findIndex((phrase) => phrase.p === selected)), [selected, phrases]);

  const select = (row: number) => {
    const next = link({ view: "phrases", phrase: phrases.list[list[row]].p, params: { ...params, page: "" } });
    if (selected === null) location.hash = next;
    else location.replace(next);
  };
  const toggle = (phrase: number) => {
    const next = new Set(picked);
    if (!next.delete(phrase)) next.add(phrase);
    setPicked(next);
  };
  useKeys((event) => {
    if (event.key !== "x" || chosen < 0 || typing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    toggle(chosen);
    event.preventDefault();
  });
  const cells = (): Cell[][] =>
    list.map((i) => {
      const phrase = phrases.list[i];
      return [phrase.p, phrase.d, phrase.kind, phrase.length, phrase.documents, phrase.occurrences, phrase.score, phrase.first, phrase.last, phrase.sources, phrase.family, choices.ignores(phrase.p)];
    });

  return (
    <div class={selected !== null ? "panes open" : "panes"}>
      <section class="pane side" aria-label={w.phrases}>
        <div class="bar">
          <Search value={query} label={w.findPhraseLabel} placeholder={w.findPhrase} change={(q) => setParams({ q })} />
          <div class="bar-line">
            <Choice
              label={w.sortBy}
              value={sort}
              options={SORTS.filter((sort) => dated || sort !== "date").map((sort): [Sort, string] => [sort, w.phraseSorts[sort]])}
              change={(sort) => setParams({ sort: sort === "score" ? "" : sort })}
            />
            {kinds.length > 1 && <Choice label={w.kind} value={kind} options={["", ...kinds].map((kind) => [kind, w.kinds[kind] ?? kind])} change={(kind) => setParams({ kind })} />}
            {dated && <Dates />}
            <span class="quiet num" role="status">
              {w.phrasesShown(n(list.length), n(store.core.overview.phrases))}
            </span>
            <ExportList name="phrases" columns={COLUMNS} rows={cells} />
            {picked.size > 0 && (
              <span class="bulk">
                <button
                  class="button small"
                  onClick={() => {
                    choices.ignore([...picked].map((i) => phrases.list[i].p), true);
                    setPicked(new Set());
                  }}
                >
                  {w.ignoreN(n(picked.size))}
                </button>
              </span>
            )}
          </div>
        </div>
        <div class="list-head" aria-hidden="true">
          <span>{w.phrase}</span>
          <span>{sort === "occurrences" ? w.occurrences : w.documents}</span>
        </div>
        {list.length === 0 ? (
          <Empty title={w.nothing} hint={w.nothingHint} art="无" />
        ) : (
          <List
            count={list.length}
            rowHeight={60}
            label={w.phrases}
            selected={list.indexOf(chosen)}
            select={select}
            checked={(row) => picked.has(list[row])}
            row={(row) => {
              const phrase = phrases.list[list[row]];
              return (
                <>
                  <Pick picked={picked.has(list[row])} toggle={() => toggle(list[row])} />
                  <span class={choices.ignores(phrase.p) ? "stack ignored" : "stack"}>
                    <bdi class="wording">{phrase.d}</bdi>
                    <span class="origin">
                      <span>{w.kinds[phrase.kind] ?? phrase.kind}</span>
                      <span>{w.charsN(n(phrase.length))}</span>
                      {phrase.first && <time>{phrase.first}</time>}
                    </span>
                  </span>
                  <span class="row-end">
                    <span class="num">{n(sort === "occurrences" ? phrase.occurrences : phrase.documents)}</span>
                  </span>
                </>
              );
            }}
          />
        )}
      </section>
      <section class="pane main">
        {chosen >= 0 ? (
          <Open key={chosen} phrase={phrases.list[chosen]} phrases={phrases} />
        ) : selected !== null ? (
          <Empty title={w.notHere} hint={w.noPhraseHere(selected)} art="缺">
            <a class="button" href={link({ view: "phrases", phrase: null, params: { q: selected } })}>
              {w.findLike}
            </a>
          </Empty>
        ) : (
          <Empty title={w.pickPhrase} hint={w.pickPhraseHint} art="语" />
        )}
      </section>
    </div>
  );
}

/** A box that picks a row for what is done to several at once; for the keyboard there is a key. */
export function Pick({ picked, toggle }: { picked: boolean; toggle: () => void }) {
  const { w } = useApp();
  return (
    <span
      class="pick-row"
      aria-hidden="true"
      title={`${w.pick} (x)`}
      onClick={(event) => {
        event.stopPropagation();
        toggle();
      }}
    >
      <i class={picked ? "box picked" : "box"} />
    </span>
  );
}

function Open({ phrase, phrases }: { phrase: Phrase; phrases: Phrases }) {
  const { store, w, n, params, choices } = useApp();
  const family = useMemo(() => {
    const head = phrase.family ?? phrase.p;
    return phrases.list.filter((other) => other !== phrase && (other.family === head || other.p === head));
  }, [phrase]);
  const ignored = choices.ignores(phrase.p);
  const rest = { ...params, page: "" };
  const most = Math.max(1, ...phrase.variants.map((variant) => variant[1]));
  return (
    <article class="open-phrase">
      <header class="open-head">
        <a class="tool only-narrow" href={link({ view: "phrases", phrase: null, params: rest })} aria-label={w.back}>
          <Icon name="back" />
        </a>
        <div>
          <p class="kicker">{w.kinds[phrase.kind] ?? phrase.kind}</p>
          <h1 class="wording">
            <bdi>{phrase.d}</bdi>
          </h1>
          <p class="links">
            <button class="button small" aria-pressed={ignored} onClick={() => choices.ignore([phrase.p], !ignored)}>
              {ignored ? w.ignored : w.ignorePhrase}
            </button>
            <a class="button small" href={link({ view: "documents", params: { q: phrase.d } })}>
              {w.findInTexts}
            </a>
          </p>
        </div>
      </header>
      <dl class="inline-facts spread">
        <div>
          <dt>{w.documents}</dt>
          <dd>{n(phrase.documents)}</dd>
        </div>
        <div>
          <dt>{w.occurrences}</dt>
          <dd>{n(phrase.occurrences)}</dd>
        </div>
        <div>
          <dt>{w.length}</dt>
          <dd>{w.charsN(n(phrase.length))}</dd>
        </div>
        <div>
          <dt>{w.score}</dt>
          <dd>{phrase.score.toFixed(2)}</dd>
        </div>
        {phrase.sources !== undefined && phrase.sources > 0 && (
          <div>
            <dt>{w.sources}</dt>
            <dd>{n(phrase.sources)}</dd>
          </div>
        )}
      </dl>

      {phrase.first && (
        <p class="first-seen">
          {w.firstSeen} <time>{phrase.first}</time>
          {phrase.first_document !== undefined && (
            <>
              {" "}
              <DocLink doc={phrase.first_document} />
            </>
          )}
          {phrase.last && phrase.last !== phrase.first && (
            <>
              {" · "}
              {w.lastSeen} <time>{phrase.last}</time>
            </>
          )}
        </p>
      )}

      {phrase.months.length > 1 && (
        <section>
          <Timeline title={w.documentsOverTime} counts={phrase.months} volume={store.core.overview.volume} what={w.documents} />
        </section>
      )}

      <section>
        <h2>
          {w.variants} <span class="num quiet">{n(phrase.forms)}</span>
        </h2>
        <ul class="variants">
          {phrase.variants.map(([text, count]) => (
            <li key={text}>
              <bdi class="wording">
                {difference(phrase.d, text).map((part, i) => (part.differs ? <b key={i} class="differs">{part.text}</b> : part.text))}
              </bdi>
              <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                <rect class="fill" width={Math.max(0.8, (count / most) * 100)} height="6" />
              </svg>
              <span class="num">{n(count)}</span>
            </li>
          ))}
        </ul>
        {phrase.forms > phrase.variants.length && <p class="quiet">{w.moreVariants(n(phrase.forms - phrase.variants.length))}</p>}
      </section>

      {family.length > 0 && (
        <section>
          <h2>
            {w.family} <span class="num quiet">{n(family.length)}</span>
          </h2>
          <ul class="family">
            {family.slice(0, 60).map((other) => (
              <li key={other.p}>
                <a href={link({ view: "phrases", phrase: other.p, params: rest })}>
                  <bdi class="wording">{other.d}</bdi> <span class="num">{n(other.documents)}</span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}

      <Places phrase={phrase} />
    </article>
  );
}

/** All places of a phrase that the page holds, by date, some at a time. */
function Places({ phrase }: { phrase: Phrase }) {
  const { store, w, n, params, setParams } = useApp();
  const [places, instead] = useLoaded(async () => {
    const places = (await store.places(phrase)) ?? [];
    const time = (place: Place) => (typeof place.doc === "number" ? (store.docs.time[place.doc] ?? Infinity) : Infinity);
    return places.map((place, i) => ({ place, i })).sort((x, y) => time(x.place) - time(y.place) || x.i - y.i).map(({ place }) => place);
  }, [phrase]);
  if (instead) return instead;
  const pages = Math.max(1, Math.ceil(places.length / PLACES));
  const page = Math.min(pages, Math.max(1, Math.floor(Number(params.page ?? 1)) || 1));
  const first = (page - 1) * PLACES;
  const turn = (to: number) => setParams({ page: to === 1 ? "" : String(to) });
  return (
    <section class="places">
      <h2>
        {w.inContext}{" "}
        <span class="quiet">{places.length < phrase.occurrences ? w.contextCut(n(places.length), n(phrase.occurrences)) : w.placesByDate(n(places.length), places.length === 1)}</span>
        <ExportPlaces phrase={phrase} places={places} />
      </h2>
      {places.length === 0 && <p class="quiet">{w.noPlaces}</p>}
      <ul class="context">
        {places.slice(first, first + PLACES).map((place, i) => (
          <OnePlace key={first + i} place={place} />
        ))}
      </ul>
      {pages > 1 && (
        <nav class="pager" aria-label={w.pages}>
          <button class="button small" disabled={page === 1} onClick={() => turn(page - 1)}>
            <Icon name="back" /> {w.previousPage}
          </button>
          <span class="num">{w.pageOf(n(page), n(pages))}</span>
          <button class="button small" disabled={page === pages} onClick={() => turn(page + 1)}>
            {w.nextPage} <Icon name="forward" />
          </button>
        </nav>
      )}
    </section>
  );
}

function ExportPlaces({ phrase, places }: { phrase: Phrase; places: Place[] }) {
  const { store } = useApp();
  const rows = () => places.map((place): Cell[] => [phrase.p, store.id(place.doc), store.name(place.doc), store.date(place.doc), store.source(place.doc), place.start < 0 ? null : place.start, place.start < 0 ? null : place.end]);
  return <ExportList name="places" columns={["phrase", "id", "title", "date", "source", "start_utf16", "end_utf16"]} rows={rows} />;
}

function OnePlace({ place }: { place: Place }) {
  const { store, w } = useApp();
  const { doc, start, end } = place;
  const [context, instead] = useLoaded(async () => {
    if (start < 0 || typeof doc !== "number") return place.context;
    const text = await store.text(doc);
    return text !== null && end > start ? around(text, start, end) : null;
  }, [doc, start]);
  const open = start < end && typeof doc === "number" ? () => go({ view: "document", id: store.docs.id[doc], params: { at: `${start}-${end}` } }) : undefined;
  return (
    <li>
      {instead ? (
        <p class="kwic quiet">…</p>
      ) : context ? (
        <p class={open ? "kwic opens" : "kwic"} dir="auto" onClick={open}>
          <span class="before">
            <bdi>{context[0]}</bdi>
          </span>
          <mark class="key">{context[1]}</mark>
          <span class="after">
            <bdi>{context[2]}</bdi>
          </span>
        </p>
      ) : (
        <p class="quiet">{w.noContext}</p>
      )}
      <p class="where">
        <DocLink doc={doc} params={open ? { at: `${start}-${end}` } : undefined} /> <Origin doc={doc} />
      </p>
    </li>
  );
}
