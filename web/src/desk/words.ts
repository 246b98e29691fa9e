// All messages of the desk's page, in English and Chinese.

export type Lang = "en" | "zh";

const en = {
  name: "leitong",
  what: "Where does this text come from?",
  language: "中文",
  languageHint: "Switch to Chinese",
  draft: "Text",
  draftHint: "Paste an article here, or drop a .txt or .docx file",
  title: "Title",
  own: "Own source",
  ownHint: "for the share without it",
  withoutId: "Leave out the document with the id",
  withoutSource: "Leave out the source",
  more: "More",
  open: "Open a file",
  check: "Check",
  checking: "Checking…",
  again: "Edit the text",
  print: "Print",
  next: "Next passage",
  previous: "Previous passage",
  nothing: "The library has no passage of it, and nothing like it.",
  empty: "Put a text in first.",
  search: "Search the library",
  searchHint: "A wording, an id or a source",
  searching: "Searching…",
  found: (n: number, looked: string, total: string) => (looked === total ? `${n} of ${total} documents` : `${n} so far; ${looked} of ${total} documents looked at`),
  goOn: "Go on",
  none: "No document has this wording.",
  close: "Close",
  useIt: "Check this text",
  keys: "Keyboard: Ctrl+Enter checks, n and p go through the passages, g greys formulas, / searches, Esc closes.",
  key: "API key",
  keyHint: "This server asks for a key. It is kept until the page is closed.",
  keySend: "Use the key",
  noFile: "The file can’t be read as text.",
  failed: "The server does not answer.",
  refused: { 408: "The text came too slowly.", 413: "The text is too long for this server.", 429: "The server is busy; try again in a moment.", 503: "The check took too long; try a shorter text." } as Record<number, string>,
  position: (n: number, of: number) => `passage ${n} of ${of}`,
  verdict: "These are figures about wording. Whether it may be taken over, a person decides.",
};

const zh: typeof en = {
  name: "雷同",
  what: "这段文字见于何处？",
  language: "English",
  languageHint: "切换到英文",
  draft: "正文",
  draftHint: "在此粘贴文章，或拖入 .txt、.docx 文件",
  title: "标题",
  own: "本单位",
  ownHint: "用于计算“去除本单位”",
  withoutId: "排除此编号的文档",
  withoutSource: "排除此来源",
  more: "更多",
  open: "打开文件",
  check: "查重",
  checking: "正在查重……",
  again: "修改正文",
  print: "打印",
  next: "下一段",
  previous: "上一段",
  nothing: "文库中没有其中的段落，也没有相近的文章。",
  empty: "请先放入正文。",
  search: "检索文库",
  searchHint: "词句、编号或来源",
  searching: "正在检索……",
  found: (n, looked, total) => (looked === total ? `${n} 篇，文库共 ${total} 篇` : `已找到 ${n} 篇，已查阅 ${looked} / ${total} 篇`),
  goOn: "继续",
  none: "没有文档含有这段词句。",
  close: "关闭",
  useIt: "查这一篇",
  keys: "键盘：Ctrl+Enter 查重，n、p 前后翻段，g 套话变灰，/ 检索，Esc 关闭。",
  key: "API 密钥",
  keyHint: "此服务器需要密钥。密钥只保留到页面关闭。",
  keySend: "使用密钥",
  noFile: "无法将此文件读作文本。",
  failed: "服务器没有应答。",
  refused: { 408: "正文传送过慢。", 413: "正文超过服务器的限度。", 429: "服务器正忙，请稍后再试。", 503: "查重用时过长，请缩短正文。" },
  position: (n, of) => `第 ${n} 段，共 ${of} 段`,
  verdict: "以上只是文字重合的数据，是否妥当由人判断。",
};

export type Words = typeof en;
export const WORDS: Record<Lang, Words> = { en, zh };

/** The language that the browser asks for first, of those that there are. */
export function preferred(languages: readonly string[]): Lang {
  const first = languages.find((one) => /^(zh|en)\b/i.test(one));
  return first?.toLowerCase().startsWith("en") ? "en" : "zh";
}
