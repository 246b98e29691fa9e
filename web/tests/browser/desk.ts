// What tests of the report have in common: the folders that they open, and what
// a person reads off a list or saves from it.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import type { Core } from "../../src/data";
import { blocksOf } from "./blocks";
import { leitong } from "./browser";
import { hostile } from "./fixtures";

/** 25 MB of news, where the shared data are; another corpus by hand. */
const NEWS = [process.env.LEITONG_CORPUS, "../../shared/data/xwlb/docs.jsonl.zst"].find((path) => path && existsSync(path));

export const corpora = ["demo", "hostile", ...(NEWS ? ["news"] : [])];

/** Makes the reports of all corpora. */
export function makeReports(folder: string): void {
  leitong("scan", "../corpus/articles", "-o", join(folder, "demo"), "--quiet");
  hostile(join(folder, "hostile"));
  leitong("report", join(folder, "hostile"), "--quiet");
  if (NEWS) leitong("scan", NEWS, "-o", join(folder, "news"), "--quiet");
  else console.log("left out: the report of news, for the shared data are not here");
}

export const addressOf = (folder: string, name: string): string => pathToFileURL(join(folder, name, "report.html")).href;

/** The block that a report opens with. */
export function coreOf(folder: string, name: string): Core {
  return blocksOf(join(folder, name, "report.html")).find((block) => block.name === "core")!.value as Core;
}

const number = async (page: Page, selector: string) => Number(((await page.textContent(selector)) ?? "").split(" of ")[0].replace(/,/g, ""));

/** Waits until the list of documents is complete, and returns its length. */
export async function listed(page: Page): Promise<number> {
  await page.waitForFunction(() => !document.querySelector(".documents [role=status]")?.textContent?.includes("searched"));
  return number(page, ".documents [role=status]");
}

/** Clicks, and returns the file that is saved. */
export async function saved(page: Page, click: string): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(click)]);
  return { name: download.suggestedFilename(), text: readFileSync((await download.path())!, "utf8") };
}
