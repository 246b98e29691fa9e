// What the engine says of a run, in Chinese.

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { JOINT, message, MESSAGES } from "../../src/messages";

/** All of the engine's source, with the strings that go over several lines on one. */
function source(): string {
  const root = "../src/";
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".rs"));
  return files.map((name) => readFileSync(root + name, "utf8").replace(/\\\n\s*/g, "").replaceAll('\\"', '"')).join("\n");
}

test("every sentence of the catalogue stands in the engine's source", () => {
  const engine = source();
  const missing: string[] = [];
  for (const [english, chinese] of MESSAGES) {
    for (const part of english.split(new RegExp(`\\{#?\\}|${JOINT}`))) if (!engine.includes(part)) missing.push(`${part} (${english})`);
    const values = english.split(/\{#?\}/).length - 1;
    for (const [, number] of chinese.matchAll(/\{(\d)\}/g)) expect(Number(number), chinese).toBeLessThanOrEqual(values);
  }
  expect(missing).toEqual([]);
});

test("no sentence hides a later one", () => {
  for (const [english, chinese] of MESSAGES) {
    let value = 0;
    const filled = english.replaceAll(JOINT, "").replace(/\{(#?)\}/g, (_, number) => `${number ? "" : "值"}${++value}`);
    const numbers = (english.match(/\{#?\}/g) ?? []).map((hole) => hole === "{#}");
    expect(message(filled)).toBe(chinese.replace(/\{(\d)\}/g, (_, at) => `${numbers[at - 1] ? "" : "值"}${at}`));
  }
});

test("what the engine says is told in Chinese, with the name it begins with", () => {
  for (const [english, chinese] of [
    ["2 ids stood more than once and were made unique (\"a\" became \"a#2\"); name another field with --id-field", "2 个编号重复出现，已改为不重复的（如 \"a\" 改为 \"a#2\"）；可用 --id-field 另选字段"],
    ["3 of 1,200 documents have no day that can be read and are compared with none; name the field with --date-field", "1,200 篇文档中有 3 篇没有可识别的日期，不参与比较；可用 --date-field 指定字段"],
    ["C: 新闻/甲.csv: 2 lines above the header were left out", "C: 新闻/甲.csv：表头之上有 2 行，已略去"],
    ["list.txt has 4 lines that are no phrases here (\"联防联控\", …); a line is a whole phrase, as `phrase` in the records", "list.txt 中有 4 行不是这里的短语（\"联防联控\", …）；每行应是一个完整短语，如记录中的 phrase"],
    ["5 documents are dated outside the time since 2020-03-05 and left out", "5 篇文档的日期不在 2020-03-05 以后 之内，未收入"],
    ["field \"text\" is a number, not a string; mend the record, or name another text field", "字段 \"text\" 是数字，不是文本；请修正记录，或另选正文字段"],
    ["a zip archive or an office document, not text; convert it to text in UTF-8", "不是文本（zip 压缩包或 Office 文档）；请转换成 UTF-8 文本"],
    ["x/y.txt: a link to a file of the folder that is read under its own name, so it was not read again (and 3 more like it)", "x/y.txt：这是指向同一文件夹内文件的链接，该文件已按本名读取，不再重复读取（另有 3 个相同）"],
    ["something new: nobody knows it", "something new: nobody knows it"],
    ["", ""],
  ])
    expect(message(english)).toBe(chinese);
});

test("a long name costs no time", () => {
  const begin = performance.now();
  message(`${": ".repeat(2_000)}${"a ".repeat(2_000)}`);
  expect(performance.now() - begin).toBeLessThan(2_000);
});
