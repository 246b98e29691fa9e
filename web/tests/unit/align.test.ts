import { expect, test } from "vitest";
import { align, bridge, differences, normalize, layers, sideBySide, tidy, tiles } from "../../src/align";
import { Finder } from "../../src/search";

const finder = new Finder({ traditional: "聯联羣群", readings: "" });

/** A row of numbers that is the same in every run. */
function numbers(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

function lcs(a: string[], b: string[]): number {
  const row = new Array(b.length + 1).fill(0);
  for (const x of a) {
    let corner = 0;
    b.forEach((y, j) => {
      const above = row[j + 1];
      row[j + 1] = x === y ? corner + 1 : Math.max(above, row[j]);
      corner = above;
    });
  }
  return row[b.length];
}

test("what is no difference is a longest common subsequence", () => {
  const next = numbers(7);
  for (let round = 0; round < 300; round++) {
    const word = () => Array.from({ length: next(14) }, () => "abc"[next(3)]);
    const [a, b] = [word(), word()];
    const [offA, offB] = differences(a, b);
    const restA = a.filter((_, i) => !offA[i]).join("");
    const restB = b.filter((_, i) => !offB[i]).join("");
    expect(restA, `${a.join("")} ${b.join("")}`).toBe(restB);
    expect(restA.length, `${a.join("")} ${b.join("")}`).toBe(lcs(a, b));
  }
});

test("what is the same by accident is no island in a change", () => {
  const tidied = (a: string, b: string) => {
    const [offA, offB] = differences(Array.from(a), Array.from(b));
    tidy(offA, offB);
    return [offA, offB].map((off) => off.join(""));
  };
  expect(tidied("头本报讯记者甲乙尾", "头某网讯员丙尾")).toEqual(["011111110", "0111110"]);
  expect(tidied("共有三处改动", "共有五处改动")).toEqual(["001000", "001000"]);
  const next = numbers(3);
  for (let round = 0; round < 200; round++) {
    const word = () => Array.from({ length: next(12) }, () => "ab"[next(2)]).join("");
    const [a, b] = [word(), word()];
    const [offA, offB] = tidied(a, b);
    const kept = (text: string, off: string) => Array.from(text).filter((_, i) => off[i] === "0").join("");
    expect(kept(a, offA)).toBe(kept(b, offB));
  }
});

test("tiles are equal, long enough, and one to one", () => {
  const next = numbers(11);
  for (let round = 0; round < 60; round++) {
    const a = Array.from({ length: 120 }, () => "ab"[next(2)]);
    const b = [...a.slice(40, 80), ...Array.from({ length: 30 }, () => "ab"[next(2)]), ...a.slice(0, 40)];
    const usedA = new Set<number>();
    const usedB = new Set<number>();
    for (const [i, j, length] of tiles(a, b)) {
      expect(length).toBeGreaterThanOrEqual(8);
      for (let k = 0; k < length; k++) {
        expect(a[i + k]).toBe(b[j + k]);
        expect(usedA.has(i + k) || usedB.has(j + k)).toBe(false);
        usedA.add(i + k);
        usedB.add(j + k);
      }
    }
  }
});

test("one character very often takes no square of time", () => {
  const begin = performance.now();
  align("啊".repeat(20_000), "啊".repeat(20_000), finder);
  expect(performance.now() - begin).toBeLessThan(3_000);
});

test("readings in brackets belong to their character", () => {
  const text = "聯(lián)防（A），好";
  const normalized = normalize(text, finder);
  expect(normalized.chars.join("")).toBe("联防a好");
  expect(text.slice(normalized.at[0], normalized.end[0])).toBe("聯(lián)");
});

test("both sides come back whole, with the changes in them", () => {
  const a = "昨天，各地落实联防联控、群防群治的要求。全文完。";
  const b = "【快讯】昨天各地落實聯防聯控群防羣治的要求！记者";
  const passages = align(a, b, new Finder({ traditional: "聯联羣群實实", readings: "" }));
  const [left, right] = sideBySide(a, b, passages, new Finder({ traditional: "聯联羣群實实", readings: "" }));
  expect(left.map((s) => s.text).join("")).toBe(a);
  expect(right.map((s) => s.text).join("")).toBe(b);
  expect(left.some((s) => s.changed)).toBe(false);
  const changed = sideBySide("共有的一段文字里改了三处", "共有的一段文字里改了五处", [{ a: [0, 12], b: [0, 12], formula: false }], finder);
  expect(changed[0].filter((s) => s.changed).map((s) => s.text)).toEqual(["三"]);
  expect(changed[1].filter((s) => s.changed).map((s) => s.text)).toEqual(["五"]);
});

test("passages with a little between them are one with a change", () => {
  const p = (a: [number, number], b: [number, number]) => ({ a, b, formula: false });
  expect(bridge([p([40, 60], [50, 70]), p([0, 30], [0, 30])])).toEqual([p([0, 60], [0, 70])]);
  const apart = [p([0, 30], [50, 80]), p([40, 60], [0, 20]), p([100, 110], [200, 210])];
  expect(bridge(apart)).toEqual(apart);
});

test("passages that the text does not have are left out", () => {
  const wrong = [{ a: [5, 99] as [number, number], b: [-1, -1] as [number, number], formula: false }];
  expect(sideBySide("短文", "短文", wrong, finder)[0]).toEqual([{ text: "短文", passage: -1, changed: false, formula: false }]);
});

test("layers cover a text once, with those who share each piece", () => {
  const list = layers("春眠不觉晓处处闻啼鸟", [{ spans: [[0, 6]] }, { spans: [[4, 8], [2, 99]] }], [[4, 7]]);
  expect(list.map((l) => [l.start, l.end, l.partners, l.formula])).toEqual([
    [0, 4, [0], false],
    [4, 6, [0, 1], true],
    [6, 7, [1], true],
    [7, 8, [1], false],
    [8, 10, [], false],
  ]);
});
