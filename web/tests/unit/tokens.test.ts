import { expect, test } from "vitest";
import { align, layers, sideBySide, type Segment } from "../../src/align";
import { Finder } from "../../src/search";
import { tokens, wholeTokens } from "../../src/tokens";

const finder = new Finder({ traditional: "", readings: "" });

test("numbers keep their signs, and words their letters", () => {
  const found = (text: string) => tokens(text).map(([start, end]) => text.slice(start, end));
  expect(found("增速降到5.2%，比12,000户多")).toEqual(["5.2%", "12,000"]);
  expect(found("８：３０至17:05，３．５％，2019,2020年")).toEqual(["８：３０", "17:05", "３．５％", "2019", "2020"]);
  expect(found("COVID-19 doesn't stop при 5G网络 بلد")).toEqual(["COVID", "19", "doesn't", "stop", "при", "5G", "بلد"]);
  expect(found("三百一十六名村民，水位二十七点四六米，两点十分，第五次，一个")).toEqual(["三百一十六", "二十七点四六", "两点十", "第五"]);
  expect(found("联防联控，群防群治。3人")).toEqual([]);
  expect(found("x".repeat(100_000))).toHaveLength(1);
});

test("a range that cuts a number or word ends before it", () => {
  const text = "增速降到5.2%左右COVID期间";
  const whole = (start: number, end: number) => text.slice(...wholeTokens(text, tokens(text), [start, end]));
  expect(whole(0, 5)).toBe("增速降到");
  expect(whole(5, 11)).toBe("左右");
  expect(whole(0, 7)).toBe("增速降到5.2%");
  expect(whole(8, 12)).toBe("左右");
  expect(whole(11, 14)).toBe("");
});

const marked = (segments: Segment[]) => segments.map((s) => (s.passage < 0 ? s.text : s.changed ? `{${s.text}}` : `[${s.text}]`)).join("");

test("a changed digit changes its whole number on both sides", () => {
  const a = "上半年全县生产总值增速降到5.2%，比去年同期低一些，形势总体平稳。";
  const b = "上半年全县生产总值增速降到5.3%，比去年同期低一些，形势总体平稳。";
  const [left, right] = sideBySide(a, b, align(a, b, finder), finder);
  expect(marked(left)).toContain("增速降到]{5.2%}[，比去年");
  expect(marked(right)).toContain("增速降到]{5.3%}[，比去年");
});

test("a passage that ends inside a number ends before it, on both sides", () => {
  const a = "上半年全县生产总值增速降到5.2%。甲乙丙丁戊己庚辛壬癸";
  const b = "上半年全县生产总值增速降到5，子丑寅卯辰巳午未申酉戌亥";
  const [left, right] = sideBySide(a, b, [{ a: [0, 14], b: [0, 14], formula: false }], finder);
  expect(marked(left)).toMatch(/^\[上半年全县生产总值增速降到\]5\.2%/);
  expect(marked(right)).toMatch(/^\[上半年全县生产总值增速降到\]5，/);
});

test("segments cut no number and no word, and cover both texts", () => {
  let state = 5;
  const next = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
  const pieces = ["联防联控", "群防群治", "12,000", "5.2%", "8:30", "COVID", "don't", "，", " ", "了", "3", "при"];
  for (let round = 0; round < 300; round++) {
    const words = Array.from({ length: 30 }, () => pieces[next(pieces.length)]);
    const other = words.map((word) => (next(6) === 0 ? pieces[next(pieces.length)] : word));
    const [a, b] = [words.join(""), other.join("")];
    const passages = align(a, b, finder).map((p) => ({ ...p, a: [p.a[0] + next(2), p.a[1]] as [number, number] }));
    const texts = [a, b];
    sideBySide(a, b, passages, finder).forEach((side, n) => {
      expect(side.map((s) => s.text).join("")).toBe(texts[n]);
      const list = tokens(texts[n]);
      let at = 0;
      for (const segment of side) {
        at += segment.text.length;
        const cut = list.find(([start, end]) => start < at && at < end);
        expect(cut && texts[n].slice(...cut), marked(side)).toBeUndefined();
      }
    });
    const list = tokens(a);
    for (const layer of layers(a, [{ spans: [[next(20), 20 + next(40)]] }], [[next(30), 30 + next(30)]]))
      expect(list.some(([start, end]) => start < layer.end && layer.end < end), a).toBe(false);
  }
});
