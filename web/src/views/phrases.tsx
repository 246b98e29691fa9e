// The list of phrases, and one phrase in detail.

import { useEffect, useMemo, useState } from "preact/hooks";
import { useApp } from "../context";
import { Columns } from "../charts";
import type { Phrase, Phrases } from "../data";
import { link } from "../route";
import { Finder } from "../search";
import { between } from "../time";
import { Choice, DocLink, Empty, Icon, List, Origin, Search, useLoaded } from "../ui";

type Sort = "score" | "documents" | "occurrences" | "length" | "date";

export function PhrasesView({ selected, query }: { selected: string | null; query: string }) {
  const { store, w } = useApp();
  const [phrases, instead] = useLoaded(() => store.phrases(), [store]);
  if (instead) return instead;
  if (phrases.list.length === 0) return <Empty title={w.noPhrases} hint={store.core.overview.reuse ? w.noPhrasesHint : w.notSought} art="无" />;
  return <PhraseList phrases={phrases} selected={selected} query={query} />;
}

function PhraseList({ phrases, selected, query: initial }: { phrases: Phrases; selected: string | null; query: string }) {
  const { store, w, n } = useApp();
  const [query, setQuery] = useState(initial);
  const [sort, setSort] = useState<Sort>("score");
  const [kind, setKind] = useState("");
  useEffect(() => {
    if (initial) setQuery(initial);
  }, [initial]);
  const finder = useMemo(() => new Finder(phrases.keys), [phrases]);
  const normalized = useMemo(() => phrases.list.map((phrase) => finder.normalize(phrase.p)), [phrases]);
  const kinds = useMemo(() => [...new Set(phrases.list.map((phrase) => phrase.kind))].filter(Boolean).sort(), [phrases]);
  const dated = useMemo(() => phrases.list.some((phrase) => phrase.first), [phrases]);
  const list = useMemo(() => {
    const wanted = finder.normalize(query);
    const found: number[] = [];
    phrases.list.forEach((phrase, i) => {
      if ((kind === "" || phrase.kind === kind) && finder.matches(normalized[i], wanted)) found.push(i);
    });
    const by = (value: (phrase: Phrase) => number) => found.sort((x, y) => value(phrases.list[y]) - value(phrases.list[x]) || x - y);
    if (sort === "documents") by((phrase) => phrase.documents);
    if (sort === "occurrences") by((phrase) => phrase.occurrences);
    if (sort === "length") by((phrase) => phrase.length);
    if (sort === "date") found.sort((x, y) => (phrases.list[x].first ?? "~").localeCompare(phrases.list[y].first ?? "~") || x - y);
    return found;
  }, [query, sort, kind, phrases]);
  const chosen = selected === null ? -1 : phrases.list.findIndex((phrase) => phrase.p === selected);
  const most = phrases.list[0]?.score || 1;

  const select = (row: number) => {
    const next = link({ view: "phrases", phrase: phrases.list[list[row]].p, query: "" });
    if (selected === null) location.hash = next;
    else location.replace(next);
  };

  return (
    <div class={chosen >= 0 ? "panes open" : "panes"}>
      <section class="pane side" aria-label={w.phrases}>
        <div class="bar">
          <Search value={query} label={w.findPhraseLabel} placeholder={w.findPhrase} change={setQuery} />
          <div class="bar-line">
            <Choice
              label={w.sortBy}
              value={sort}
              options={
                [
                  ["score", w.sortScore],
                  ["documents", w.sortDocuments],
                  ["occurrences", w.sortOccurrences],
                  ["length", w.sortLength],
                  ...(dated ? [["date", w.sortDate]] : []),
                ] as [Sort, string][]
              }
              change={setSort}
            />
            {kinds.length > 1 && (
              <Choice label={w.kind} value={kind} options={["", ...kinds].map((kind) => [kind, w.kinds[kind] ?? kind])} change={setKind} />
            )}
            <span class="quiet num">{w.phrasesShown(n(list.length), n(store.core.overview.phrases))}</span>
          </div>
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
            row={(row) => {
              const phrase = phrases.list[list[row]];
              return (
                <>
                  <span class="stack">
                    <bdi class="wording">{phrase.d}</bdi>
                    <span class="origin">
                      <span>{w.kinds[phrase.kind] ?? phrase.kind}</span>
                      <span>{w.charsN(n(phrase.length))}</span>
                      {phrase.first && <time>{phrase.first}</time>}
                    </span>
                  </span>
                  <span class="row-end">
                    <span class="num">{n(phrase.documents)}</span>
                    <svg class="tiny" viewBox="0 0 40 4" preserveAspectRatio="none" aria-hidden="true">
                      <rect class="track" width="40" height="4" />
                      <rect class="fill" width={Math.max(1, (phrase.score / most) * 40)} height="4" />
                    </svg>
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
        ) : (
          <Empty title={w.pickPhrase} hint={w.pickPhraseHint} art="语" />
        )}
      </section>
    </div>
  );
}

function Open({ phrase, phrases }: { phrase: Phrase; phrases: Phrases }) {
  const { w, n } = useApp();
  const family = useMemo(() => {
    const head = phrase.family ?? phrase.p;
    return phrases.list.filter((other) => other !== phrase && (other.family === head || other.p === head));
  }, [phrase]);
  const months = useMemo(() => between(Object.keys(phrase.months ?? {})).map((month) => [month, phrase.months?.[month] ?? 0] as const), [phrase]);
  const most = Math.max(1, ...phrase.variants.map((variant) => variant[1]));
  return (
    <article class="open-phrase">
      <header class="open-head">
        <a class="tool only-narrow" href={link({ view: "phrases", phrase: null, query: "" })} aria-label={w.back}>
          <Icon name="back" />
        </a>
        <div>
          <p class="kicker">{w.kinds[phrase.kind] ?? phrase.kind}</p>
          <h1 class="wording">
            <bdi>{phrase.d}</bdi>
          </h1>
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

      {months.length > 1 && (
        <section>
          <h2>{w.byMonth}</h2>
          <Columns
            label={w.byMonth}
            height={80}
            bars={months.map(([month, value]) => ({ label: month, value, hint: `${month}: ${w.documentsN(n(value), value === 1)}` }))}
          />
        </section>
      )}

      <section>
        <h2>
          {w.variants} <span class="num quiet">{n(phrase.forms)}</span>
        </h2>
        <ul class="variants">
          {phrase.variants.map(([text, count]) => (
            <li key={text}>
              <bdi class="wording">{text}</bdi>
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
                <a href={link({ view: "phrases", phrase: other.p, query: "" })}>
                  <bdi class="wording">{other.d}</bdi> <span class="num">{n(other.documents)}</span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}

      <section>
        <h2>
          {w.inContext} {phrase.places.length < phrase.occurrences && <span class="quiet">{w.contextCut(n(phrase.places.length), n(phrase.occurrences))}</span>}
        </h2>
        <ul class="context">
          {phrase.places.map(([doc, context], i) => (
            <li key={i}>
              {context ? (
                <p class="kwic" dir="auto">
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
                <DocLink doc={doc} /> <Origin doc={doc} />
              </p>
            </li>
          ))}
        </ul>
      </section>
    </article>
  );
}
