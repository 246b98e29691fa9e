// What people do with a report, done with each corpus: the demo, 25 MB of news,
// and hostile words.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch, open, view } from "./browser";
import { addressOf, coreOf, corpora, listed, makeReports, saved } from "./desk";

const folder = mkdtempSync(join(tmpdir(), "leitong-corpora-"));
const at = (name: string, hash = "") => addressOf(folder, name) + hash;
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
  makeReports(folder);
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Nothing that a text says runs. */
const isUnharmed = async (page: Page) => (await page.evaluate(() => (window as { hacked?: number }).hacked)) === undefined;

describe.each(corpora)("of %s", (name) => {
  test("documents are listed, sorted, narrowed and found again at their address", async () => {
    const core = coreOf(folder, name);
    const { page, wrong, close } = await open(browser, at(name, "#/documents?sort=formula"));
    await page.waitForSelector("[role=option]");
    expect(await listed(page)).toBe(core.docs.id.length);
    const shares = (await page.locator("[role=option] .num[title='In formulas']").allTextContents()).map((share) => (share === "–" ? -1 : parseFloat(share)));
    expect(shares).toEqual(shares.slice().sort((x, y) => y - x));
    const counts = new Map<string, number>();
    for (const state of ["dropped", "alone"]) {
      await view(page, `#/documents?state=${state}`, ".documents");
      counts.set(state, await listed(page));
    }
    expect(counts.get("dropped")).toBe(core.docs.decision.filter((decision) => decision && !decision[0]).length);
    if (core.overview.sources.length) {
      const [source, count] = core.overview.sources[0];
      await view(page, `#/documents?source=${encodeURIComponent(source)}`, ".documents");
      expect(await listed(page)).toBe(count);
      await page.reload();
      expect(await listed(page)).toBe(count);
    }
    await page.click("[role=option] >> nth=0");
    await page.waitForSelector(".article h1");
    expect(await isUnharmed(page)).toBe(true);
    expect(wrong).toEqual([]);
    await close();
  });

  test("words of a text are found, and lead to their place", async () => {
    const { page, wrong, close } = await open(browser, at(name, "#/documents?state=related"));
    await page.goto(at(name, "#/clusters"));
    await page.click("[role=option] >> nth=0");
    await page.click(".members a.doc >> nth=0");
    await page.waitForSelector(".reading");
    const text = (await page.textContent(".reading")) ?? "";
    const words = /[\u4e00-\u9fff]{6,10}/.exec(text)?.[0];
    expect(words).toBeDefined();
    await view(page, "#/documents", "input[type=search]");
    await page.fill("input[type=search]", words!);
    await page.waitForSelector(".hit mark");
    expect(await listed(page)).toBeGreaterThan(0);
    await page.click("[role=option] >> nth=0");
    await page.waitForSelector(".reading .here");
    expect(page.url()).toMatch(/at=\d+-\d+/);
    expect(wrong).toEqual([]);
    await close();
  });

  test("a phrase leads to its places, and a place to the text and back", async () => {
    const { page, wrong, close } = await open(browser, at(name, "#/phrases"));
    await page.click("[role=option] >> nth=0");
    await page.waitForSelector(".open-phrase .context li");
    const phrase = page.url();
    await page.click(".context li .kwic >> nth=0");
    await page.waitForSelector(".article");
    await page.goBack();
    await page.waitForSelector(".open-phrase");
    expect(page.url()).toBe(phrase);
    for (const hash of ["#/nonsense", "#/cluster/999999", "#/document/none", "#/phrase/無此語"]) {
      await view(page, "#/documents", ".documents");
      await view(page, hash, ".empty h2");
    }
    expect(wrong).toEqual([]);
    await close();
  });

  test("decisions by hand are made in bulk, kept, undone and saved", async () => {
    const core = coreOf(folder, name);
    const { page, wrong, close } = await open(browser, at(name, "#/cluster/1"));
    await page.waitForSelector(".members");
    const before = await page.locator(".members").innerText();
    await page.check(".bulk input");
    await page.click(".bulk button:has-text('Not a duplicate')");
    expect(await page.locator(".members tr.dropped").count()).toBe(0);
    await page.click(".members tbody tr:nth-child(2) button:has-text('Keep this one')");
    await page.reload();
    await page.waitForSelector(".choice-bar");
    await page.click(".choice-bar button:has-text('Save')");
    const { name: file, text } = await saved(page, ".export-choices button >> nth=0");
    expect(file).toBe("decisions-by-hand.jsonl");
    const lines = text.trim().split("\n").map((line) => JSON.parse(line) as { id: string; action: string });
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(core.docs.id).toContain(line.id);
    await page.click(".export-choices button:has-text('Forget')");
    expect(await page.locator(".members").innerText()).toBe(before);
    expect(await isUnharmed(page)).toBe(true);
    expect(wrong).toEqual([]);
    await close();
  });

  test("ignored phrases and every list are saved", async () => {
    const { page, wrong, close } = await open(browser, at(name, "#/phrases"));
    await page.click("[role=option] >> nth=0 >> .pick-row");
    await page.click(".bulk button");
    await page.click(".choice-bar button:has-text('Save')");
    expect((await saved(page, ".export-choices button >> nth=1")).text.trim().split("\n").length).toBe(1);
    await page.reload();
    await page.waitForSelector("[role=option]");
    for (const [hash, selector] of [
      ["#/documents?sort=length", ".documents .export"],
      ["#/phrases", ".bar .export"],
      ["#/clusters", ".bar .export"],
      ["#/cluster/1", ".head-acts .export"],
    ]) {
      await view(page, hash, `${selector} button`);
      const table = await saved(page, `${selector} button >> nth=0`);
      const list = JSON.parse((await saved(page, `${selector} button >> nth=1`)).text) as object[];
      expect(table.text.startsWith("\ufeff"), hash).toBe(true);
      expect(list.length, hash).toBeGreaterThan(0);
      expect(table.text.split("\r\n").length - 1, hash).toBeGreaterThanOrEqual(list.length);
    }
    expect(wrong).toEqual([]);
    await close();
  });

  test("the graph is coloured in each way, and charts have axes", async () => {
    const core = coreOf(folder, name);
    const { page, wrong, close } = await open(browser, at(name, "#/graph"));
    await page.waitForFunction(() => performance.getEntriesByName("leitong-graph-drawn").length > 0);
    for (const colour of ["cluster", "source", "date", "relation"]) {
      await page.selectOption(".graph-bar select", colour);
      await page.waitForSelector(".graph-legend li");
    }
    await view(page, "#/", ".stats");
    if (core.overview.timeline.length > 1) expect(await page.locator(".card:has-text('Over time') .axis span").count()).toBeGreaterThan(1);
    expect(await isUnharmed(page)).toBe(true);
    expect(wrong).toEqual([]);
    await close();
  });
});
