// What people do with a report: find, decide, take away, and read it with any
// eyes and on any screen.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Core } from "../../src/data";
import { launch, open, view } from "./browser";
import { addressOf, coreOf, corpora, listed, makeReports, saved } from "./desk";

const folder = mkdtempSync(join(tmpdir(), "leitong-desk-"));
const address = (name: string) => addressOf(folder, name);
let browser: Browser;
let core: Core;

beforeAll(async () => {
  browser = await launch();
  makeReports(folder);
  core = coreOf(folder, "demo");
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("find", () => {
  test("all documents are listed, also those without a relative, and each has a page", async () => {
    const { page, wrong, close } = await open(browser, `${address("demo")}#/documents`);
    expect(await listed(page)).toBe(core.overview.documents);
    await page.selectOption(".documents select >> nth=1", "alone");
    const alone = await listed(page);
    expect(alone).toBeGreaterThan(0);
    await page.click("[role=option] >> nth=0");
    await page.waitForSelector(".article h1");
    expect(await page.textContent(".article")).toContain("shares no passage");
    await page.goBack();
    expect(await listed(page)).toBe(alone);
    expect(wrong).toEqual([]);
    await close();
  });

  test("documents are sorted by share, and the numbers say what they are", async () => {
    const { page, wrong, close } = await open(browser, `${address("demo")}#/documents?sort=formula`);
    await page.waitForSelector("[role=option]");
    const shares = await page.locator("[role=option] .num[title='In formulas']").allTextContents();
    const values = shares.map((share) => (share === "–" ? -1 : parseFloat(share)));
    expect(values).toEqual(values.slice().sort((x, y) => y - x));
    expect(values[0]).toBe(Math.max(...core.docs.formula.map((share) => Math.round((share ?? 0) * 100))));
    expect(await page.locator(".columns-head span").allTextContents()).toEqual(["Document", "Reused", "In formulas", "Length", "Status"]);
    expect(wrong).toEqual([]);
    await close();
  });

  test("source, dates and relation narrow the list, and the address keeps them", async () => {
    const source = core.overview.sources[0][0];
    const { page, wrong, close } = await open(browser, `${address("demo")}#/documents?source=${encodeURIComponent(source)}`);
    expect(await listed(page)).toBe(core.overview.sources[0][1]);
    await page.selectOption(".documents select >> nth=2", "");
    await page.fill(".dates input >> nth=0", "2023-11");
    await page.fill(".dates input >> nth=1", "2023-11-10");
    const dated = core.docs.time.filter((time) => time !== null && time >= Date.UTC(2023, 10, 1) / 1000 && time < Date.UTC(2023, 10, 11) / 1000).length;
    expect(dated).toBeGreaterThan(0);
    expect(await listed(page)).toBe(dated);
    const kept = page.url();
    expect(kept).toContain("from=2023-11&to=2023-11-10");
    await page.reload();
    expect(await listed(page)).toBe(dated);
    await page.fill(".dates input >> nth=0", "x");
    expect(await page.locator(".dates input[aria-invalid=true]").count()).toBe(1);
    expect(wrong).toEqual([]);
    await close();
  });

  test("words are found in the texts, in either script, and lead to their place", async () => {
    const { page, wrong, close } = await open(browser, `${address("demo")}#/documents`);
    await page.fill("input[type=search]", "群眾少跑腿");
    const found = await listed(page);
    expect(found).toBeGreaterThan(5);
    await page.fill("input[type=search]", "群众少跑腿");
    await page.waitForTimeout(400);
    expect(await listed(page)).toBe(found);
    await page.waitForSelector(".hit mark");
    await page.click("[role=option] >> nth=0");
    await page.waitForSelector(".reading .here");
    expect(page.url()).toMatch(/at=\d+-\d+/);
    expect(wrong).toEqual([]);
    await close();
  });

  test("a highlight leads to its phrase, and a place of the phrase back to the text", async () => {
    const { page, wrong, close } = await open(browser, `${address("demo")}#/documents?sort=formula`);
    await page.click("[role=option] >> nth=0");
    await page.click(".reading mark.formula >> nth=0");
    await page.click(".passage-card a[href^='#/phrase/'] >> nth=0");
    await page.waitForSelector(".open-phrase .context li");
    const phrase = page.url();
    const words = await page.textContent(".kwic mark >> nth=0");
    await page.click(".kwic >> nth=0");
    await page.waitForSelector(".reading .here");
    expect((await page.locator(".reading .here").allTextContents()).join("")).toContain(words!.replace(/…$/, "").slice(0, 2));
    await page.goBack();
    await page.waitForSelector(".open-phrase");
    expect(page.url()).toBe(phrase);
    expect(wrong).toEqual([]);
    await close();
  });

  test("all places of a phrase are there, by date, in pages", async () => {
    const { page, wrong, close } = await open(browser, `${address("demo")}#/phrases?sort=occurrences`);
    await page.click("[role=option] >> nth=0");
    await page.waitForSelector(".pager");
    const occurrences = Number(await page.textContent(".open-phrase .inline-facts div:nth-child(2) dd"));
    const pages = Number((await page.textContent(".pager .num"))!.split(" of ")[1]);
    expect(pages).toBe(Math.ceil(occurrences / 20));
    const dates: string[] = [];
    let places = 0;
    for (let n = 1; n <= pages; n++) {
      await page.waitForFunction((n) => document.querySelector(".pager .num")?.textContent?.startsWith(`${n} of`), n);
      places += await page.locator(".context li").count();
      dates.push(...(await page.locator(".context .where time").allTextContents()));
      if (n < pages) await page.click(".pager button >> nth=1");
    }
    expect(places).toBe(occurrences);
    expect(dates).toEqual(dates.slice().sort());
    expect(page.url()).toContain(`page=${pages}`);
    expect(wrong).toEqual([]);
    await close();
  });

  test("an address that leads nowhere says so", async () => {
    const { page, wrong, close } = await open(browser, address("demo"));
    for (const hash of ["#/nonsense", "#/cluster/x", "#/cluster/99999", "#/document/none", "#/compare/none/nor-this", "#/phrase/無此語", "#/graph/none"]) {
      await view(page, "#/documents", ".documents");
      await view(page, hash, ".empty h2");
      expect(await page.textContent(".empty h2"), hash).toMatch(/no such view|Not in this report/);
    }
    expect(wrong).toEqual([]);
    await close();
  });

  test("a button copies the address", async () => {
    const { page, wrong, close } = await open(browser, `${address("demo")}#/documents?state=dropped`, { permissions: ["clipboard-read", "clipboard-write"] });
    await page.click(".copy-link");
    await page.waitForFunction(() => document.querySelector(".tools [role=status]")?.textContent === "Copied");
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
    expect(wrong).toEqual([]);
    await close();
  });
});

describe("act", () => {
  test("decisions by hand are made one by one and in bulk, undone, kept and saved", async () => {
    const { page, wrong, close } = await open(browser, `${address("demo")}#/cluster/1`);
    await page.waitForSelector(".members");
    const members = await page.locator(".members tbody tr").count();
    await page.click(".members tbody tr:nth-child(2) button:has-text('Keep this one')");
    expect(await page.locator(".members tr.dropped").count()).toBe(members - 1);
    await page.check(".members tbody tr:nth-child(1) .pick-cell input");
    await page.check(".members tbody tr:nth-child(3) .pick-cell input");
    await page.click(".bulk button:has-text('Not a duplicate')");
    expect(await page.locator(".members tr.dropped").count()).toBe(members - 3);
    await page.reload();
    await page.waitForSelector(".choice-bar");
    expect(await page.locator(".members tr.dropped").count()).toBe(members - 3);
    await page.click(".choice-bar button:has-text('Save')");
    const { name, text } = await saved(page, ".export-choices button >> nth=0");
    expect(name).toBe("decisions-by-hand.jsonl");
    const lines = text.trim().split("\n").map((line) => JSON.parse(line) as { id: string; action: string; duplicate_of?: string; not_duplicate_of?: string[] });
    expect(lines.length).toBe(members);
    expect(lines.filter((line) => line.action === "keep").length).toBe(3);
    expect(lines.filter((line) => line.not_duplicate_of).length).toBe(2);
    for (const line of lines) expect(core.docs.id).toContain(line.id);
    await page.click(".export-choices button:has-text('Forget')");
    expect(await page.locator(".members").innerText()).not.toContain("by hand");
    expect(wrong).toEqual([]);
    await close();
  });

  test("each step can be undone", async () => {
    const { page, wrong, close } = await open(browser, `${address("demo")}#/cluster/2`);
    await page.waitForSelector(".members");
    const before = await page.locator(".members").innerText();
    await page.check(".bulk input");
    await page.click(".bulk button:has-text('Drop')");
    await page.click(".members tbody tr:nth-child(1) button:has-text('Keep this one')");
    expect(await page.locator(".members").innerText()).not.toBe(before);
    await page.click(".choice-bar button:has-text('Undo')");
    await page.click(".choice-bar button:has-text('Undo')");
    expect(await page.locator(".members").innerText()).toBe(before);
    expect(wrong).toEqual([]);
    await close();
  });

  test("ignored phrases become the list that phrases --ignore takes", async () => {
    const { page, wrong, close } = await open(browser, `${address("demo")}#/phrases`);
    await page.click("[role=option] >> nth=0 >> .pick-row");
    await page.click("[role=option] >> nth=2");
    await page.waitForSelector(".open-phrase");
    await page.keyboard.press("x");
    expect(await page.locator("[role=option][aria-checked=true]").count()).toBe(2);
    await page.click(".bulk button");
    expect(await page.locator(".ignored").count()).toBe(2);
    await page.click(".choice-bar button:has-text('Save')");
    const { text } = await saved(page, ".export-choices button >> nth=1");
    expect(text.trim().split("\n").length).toBe(2);
    expect(wrong).toEqual([]);
    await close();
  });

  test("every list is saved as CSV and as JSON, in the order shown", async () => {
    const { page, wrong, close } = await open(browser, address("demo"));
    for (const [hash, selector] of [
      ["#/documents?sort=length", ".documents .export"],
      ["#/phrases?kind=formula", ".bar .export"],
      ["#/clusters", ".bar .export"],
      ["#/cluster/1", ".head-acts .export"],
    ]) {
      await view(page, hash, `${selector} button`);
      const table = await saved(page, `${selector} button >> nth=0`);
      const list = JSON.parse((await saved(page, `${selector} button >> nth=1`)).text) as Record<string, unknown>[];
      expect(table.text.startsWith("\ufeff")).toBe(true);
      // No cell of the demo has a line break.
      const lines = table.text.trim().split("\r\n");
      expect(lines.length - 1, hash).toBe(list.length);
      expect(list.length, hash).toBeGreaterThan(1);
      if (hash.includes("length")) {
        const lengths = list.map((row) => row.characters as number);
        expect(lengths).toEqual(lengths.slice().sort((x, y) => y - x));
        expect(list.length).toBe(core.overview.documents);
      }
    }
    expect(wrong).toEqual([]);
    await close();
  });

  test("a cluster and a comparison print whole, without what is to be clicked", async () => {
    const { page, wrong, close } = await open(browser, `${address("demo")}#/cluster/1`);
    await page.waitForSelector(".members");
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".bulk, .head-acts, .tabs").evaluateAll((all) => all.filter((e) => (e as HTMLElement).offsetParent !== null).length)).toBe(0);
    expect(await page.locator(".members tbody tr").last().isVisible()).toBe(true);
    await page.emulateMedia({ media: "screen" });
    await page.click(".act a.button >> nth=0");
    await page.waitForSelector(".sides .text");
    await page.emulateMedia({ media: "print" });
    const cut = await page.locator(".side-text .text").evaluateAll((all) => all.filter((e) => e.scrollHeight > e.clientHeight + 1).length);
    expect(cut).toBe(0);
    expect(await page.locator(".compare-acts").isVisible()).toBe(false);
    expect(wrong).toEqual([]);
    await close();
  });
});

describe("understand", () => {
  test("the graph has a legend for each colouring, and no label lies on another", async () => {
    const { page, wrong, close } = await open(browser, `${address("demo")}#/graph`);
    await page.waitForFunction(() => performance.getEntriesByName("leitong-graph-drawn").length > 0);
    for (const colour of ["cluster", "source", "date", "relation"]) {
      await page.selectOption(".graph-bar select", colour);
      await page.waitForTimeout(200);
      expect(await page.locator(".graph-legend li").count(), colour).toBeGreaterThan(1);
    }
    expect(page.url()).toContain("colour=relation");
    const boxes = await page.evaluate(() => (document.querySelector(".canvas") as unknown as { labels: { drawn: number[][] } }).labels.drawn);
    expect(boxes.length).toBeGreaterThan(2);
    for (const [i, x] of boxes.entries()) for (const y of boxes.slice(0, i)) expect(x[0] < y[2] && y[0] < x[2] && x[1] < y[3] && y[1] < x[3]).toBe(false);
    expect(wrong).toEqual([]);
    await close();
  });

  test("charts over time have axes, and rates per million characters", async () => {
    const { page, wrong, close } = await open(browser, address("demo"));
    const chart = page.locator(".card:has-text('Over time')");
    const most = Math.max(...core.overview.timeline.map((row) => row[1]));
    const top = Number(await chart.locator(".ticks span").first().textContent());
    expect(top).toBeGreaterThanOrEqual(most);
    expect(top).toBeLessThanOrEqual(2.5 * most);
    expect(await chart.locator(".axis span").count()).toBeGreaterThan(1);
    await chart.locator("button:has-text('Per million')").click();
    expect(await chart.locator("figcaption").textContent()).toContain("per million characters");
    expect(wrong).toEqual([]);
    await close();
  });

  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const views = async (page: Page): Promise<[string, string][]> => {
    await view(page, "#/documents", "[role=option]");
    await page.click("[role=option] >> nth=0");
    await page.waitForSelector(".article h1");
    const article = await page.evaluate(() => location.hash);
    await view(page, "#/phrases", "[role=option]");
    await page.click("[role=option] >> nth=0");
    await page.waitForSelector(".open-phrase");
    const phrase = await page.evaluate(() => location.hash);
    const list: [string, string][] = [["#/", ".stats"], ["#/documents", "[role=option]"], [article, ".article h1"], ["#/phrases", "[role=option]"], [phrase, ".open-phrase"], ["#/clusters", ".panes"], ["#/graph", ".canvas, .empty"], ["#/nonsense", ".empty"]];
    await view(page, "#/clusters", ".panes, .empty");
    if (await page.locator("[role=option]").count()) list.push(["#/cluster/1", ".members"]);
    return list;
  };

  test.each(corpora)("axe finds nothing against any view of %s, in both languages and themes", async (name) => {
    for (const [locale, colorScheme] of [["en-US", "light"], ["zh-CN", "dark"]] as const) {
      const { page, wrong, close } = await open(browser, address(name), { locale, colorScheme });
      for (const [hash, selector] of await views(page)) {
        await view(page, hash, selector);
        await page.waitForTimeout(150);
        await page.evaluate(axe);
        const found = await page.evaluate(async () => {
          const run = (globalThis as unknown as { axe: { run: (options: object) => Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> } }).axe.run;
          const { violations } = await run({ runOnly: ["wcag2a", "wcag2aa"] });
          return violations.map((violation) => `${violation.id}: ${violation.nodes[0].html.slice(0, 160)} ${violation.nodes[0].failureSummary.slice(0, 200)}`);
        });
        expect(found, `${locale} ${hash}`).toEqual([]);
      }
      expect(wrong).toEqual([]);
      await close();
    }
  });

  test.each(corpora)("nothing of %s is cut off on a phone, a tablet or a desk", async (name) => {
    for (const [width, locale] of [[390, "zh-CN"], [390, "en-US"], [900, "en-US"], [1440, "zh-CN"]] as const) {
      const { page, wrong, close } = await open(browser, address(name), { viewport: { width, height: 900 }, locale });
      for (const [hash, selector] of await views(page)) {
        await view(page, hash, selector);
        await page.waitForTimeout(100);
        const outside = await page.evaluate(() => {
          const edge = document.documentElement.clientWidth + 1;
          return [...document.querySelectorAll<HTMLElement>("header button, header a, main button, main select, main input, main h1, main h2, main .num, main .badge")]
            .filter((element) => {
              const box = element.getBoundingClientRect();
              return box.width > 0 && (box.right > edge || box.left < -1) && !element.closest(".skip, .list, .sr");
            })
            .map((element) => `${element.tagName}.${element.className} ${element.textContent?.slice(0, 30)}`);
        });
        expect(outside, `${width} ${hash}`).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${width} ${hash}`).toBeLessThanOrEqual(0);
      }
      expect(wrong).toEqual([]);
      await close();
    }
  });
});
