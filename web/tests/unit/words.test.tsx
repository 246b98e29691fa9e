import { render } from "preact";
import { act } from "preact/test-utils";
import { expect, test, vi } from "vitest";
import { roundUp } from "../../src/charts";
import { Choices } from "../../src/choices";
import { numbers, type Core } from "../../src/data";
import { difference } from "../../src/difference";
import { beginOf, endOf, inRange } from "../../src/filters";
import { csv, json } from "../../src/save";
import { percent, preferred, short, WORDS } from "../../src/i18n";
import { inChinese } from "../../src/reason";
import { link, parse, type Route } from "../../src/route";
import { List } from "../../src/ui";
import { between } from "../../src/views/compare";
import { isAddress, readable, unbroken } from "../../src/text";
import { between as fill } from "../../src/time";

test("both languages have every word", () => {
  const keys = (words: object): string[] =>
    Object.entries(words).flatMap(([key, value]) =>
      typeof value === "object" && !Array.isArray(value) ? keys(value).map((inner) => `${key}.${inner}`) : [key],
    );
  expect(keys(WORDS.zh)).toEqual(keys(WORDS.en));
  expect(WORDS.zh.shortcuts.length).toBe(WORDS.en.shortcuts.length);
});

test("the first language that the page knows is taken", () => {
  expect(preferred(["fr-FR", "zh-TW", "en"])).toBe("zh");
  expect(preferred(["en-GB", "zh"])).toBe("en");
  expect(preferred(["de"])).toBe("en");
});

test("numbers are short where they are long", () => {
  expect(short(1_234_567, "en")).toBe("1.2 M");
  expect(short(1_234_567, "zh")).toBe("123.5 万");
  expect(short(9_999, "en")).toBe("9,999");
  expect([0, 0.0001, 0.05, 0.5, 0.9996, 1].map(percent)).toEqual(["0%", "<0.1%", "5.0%", "50%", "100%", "100%"]);
});

test("an address leads back to its view", () => {
  const routes: Route[] = [
    { view: "overview" },
    { view: "clusters", cluster: null },
    { view: "clusters", cluster: 3 },
    { view: "compare", a: "a/b?c#d&e", b: "\u202e<img>%" },
    { view: "document", id: "</script>" },
    { view: "phrases", phrase: "联防/联控" },
    { view: "phrases", phrase: null, params: { q: "a&b=c" } },
    { view: "documents" },
    { view: "documents", params: { q: "防控 5%", source: "晨报", from: "2020-03", state: "kept" } },
    { view: "document", id: "x", params: { at: "3-9" } },
    { view: "clusters", cluster: 2, params: { sort: "date" } },
    { view: "graph", id: "x y" },
    { view: "graph", id: null },
  ];
  for (const route of routes) expect(parse(link(route))).toEqual(route);
  expect(link({ view: "documents", params: { q: "", sort: "date" } })).toBe("#/documents?sort=date");
  expect(parse("#/document/%")).toEqual({ view: "document", id: "%" });
});

test("a wrong address is told from every view", () => {
  for (const wrong of ["#/cluster/x", "#/cluster/-1", "#/cluster", "#nonsense", "#/compare", "#/compare/a", "#/document", "#/phrase/", "#/documents/x", "#/cluster/3/4"])
    expect(parse(wrong), wrong).toEqual({ view: "unknown", address: wrong });
  for (const start of ["", "#", "#/"]) expect(parse(start)).toEqual({ view: "overview" });
});

test("a date in a filter is a year, a month or a day", () => {
  const utc = (...of: [number, number, number?]) => Date.UTC(...of) / 1000;
  expect([beginOf("2020"), endOf("2020")]).toEqual([utc(2020, 0), utc(2021, 0)]);
  expect([beginOf("2020-12"), endOf("2020-12")]).toEqual([utc(2020, 11), utc(2021, 0)]);
  expect([beginOf("2020年2月29日"), endOf("2020/2/29")]).toEqual([utc(2020, 1, 29), utc(2020, 2, 1)]);
  for (const none of ["", "20", "2020-13", "2021-02-29", "x"]) expect(beginOf(none), none).toBeNull();
  expect(inRange(utc(2020, 5), "2020", "")).toBe(true);
  expect(inRange(utc(2020, 5), "", "2020-05")).toBe(false);
  expect(inRange(null, "2020", "")).toBe(false);
  expect(inRange(null, "no date", "")).toBe(true);
});

test("a list becomes CSV that a spreadsheet reads and does not run", () => {
  expect(csv(["a", "b"], [["x,y", 'say "ha"'], ["=1+1", -1.5], [null, "two\nlines"]])).toBe('\ufeffa,b\r\n"x,y","say ""ha"""\r\n\'=1+1,-1.5\r\n,"two\nlines"\r\n');
  expect(JSON.parse(json(["a", "b"], [["x", 1], [null, 2]]))).toEqual([{ a: "x", b: 1 }, { b: 2 }]);
});

test("what differs between two wordings is marked, also where the eye sees nothing", () => {
  const marked = (a: string, b: string) => difference(a, b).map(({ text, differs }) => (differs ? `[${text}]` : text)).join("");
  expect(marked("联防联控、群防群治", "联防联控，群防群治")).toBe("联防联控[，]群防群治");
  expect(marked("联防联控、群防群治", "联防联控群防群治")).toBe("联防联控[‸]群防群治");
  expect(marked("联防联控", "聯防 聯控")).toBe("[聯]防[␣聯]控");
  expect(marked("联防", "联\u200b防")).toBe("联[‹200B›]防");
  expect(marked("a", "a")).toBe("a");
});

test("axes end at round numbers", () => {
  expect([0, 1, 2, 3, 7, 10, 11, 499, 0.03].map(roundUp)).toEqual([1, 1, 2, 5, 10, 10, 20, 500, 0.05]);
});

test("numbers written as letters are read", () => {
  expect(numbers("ABfgBof")).toEqual([0, 1, 31, 32, 1_000]);
  expect(numbers("")).toEqual([]);
});

test("choices are undone, kept and exported", () => {
  const core = { overview: { documents: 2, characters: 9, edges: 1 }, docs: { id: ["a", "b", "c"] } } as Core;
  localStorage.clear();
  const choices = new Choices(core);
  choices.keepThis("b", ["a"]);
  choices.apart([["c", ["b", "c"]]]);
  choices.ignore(["联防联控"], true);
  expect(choices.of("a")).toEqual({ action: "drop", of: "b" });
  const lines = choices.decisionsFile().trim().split("\n").map((line) => JSON.parse(line));
  expect(lines).toEqual([
    { id: "a", action: "drop", duplicate_of: "b", reason: "decided by hand" },
    { id: "b", action: "keep", reason: "decided by hand" },
    { id: "c", action: "keep", not_duplicate_of: ["b"], reason: "decided by hand" },
  ]);
  expect(choices.ignoreFile()).toBe("联防联控\n");
  expect(new Choices(core).documents).toBe(3);
  expect(new Choices({ ...core, overview: { ...core.overview, documents: 3 } }).documents).toBe(0);
  choices.undo();
  choices.undo();
  expect([choices.phrases, choices.documents, choices.of("c")]).toEqual([0, 2, undefined]);
  choices.clear();
  choices.undo();
  expect(choices.documents).toBe(2);
  choices.undo();
  expect([choices.documents, choices.canUndo]).toEqual([0, false]);
});

test("a line of time has no holes", () => {
  expect(fill(["2020-02", "2019-11"])).toEqual(["2019-11", "2019-12", "2020-01", "2020-02"]);
  expect(fill(["2019", "2021"])).toEqual(["2019", "2020", "2021"]);
  expect(fill(["2020-02-28", "2020-03-01"])).toEqual(["2020-02-28", "2020-02-29", "2020-03-01"]);
  for (const odd of [[], ["2019"], ["2019", "2020-01"], ["x", "y"], ["0001", "9999"], ["2020-02-31", "2020-03-01"]]) expect(fill(odd).length, String(odd)).toBeGreaterThanOrEqual(odd.length && 1);
});

test("reasons are told in Chinese, and unknown ones as they are", () => {
  for (const [reason, chinese] of [
    ["no near-duplicate", "没有近似重复"],
    ["first of 2 in the input", "输入的 2 篇中排在最前"],
    ["from 晨报, earliest of 3 by date", "来自 晨报，3 篇中日期最早"],
    ["same wording as a/b.txt (first of 3 in the input), in Traditional characters, with readings in brackets, without punctuation", "与 a/b.txt（输入的 3 篇中排在最前）文字相同，用繁体，有注音，无标点"],
    ["edited version of w (2023-11-10, first of 4 in the input): 94 % alike", "改写自 w（2023-11-10，输入的 4 篇中排在最前），相似 94%"],
    ["same wording as b (2020-04-14), but under another title, and a text that says so little is told by its title", "与 b（2020-04-14）文字相同，但标题不同；正文所含信息太少，须看标题"],
    ["edited version of w (2023-11-10, first of 4 in the input), but states another number, date or time", "改写自 w（2023-11-10，输入的 4 篇中排在最前），但有一处数字、日期或时间不同"],
    ["edited version of w, but has another name in a place", "改写自 w，但有一处名称不同"],
    ["edited version of w, but says the opposite in a place", "改写自 w，但有一处说法相反"],
    ["edited version of w, but has other words in a place", "改写自 w，但有一处用词不同"],
    ["same wording as b (2020-04-14), but with another sign in a place", "与 b（2020-04-14）文字相同，但有一处符号不同"],
    ["edited version of w, but has another sign in a place", "改写自 w，但有一处符号不同"],
    ["edited version of w, but has signs that are missing there", "改写自 w，但那篇缺少符号"],
    ["edited version of w, but has characters that are damaged there", "改写自 w，但那篇有损坏的字符"],
    ["same wording as a (first of 2 in the input), without damaged characters", "与 a（输入的 2 篇中排在最前）文字相同，无损坏字符"],
    ["edited version of w, but has a passage of its own", "改写自 w，但有那篇没有的段落"],
    ["shares passages with w, but is a text of its own", "与 w 有相同段落，但各自成文"],
    ["same text and title as a", "与 a 原文、标题都相同"],
    ["same wording, also without a title, as a (first of 2 in the input), with markup", "与 a（输入的 2 篇中排在最前）文字相同，都没有标题，有标记"],
    ["version of a: same letters, signs missing", "a 的另一版本，文字相同，缺少符号"],
    ["90 % of it stands in x, which is longer", "有 90% 见于更长的 x"],
    ["same wording as a.txt (2023-11-10), but 12 days apart", "与 a.txt（2023-11-10）文字相同，但相隔 12 天"],
    ["near-duplicate of b, but from another source", "与 b 近似重复，但来源不同"],
    ["near-duplicate of b, which goes for c; none that stays has it", "与 b 近似重复；那篇已由 c 代替，保留的各篇都没有此篇的内容"],
    ["longer than b, which has only 61 % of it", "比 b 长，后者只含其中 61%"],
    ["kept by hand", "人工保留"],
    ["kept by hand, no duplicate of a.txt or 2 more: 两地不同", "人工保留，与 a.txt 及另外 2 篇不重复: 两地不同"],
    ["stays because b goes for it by hand", "保留此篇，因 b 由人工判为与它重复"],
    ["dropped by hand for a/b.txt: twice", "人工去除，由 a/b.txt 代替: twice"],
    ["near-duplicate of b, but told apart by hand", "与 b 近似重复，但人工判为不重复"],
    ["something new about first of 2", "something new about first of 2"],
  ])
    expect(inChinese(reason)).toBe(chinese);
});

test("addresses are decoded where that is safe", () => {
  expect(readable("https://a.org/wiki/%E5%B7%A5%E4%BD%9C")).toBe("https://a.org/wiki/工作");
  for (const end of ["%E4%BD%9C", "%E4%BD%9C%E5", "%E4%BD%9C%E5%B7", "%E4%BD%9C%", "%E4%BD%9C%E", "%E4%BD%9C%E5%B"]) expect(readable(`https://a.org/%E5%B7%A5${end}…`)).toBe("https://a.org/工作…");
  expect(isAddress("https://a.org/%E5%B7%A5")).toBe(true);
  expect(isAddress("https://a.org/%E5%B7%A5…")).toBe(false);
  for (const text of ["https://a.org/%E2%80%AEx", "https://a.org/%00", "https://a.org/%ff", "50% of https://a.org", "晨报%E5%B7%A5"]) expect(readable(text)).toBe(text);
});

test("only words of absurd length count as unbroken", () => {
  expect(unbroken("x".repeat(3_000))).toBe(true);
  expect(unbroken("字".repeat(9_000) + "word ".repeat(9_000))).toBe(false);
});

test("the other side scrolls to the same place", () => {
  const points: [number, number][] = [[0, 0], [100, 300], [200, 350]];
  expect([0, 50, 100, 150, 200].map((at) => between(points, at))).toEqual([0, 150, 300, 325, 350]);
});

test("a long list has few rows, and arrow keys move in it", async () => {
  vi.stubGlobal("ResizeObserver", class { observe() {} disconnect() {} });
  const root = document.createElement("div");
  document.body.append(root);
  const select = vi.fn();
  await act(() => render(<List count={100_000} rowHeight={50} label="rows" selected={3} select={select} row={(i) => <b>{i}</b>} />, root));
  const list = root.querySelector<HTMLElement>("[role=listbox]")!;
  expect(list.querySelectorAll("[role=option]").length).toBeLessThan(100);
  expect(list.querySelector("[aria-selected=true]")!.textContent).toBe("3");
  for (const key of ["ArrowDown", "ArrowUp", "End", "Enter"]) list.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  expect(select.mock.calls).toEqual([[4, false], [2, false], [99_999, false], [3, true]]);
});
