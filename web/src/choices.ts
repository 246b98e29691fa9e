// What the reader decided by hand: kept in the browser, undone step by step,
// exported as files that `leitong` reads.

import type { Core } from "./data";

export interface Choice {
  action: "keep" | "drop";
  /** The document that it goes for. */
  of?: string;
  /** Documents of which it is no duplicate. */
  apart?: string[];
}

interface State {
  documents: Record<string, Choice>;
  /** Phrases to ignore. */
  phrases: string[];
}

/** Most steps that can be undone. */
const STEPS = 100;

const NONE: State = { documents: {}, phrases: [] };

/** A short number for a report, so that two reports in one browser keep their choices apart. */
function fingerprint(core: Core): string {
  const { overview, docs } = core;
  let hash = 5381;
  for (const c of JSON.stringify([overview.documents, overview.characters, overview.edges, docs.id.slice(0, 50)])) hash = (hash * 33 + c.codePointAt(0)!) >>> 0;
  return hash.toString(36);
}

function isState(value: unknown): value is State {
  const state = value as State | null;
  return !!state && typeof state.documents === "object" && !!state.documents && Array.isArray(state.phrases);
}

/** Takes back what the choices on `ids` contradict: `leitong dedup` reads no file with contradictions. */
export function settled(documents: Record<string, Choice>, ids: string[]): Record<string, Choice> {
  const at = (id: string): Choice | undefined => (Object.hasOwn(documents, id) ? documents[id] : undefined);
  for (const id of ids) {
    const choice = at(id);
    for (const other of choice?.apart ?? []) if (at(other)?.of === id) delete documents[other];
    const of = choice?.of;
    if (!of) continue;
    const target = at(of);
    if (target?.apart?.includes(id)) documents[of] = { ...target, apart: target.apart.filter((other) => other !== id) };
    // Documents that would go for one another in a circle.
    const seen = new Set([id]);
    for (let next: string | undefined = of; next; next = at(next)?.of) {
      if (seen.has(next)) {
        delete documents[of];
        break;
      }
      seen.add(next);
    }
  }
  return documents;
}

export class Choices {
  private state: State = NONE;
  private before: State[] = [];
  private readonly key: string;
  private readonly watchers = new Set<() => void>();

  constructor(core: Core) {
    this.key = `leitong-choices-${fingerprint(core)}`;
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(this.key) ?? "null");
      if (isState(kept)) this.state = kept;
    } catch {
      // Without storage, or with a damaged entry, the reader begins anew.
    }
  }

  /** Calls back after each change; returns how to stop that. */
  watch(changed: () => void): () => void {
    this.watchers.add(changed);
    return () => void this.watchers.delete(changed);
  }

  of(id: string): Choice | undefined {
    return Object.hasOwn(this.state.documents, id) ? this.state.documents[id] : undefined;
  }

  ignores(phrase: string): boolean {
    return this.state.phrases.includes(phrase);
  }

  get documents(): number {
    return Object.keys(this.state.documents).length;
  }

  get phrases(): number {
    return this.state.phrases.length;
  }

  get canUndo(): boolean {
    return this.before.length > 0;
  }

  /** This document stays, and the others go for it. */
  keepThis(id: string, others: string[]): void {
    const changes: Record<string, Choice> = {};
    for (const other of others) changes[other] = { action: "drop", of: id };
    changes[id] = { action: "keep" };
    this.decide(changes);
  }

  keep(ids: string[]): void {
    this.decide(Object.fromEntries(ids.map((id) => [id, { action: "keep" }])));
  }

  /** These go, each for the document given. */
  drop(ids: [id: string, of: string | undefined][]): void {
    this.decide(Object.fromEntries(ids.map(([id, of]) => [id, of && of !== id ? { action: "drop", of } : { action: "drop" }])));
  }

  /** These stay, as no duplicates of the documents given. */
  apart(ids: [id: string, of: string[]][]): void {
    this.decide(Object.fromEntries(ids.map(([id, of]) => [id, { action: "keep", apart: of.filter((other) => other !== id) }])));
  }

  private decide(changes: Record<string, Choice>): void {
    this.set({ ...this.state, documents: settled({ ...this.state.documents, ...changes }, Object.keys(changes)) });
  }

  /** The scan's own decisions hold again for these. */
  forget(ids: string[]): void {
    const documents = { ...this.state.documents };
    for (const id of ids) delete documents[id];
    this.set({ ...this.state, documents });
  }

  ignore(phrases: string[], yes: boolean): void {
    const rest = this.state.phrases.filter((phrase) => !phrases.includes(phrase));
    this.set({ ...this.state, phrases: yes ? [...rest, ...phrases] : rest });
  }

  undo(): void {
    const state = this.before.pop();
    if (state) this.put(state);
  }

  clear(): void {
    this.set(NONE);
  }

  private set(state: State): void {
    this.before.push(this.state);
    if (this.before.length > STEPS) this.before.shift();
    this.put(state);
  }

  private put(state: State): void {
    this.state = state;
    try {
      localStorage.setItem(this.key, JSON.stringify(state));
    } catch {
      // Browsers may refuse storage to local files; the choices then last as long as the page.
    }
    for (const changed of this.watchers) changed();
  }

  /** The decisions as JSON Lines, sorted by id, in the form of `decisions.jsonl`. */
  decisionsFile(): string {
    const ids = Object.keys(this.state.documents).sort();
    return ids
      .map((id) => {
        const { action, of, apart } = this.state.documents[id];
        return `${JSON.stringify({ id, action, duplicate_of: of, not_duplicate_of: apart?.length ? apart : undefined, reason: "decided by hand" })}\n`;
      })
      .join("");
  }

  /** The phrases to ignore, one a line, for `leitong phrases --ignore FILE`. */
  ignoreFile(): string {
    return this.state.phrases.map((phrase) => `${phrase}\n`).join("");
  }
}
