// Large reports that arrive slowly, incompletely or damaged, as over a slow
// network.

import { createServer, type Server } from "node:http";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blocksOf, type Block } from "./blocks";
import { launch, leitong, open, view } from "./browser";
import { large } from "./fixtures";

/** Bytes of a block that does not arrive in one piece. */
const LARGE = 1_000_000;

const folder = mkdtempSync(join(tmpdir(), "leitong-report-"));
let browser: Browser;
let page: Buffer;
let blocks: Block[];

beforeAll(async () => {
  browser = await launch();
  large(folder, 8_000, 95_000, 16_000);
  leitong("report", folder, "--quiet");
  page = readFileSync(join(folder, "report.html"));
  blocks = blocksOf(join(folder, "report.html"));
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const find = (name: string) => blocks.find((block) => block.name === name)!;
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Serves a file in pieces that end at the given bytes, with a pause after each. */
async function serve(bytes: Buffer, ends: number[], pause: number): Promise<{ server: Server; address: string }> {
  const server = createServer(async (_, response) => {
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    let at = 0;
    for (const end of [...ends, bytes.length]) {
      if (response.destroyed) return;
      response.write(bytes.subarray(at, end));
      at = end;
      await wait(pause);
    }
    response.end();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as { port: number };
  return { server, address: `http://127.0.0.1:${port}/report.html` };
}

const middle = (block: Block) => (block.start + block.end) >> 1;

test("the report has blocks that do not arrive at once", () => {
  for (const name of ["graph", "phrases"]) expect(find(name).end - find(name).start, name).toBeGreaterThan(LARGE);
});

test("a view waits for a block that is still arriving, when opened and when loaded again", async () => {
  const ends = ["graph", "phrases"].map((name) => middle(find(name))).sort((x, y) => x - y);
  const { server, address } = await serve(page, ends, 700);
  for (const [hash, drawn] of [
    ["#/phrases", "[role=option]"],
    ["#/graph", ".canvas canvas"],
    ["#/document/doc-0", ".article .reading mark"],
    ["#/compare/doc-0/doc-1", ".sides .text"],
  ]) {
    const { page, wrong, close } = await open(browser, `${address}${hash}`);
    await page.waitForSelector(drawn, { timeout: 20_000 });
    await page.reload();
    await page.waitForSelector(drawn, { timeout: 20_000 });
    expect(wrong, hash).toEqual([]);
    await close();
  }
  server.close();
});

test("a view is there before the rest of the file", async () => {
  const { server, address } = await serve(page, [find("graph").end + 1], 4_000);
  const context = await browser.newContext({ locale: "en-US" });
  const tab = await context.newPage();
  await tab.goto(`${address}#/graph`, { waitUntil: "commit" });
  await tab.waitForSelector(".canvas canvas", { timeout: 20_000 });
  expect(await tab.evaluate(() => document.readyState)).toBe("loading");
  await context.close();
  server.close();
});

test("pieces of any size give every view", async () => {
  const ends = Array.from({ length: Math.floor(page.length / 300_000) }, (_, i) => (i + 1) * 300_000);
  const { server, address } = await serve(page, ends, 15);
  const { page: tab, wrong, close } = await open(browser, `${address}#/phrases`);
  await tab.waitForSelector("[role=option]", { timeout: 20_000 });
  await view(tab, "#/cluster/1", ".members");
  await view(tab, "#/compare/doc-0/doc-1", ".sides .text");
  expect(wrong).toEqual([]);
  await close();
  server.close();
});

test("a file that ends too early says so in the views that lack their data", async () => {
  for (const end of [middle(find("phrases")), find("phrases").start - 1]) {
    const { server, address } = await serve(page.subarray(0, end), [], 0);
    const { page: tab, wrong, close } = await open(browser, `${address}#/phrases`);
    await tab.waitForSelector("[role=alert]");
    expect(await tab.textContent("[role=alert]")).toContain("phrases");
    await view(tab, "#/", ".stats");
    await view(tab, "#/graph", ".canvas canvas");
    await view(tab, "#/phrases", "[role=alert]");
    expect(wrong).toEqual([]);
    await close();
    server.close();
  }
});

test("a failure is not kept: the data is read again when asked for", async () => {
  const block = find("phrases");
  const damaged = Buffer.from(page);
  damaged.fill("A", middle(block), middle(block) + 400);
  const { server, address } = await serve(damaged, [], 0);
  const { page: tab, close } = await open(browser, `${address}#/phrases`);
  await tab.waitForSelector("[role=alert]");
  const element = page.subarray(block.start, block.end).toString("latin1");
  await tab.evaluate((text) => ((document.getElementById("block-phrases")!.firstChild as Text).data = text), element.slice(element.indexOf(">") + 1, element.lastIndexOf("<")));
  await tab.click("[role=alert] button");
  await tab.waitForSelector("[role=option]");
  await close();
  server.close();
});
