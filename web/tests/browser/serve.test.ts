// The page of the desk, from a server with a library of its own.

import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "./browser";

const AXE = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const PROGRAM = process.env.LEITONG ?? "../target/release/leitong";
const SHOTS = process.env.LEITONG_SHOTS;

const FORMULA = "要以高度的政治责任感和历史使命感抓好落实";
const ARTICLE = `昨日召开的全县防火会议要求，各村要把防火巡查排到每一天，林场入口一律登记，发现火情10分钟之内上报，不得隐瞒拖延。会议强调，${FORMULA}。会后各村连夜开了碰头会，商量怎样把人手分到各个山口。`;
const SECOND = "春耕在即，河东灌区今年提前十二天开闸放水，首批浇灌冬小麦四万三千亩，预计本月底全部浇完一遍，沿渠的泵站已经检修完毕。";
const DRAFT = `本报讯 记者从市里获悉，各村要把防火巡查排到每一天，林场入口一律登记，发现火情20分钟之内上报，不得隐瞒拖延。\n会议强调，${FORMULA}。\n另据介绍，河东灌区今年提前十二天开闸放水，首批浇灌冬小麦四万三千亩，预计本月底全部浇完一遍。`;
const HOSTILE = '<img src=x onerror="alert(1)"></textarea><script>alert(2)</script>';

let browser: Browser;
let server: ChildProcess;
let address = "";
const dir = mkdtempSync(join(tmpdir(), "leitong-desk-"));

beforeAll(async () => {
  const own = (nth: number) => [...Array(40).keys()].map((at) => String.fromCodePoint(0x4e00 + ((nth * 977 + at * 131 + at * at * 17) % 9000))).join("");
  const documents = [
    { id: "fire/1", title: "全县防火会议", date: "2026-03-05", source: "甲报", text: ARTICLE },
    { id: "water-2", title: "开闸放水", date: "2026-03-09", source: "乙报", text: SECOND },
    { id: HOSTILE, title: HOSTILE, source: HOSTILE, text: `${HOSTILE}各地养护工已经上路清扫落石，铁峰山一线的护栏今天下午全部换新，夜里照常通行。` },
    ...[...Array(8).keys()].map((nth) => ({ id: `set-${nth}`, text: `${own(nth)}。${FORMULA}，${own(nth + 50)}。` })),
  ];
  const input = join(dir, "in.jsonl");
  writeFileSync(input, documents.map((document) => JSON.stringify(document)).join("\n"));
  const library = join(dir, "news.ltx");
  execFileSync(PROGRAM, ["index", "create", library, input, "--quiet"]);
  execFileSync(PROGRAM, ["index", "compact", library, "--quiet"]);
  server = spawn(PROGRAM, ["serve", library, "--listen", "127.0.0.1:0", "--cors", "http://127.0.0.1:8000"], { stdio: ["ignore", "ignore", "pipe"] });
  address = await new Promise((resolve) => server.stderr!.on("data", (data: Buffer) => {
    const found = /http:\/\/[\d.:]+/.exec(data.toString());
    if (found) resolve(found[0]);
  }));
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  server?.kill();
  rmSync(dir, { recursive: true, force: true });
});

/** Opens the page; whatever asks another host, or is an error, is collected. */
async function desk(lang: string, size: { width: number; height: number }): Promise<{ page: Page; wrong: string[]; close: () => Promise<void> }> {
  const context = await browser.newContext({ viewport: size, locale: lang });
  const wrong: string[] = [];
  const page = await context.newPage();
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(address) && !url.startsWith("data:")) wrong.push(`request: ${url}`);
  });
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") wrong.push(`console: ${message.text()}`);
  });
  page.on("dialog", (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  // The page of now, in a program that was built with an older one.
  if (process.env.LEITONG_DESK) await page.route(`${address}/`, (route) => route.fulfill({ contentType: "text/html", path: process.env.LEITONG_DESK }));
  await page.goto(address);
  await page.waitForSelector("main", { timeout: 10_000 });
  return { page, wrong, close: () => context.close() };
}

async function ask(page: Page, text: string): Promise<void> {
  await page.fill("textarea", text);
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".draft");
}

async function shot(page: Page, name: string): Promise<void> {
  if (!SHOTS) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}

/** Violations of WCAG 2.2 A and AA, and what axe takes for best practice. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
    const { violations } = await axe.run();
    return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 150)).join(" | ")}`);
  });
}

const SIZES = [390, 900, 1440].map((width) => ({ width, height: 900 }));

describe("the page of the desk", () => {
  test("is the page that was built", async () => {
    const built = new URL("../../dist/desk.html", import.meta.url);
    expect(existsSync(built)).toBe(true);
    expect(await (await fetch(address)).text()).toBe(readFileSync(built, "utf8"));
  });

  for (const size of SIZES) {
    for (const lang of ["zh-CN", "en-US"]) {
      test(`shows a check without a fault, ${size.width} px, ${lang}`, async () => {
        const { page, wrong, close } = await desk(lang, size);
        expect(await violations(page)).toEqual([]);
        await shot(page, `form-${size.width}-${lang}`);
        await ask(page, DRAFT);
        expect(await page.locator(".draft .pair").count()).toBeGreaterThanOrEqual(2);
        await page.keyboard.press("n");
        expect(await violations(page)).toEqual([]);
        await shot(page, `check-${size.width}-${lang}`);
        const words = await page.locator("main").innerText();
        expect(words).toContain(lang === "zh-CN" ? "复制比" : "Found in the library");
        expect(words).not.toContain(lang === "zh-CN" ? "Found in the library" : "复制比");
        expect(words).not.toContain("抄袭");
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(wide).toBe(0);
        expect(wrong).toEqual([]);
        await close();
      });
    }
  }

  test("goes through passages, greys formulas and searches by keyboard alone", async () => {
    const { page, wrong, close } = await desk("zh-CN", SIZES[2]);
    await ask(page, DRAFT);
    const now = () => page.locator(".pair.is-now").getAttribute("id");
    await page.keyboard.press("n");
    const first = await now();
    await page.keyboard.press("n");
    expect(await now()).not.toBe(first);
    await page.keyboard.press("p");
    expect(await now()).toBe(first);
    expect(await page.locator("mark.is-now").count()).toBe(1);
    const formula = page.locator(".draft .text .formula").first();
    const color = () => formula.evaluate((element) => getComputedStyle(element).color);
    const before = await color();
    await page.keyboard.press("g");
    expect(await color()).not.toBe(before);
    await page.keyboard.press("/");
    await page.keyboard.type("河東灌區");
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog .found li");
    expect(await page.locator("dialog .found li").count()).toBe(1);
    expect(await violations(page)).toEqual([]);
    await shot(page, "search");
    await page.locator("dialog .found button").click();
    await page.waitForSelector(".whole");
    expect(await page.locator(".whole").innerText()).toBe(SECOND);
    expect(await violations(page)).toEqual([]);
    for (const left of [1, 0]) {
      await page.keyboard.press("Escape");
      await expect.poll(() => page.locator("dialog").count()).toBe(left);
    }
    expect(wrong).toEqual([]);
    await close();
  });

  test("shows what changed side by side, and a source whose id is no path", async () => {
    const { page, wrong, close } = await desk("zh-CN", SIZES[1]);
    await ask(page, DRAFT);
    const changed = await page.locator(".pair b").allInnerTexts();
    expect(changed.some((text) => text.includes("2"))).toBe(true);
    await page.locator(".pair .name", { hasText: "fire/1" }).first().click();
    await page.waitForSelector(".whole");
    expect(await page.locator(".whole").innerText()).toBe(ARTICLE);
    await page.locator("dialog button", { hasText: "查这一篇" }).click();
    expect(await page.locator("textarea").inputValue()).toBe(ARTICLE);
    expect(wrong).toEqual([]);
    await close();
  });

  test("takes hostile texts for what they are", async () => {
    const { page, wrong, close } = await desk("en-US", SIZES[1]);
    await ask(page, `${HOSTILE}各地养护工已经上路清扫落石，铁峰山一线的护栏今天下午全部换新，夜里照常通行。`);
    expect(await page.locator(".draft img, .draft script").count()).toBe(0);
    expect(await page.locator(".draft .text").innerText()).toContain(HOSTILE);
    await page.fill("[type=search]", "onerror");
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog .found li");
    expect(await page.locator("dialog img").count()).toBe(0);
    expect(wrong).toEqual([]);
    await close();
  });

  test("reads files in UTF-8, GB18030 and .docx", async () => {
    const { page, wrong, close } = await desk("zh-CN", SIZES[1]);
    const put = async (name: string, buffer: Buffer) => {
      await page.fill("textarea", "");
      await page.setInputFiles("input[type=file]", { name, mimeType: "", buffer });
      await page.waitForFunction(() => (document.querySelector("textarea") as HTMLTextAreaElement).value !== "");
      return page.locator("textarea").inputValue();
    };
    expect(await put("甲.txt", Buffer.from("春耕在即"))).toBe("春耕在即");
    expect(await page.locator(".ask input").first().inputValue()).toBe("甲");
    expect(await put("b.txt", Buffer.from([0xb4, 0xba, 0xb8, 0xfb]))).toBe("春耕");
    const xml = '<w:document><w:p><w:r><w:t>春耕 &lt;一&gt;</w:t></w:r><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p><w:p><w:t xml:space="preserve">在即</w:t></w:p></w:document>';
    expect(await put("c.docx", zip("word/document.xml", Buffer.from(xml)))).toBe("春耕 <一>\n在即");
    await page.setInputFiles("input[type=file]", { name: "d.docx", mimeType: "", buffer: Buffer.from("PK\u0003\u0004 nothing") });
    await page.waitForSelector(".message.is-there");
    expect(wrong).toEqual([]);
    await close();
  });

  test("says what is wrong, and asks for a key where the server does", async () => {
    const { page, close } = await desk("en-US", SIZES[1]);
    await page.click("button.first");
    expect(await page.locator(".message").innerText()).toBe("Put a text in first.");
    let sent = "";
    await page.route("**/v1/check", (route) => {
      const key = route.request().headers().authorization;
      if (key === undefined) return route.fulfill({ status: 401, contentType: "application/problem+json", body: "{}" });
      sent = key;
      return route.fulfill({ status: 429, contentType: "application/problem+json", body: "{}" });
    });
    await page.fill("textarea", DRAFT);
    await page.click("button.first");
    await page.fill("[name=key]", "leitong_1");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".message.is-there");
    expect(await page.locator(".message").innerText()).toContain("busy");
    expect(sent).toBe("Bearer leitong_1");
    await page.unroute("**/v1/check");
    await page.click("button.first");
    await page.waitForSelector(".draft");
    await close();
  });
});

describe("the example of a CMS", () => {
  test("marks what was copied on save, and puts the article into the library", async () => {
    const context = await browser.newContext({ viewport: SIZES[2], locale: "zh-CN" });
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") wrong.push(message.text());
    });
    const html = readFileSync(new URL("../../../examples/cms/index.html", import.meta.url), "utf8");
    await page.route("http://127.0.0.1:8000/**", (route) => route.fulfill({ contentType: "text/html", body: html }));
    await page.route("http://127.0.0.1:8470/**", async (route) => {
      const url = route.request().url().replace("http://127.0.0.1:8470", address);
      await route.fulfill({ response: await route.fetch({ url }) });
    });
    await page.goto("http://127.0.0.1:8000/");
    await page.fill("[name=id]", "甲/1");
    await page.fill("#text", DRAFT);
    await page.click("button");
    await page.waitForFunction(() => document.querySelector("output")!.textContent!.includes("saved"));
    const side = await page.locator("aside").innerText();
    expect(side).toContain("复制比");
    expect(side).toContain("fire/1");
    const marked = await page.evaluate(() => [...CSS.highlights.get("copied")!].map(String));
    expect(marked.some((text) => text.startsWith("各村要把防火巡查排到每一天"))).toBe(true);
    const stored = await (await fetch(`${address}/v1/documents/${encodeURIComponent("甲/1")}`)).json();
    expect((stored as { text: string }).text).toBe(DRAFT);
    // Saved again it is not its own source.
    await page.click("button");
    await page.waitForFunction(() => document.querySelector("output")!.textContent!.includes("saved"));
    expect(await page.locator("aside").innerText()).not.toContain("甲/1");
    await shot(page, "cms");
    expect(wrong).toEqual([]);
    await context.close();
  });
});

/** Returns a zip archive of one file. */
function zip(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content);
  const path = Buffer.from(name);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(path.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(packed.length, 20);
  central.writeUInt32LE(content.length, 24);
  central.writeUInt16LE(path.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + path.length, 12);
  end.writeUInt32LE(30 + path.length + packed.length, 16);
  return Buffer.concat([local, path, packed, central, path, end]);
}
