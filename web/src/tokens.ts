// Numbers and words, which a highlight never cuts.

/** Characters of scripts that do not separate words by spaces. */
const UNSPACED = "[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}]";

const LETTER = `(?:(?!${UNSPACED})[\\p{L}\\p{M}\\p{Nd}])`;

const NUMERAL = "[〇○零一二三四五六七八九十百千万亿两]";

/**
 * A number with its inner signs and unit signs (12,000; 2.5%; 8:30), one in
 * Chinese numerals (三百一十六, 第三), or a word of a script that separates words
 * (COVID, don't).
 */
const TOKEN = new RegExp(
  `第?${NUMERAL}+(?:点${NUMERAL}+)*|` +
    `${LETTER}+(?:(?:(?<=\\p{Nd})[.:．：∶·/](?=\\p{Nd})|(?<=\\p{Nd})[,，](?=\\p{Nd}{3}(?!\\p{Nd}))|['’](?=\\p{L}))${LETTER}+)*(?:(?<=\\p{Nd})\\s?[%％‰°℃])?`,
  "gu",
);

/** The tokens of two characters or more, as [start, end] in UTF-16 units, in order. */
export function tokens(text: string): [number, number][] {
  const list: [number, number][] = [];
  for (const match of text.matchAll(TOKEN)) if (match[0].length > 1) list.push([match.index, match.index + match[0].length]);
  return list;
}

/** The token that `at` cuts into two parts, if any. */
export function tokenAcross(list: [number, number][], at: number): [number, number] | null {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle][1] <= at) low = middle + 1;
    else high = middle;
  }
  const token = list[low];
  return token && token[0] < at && at < token[1] ? token : null;
}

const SUBSTANCE = /[\p{L}\p{M}\p{N}]/u;

/** Whether a range holds a letter or digit, and not signs alone. */
export function hasSubstance(text: string, start: number, end: number): boolean {
  return start < end && SUBSTANCE.test(text.slice(start, end));
}

/** A range that ends at a sign of a number or before it, with the sign: "5.2" of "5.2%" becomes "5.2%". */
export function withSigns(list: [number, number][], [start, end]: [number, number]): [number, number] {
  return [start, tokenAcross(list, end)?.[1] ?? end];
}

/** The part of a range that cuts no token; may be empty. */
export function wholeTokens(text: string, list: [number, number][], [start, end]: [number, number]): [number, number] {
  const first = tokenAcross(list, start);
  const from = first ? first[1] : start;
  const last = tokenAcross(list, end);
  let to = end;
  if (last) to = hasSubstance(text, end, last[1]) || last[0] < start ? last[0] : last[1];
  return [from, Math.max(from, to)];
}
