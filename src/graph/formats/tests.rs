//! One graph in every format, and any string in each of them.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use roxmltree::Document;

use crate::date::Date;
use crate::graph::formats::gexf::whole_day;
use crate::graph::formats::names::is_legal;
use crate::graph::formats::{GraphFormat, GraphTarget, GraphWriter, Link, Node, Shape};
use crate::write::OutputSet;
use crate::write::table::{Cell, Kind};

fn shape(directed: bool, dated: bool) -> Shape {
    Shape {
        description: "a \"test\" & more".into(),
        directed,
        dated,
        nodes: vec![("title", Kind::Text), ("cluster", Kind::Int)],
        edges: vec![("kind", Kind::Text), ("jaccard", Kind::Float)],
    }
}

/// Writes two nodes and an edge, and returns the files.
fn written(format: GraphFormat, shape: Shape, ids: [&str; 2], title: &str) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("graph.{format}"));
    let outputs = OutputSet::default();
    let target = GraphTarget::open(&outputs, &path, None).unwrap();
    let mut out = GraphWriter::new(target, shape).unwrap();
    let start = Date::parse("2020-04-14");
    out.node(&Node {
        id: ids[0],
        label: title,
        start,
        cells: &[Cell::Text(title), Cell::Int(1)],
    })
    .unwrap();
    out.node(&Node {
        id: ids[1],
        label: ids[1],
        start: None,
        cells: &[Cell::Absent, Cell::Absent],
    })
    .unwrap();
    out.edge(&Link {
        source: ids[0],
        target: ids[1],
        weight: 0.9,
        start,
        cells: &[Cell::Text("near-duplicate"), Cell::Float(0.75)],
    })
    .unwrap();
    assert!(!path.exists(), "files appear when they are whole");
    out.finish().unwrap();
    outputs.publish().unwrap();
    GraphTarget::files(&path, None)
        .iter()
        .map(|file| fs::read(file).unwrap())
        .collect()
}

fn text(format: GraphFormat, shape: Shape, ids: [&str; 2], title: &str) -> String {
    let files = written(format, shape, ids, title);
    String::from_utf8(files.concat()).unwrap()
}

#[test]
fn graphml_is_as_it_was() {
    let text = text(GraphFormat::GraphMl, shape(false, true), ["a", "b"], "<一>");
    let (_, body) = text.split_once("graphml.xsd\">\n").unwrap();
    assert_eq!(
        body,
        r#"<key id="g0" for="graph" attr.name="description" attr.type="string"/>
<key id="n0" for="node" attr.name="title" attr.type="string"/>
<key id="n1" for="node" attr.name="cluster" attr.type="long"/>
<key id="e0" for="edge" attr.name="kind" attr.type="string"/>
<key id="e1" for="edge" attr.name="jaccard" attr.type="double"/>
<key id="e2" for="edge" attr.name="weight" attr.type="double"/>
<key id="e3" for="edge" attr.name="a" attr.type="string"/>
<key id="e4" for="edge" attr.name="b" attr.type="string"/>
<graph id="leitong" edgedefault="undirected">
<data key="g0">a &quot;test&quot; &amp; more</data>
<node id="a"><data key="n0">&lt;一&gt;</data><data key="n1">1</data></node>
<node id="b"></node>
<edge source="a" target="b"><data key="e0">near-duplicate</data><data key="e1">0.75</data><data key="e2">0.9</data><data key="e3">a</data><data key="e4">b</data></edge>
</graph>
</graphml>
"#
    );
}

#[test]
fn gexf_is_as_it_was() {
    let text = text(GraphFormat::Gexf, shape(true, true), ["a", "b"], "一\n二");
    let (_, body) = text.split_once("</meta>\n").unwrap();
    assert_eq!(
        body,
        r#"<graph defaultedgetype="directed" idtype="string" mode="dynamic" timeformat="date" timerepresentation="interval">
<attributes class="node" mode="static">
<attribute id="0" title="title" type="string"/>
<attribute id="1" title="cluster" type="long"/>
</attributes>
<attributes class="edge" mode="static">
<attribute id="0" title="kind" type="string"/>
<attribute id="1" title="jaccard" type="double"/>
</attributes>
<nodes>
<node id="a" label="一&#10;二" start="2020-04-14"><attvalues><attvalue for="0" value="一&#10;二"/><attvalue for="1" value="1"/></attvalues></node>
<node id="b" label="b"><attvalues></attvalues></node>
</nodes>
<edges>
<edge source="a" target="b" weight="0.9" start="2020-04-14"><attvalues><attvalue for="0" value="near-duplicate"/><attvalue for="1" value="0.75"/></attvalues></edge>
</edges>
</graph>
</gexf>
"#
    );
}

#[test]
fn dot_is_as_it_was() {
    let title = "很长的标题很长的标题很长的标题很长的标题很长的标题 & \"more\"\nlines";
    let text = text(GraphFormat::Dot, shape(false, true), ["a\\", "b"], title);
    let nodes: Vec<&str> = text.lines().filter(|line| line.starts_with('"')).collect();
    assert_eq!(nodes.len(), 3, "{text}");
    assert_eq!(
        nodes[0],
        "\"a\\\\\" [label=\"很长的标题很长的标题很长的标题很长的标题很长的标…\", \
         tooltip=\"很长的标题很长的标题很长的标题很长的标题很长的标题 &amp; \\\"more\\\"\\nlines\", \
         title=\"很长的标题很长的标题很长的标题很长的标题很长的标题 & \\\"more\\\""
    );
    assert_eq!(nodes[1], "\"b\" [label=\"b\", tooltip=\"b\"];");
    assert_eq!(
        nodes[2],
        "\"a\\\\\" -- \"b\" [weight=90, kind=\"near-duplicate\", jaccard=\"0.75\"];"
    );
}

#[test]
fn json_is_as_it_was() {
    let text = text(GraphFormat::Json, shape(false, false), ["a", "b"], "\u{1}");
    let (head, body) = text.split_once(",\"graph\":").unwrap();
    assert_eq!(head, "{\"directed\":false,\"multigraph\":false");
    let (_, body) = body.split_once('\n').unwrap();
    assert_eq!(
        body,
        r#"{"id":"a","title":"\u0001","cluster":1},
{"id":"b"}
],"edges":[
{"source":"a","target":"b","kind":"near-duplicate","jaccard":0.75,"weight":0.9,"a":"a","b":"b"}
]}
"#
    );
}

#[test]
fn tables_are_as_they_were() {
    let files = written(
        GraphFormat::Csv,
        shape(true, false),
        ["a", "b"],
        "one, \"two\"\n",
    );
    let files: Vec<String> = files
        .into_iter()
        .map(|file| String::from_utf8(file).unwrap())
        .collect();
    assert_eq!(
        files,
        [
            "id,title,cluster\na,\"one, \"\"two\"\"\n\",1\nb,,\n",
            "source,target,weight,kind,jaccard\na,b,0.9,near-duplicate,0.75\n"
        ]
    );
}

#[test]
fn parquet_has_gaps_where_there_is_nothing() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;

    let files = written(GraphFormat::Parquet, shape(true, false), ["a", "b"], "t");
    let rows = |file: &Vec<u8>| {
        let reader = SerializedFileReader::new(bytes::Bytes::from(file.clone())).unwrap();
        let rows = reader.get_row_iter(None).unwrap();
        rows.map(Result::unwrap).collect::<Vec<_>>()
    };
    let [nodes, edges] = [rows(&files[0]), rows(&files[1])];
    assert_eq!((nodes.len(), edges.len()), (2, 1));
    assert_eq!(nodes[0].get_string(1).unwrap(), "t");
    assert_eq!(nodes[0].get_long(2).unwrap(), 1);
    assert_eq!(nodes[1].get_string(0).unwrap(), "b");
    assert_eq!(
        nodes[1].to_string(),
        "{id: \"b\", title: null, cluster: null}"
    );
    assert_eq!(edges[0].get_double(2).unwrap(), 0.9);
}

#[test]
fn a_month_or_a_year_begins_with_its_first_day() {
    for (field, day) in [
        ("2020", "2020-01-01"),
        ("2020-04", "2020-04-01"),
        ("2020-04-14", "2020-04-14"),
        ("2020-02-29", "2020-02-29"),
    ] {
        assert_eq!(whole_day(Date::parse(field).unwrap()), day);
    }
}

#[test]
fn a_name_without_a_format_is_an_error_before_the_work() {
    let fails = |path: &str, format| {
        GraphTarget::open(&OutputSet::default(), Path::new(path), format)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    };
    assert!(fails("news.txt", None).contains("end it with"));
    assert!(fails("news.txt", Some(GraphFormat::Dot)).contains("end it with"));
    assert!(fails("news.csv", Some(GraphFormat::Dot)).contains("named like csv"));
    assert!(fails("-", Some(GraphFormat::Csv)).contains("two files"));
    assert!(fails("Cargo.toml/a.gexf", None).contains("cannot be written"));
}

/// Returns a string as XML holds it.
fn legal(text: &str) -> String {
    text.chars()
        .map(|c| if is_legal(c) { c } else { '\u{fffd}' })
        .collect()
}

proptest! {
    #[test]
    fn prop_graphml_gives_back_any_string(id: String, title: String) {
        let other = format!("{id}!");
        let text = text(GraphFormat::GraphMl, shape(false, false), [&id, &other], &title);
        let document = Document::parse(&text).unwrap();
        let by_tag = |tag| document.descendants().find(|node| node.has_tag_name(tag)).unwrap();
        let node = by_tag("node");
        prop_assert_eq!(node.attribute("id"), Some(&*legal(&id)));
        prop_assert_eq!(node.first_element_child().unwrap().text().unwrap_or(""), legal(&title));
        prop_assert_eq!(by_tag("edge").attribute("target"), Some(&*legal(&other)));
    }

    #[test]
    fn prop_gexf_gives_back_any_string(id: String, title: String) {
        let other = format!("{id}!");
        let text = text(GraphFormat::Gexf, shape(false, false), [&id, &other], &title);
        let document = Document::parse(&text).unwrap();
        let by_tag = |tag| document.descendants().find(|node| node.has_tag_name(tag)).unwrap();
        prop_assert_eq!(by_tag("node").attribute("label"), Some(&*legal(&title)));
        prop_assert_eq!(by_tag("attvalue").attribute("value"), Some(&*legal(&title)));
        prop_assert_eq!(by_tag("edge").attribute("source"), Some(&*legal(&id)));
    }

    #[test]
    fn prop_json_gives_back_any_string(id: String, title: String) {
        let other = format!("{id}!");
        let text = text(GraphFormat::Json, shape(false, false), [&id, &other], &title);
        let graph: serde_json::Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(graph["nodes"][0]["id"].as_str(), Some(&*id));
        prop_assert_eq!(graph["nodes"][0]["title"].as_str(), Some(&*title));
        prop_assert_eq!(graph["edges"][0]["target"].as_str(), Some(&*other));
    }

    /// A quoted string of DOT ends at the first mark without a backslash.
    #[test]
    fn prop_dot_quotes_any_string(id: String, title in "[\"\\\\\n&a一]{0,40}") {
        let other = format!("{id}!");
        let text = text(GraphFormat::Dot, shape(false, false), [&id, &other], &title);
        let body = text.split_once("\nedge [").unwrap().1.split_once('\n').unwrap().1;
        let mut inside = false;
        let mut escaped = false;
        let mut outside = String::new();
        for character in body.chars() {
            match (inside, character) {
                (true, _) if escaped => escaped = false,
                (true, '\\') => escaped = true,
                (_, '"') => inside = !inside,
                (true, _) => {}
                (false, other) => outside.push(other),
            }
        }
        prop_assert_eq!(outside, concat!(
            " [label=, tooltip=, title=, fillcolor=2, cluster=1];\n",
            " [label=, tooltip=];\n",
            " --  [weight=90, kind=, jaccard=];\n",
            "}\n",
        ));
    }
}

#[test]
fn a_string_too_long_for_graphviz_continues_in_a_new_line() {
    let title = "很长".repeat(10_000);
    let text = text(GraphFormat::Dot, shape(false, false), ["a", "b"], &title);
    assert!(text.lines().all(|line| line.len() < 16_384));
    assert_eq!(text.replace("\\\n", "").matches(&title).count(), 2);
}
