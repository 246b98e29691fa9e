// Looks for words in all texts of the page, block after block.

import { useEffect, useState } from "preact/hooks";
import type { Store } from "./data";
import { Finder } from "./search";

export interface Hit {
  /** Number of places of the first word. */
  count: number;
  /** The first place, in UTF-16 units. */
  start: number;
  end: number;
  context: [string, string, string];
}

/** Characters shown on each side of a place. */
export const SIDE = 28;

/** A text on one line. */
export const oneLine = (text: string) => text.replace(/[\s\p{Cc}]+/gu, " ");

/** The words before a range, in it and after it, each on one line. */
export function around(text: string, start: number, end: number): [string, string, string] {
  const before = Array.from(oneLine(text.slice(Math.max(0, start - 4 * SIDE), start))).slice(-SIDE).join("");
  const middle = Array.from(oneLine(text.slice(start, end)));
  const after = Array.from(oneLine(text.slice(end, end + 4 * SIDE)));
  const cut = (chars: string[], most: number) => (chars.length > most ? `${chars.slice(0, most).join("")}…` : chars.join(""));
  return [before, cut(middle, 160), cut(after, SIDE)];
}

/** Number of places of a word that are counted in one text. */
const MOST_PLACES = 1_000;

/** The places of the words in a text; null unless it has all of them. */
export function look(text: string, words: RegExp[]): Hit | null {
  for (const word of words.slice(1)) {
    word.lastIndex = 0;
    if (!word.test(text)) return null;
  }
  let first: RegExpExecArray | null = null;
  let count = 0;
  const word = words[0];
  word.lastIndex = 0;
  for (let match = word.exec(text); match && count < MOST_PLACES; match = word.exec(text)) {
    first ??= match;
    count++;
  }
  if (!first) return null;
  const end = first.index + first[0].length;
  return { count, start: first.index, end, context: around(text, first.index, end) };
}

export interface TextSearch {
  hits: Map<number, Hit>;
  /** Share of the texts that were looked through. */
  done: number;
}

const NOTHING: TextSearch = { hits: new Map(), done: 1 };

const UNKNOWN: TextSearch = { hits: new Map(), done: 0 };

/** The documents whose text has all words of a query; grows while the blocks are unpacked. */
export function useTextSearch(store: Store, query: string): TextSearch {
  const [found, setFound] = useState<TextSearch & { query: string }>({ ...NOTHING, query: "" });
  useEffect(() => {
    if (query.trim() === "") return;
    let current = true;
    const setSearch = (search: TextSearch) => setFound({ ...search, query });
    const run = async () => {
      const finder = new Finder((await store.phrases()).keys);
      const words = finder.expressions(query);
      if (words.length === 0) return setSearch(NOTHING);
      const hits = new Map<number, Hit>();
      const blocks = store.core.blocks.texts;
      for (let block = 0; block < blocks && current; block++) {
        for (const [doc, text] of await store.textsOf(block)) {
          const hit = look(text, words);
          if (hit) hits.set(doc, hit);
        }
        if (current && (block + 1 === blocks || block % 4 === 3)) setSearch({ hits: new Map(hits), done: (block + 1) / blocks });
      }
      if (blocks === 0) setSearch(NOTHING);
    };
    // Typing goes on for a moment before the texts are looked through.
    const timer = setTimeout(() => void run().catch(() => current && setSearch(NOTHING)), 200);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [store, query]);
  if (query.trim() === "") return NOTHING;
  // What was found for other words is none of these, also before the effect has run.
  return found.query === query ? found : UNKNOWN;
}
