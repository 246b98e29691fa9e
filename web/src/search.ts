// Finds phrases by what people type: simplified or Traditional characters, or
// pinyin in full or by its initials.

import type { Keys } from "./data";

/** Normalizes queries and phrases, and matches them. */
export class Finder {
  private readonly simple = new Map<string, string>();
  private readonly readings = new Map<string, string[]>();

  constructor(keys: Keys) {
    const pairs = Array.from(keys.traditional);
    for (let i = 0; i + 1 < pairs.length; i += 2) this.simple.set(pairs[i], pairs[i + 1]);
    for (const entry of keys.readings.split(" ")) {
      const [han, ...rest] = Array.from(entry);
      if (han) this.readings.set(han, rest.join("").split(","));
    }
  }

  /** The text in simplified characters and lower case, without punctuation and spaces. */
  normalize(text: string): string {
    let normalized = "";
    for (const c of text.normalize("NFKC").toLowerCase()) {
      if (/[\p{L}\p{N}\p{M}]/u.test(c)) normalized += this.simple.get(c) ?? c;
    }
    return normalized;
  }

  /**
   * An expression for each word of a query, which finds it in a text in any
   * case and script, and with signs or blanks between its characters.
   */
  expressions(query: string): RegExp[] {
    const forms = new Map<string, string>();
    for (const [traditional, simple] of this.simple) forms.set(simple, (forms.get(simple) ?? simple) + traditional);
    return query
      .split(/\s+/)
      .map((word) => Array.from(this.normalize(word)))
      .filter((chars) => chars.length > 0)
      .map((chars) => new RegExp(chars.map((c) => (forms.has(c) ? `[${forms.get(c)}]` : c)).join("[^\\p{L}\\p{N}]{0,4}"), "giu"));
  }

  /** Whether a phrase contains a query, as characters or as pinyin; both are normalized. */
  matches(phrase: string, query: string): boolean {
    if (query === "" || phrase.includes(query)) return true;
    if (!/^[a-z]+$/.test(query)) return false;
    const chars = Array.from(phrase);
    return chars.some((_, from) => this.reads(chars, from, query));
  }

  /** Whether the characters from `from` on can be read as the query. */
  private reads(chars: string[], from: number, query: string): boolean {
    // Lengths of the query that some choice of readings has matched so far.
    // All choices advance together, so their number does not multiply.
    let read = new Set([0]);
    for (let at = from; at < chars.length && read.size > 0; at++) {
      const next = new Set<number>();
      const readings = this.readings.get(chars[at]) ?? [chars[at]];
      for (const length of read) {
        const left = query.slice(length);
        for (const reading of readings) {
          if (reading.startsWith(left)) return true;
          if (left.startsWith(reading)) next.add(length + reading.length);
          if (left[0] === reading[0]) next.add(length + 1);
        }
      }
      if (next.has(query.length)) return true;
      read = next;
    }
    return false;
  }
}
