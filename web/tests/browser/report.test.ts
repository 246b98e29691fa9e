// The report in a real browser: every view of three folders is opened, searched
// and clicked, without an error or a request.

import { createServer } from "node:http";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch, leitong, NARROW, open, view } from "./browser";
import { hostile, HOSTILE, large } from "./fixtures";

const folder = mkdtempSync(join(tmpdir(), "leitong-report-"));
const address = (name: string) => pathToFileURL(join(folder, name, "report.html")).href;
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
  leitong("scan", "../corpus/articles", "-o", join(folder, "demo"), "--quiet");
  leitong("report", join(folder, "demo"), "--quiet");
  hostile(join(folder, "hostile"));
  leitong("report", join(folder, "hostile"), "--quiet");
  large(join(folder, "large"), 10_000, 50_000);
  const begin = performance.now();
  leitong("report", join(folder, "large"), "--quiet");
  console.log(`report of 10,000 documents: ${((performance.now() - begin) / 1000).toFixed(1)} s, ${mega("large")} MB`);
  console.log(`report of the demo: ${mega("demo")} MB`);
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

function mega(name: string): string {
  return (statSync(join(folder, name, "report.html")).size / 1e6).toFixed(2);
}

/** Opens every view and follows the links between them. */
async function walk(page: Page): Promise<void> {
  await view(page, "#/", ".stats");
  await view(page, "#/clusters", "[role=listbox]");
  await page.click("[role=option] >> nth=0");
  await page.waitForSelector(".open-cluster .members");
  await page.keyboard.press("c");
  await page.waitForSelector(".sides .text");
  expect(await page.locator(".side-text").count()).toBe(2);
  await page.keyboard.press("n");
  await page.click(".side-text header a >> nth=0");
  await page.waitForSelector(".article .reading, .article .empty");
  if (await page.locator("button.track-name").count()) {
    await page.click("button.track-name >> nth=0");
    await page.waitForSelector(".track.picked");
  }
  await view(page, "#/phrases", "[role=listbox]");
  await page.click("[role=option] >> nth=1");
  await page.waitForSelector(".open-phrase .context");
  await view(page, "#/graph", ".canvas canvas");
  await page.waitForFunction(() => performance.getEntriesByName("leitong-graph-drawn").length > 0);
  await page.selectOption(".graph-bar select", "source");
  await page.waitForSelector(".graph-legend");
  await page.keyboard.press("Escape");
  await page.keyboard.press("+");
  await page.keyboard.press("0");
  await page.keyboard.press("?");
  await page.waitForSelector("dialog[open]");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog[open]", { state: "detached" });
}

/** Where the first document of the graph lies on the screen. */
async function firstNode(page: Page): Promise<{ x: number; y: number; id: string }> {
  return page.evaluate(() => {
    interface Picture {
      getGraph(): { nodes(): string[]; getNodeAttributes(node: string): { x: number; y: number; hidden: boolean } };
      graphToViewport(point: { x: number; y: number }): { x: number; y: number };
    }
    const box = document.querySelector(".canvas") as HTMLDivElement & { picture: Picture };
    const node = box.picture.getGraph().nodes()[0];
    const point = box.picture.graphToViewport(box.picture.getGraph().getNodeAttributes(node));
    const corner = box.getBoundingClientRect();
    return { x: point.x + corner.left, y: point.y + corner.top, id: node };
  });
}

describe("the demo corpus", () => {
  test("every view opens in both languages, light and dark, wide and narrow", async () => {
    for (const options of [{}, { locale: "zh-CN", colorScheme: "dark" as const }, { viewport: NARROW, locale: "zh-CN" }]) {
      const { page, wrong, close } = await open(browser, address("demo"), options);
      await walk(page);
      expect(wrong).toEqual([]);
      // Nothing is wider than the screen.
      for (const hash of ["#/", "#/clusters", "#/cluster/1", "#/phrases", "#/graph"]) {
        await view(page, hash, "main > *");
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), hash).toBeLessThanOrEqual(0);
      }
      await close();
    }
  });

  test("language and theme switch, and the browser's come first", async () => {
    const { page, wrong, close } = await open(browser, address("demo"), { locale: "zh-TW", colorScheme: "dark" });
    expect(await page.getAttribute("html", "lang")).toBe("zh-Hans");
    expect(await page.getAttribute("html", "data-theme")).toBe("dark");
    expect(await page.textContent(".tabs")).toContain("总览");
    await page.keyboard.press("l");
    await page.waitForSelector("text=Overview");
    await page.keyboard.press("t");
    await page.waitForSelector("html[data-theme=light]");
    await page.reload();
    await page.waitForSelector("text=Overview");
    expect(await page.getAttribute("html", "data-theme")).toBe("light");
    expect(wrong).toEqual([]);
    await close();
  });

  test("simplified, traditional, initials and pinyin find the same phrase", async () => {
    const { page, wrong, close } = await open(browser, `${address("demo")}#/phrases`);
    await page.waitForSelector("[role=option]");
    const shown = async (query: string) => {
      await page.fill("input[type=search]", query);
      return page.locator("[role=option] .wording").allTextContents();
    };
    for (const query of ["联防联控", "聯防聯控", "lflk", "lianfangliankong"]) expect(await shown(query), query).toContain("联防联控");
    expect(await shown("zzzzqq")).toEqual([]);
    await page.waitForSelector(".empty");
    await page.fill("input[type=search]", "");
    const best = await page.locator("[role=option] .wording").first().textContent();
    await page.selectOption(".choice select >> nth=0", "length");
    expect(await page.locator("[role=option] .wording").first().textContent()).not.toBe(best);
    expect(wrong).toEqual([]);
    await close();
  });

  test("a list is used by keys alone", async () => {
    const { page, wrong, close } = await open(browser, address("demo"));
    await page.keyboard.press("2");
    await page.waitForSelector("[role=listbox]");
    await page.keyboard.press("/");
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("INPUT");
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.waitForSelector(".open-cluster");
    await page.focus("[role=listbox]");
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(() => location.hash === "#/cluster/2");
    await page.keyboard.press("End");
    await page.waitForFunction(() => location.hash !== "#/cluster/2");
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => location.hash === "#/clusters");
    expect(wrong).toEqual([]);
    await close();
  });

  test("a change is marked, and both sides scroll together", async () => {
    const { page, wrong, close } = await open(browser, address("demo"), { viewport: { width: 900, height: 420 } });
    const [a, b] = ["flood/linjiang.txt", "flood/linjiang.wire.txt"].map(encodeURIComponent);
    await view(page, `#/compare/${a}/${b}`, ".sides mark.shared");
    expect(await page.locator("mark.shared").count()).toBeGreaterThan(1);
    const texts = await page.locator(".side-text .text").allInnerTexts();
    expect(texts.every((text) => text.length > 100)).toBe(true);
    await page.hover(".side-text .text >> nth=0");
    await page.mouse.wheel(0, 300);
    await page.waitForFunction(() => [...document.querySelectorAll(".side-text .text")].every((side) => side.scrollTop > 50));
    expect(wrong).toEqual([]);
    await close();
  });

  test("a copy in other characters has no change in it", async () => {
    const { page, wrong, close } = await open(browser, address("demo"));
    const [a, b] = ["flood/linjiang.trad.txt", "flood/linjiang.txt"].map(encodeURIComponent);
    await view(page, `#/compare/${a}/${b}`, ".sides mark.shared");
    expect(await page.locator(".sides mark.changed").allTextContents()).toEqual([]);
    expect(wrong).toEqual([]);
    await close();
  });

  test("a document of the graph answers to hover and click", async () => {
    const { page, wrong, close } = await open(browser, `${address("demo")}#/graph`);
    await page.waitForFunction(() => performance.getEntriesByName("leitong-graph-drawn").length > 0);
    const node = await firstNode(page);
    await page.mouse.move(node.x, node.y);
    await page.waitForSelector(".canvas.over-node");
    await page.mouse.click(node.x, node.y);
    await page.waitForSelector(".graph-card");
    await page.click(".graph-card h2 a");
    await page.waitForSelector(".article");
    expect(wrong).toEqual([]);
    await close();
  });

  test("the graph lies the same way in a report made again", async () => {
    const before = readFileSync(join(folder, "demo", "report.html"));
    leitong("report", join(folder, "demo"), "--quiet", "-o", join(folder, "again.html"));
    expect(readFileSync(join(folder, "again.html")).equals(before)).toBe(true);
  });

  test("it prints, and works from a server with one request", async () => {
    const page = readFileSync(join(folder, "demo", "report.html"));
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.setHeader("Content-Type", "text/html");
      response.end(page);
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const { port } = server.address() as { port: number };
    const opened = await open(browser, `http://127.0.0.1:${port}/report.html`);
    await opened.page.waitForSelector(".stats");
    await view(opened.page, "#/cluster/1", ".members");
    expect((await opened.page.pdf()).length).toBeGreaterThan(5_000);
    expect(opened.wrong).toEqual([]);
    expect(asked).toEqual(["/report.html"]);
    await opened.close();
    server.close();
  });
});

describe("hostile words", () => {
  test("nothing in them runs, loads or breaks a view", async () => {
    for (const options of [{}, { viewport: NARROW, locale: "zh-CN" }]) {
      const { page, wrong, close } = await open(browser, address("hostile"), options);
      await walk(page);
      for (let i = 0; i < HOSTILE.length; i++) {
        await view(page, "#/phrases", "[role=listbox]");
        await page.fill("input[type=search]", "");
        await page.evaluate((i) => document.querySelectorAll<HTMLElement>("[role=option]")[i]?.click(), i);
      }
      await view(page, "#/cluster/1", ".members");
      const documents = await page.evaluate(() => [...document.querySelectorAll<HTMLAnchorElement>(".who a.doc")].map((a) => a.hash));
      expect(documents.length).toBe(HOSTILE.length);
      for (const hash of documents) await view(page, hash, ".article .reading");
      const compared = documents.map((hash) => hash.replace("#/document/", `#/compare/${documents[0].split("/").pop()}/`));
      for (const hash of compared.slice(1)) await view(page, hash, ".sides mark.shared");
      expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
      expect(await page.locator("img, iframe, object, embed, main script").count()).toBe(0);
      expect(await page.evaluate(() => [...document.querySelectorAll("a")].every((a) => a.hash !== "" || /^https?:$/.test(a.protocol)))).toBe(true);
      // Addresses lead out of the page only in a tab of their own that knows nothing of it.
      expect(await page.evaluate(() => [...document.querySelectorAll<HTMLAnchorElement>("a.address")].every((a) => a.target === "_blank" && a.rel.includes("noopener")))).toBe(true);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect(wrong).toEqual([]);
      await close();
    }
  });

  test("the policy stops what would run all the same", async () => {
    const { page, wrong, close } = await open(browser, address("hostile"));
    const stopped = await page.evaluate(async () => {
      const tried: string[] = [];
      try {
        document.body.innerHTML = "<img src=x onerror='window.hacked=1'>";
      } catch {
        tried.push("html");
      }
      try {
        document.body.append(Object.assign(document.createElement("script"), { textContent: "window.hacked=1" }));
      } catch {
        tried.push("script");
      }
      await fetch("https://example.org/").catch(() => tried.push("fetch"));
      const image = new Image();
      image.src = "https://example.org/x.png";
      await new Promise((done) => (image.onerror = done));
      tried.push("image");
      return { tried, hacked: (window as { hacked?: number }).hacked };
    });
    expect(stopped.hacked).toBeUndefined();
    const policy = await page.getAttribute("meta[http-equiv=Content-Security-Policy]", "content");
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; img-src data:;/);
    expect(policy).not.toContain("unsafe");
    expect(stopped.tried).toEqual(["html", "script", "fetch", "image"]);
    expect(wrong.filter((line) => line.startsWith("request"))).toEqual([]);
    await close();
  });
});

describe("ten thousand documents", () => {
  test("the first view is there soon, and the graph follows the slider", async () => {
    const { page, wrong, close } = await open(browser, address("large"));
    const first = await page
      .waitForFunction(() => performance.getEntriesByName("leitong-first-view")[0]?.startTime)
      .then((handle) => handle.jsonValue() as Promise<number>);
    console.log(`first view of 10,000 documents and 50,000 links: ${Math.round(first)} ms`);
    const begin = Date.now();
    await view(page, "#/graph", ".canvas canvas");
    await page.waitForFunction(() => performance.getEntriesByName("leitong-graph-drawn").length > 0);
    console.log(`graph opened: ${Date.now() - begin} ms`);
    await page.waitForTimeout(500);
    const moves: number[] = [];
    for (const value of ["40", "60", "80", "20"]) {
      moves.push(
        await page.evaluate(async (value) => {
          const slider = document.querySelector<HTMLInputElement>(".slider input")!;
          performance.clearMarks("leitong-graph-drawn");
          const begin = performance.now();
          slider.value = value;
          slider.dispatchEvent(new Event("input", { bubbles: true }));
          while (performance.getEntriesByName("leitong-graph-drawn").length === 0) await new Promise(requestAnimationFrame);
          return performance.now() - begin;
        }, value),
      );
    }
    console.log(`threshold moves: ${moves.map((ms) => Math.round(ms)).join(", ")} ms`);
    expect(await page.textContent(".graph-count")).toMatch(/documents · .*links/);
    expect(first).toBeLessThan(8_000);
    expect(Math.max(...moves)).toBeLessThan(5_000);
    await walk(page);
    // Of thousands of rows only a few are in the document.
    await view(page, "#/phrases", "[role=listbox]");
    expect(await page.locator("[role=option]").count()).toBeLessThan(60);
    await page.fill("input[type=search]", "zzzz");
    expect(wrong).toEqual([]);
    await close();
  });

  test("what does not fit a small limit is named", async () => {
    const small = join(folder, "small.html");
    leitong("report", join(folder, "large"), "--quiet", "--report-limit", "1", "-o", small);
    expect(statSync(small).size).toBeLessThanOrEqual(1_000_000);
    const { page, wrong, close } = await open(browser, pathToFileURL(small).href);
    await page.waitForSelector(".note");
    expect(await page.locator(".note li").count()).toBeGreaterThan(2);
    await walk(page);
    expect(wrong).toEqual([]);
    await close();
  });
});
