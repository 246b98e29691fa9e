// Translates the reasons of decisions into Chinese. src/dedup/reason.rs writes
// them in English; a reason in a form that is not listed here is shown unchanged.

/** How a document that stays is like another one. */
const LIKE = [
  ["same wording as", "文字相同"],
  ["near-duplicate of", "近似重复"],
];

// The first form that fits is used, so longer ones come before those that
// match their beginnings.
const WHOLE: [RegExp, string][] = [
  ...LIKE.flatMap(([english, chinese]): [RegExp, string][] => {
    const form = (end: string) => new RegExp(`^${english} (.+?)${end}$`, "s");
    const like = `与 $1 ${chinese}`;
    return [
      [form(", but its own day is not known"), `${like}，但此篇日期不详`],
      [form(", whose day is not known"), `${like}，但那篇日期不详`],
      [form(", but (\\d+) days? apart"), `${like}，但相隔 $2 天`],
      [form(", but (\\d+) hours? apart"), `${like}，但相隔 $2 小时`],
      [form(", but (\\d+) minutes? apart"), `${like}，但相隔 $2 分钟`],
      [form(", but its own source is not known"), `${like}，但此篇来源不详`],
      [form(", whose source is not known"), `${like}，但那篇来源不详`],
      [form(", but from another source"), `${like}，但来源不同`],
      [form(", but from the same source"), `${like}，但来源相同`],
      [form(", but told apart by hand"), `${like}，但人工判为不重复`],
      [form(", which goes by hand; none that stays has it"), `${like}；那篇由人工去除，保留的各篇都没有此篇的内容`],
      [form(", which goes for (.+); none that stays has it"), `${like}；那篇已由 $2 代替，保留的各篇都没有此篇的内容`],
      [form(", but none that stays has it"), `${like}，但保留的各篇都没有此篇的内容`],
    ];
  }),
  [/^same wording as (.+), but under another title, and a text that says so little is told by its title$/s, "与 $1 文字相同，但标题不同；正文所含信息太少，须看标题"],
  [/^same wording as (.+), but with another sign in a place$/s, "与 $1 文字相同，但有一处符号不同"],
  [/^edited version of (.+), but states another number, date or time$/s, "改写自 $1，但有一处数字、日期或时间不同"],
  [/^edited version of (.+), but has another name in a place$/s, "改写自 $1，但有一处名称不同"],
  [/^edited version of (.+), but says the opposite in a place$/s, "改写自 $1，但有一处说法相反"],
  [/^edited version of (.+), but has other words in a place$/s, "改写自 $1，但有一处用词不同"],
  [/^edited version of (.+), but has another sign in a place$/s, "改写自 $1，但有一处符号不同"],
  [/^edited version of (.+), but has signs that are missing there$/s, "改写自 $1，但那篇缺少符号"],
  [/^edited version of (.+), but has characters that are damaged there$/s, "改写自 $1，但那篇有损坏的字符"],
  [/^edited version of (.+), but has a passage of its own$/s, "改写自 $1，但有那篇没有的段落"],
  [/^shares passages with (.+), but is a text of its own$/s, "与 $1 有相同段落，但各自成文"],
  [/^kept by hand, no duplicate of (.+?) or one more(.*)$/s, "人工保留，与 $1 等 2 篇不重复$2"],
  [/^kept by hand, no duplicate of (.+?) or (\d+) more(.*)$/s, "人工保留，与 $1 及另外 $2 篇不重复$3"],
  [/^kept by hand, no duplicate of ([^:]+)(.*)$/s, "人工保留，与 $1 不重复$2"],
  [/^kept by hand(.*)$/s, "人工保留$1"],
  [/^stays because (.+) goes for it by hand(.*)$/s, "保留此篇，因 $1 由人工判为与它重复$2"],
  [/^dropped by hand for ([^:]+)(.*)$/s, "人工去除，由 $1 代替$2"],
  [/^dropped by hand(.*)$/s, "人工去除$1"],
  [/^no near-duplicate$/, "没有近似重复"],
  [/^same text as (.+)$/s, "与 $1 原文相同"],
  [/^same text and title as (.+)$/s, "与 $1 原文、标题都相同"],
  [/^same text, also without a title, as (.+)$/s, "与 $1 原文相同，都没有标题"],
  [/^same wording and title as (.+?)((?:, (?:in|with|without) [^,()]+)*)$/s, "与 $1 文字、标题都相同$2"],
  [/^same wording, also without a title, as (.+?)((?:, (?:in|with|without) [^,()]+)*)$/s, "与 $1 文字相同，都没有标题$2"],
  [/^version of (.+): same letters, signs missing$/s, "$1 的另一版本，文字相同，缺少符号"],
  [/^same wording as (.+?)((?:, (?:in|with|without) [^,()]+)*)$/s, "与 $1 文字相同$2"],
  [/^nearly the same wording as (.+): (\d+) % alike$/s, "与 $1 文字几乎相同，相似 $2%"],
  [/^edited version of (.+): (\d+) % alike$/s, "改写自 $1，相似 $2%"],
  [/^same frame as (.+), with other facts: (\d+) % alike$/s, "与 $1 框架相同，事实不同，相似 $2%"],
  [/^(\d+) % of it stands in (.+), which is longer$/s, "有 $1% 见于更长的 $2"],
  [/^(\d+) % of it stands in (.+), which is shorter$/s, "有 $1% 见于更短的 $2"],
  [/^(\d+) % of it stands in (.+)$/s, "有 $1% 见于 $2"],
  [/^same frame as (.+), but other facts$/s, "与 $1 框架相同，但事实不同"],
  [/^stays so that one of cluster (\d+) does; the others went for documents of other clusters$/, "保留此篇，以免第 $1 簇全部去除；其余各篇已由其他簇的文档代替"],
  [/^longer than (.+), which has only (\d+) % of it$/s, "比 $1 长，后者只含其中 $2%"],
];

const PARTS: [RegExp, string][] = [
  [/^from (?=\S)/g, "来自 "],
  [/\bfirst of (\d+) in the input/g, "输入的 $1 篇中排在最前"],
  [/\bearliest of (\d+) by date/g, "$1 篇中日期最早"],
  [/\blatest of (\d+) by date/g, "$1 篇中日期最晚"],
  [/\blongest of (\d+)/g, "$1 篇中最长"],
  [/\bdated, unlike the others/g, "其余没有日期"],
  [/\blonger than one that stands in it/g, "比其中包含的一篇长"],
  [/\blonger than (\d+) that stand in it/g, "比其中包含的 $1 篇长"],
  [/\bhas (\d+) more\b/g, "另有 $1 篇"],
  [/, in Simplified and Traditional characters/g, "，简繁混用"],
  [/, in Traditional characters/g, "，用繁体"],
  [/, in Simplified characters/g, "，用简体"],
  [/, (with|without) readings in brackets/g, "，$1注音"],
  [/, (with|without) markup/g, "，$1标记"],
  [/, (with|without) full-width letters/g, "，$1全角字母"],
  [/, (with|without) punctuation/g, "，$1标点"],
  [/, (with|without) invisible characters/g, "，$1不可见字符"],
  [/, (with|without) damaged characters/g, "，$1损坏字符"],
  [/，without/g, "，无"],
  [/，with/g, "，有"],
];

export function inChinese(reason: string): string {
  let words = reason;
  let known = /^(first|earliest|latest|longest|dated|longer|from|has)\b/.test(reason);
  for (const [form, chinese] of WHOLE) {
    if (!form.test(words)) continue;
    words = words.replace(form, chinese);
    known = true;
    break;
  }
  if (!known) return reason;
  for (const [form, chinese] of PARTS) words = words.replace(form, chinese);
  return words
    .replace(/, /g, "，")
    .replace(/ \(/g, "（")
    .replace(/\) ?(?=[，。\u4e00-\u9fff]|$)/g, "）");
}
