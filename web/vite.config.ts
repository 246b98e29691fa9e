// Builds each page into one file, with script and style inline and a security
// policy that allows only these, by their hashes: dist/report.html, and in the
// mode "desk" dist/desk.html, which may ask the server that it came from.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

// Puts the head that all pages have into each of them.
function sharedHead(): Plugin {
  const head = readFileSync(new URL("head.html", import.meta.url), "utf8").trim();
  return {
    name: "shared-head",
    transformIndexHtml: { order: "pre", handler: (html) => html.replace("<!--leitong:head-->", () => head) },
  };
}

function onePage(input: string, fileName: string, more: string[]): Plugin {
  return {
    name: "one-page",
    enforce: "post",
    generateBundle(_options, bundle) {
      let script = "";
      let style = "";
      let page = "";
      for (const [name, item] of Object.entries(bundle)) {
        if (item.type === "chunk") script += item.code;
        else if (name.endsWith(".css")) style += item.source;
        else if (name.endsWith(".html")) page = String(item.source);
        delete bundle[name];
      }
      // Nothing in the script may close the element around it.
      script = script.trim().replace(/<(?=\/script|!--|script)/gi, "\\x3c");
      style = style.trim();
      const policy = [
        "default-src 'none'",
        `script-src ${hash(script)}`,
        `style-src ${hash(style)}`,
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
        ...more,
      ].join("; ");
      const put = (mark: string, text: string) => {
        if (!page.includes(mark)) throw new Error(`${input} has no ${mark}`);
        page = page.split(mark).join(text);
      };
      page = page
        .replace(/<script type="module"[^>]*><\/script>\s*/g, "")
        .replace(/<link rel="(stylesheet|modulepreload)"[^>]*>\s*/g, "");
      put("<!--leitong:policy-->", `<meta http-equiv="Content-Security-Policy" content="${policy}">`);
      put("<!--leitong:style-->", `<style>${style}</style>`);
      put("<!--leitong:program-->", `<script>${script}</script>`);
      this.emitFile({ type: "asset", fileName, source: page });
    },
  };
}

export default defineConfig(({ mode }) => {
  const isDesk = mode === "desk";
  const input = isDesk ? "desk.html" : "index.html";
  return {
    base: "./",
    plugins: [sharedHead(), onePage(input, isDesk ? "desk.html" : "report.html", isDesk ? ["connect-src 'self'"] : [])],
    build: {
      target: "es2022",
      // The folder is in the repository.
      emptyOutDir: false,
      modulePreload: false,
      cssCodeSplit: false,
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      rollupOptions: { input, output: { format: "iife", codeSplitting: false } },
    },
  };
});
