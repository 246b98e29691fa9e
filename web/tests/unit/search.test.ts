import { expect, test } from "vitest";
import { look } from "../../src/fulltext";
import { Finder } from "../../src/search";

const finder = new Finder({
  traditional: "聯联壓压慶庆",
  readings: "防fang 联lian 控kong 压ya 重chong,zhong 庆qing",
});
const finds = (phrase: string, query: string) => finder.matches(finder.normalize(phrase), finder.normalize(query));

test("simplified, traditional, initials and syllables find a phrase", () => {
  for (const query of ["联防", "聯防", "聯 防、", "lflk", "lianfang", "lfang", "lianfl", "fk"]) {
    expect(finds("联防联控", query), query).toBe(query !== "fk");
  }
});

test("every reading of a character counts", () => {
  for (const query of ["cq", "zq", "chongqing", "zhongqing", "zhongq"]) expect(finds("重庆", query), query).toBe(true);
  expect(finds("重庆", "tq")).toBe(false);
});

test("an empty query finds everything, and Latin text finds itself", () => {
  expect(finds("联防", "")).toBe(true);
  expect(finds("the COVID-19 pandemic", "covid")).toBe(true);
  expect(finds("the COVID-19 pandemic", "covod")).toBe(false);
});

test("many readings don't make many ways", () => {
  const many = new Finder({ traditional: "", readings: "啊a,aa,aaa" });
  const begin = performance.now();
  many.matches("啊".repeat(240), "a".repeat(200) + "b");
  expect(performance.now() - begin).toBeLessThan(2_000);
});

test("words of a query are found in texts in any script and case, with signs between their characters", () => {
  const spans = (text: string, query: string) => finder.expressions(query).flatMap((word) => [...text.matchAll(word)].map((match) => match[0]));
  expect(spans("聯防、联控和联防联控", "联防联控")).toEqual(["聯防、联控", "联防联控"]);
  expect(spans("COVID-19 and covid 19", "Covid19")).toEqual(["COVID-19", "covid 19"]);
  expect(spans("压实责任", "聯 責")).toEqual([]);
  expect(finder.expressions(" 、 ")).toEqual([]);
  const words = finder.expressions("联防 压");
  expect(look("压实联防联防", words)).toMatchObject({ count: 2, start: 2, end: 4 });
  expect(look("联防", words)).toBeNull();
});
