// The pictures of the README: the demo corpus, as a stranger would see it.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "vitest";
import { launch, leitong, open, view, WIDE } from "../browser/browser";

const IMAGES = "../docs/images";

test("pictures are taken", async () => {
  const folder = mkdtempSync(join(tmpdir(), "leitong-report-"));
  mkdirSync(IMAGES, { recursive: true });
  leitong("scan", "../corpus/articles", "-o", folder, "--quiet");
  leitong("report", folder, "--quiet");
  const browser = await launch();
  const address = pathToFileURL(join(folder, "report.html")).href;
  const take = async (name: string, locale: string, colorScheme: "light" | "dark", hash: string, wait: string) => {
    const { page, close } = await open(browser, address, { locale, colorScheme, viewport: WIDE, deviceScaleFactor: 1 });
    await view(page, hash, wait);
    await page.waitForTimeout(800);
    await page.screenshot({ path: join(IMAGES, `${name}.png`) });
    await close();
  };
  const e = encodeURIComponent;
  const sides = `#/compare/${e("flood/linjiang.trad.txt")}/${e("flood/linjiang.v2.txt")}`;
  for (const [suffix, locale] of [["", "en-US"], [".zh", "zh-CN"]]) {
    await take(`report-overview${suffix}`, locale, "light", "#/", ".stats");
    await take(`report-compare${suffix}`, locale, "light", sides, ".sides mark.shared");
  }
  await take("report-phrase", "en-US", "dark", `#/phrase/${e("联防联控")}`, ".open-phrase .context");
  await take("report-graph", "en-US", "light", "#/graph", ".canvas canvas");
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});
