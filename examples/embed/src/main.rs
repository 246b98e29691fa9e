//! Ten articles from memory, and everything that the engine finds in them.
//!
//! `make test-embed` compares what this prints with `expected.txt`.

use leitong::corpus::{Corpus, Document};
use leitong::pipeline::{Findings, ScanOptions};
use leitong::text::normalize::Normalizer;
use leitong::{Context, Result};

/// Id, date, source, title and text of an article.
type Article = [&'static str; 5];

const ARTICLES: [Article; 10] = [
    [
        "river-1",
        "2021-07-03",
        "江城日报",
        "汛期值守",
        "今年第一场大雨过后，江边的三座泵站全部开机。值班员每半小时看一次水尺，把读数报给区里。到昨天傍晚，江面比清晨低了二十厘米，沿岸的菜地没有进水。各街道要坚持守土有责、守土尽责，把每一段堤都看住。",
    ],
    [
        "river-2",
        "2021-07-04 08:30",
        "东岸晚报",
        "汛期值守",
        "今年第一場大雨過後，江邊的三座泵站全部開機。值班員每半小時看一次水尺，把讀數報給區裡。到昨天傍晚，江面比清晨低了二十厘米，沿岸的菜地沒有進水。各街道要堅持守土有責、守土盡責，把每一段堤都看住。",
    ],
    [
        "river-3",
        "2021年7月5日",
        "南桥新闻网",
        "江水回落",
        "今年第一场大雨过后，江边的三座泵站全部开机。值班员每半小时看一次水尺，把读数报给区里。到昨天傍晚，江面比清晨低了二十五厘米，沿岸的菜地没有进水。各街道要坚持守土有责、守土尽责，把每一段堤都看住。",
    ],
    [
        "school-1",
        "2021-09-01",
        "江城日报",
        "开学第一天",
        "新建的实验小学昨天迎来第一批学生。校门口画了等候线，家长把孩子送到线前就回去。食堂准备了四种午餐，不吃辣的孩子可以单独排队。校长说，安全工作要守土有责、守土尽责，每一层楼都有老师看着。",
    ],
    [
        "school-2",
        "2021-09-02",
        "东岸晚报",
        "小学开门",
        "记者在城北转了一圈，几所学校都已开门。新建的实验小学昨天迎来第一批学生。校门口画了等候线，家长把孩子送到线前就回去。食堂准备了四种午餐，不吃辣的孩子可以单独排队。附近的文具店从早上六点忙到晚上，店主说本子卖得最快。公交公司在三条线路上加了早班车，司机提前半小时到岗。",
    ],
    [
        "bridge",
        "2021-10-11",
        "南桥新闻网",
        "老桥加固",
        "南桥建成四十多年，桥面的裂缝今年才开始修补。工人们夜里封一条车道，天亮前放行。项目经理说，质量和工期都要守土有责、守土尽责，不能等检查组来了才想起护栏。",
    ],
    [
        "market",
        "2021-10-12",
        "江城日报",
        "菜价",
        "连着晴了十天，白菜和萝卜都便宜下来。批发市场的老板早上三点开秤，七点以前卖掉一多半。买菜的人说，比上个月省了三分之一的钱。",
    ],
    [
        "library",
        "2021-11-20",
        "东岸晚报",
        "图书馆延时",
        "市图书馆从下周起晚上十点关门，自习室加了六十个座位。读者在门口的小黑板上写建议，管理员每天看，每天擦。",
    ],
    [
        "library",
        "不详",
        "",
        "图书馆",
        "儿童阅览室换了矮书架，最小的读者也能自己拿书。周末有人来讲故事，讲完一起把书放回原处。",
    ],
    ["", "2021-12-01", "江城日报", "", "气象台说，明天有雪。"],
];

fn corpus() -> Result<Corpus> {
    let mut builder = Corpus::builder(Normalizer::default());
    for [id, date, source, title, text] in ARTICLES {
        let document = Document::new(id, text).title(title).date(date).source(source);
        builder.add(document.field("desk", "本地"));
    }
    builder.build()
}

fn main() -> Result<()> {
    let ctx = Context::default();
    let corpus = corpus()?;
    for warning in corpus.warnings() {
        println!("warning: {warning}");
    }
    let mut findings = Findings::default();
    let scanned = ScanOptions::default().run(&corpus, &ctx, &mut findings)?;

    println!("\npairs and relations");
    let near = &scanned.compared.near;
    for (pair, relation) in near.pairs.iter().zip(&scanned.compared.relations) {
        let [a, b] = [pair.a, pair.b].map(|doc| corpus.id(doc));
        println!("  {a} {b} {:.3} {relation}", pair.jaccard());
    }

    println!("\nclusters");
    for cluster in &scanned.compared.clusters {
        let members = cluster.members().map(|member| corpus.id(member.doc));
        println!("  {}", members.collect::<Vec<_>>().join(" "));
    }

    println!("\ndecisions");
    for (doc, reason) in corpus.docs().zip(&findings.reasons) {
        let action = match scanned.decisions.dropped(doc) {
            Some(dropped) => format!("goes for {}", corpus.id(dropped.of)),
            None => "stays".to_owned(),
        };
        println!("  {} {action}: {reason}", corpus.id(doc));
    }

    println!("\nphrases");
    for phrase in &findings.phrases.list {
        println!("  {} in {} documents", phrase.display, phrase.documents);
    }

    println!("\npassages");
    for edge in &findings.links.edges {
        let [a, b] = [edge.a, edge.b].map(|doc| corpus.id(doc));
        let normalized = corpus.with_offsets(edge.a);
        for passage in findings.links.passages_of(edge.a, edge.b) {
            let units = passage.span_a.range();
            let text = String::from_utf16_lossy(&normalized.units[units]);
            println!("  {a} {b} {}: {text}", edge.kind);
        }
    }
    Ok(())
}
