// Starts a real browser without network traffic of its own, and opens pages
// whose requests and errors fail the test.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

export const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));

export async function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      // Software WebGL: test machines have no graphics card.
      "--use-gl=angle",
      "--use-angle=swiftshader",
      "--enable-unsafe-swiftshader",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Runs the program under test. */
export function leitong(...args: string[]): void {
  execFileSync(process.env.LEITONG ?? "../target/release/leitong", args, { stdio: ["ignore", "inherit", "inherit"] });
}

export interface Opened {
  page: Page;
  /** Errors, messages on the console and requests so far. */
  wrong: string[];
  close: () => Promise<void>;
}

export const WIDE = { width: 1280, height: 800 };
export const NARROW = { width: 390, height: 844 };

export async function open(browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: WIDE, locale: "en-US", ...options });
  const wrong: string[] = [];
  const own = address.split("#")[0];
  await context.route("**/*", (route) => {
    const url = route.request().url().split("#")[0];
    if (url === own) return route.continue();
    wrong.push(`request: ${url.slice(0, 200)}`);
    return route.abort();
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") wrong.push(`console: ${message.text().slice(0, 300)}`);
  });
  page.on("dialog", (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(address);
  await page.waitForSelector("main");
  return { page, wrong, close: () => context.close() };
}

/** Goes to a view of the page and waits until it is drawn. */
export async function view(page: Page, hash: string, selector: string): Promise<void> {
  await page.evaluate((hash) => (location.hash = hash), hash);
  await page.waitForSelector(selector);
}
