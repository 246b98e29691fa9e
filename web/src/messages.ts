// Translates what the engine says of a run, warnings and what was left out, into
// Chinese. Rust writes the sentences in English; a catalogue has each of them
// with {} for its values, and a sentence that is not listed is shown unchanged.
// A test looks every English sentence up in the source.

/** Stands where Rust joins two parts of a sentence. */
export const JOINT = "¦";

/** Sentences by theme: English with {} for values and {#} for numbers, and Chinese with {1}, {2} … for them. */
export const MESSAGES: readonly (readonly [english: string, chinese: string])[] = [
  // Ids, dates and sources of documents.
  ["1 id stood more than once and was¦ made unique ({} became {}); name another field with --id-field", "1 个编号重复出现，已改为不重复的（{1} 改为 {2}）；可用 --id-field 另选字段"],
  ["{#} ids stood more than once and were¦ made unique ({} became {}); name another field with --id-field", "{1} 个编号重复出现，已改为不重复的（如 {2} 改为 {3}）；可用 --id-field 另选字段"],
  ["an earlier document has the id {}, this one became {}", "前面已有编号为 {1} 的文档，此篇改为 {2}"],
  ["document {} has no id and became {}", "第 {1} 篇文档没有编号，取名为 {2}"],
  ["{} was left out: a text of {} MB, expected at most {} MB; split it", "{1} 未收入：全文 {2} MB，最多允许 {3} MB；请拆分"],
  ["document {} has a date that can't be read, {}; write it as 2024-03-05, 2024-03-05T10:00:00+08:00 or 2024年3月5日", "第 {1} 篇文档的日期无法识别：{2}；请写成 2024-03-05、2024-03-05T10:00:00+08:00 或 2024年3月5日"],
  ["{#} of {} {} a date that can't be read, such as {} of {}; write it as 2024-03-05, 2024-03-05T10:00:00+08:00 or 2024年3月5日", "{2} 篇文档中有 {1} 篇日期无法识别，如 {5} 的 {4}；请写成 2024-03-05、2024-03-05T10:00:00+08:00 或 2024年3月5日"],
  ["{#} of {} {} no day that can be read and {} compared with none¦; name the field with --date-field", "{2} 篇文档中有 {1} 篇没有可识别的日期，不参与比较；可用 --date-field 指定字段"],
  ["{#} of {} {} no day that can be read and {} compared with none", "{2} 篇文档中有 {1} 篇没有可识别的日期，不参与比较"],
  ["{#} of {} {} no ¦source¦ and {} compared with none; ¦name the field with --source-field", "{2} 篇文档中有 {1} 篇没有来源，不参与比较；可用 --source-field 指定字段"],
  ["{#} of {} {} no date that can be read¦: --keep {} decides nothing, and the first in the input stays unless another --keep decides¦; name the field with --date-field", "{2} 篇文档中有 {1} 篇没有可识别的日期：--keep {4} 不起作用，除非另一 --keep 能决定，保留输入中最先的一篇；可用 --date-field 指定字段"],
  ["{#} of {} {} no date that can be read¦: --keep {} decides nothing, and the first in the input stays unless another --keep decides", "{2} 篇文档中有 {1} 篇没有可识别的日期：--keep {4} 不起作用，除非另一 --keep 能决定，保留输入中最先的一篇"],
  ["{#} of {} {} no date that can be read¦: --keep {} puts them after all others¦; name the field with --date-field", "{2} 篇文档中有 {1} 篇没有可识别的日期：--keep {4} 把它们排在最后；可用 --date-field 指定字段"],
  ["{#} of {} {} no date that can be read¦: --keep {} puts them after all others", "{2} 篇文档中有 {1} 篇没有可识别的日期：--keep {4} 把它们排在最后"],
  ["{#} of {} {} no number in {}: --keep {} puts them after all others", "{2} 篇文档中有 {1} 篇的字段 {4} 不是数字：--keep {5} 把它们排在最后"],
  ["no document has the source {}; see its spelling, or --source-field", "没有来源为 {1} 的文档；请核对写法，或用 --source-field"],
  ["no document lies under {}; see how the files are named in decisions (`file`)", "没有文档位于 {1} 之下；文件的写法见决定记录中的 file"],
  // The search.
  ["fingerprints within {} bits find {} % of pairs at {}; use --method minhash, or a larger --max-distance", "相差 {1} 位以内的指纹只能找到相似度 {3} 处 {2}% 的文档对；请用 --method minhash，或加大 --max-distance"],
  ["{#} {} so many near-duplicates that not every pair of them is listed; --all-pairs lists all", "有 {1} 篇文档的近似重复过多，没有逐对列出；--all-pairs 列出全部"],
  ["{#} {} much with very many others and not all of these were compared; raise --threshold, or compare all with --all-pairs", "有 {1} 篇文档与很多文档有大量相同文字，没有全部比较；请提高 --threshold，或用 --all-pairs 全部比较"],
  ["cluster {} is chained together: {} documents, the lowest similarity to {} is {}; --clusters star takes it apart", "第 {1} 簇由链式相连而成：共 {2} 篇，与 {3} 的最低相似度为 {4}；--clusters star 可将其拆开"],
  // Decisions by hand, and lists.
  ["{} names {} {} that no document has ({}); were the same inputs given?", "{1} 中有 {2} 个编号没有对应的文档（{4}）；输入是否相同？"],
  ["{#} {} to go by hand for one that is not there ({}) and decided as if nothing was said about {}", "有 {1} 篇文档由人工决定去除，但要代替它的文档不在其中（{3}）；这些文档按没有人工决定处理"],
  ["{} has {} {} that {} no {} here ({}); a line is a whole phrase, as `phrase` in the records", "{1} 中有 {2} 行不是这里的短语（{6}）；每行应是一个完整短语，如记录中的 phrase"],
  ["records are written anew with id, text, title, date and source; other fields are left out", "记录按编号、正文、标题、日期、来源重新写出；其他字段不保留"],
  ["{#} cells are longer than the 32,767 characters that Excel holds and were cut; they end with …", "有 {1} 个单元格超过 Excel 允许的 32,767 字符，已截断，以 … 结尾"],
  // What was read, and what not.
  ["1 document ¦is¦ dated outside {} and left out", "1 篇文档的日期不在 {1} 之内，未收入"],
  ["{#} documents ¦are¦ dated outside {} and left out", "{1} 篇文档的日期不在 {2} 之内，未收入"],
  ["1 document ¦has¦ no date that can be read and may lie {}: left out; name the field that has dates, or take dates from paths", "1 篇文档没有可识别的日期，无法判断是否在期限之内，未收入；请指定日期字段，或从路径取日期"],
  ["{#} documents ¦have¦ no date that can be read and may lie {}: left out; name the field that has dates, or take dates from paths", "{1} 篇文档没有可识别的日期，无法判断是否在期限之内，未收入；请指定日期字段，或从路径取日期"],
  ["{#} records of web archives are no pages or texts (requests, pictures, pages without text, answers that are not 200) and were not read", "网页存档中有 {1} 条记录不是网页或文本（请求、图片、没有正文的网页、非 200 应答），未读取"],
  ["a sample of {} of {} documents, chosen by the seed {}", "{2} 篇文档中抽取了 {1} 篇，随机种子为 {3}"],
  ["1 row repeats the header and was left out", "1 行重复表头，已略去"],
  ["{#} rows repeat the header and were left out", "{1} 行重复表头，已略去"],
  ["1 record has¦ a field that is read twice; the last value counts", "1 条记录中有字段出现两次；以后一个为准"],
  ["{#} records have¦ a field that is read twice; the last value counts", "{1} 条记录中有字段出现两次；以后一个为准"],
  ["1 path does not match¦ {} and gives no fields, such as {}", "1 个路径不符合 {1}，取不出字段：{2}"],
  ["{#} of {} paths don't match¦ {} and gives no fields, such as {}", "{2} 个路径中有 {1} 个不符合 {3}，取不出字段，如 {4}"],
  ["and {} more inputs that are read as one document", "另有 {1} 个输入按一篇文档读取"],
  ["a feed of {} entries¦, which is read as one document; write each as a record of JSON Lines, unless it is one", "含 {1} 个条目的订阅源，按一篇文档读取；若不是一篇，请把每个条目写成一行 JSON Lines"],
  ["a mailbox of {} messages¦, which is read as one document; write each as a record of JSON Lines, unless it is one", "含 {1} 封邮件的信箱，按一篇文档读取；若不是一篇，请把每封写成一行 JSON Lines"],
  ["YAML of {} documents¦, which is read as one document; write each as a record of JSON Lines, unless it is one", "含 {1} 篇文档的 YAML，按一篇文档读取；若不是一篇，请把每篇写成一行 JSON Lines"],
  ["YAML of {} members¦, which is read as one document; write each as a record of JSON Lines, unless it is one", "含 {1} 项的 YAML，按一篇文档读取；若不是一篇，请把每项写成一行 JSON Lines"],
  ["the encoding¦ can't be told for certain and was taken to be {}; name it if that is wrong", "编码无法确定，按 {1} 读取；如不对请指定"],
  ["the encoding¦ of {} records¦ can't be told for certain and was taken to be {}; name it if that is wrong", "{1} 条记录的编码无法确定，按 {2} 读取；如不对请指定"],
  ["and {} more inputs whose encoding is in doubt", "另有 {1} 个输入的编码存疑"],
  ["{#} ¦line above the header was¦ left out", "表头之上有 {1} 行，已略去"],
  ["{#} ¦lines above the header were¦ left out", "表头之上有 {1} 行，已略去"],
  ["several columns are named {}; the first of them is read", "有多列名为 {1}；读取第一列"],
  ["the first records have no field {} to join; check its name", "开头的记录没有要合并的字段 {1}；请核对名称"],
  ["a link to a file of the folder that is read under its own name, so it was not read again", "这是指向同一文件夹内文件的链接，该文件已按本名读取，不再重复读取"],
  ["a link to a file of the folder that is read under its own name, so it was not read again¦ (and {} more like it)", "这是指向同一文件夹内文件的链接，该文件已按本名读取，不再重复读取（另有 {1} 个相同）"],
  ["written by leitong, so it was not read; name it to read it", "由 leitong 写出，未读取；要读取请直接写出其名"],
  ["written by leitong, so it was not read; leitong index export writes its documents", "由 leitong 写出，未读取；leitong index export 可导出其中的文档"],
  ["an empty file, which is a document without text; leave it out", "空文件，算作一篇没有正文的文档；请去掉它"],
  ["and {} more files and folders that leitong wrote", "另有 {1} 个由 leitong 写出的文件和文件夹"],
  ["beside files of records, so it was not read; name it to read it", "与记录文件放在一起，未读取；要读取请直接写出其名"],
  ["named twice, so it was read once", "重复列出，只读取一次"],
  ["read as INPUT as well, so nothing was compared with it", "同时也是输入，因此未与它比较"],
  ["{#} files are read as INPUT as well, so nothing was compared with them, such as {}", "{1} 个文件同时也是输入，因此未与它们比较，如 {2}"],
  ["{#} files were named before and not read again, such as {}", "{1} 个文件已列出过，不再重复读取，如 {2}"],
  // Why a file or a record was left out.
  ["no string field {}; name the field that holds the text", "没有文本字段 {1}；请指定正文字段"],
  ["field {} is {}, not a string; mend the record, or name another text field", "字段 {1} 是{2}，不是文本；请修正记录，或另选正文字段"],
  ["no field {} (fields there: {}); name the field that holds the {}", "没有字段 {1}（现有字段：{2}）；请指定{3}字段"],
  ["{}, expected ¦a JSON object¦ on each line; mend or remove the line", "每行应为一个 JSON 对象，这里不是（{1}）；请修正或删去此行"],
  ["broken JSON at column {} ({}); expected a JSON object on each line; mend or remove the line", "第 {1} 列处 JSON 损坏（{2}）；每行应为一个 JSON 对象；请修正或删去此行"],
  ["a JSON object begins here and never ends; mend it, or fetch the file again", "此处开始的 JSON 对象没有结束；请修正，或重新取得文件"],
  ["not a JSON object; mend or remove what stands between the objects", "不是 JSON 对象；请修正或删去对象之间的内容"],
  ["the JSON array has no end, so records behind this line may be missing; fetch the file again", "JSON 数组没有结束，此行之后的记录可能缺失；请重新取得文件"],
  ["a quote opened in this line is never closed, so the line was left out; close it, or say how the file is quoted", "此行的引号没有闭合，已略去此行；请补上引号，或指明引号写法"],
  ["a quote opened in this row, the last one, is never closed; close it, or fetch the file again", "最后一行的引号没有闭合；请补上，或重新取得文件"],
  ["a quote opened in this row is never closed, so the {} lines from here to the end were not read; close it, or say how the file is quoted", "此行的引号没有闭合，由此至末尾 {1} 行未读取；请补上引号，或指明引号写法"],
  ["a quote opened in this row is never closed, so {} lines from here to the end were not read; close it, or say how the file is quoted", "此行的引号没有闭合，由此至末尾 {1} 行未读取；请补上引号，或指明引号写法"],
  ["a quote inside a quoted field; double it, or say how the file is quoted", "引号内的字段中又有引号；请写成两个引号，或指明引号写法"],
  ["a row of {} {} under a header of {}; enclose fields that hold {} in quotes", "此行有 {1} 个字段，表头有 {3} 个；字段中含有{4}时请加引号"],
  ["no field {}; mend the row", "没有字段 {1}；请修正此行"],
  ["UTF-16 without a byte order mark; name its encoding", "没有字节序标记的 UTF-16；请指定编码"],
  ["no end of the header in the first megabyte; is it CSV?", "开头 1 MB 内找不到表头的结尾；这是 CSV 吗？"],
  ["an office document in the old format or with a password; save it as .docx without one", "旧格式或有密码的 Office 文档；请另存为没有密码的 .docx"],
  ["a zip archive without the text of an office document; unpack it, or convert it to text", "zip 压缩包中没有 Office 文档的正文；请解压，或转换成文本"],
  ["broken XML in {} ({}); save the document again", "{1} 中的 XML 损坏（{2}）；请重新保存文档"],
  ["a broken zip archive; fetch or save it again", "zip 压缩包损坏；请重新取得或保存"],
  ["a broken zip archive ({}); fetch or save it again", "zip 压缩包损坏（{1}）；请重新取得或保存"],
  ["encrypted; save it without a password", "已加密；请去掉密码后保存"],
  ["packed by method {}, which is not read", "压缩方式 {1} 不支持"],
  ["no PDF, whatever its name says; look what it is", "名为 PDF，实则不是；请查看内容"],
  ["a PDF without a text layer (scanned pages?); recognize its characters (OCR) first", "PDF 没有文字层（可能是扫描件）；请先做文字识别（OCR）"],
  ["a PDF, which {} of Poppler reads, and that is not installed; install poppler-utils, or convert it to text", "读取 PDF 需要 Poppler 的 {1}，尚未安装；请安装 poppler-utils，或转换成文本"],
  ["a PDF, and {} can't be started ({})", "PDF 无法读取：{1} 不能启动（{2}）"],
  ["a PDF that does not allow its text to be taken; save it without a password", "此 PDF 不允许取出文字；请去掉密码后保存"],
  ["a broken PDF, or one with a password: {} can't read it", "PDF 损坏或有密码：{1} 无法读取"],
  ["a PDF that {} did not read in {} s; convert it to text", "{1} 在 {2} 秒内没有读完此 PDF；请转换成文本"],
  ["not text by its ending .{}; convert it to text", "扩展名 .{1} 表明不是文本；请转换成文本"],
  ["a page without text, of markup or scripts alone; leave it out, or save it as a browser shows it", "网页没有正文，只有标记或脚本；请去掉它，或按浏览器显示的样子另存"],
  ["subtitles without words; leave them out", "字幕中没有文字；请去掉它"],
  ["a document without text; leave it out", "文档没有正文；请去掉它"],
  ["{}, not text; convert it to text in UTF-8", "不是文本（{1}）；请转换成 UTF-8 文本"],
  ["a Parquet file without the ending that tells so; add .parquet to its name", "是 Parquet 文件但没有相应扩展名；请在文件名后加 .parquet"],
  ["not a whole Parquet file (its footer is damaged); fetch it again", "Parquet 文件不完整（尾部损坏）；请重新取得"],
  ["not a whole Parquet file ({}); fetch it again", "Parquet 文件不完整（{1}）；请重新取得"],
  ["column {} is {}, not a string; name the column that holds the text", "列 {1} 是 {2}，不是文本；请指定正文所在的列"],
  ["the text in {} is null; mend or remove the row", "{1} 中的正文为空值；请修正或删去此行"],
  ["{#} rows from here on can't be read: {}", "由此起 {1} 行无法读取：{2}"],
  ["{#} rows from here on were not read: {}", "由此起 {1} 行未读取：{2}"],
  ["{#} rows from here on can't be decoded ({}); fetch the file again", "由此起 {1} 行无法解码（{2}）；请重新取得文件"],
  ["a {} of more than {}, the most that one may take here; split it¦, or raise `{}`", "{1}超过上限 {2}；请拆分，或提高 {3}"],
  ["a {} of more than {}, the most that one may take here; split it¦, or give the run more memory: this is an eighth of what the machine has", "{1}超过上限 {2}；请拆分，或为运行提供更多内存：上限为本机内存的八分之一"],
  ["a {} of more than {}, the most that one may take here; split it", "{1}超过上限 {2}；请拆分"],
  ["a {} of {}, where {} are the most that it may take here; split it¦, or raise `{}`", "{1}有 {2}，超过上限 {3}；请拆分，或提高 {4}"],
  ["a {} of {}, where {} are the most that it may take here; split it¦, or give the run more memory: this is an eighth of what the machine has", "{1}有 {2}，超过上限 {3}；请拆分，或为运行提供更多内存：上限为本机内存的八分之一"],
  ["a {} of {}, where {} are the most that it may take here; split it", "{1}有 {2}，超过上限 {3}；请拆分"],
  ["Zstandard data that needs a window of more than {}, the most that it may take here; unpack it first, or pack it with a smaller one¦, or raise `{}`", "Zstandard 数据所需窗口超过上限 {1}；请先解压，或以较小的窗口重新压缩，或提高 {2}"],
  ["Zstandard data that needs a window of more than {}, the most that it may take here; unpack it first, or pack it with a smaller one¦, or give the run more memory: this is an eighth of what the machine has", "Zstandard 数据所需窗口超过上限 {1}；请先解压，或以较小的窗口重新压缩，或为运行提供更多内存：上限为本机内存的八分之一"],
  ["Zstandard data that needs a window of more than {}, the most that it may take here; unpack it first, or pack it with a smaller one", "Zstandard 数据所需窗口超过上限 {1}；请先解压，或以较小的窗口重新压缩"],
  ["{#} {} in {}, which can't say anything; see what it is, and write those that have a text to another file", "{3} 中有 {1} 个{2}，不可能有内容；请查看是什么，并把有正文的另存为一个文件"],
  ["an id of {}, and no id has more than {}; name the field that holds it", "编号长 {1}，而编号不会超过 {2}；请指定编号所在的字段"],
  ["the first {} of it unpack to more than {}, and on; no text packs that well: unpack it to see what it is¦, or raise `{}`", "开头 {1} 解压后超过 {2} 且仍未结束；文本不会压缩得这么小：请解压查看，或提高 {3}"],
  ["the first {} of it unpack to more than {}, and on; no text packs that well: unpack it to see what it is¦, or give the run more memory: this is an eighth of what the machine has", "开头 {1} 解压后超过 {2} 且仍未结束；文本不会压缩得这么小：请解压查看，或为运行提供更多内存：上限为本机内存的八分之一"],
  ["the first {} of it unpack to more than {}, and on; no text packs that well: unpack it to see what it is", "开头 {1} 解压后超过 {2} 且仍未结束；文本不会压缩得这么小：请解压查看"],
  ["a quote opened in this line is closed {#} lines below, and the lines between are rows, so they were read and this line was left out; double the quote and enclose the field, or read the table as one whose quotes are text", "本行开始的引号到 {1} 行之后才结束，而其间各行都是记录，因此已照常读取，只略去本行；请将引号写成两个并用引号括住该栏，或指明表中引号属于正文"],
  ["the {} data is cut short; fetch the file again", "{1} 数据不完整；请重新取得文件"],
  ["the {} data is damaged from here on ({}); fetch the file again", "{1} 数据由此起损坏（{2}）；请重新取得文件"],
  ["{} data without the ending that tells so; add {} to its name", "是 {1} 数据但没有相应扩展名；请在文件名后加 {2}"],
  ["not {} data, as its name says; ¦take {} from its name, or fetch it again", "名为 {1}，实则不是；请从文件名去掉 {2}，或重新取得"],
  ["a link to something that is not there; mend or remove it", "链接指向的文件不存在；请修正或删去"],
  ["a link that leads out of the folder; name what it leads to", "链接指向文件夹之外；要读取请直接写出所指的文件"],
  ["a pipe, socket or device, not a file; name it directly to read it", "是管道、套接字或设备，不是文件；要读取请直接写出其名"],
  ["cannot be read ({}); check its permissions", "无法读取（{1}）；请检查权限"],
  ["no answer of a web server (no status line)", "不是网页服务器的应答（没有状态行）"],
  ["an answer packed with {}, which is not read", "应答以 {1} 压缩，不支持"],
  ["an answer whose chunks are cut short or damaged, so it was read as far as they go; fetch the archive again", "应答的分块不完整或已损坏，已读入尚存的部分；请重新取得存档"],
  ["an answer whose {} data is cut short or damaged, so it was read up to there; fetch the archive again", "应答的 {1} 数据不完整或已损坏，已读到该处为止；请重新取得存档"],
  ["an answer that says it is {} and is not", "应答自称是 {1}，实则不是"],
  ["a record that does not say its length, so it was read up to the next one; mend it, or fetch the archive again", "记录没有写明长度，已读到下一条记录为止；请修正，或重新取得存档"],
  ["a record that does not say its length, so all that follows was read; mend it, or fetch the archive again", "记录没有写明长度，其后的内容已全部读入；请修正，或重新取得存档"],
  ["a record that says it has {} bytes, and the next one begins after {}, so it was read up to there; mend its length, or fetch the archive again", "记录写明有 {1} 字节，而下一条记录在 {2} 字节之后开始，已读到该处为止；请修正其长度，或重新取得存档"],
  ["a record that says it has {} bytes, and none begins behind it, so all {} that follow were read; mend its length, or fetch the archive again", "记录写明有 {1} 字节，其后却没有别的记录，已把余下的 {2} 字节全部读入；请修正其长度，或重新取得存档"],
  ["{} bytes that belong to no record; mend or fetch the archive again", "有 {1} 字节不属于任何记录；请修正或重新取得存档"],
  ["no record of a web archive from here on; mend or fetch the archive again", "由此往后没有网页存档的记录；请修正或重新取得存档"],
  ["a record of {} bytes of which {} are there; fetch the archive again", "记录应有 {1} 字节，只有 {2} 字节；请重新取得存档"],
];

/** Values that are words. */
const WORDS: readonly (readonly [english: string, chinese: string])[] = [
  ["text", "正文"],
  ["record", "记录"],
  ["document", "文档"],
  ["page", "页"],
  ["a number", "数字"],
  ["an object", "对象"],
  ["a list", "列表"],
  ["a truth value", "真假值"],
  ["a list of other things than strings", "含有非文本的列表"],
  ["a list without strings", "没有文本的列表"],
  ["commas", "逗号"],
  ["tabs", "制表符"],
  ["semicolons", "分号"],
  ["an image", "图片"],
  ["a program", "程序"],
  ["a database", "数据库"],
  ["an office document", "Office 文档"],
  ["a zip archive or an office document", "zip 压缩包或 Office 文档"],
  ["compressed in a way that is not read", "以不支持的方式压缩的数据"],
  ["a table in Avro", "Avro 表格"],
  ["a table in Arrow", "Arrow 表格"],
  ["rich text (RTF)", "RTF 文档"],
  ["a mail or a page saved as a mail (MHTML)", "邮件或存为邮件的网页（MHTML）"],
  ["binary data (it is full of control characters)", "二进制数据（含大量控制字符）"],
  ["{} to {}", "{1} 至 {2}"],
  ["the time since {}", "{1} 以后"],
  ["the time until {}", "{1} 以前"],
];

type Form = { parts: string[]; /** Whether each value is a number. */ numbers: boolean[]; chinese: string };

const forms = (list: readonly (readonly [string, string])[]): Form[] =>
  list.map(([english, chinese]) => ({
    parts: english.replaceAll(JOINT, "").split(/\{#?\}/),
    numbers: (english.match(/\{#?\}/g) ?? []).map((hole) => hole === "{#}"),
    chinese,
  }));

const SENTENCE_FORMS = forms(MESSAGES);
const WORD_FORMS = forms(WORDS);

/** The values between the parts, each as short as can be; null if the text has not these parts. */
function values(parts: string[], text: string): string[] | null {
  const [first, last] = [parts[0], parts[parts.length - 1]];
  if (parts.length === 1) return text === first ? [] : null;
  const end = text.length - last.length;
  if (!text.startsWith(first) || !text.endsWith(last) || end < first.length) return null;
  const found: string[] = [];
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    // A value has a character at least.
    const next = text.indexOf(part, at + 1);
    if (next < 0 || next + part.length > end) return null;
    found.push(text.slice(at, next));
    at = next + part.length;
  }
  return at < end ? [...found, text.slice(at, end)] : null;
}

function fill(list: Form[], text: string): string | null {
  for (const { parts, numbers, chinese } of list) {
    const found = values(parts, text);
    if (found?.every((value, at) => !numbers[at] || /^[\d,]+$/.test(value))) return chinese.replace(/\{(\d)\}/g, (_, at) => value(found[Number(at) - 1]));
  }
  return null;
}

/** A value of a sentence: a word of ours, or what it is. */
const value = (text: string): string => fill(WORD_FORMS, text) ?? text;

/** Most colons of a name that a sentence begins with. */
const COLONS = 20;

/** What the engine said, in Chinese; as it is where it is not known. */
export function message(text: string): string {
  const whole = fill(SENTENCE_FORMS, text);
  if (whole !== null) return whole;
  // A sentence about an input or a line of it begins with its name.
  let at = -1;
  for (let colon = 0; colon < COLONS; colon++) {
    at = text.indexOf(": ", at + 1);
    if (at < 0) break;
    const told = fill(SENTENCE_FORMS, text.slice(at + 2));
    if (told !== null) return `${text.slice(0, at)}：${told}`;
  }
  return text;
}
