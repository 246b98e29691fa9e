//! What the endpoints say.

use serde_json::json;

use crate::client::{ARTICLES, COPIED, Server};

#[test]
fn a_copied_passage_is_found_with_its_edit_and_its_source() {
    let server = Server::start(&[]);
    let text = format!("本报讯😀\r\n{COPIED}。记者王五。");
    let answer = server.check(&json!({
        "text": text, "id": "d-9", "own": ["甲报"], "client": {"b": 1, "a": [1.50, "x"]}
    }));
    assert_eq!(answer["id"], "d-9");
    let passage = &answer["passages"][0];
    assert_eq!(passage["b"], "a-1");
    let span = |side: &str| {
        let at = |nth: usize| passage[side][nth].as_u64().unwrap() as usize;
        at(0)..at(1)
    };
    assert_eq!(&text[span("span_a")], COPIED);
    let source = ARTICLES[0].2;
    assert_eq!(
        &source[span("span_b")],
        COPIED.replace("二十分钟", "十分钟")
    );
    assert_eq!(passage["edits"][0]["kind"], "deleted");
    assert_eq!(answer["documents"][0]["id"], "a-1");
    assert_eq!(answer["documents"][0]["source"], "甲报");
    assert_eq!(answer["documents"][0]["share"], answer["shares"]["total"]);
    assert_eq!(answer["shares"]["without_own"], 0.0);
    assert_eq!(answer["warnings"][0]["kind"], "no-register");
}

#[test]
fn what_the_client_sent_along_comes_back_byte_for_byte() {
    let server = Server::start(&[]);
    let body = r#"{"text":"天","client":{"b":1.50,"a":12345678901234567890123}}"#;
    let headers = [("content-type", "application/json; charset=utf-8")];
    let response = server.request("POST", "/v1/check", &headers, body.as_bytes());
    let text = response.text();
    assert!(
        text.contains(r#""client":{"b":1.50,"a":12345678901234567890123}"#),
        "{text}"
    );
}

#[test]
fn offsets_count_what_the_client_asks_for() {
    let server = Server::start(&[]);
    let text = format!("本报讯😀e\u{301}\r\n{COPIED}。");
    let start = text.find(COPIED).unwrap();
    let end = start + COPIED.len();
    let count = |unit: &str, at: usize| match unit {
        "utf-8" => at,
        "utf-16" => text[..at].encode_utf16().count(),
        _ => text[..at].chars().count(),
    };
    for unit in ["utf-8", "utf-16", "characters"] {
        let answer = server.check(&json!({"text": text, "offsets": unit}));
        let span = json!([count(unit, start), count(unit, end)]);
        assert_eq!(answer["passages"][0]["span_a"], span, "{unit}");
        let edit = answer["passages"][0]["edits"][0]["a"][0].as_u64().unwrap();
        let number = text.find('二').unwrap();
        assert_eq!(edit as usize, count(unit, number), "{unit}");
        let body = json!({"a": {"text": text}, "b": {"id": "a-1"}, "offsets": unit});
        let compared = server.send("POST", "/v1/compare", &body).json();
        assert_eq!(
            compared["passages"][0]["a"][0],
            count(unit, start),
            "{unit}"
        );
    }
    let response = server.send(
        "POST",
        "/v1/check",
        &json!({"text": "", "offsets": "utf-7"}),
    );
    response.is_problem(422, "wrong-field");
}

#[test]
fn ids_and_sources_are_left_out_when_asked() {
    let server = Server::start(&[]);
    let text = ARTICLES[0].2;
    let passages = |exclude: serde_json::Value| {
        let answer = server.check(&json!({"text": text, "exclude": exclude}));
        answer["passages"].as_array().unwrap().len() + answer["near"].as_array().unwrap().len()
    };
    assert_eq!(passages(json!({})), 2);
    assert_eq!(passages(json!({"ids": ["a-1"]})), 0);
    assert_eq!(passages(json!({"sources": ["甲报"]})), 0);
    assert_eq!(passages(json!({"ids": ["b-2"], "sources": ["丙报"]})), 2);
}

#[test]
fn a_page_to_print_is_there_for_who_accepts_html() {
    let server = Server::start(&[]);
    let body = json!({"text": COPIED, "title": "<b>"}).to_string();
    let headers = [
        ("content-type", "application/json"),
        ("accept", "text/html,*/*"),
    ];
    let response = server.request("POST", "/v1/check", &headers, body.as_bytes());
    assert_eq!(
        response.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let text = response.text();
    assert!(
        text.contains("复制比") && text.contains("&lt;b&gt;"),
        "{text}"
    );
    for word in ["抄袭", "http://", "https://"] {
        assert!(!text.contains(word), "{word}");
    }
}

#[test]
fn formulas_are_listed_and_marked_once_there_is_a_register() {
    let dir = tempfile::tempdir().unwrap();
    let library = dir.path().join("news.ltx");
    let formula = "以高度的政治责任感和历史使命感";
    let lines: Vec<String> = (0..8)
        .map(|nth| {
            let own: String = "东南西北中春夏秋冬山水田林湖草沙风雨雷电"
                .chars()
                .cycle()
                .skip(3 * nth)
                .step_by(nth + 1)
                .take(30)
                .collect();
            json!({"id": nth.to_string(), "text": format!("{own}。{formula}，{own}。")}).to_string()
        })
        .collect();
    let input = dir.path().join("in.jsonl");
    std::fs::write(&input, lines.join("\n")).unwrap();
    for arguments in [vec!["create", "LIB", "IN"], vec!["compact", "LIB"]] {
        let mut command = crate::client::leitong(&["index"]);
        for argument in arguments {
            match argument {
                "LIB" => command.arg(&library),
                "IN" => command.arg(&input),
                argument => command.arg(argument),
            };
        }
        assert!(command.arg("--quiet").status().unwrap().success());
    }
    let server = Server::of(&library, &[]);
    let all = server.get("/v1/phrases").json();
    assert_eq!(all["register"], true);
    let listed = all["phrases"].as_array().unwrap();
    assert!(
        listed
            .iter()
            .any(|one| one["phrase"] == formula && one["documents"] == 8),
        "{all}"
    );
    assert_eq!(all["total"], listed.len());
    let some = server
        .get(&format!(
            "/v1/phrases?q={}&limit=1",
            crate::client::percent("歷史使命")
        ))
        .json();
    assert_eq!(some["phrases"][0]["phrase"], formula);
    assert_eq!(server.get("/v1/phrases?q=zzz").json()["total"], 0);
    server
        .get("/v1/phrases?limit=x")
        .is_problem(422, "wrong-value");
    let text = format!("他们{formula}工作。");
    let answer = server.check(&json!({"text": text, "offsets": "characters"}));
    assert_eq!(
        answer["formulas"],
        json!([[2, 2 + formula.chars().count()]])
    );
}

#[test]
fn two_texts_are_compared_as_the_command_compares_them() {
    let server = Server::start(&[]);
    let body = json!({"a": {"text": COPIED}, "b": {"id": "a-1"}});
    let record = server.send("POST", "/v1/compare", &body).json();
    assert_eq!(record["a"]["id"], "a");
    assert_eq!(record["b"]["title"], "标题");
    assert_eq!(
        record["changes"]
            .as_array()
            .map(|changes| !changes.is_empty()),
        Some(true)
    );
    let nobody = json!({"a": {"text": ""}, "b": {"id": "z"}});
    server
        .send("POST", "/v1/compare", &nobody)
        .is_problem(404, "no-document");
    let nothing = json!({"a": {}, "b": {"id": "a-1"}});
    server
        .send("POST", "/v1/compare", &nothing)
        .is_problem(422, "wrong-value");
}

#[test]
fn documents_are_found_by_any_wording_the_latest_first() {
    let server = Server::start(&[]);
    let ids = |query: &str| {
        let answer = server.get(&format!("/v1/documents?{query}")).json();
        let ids = answer["documents"].as_array().unwrap().iter();
        let ids: Vec<String> = ids
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect();
        (ids.join(" "), answer["next"].as_u64())
    };
    let q = |wording: &str| format!("q={}", crate::client::percent(wording));
    assert_eq!(ids(""), ("c-3 b-2 a-1".into(), None));
    assert_eq!(ids("limit=2"), ("c-3 b-2".into(), Some(2)));
    assert_eq!(ids("limit=2&after=2"), ("a-1".into(), None));
    assert_eq!(ids("limit=2&after=9"), (String::new(), None));
    let looked_at =
        |query: &str| server.get(&format!("/v1/documents?{query}")).json()["looked_at"].as_u64();
    assert_eq!(looked_at("limit=2"), Some(2));
    assert_eq!(looked_at("limit=2&after=2"), Some(1));
    assert_eq!(looked_at(&q("没有的话")), Some(3));
    // As texts are compared: Traditional, and without signs.
    assert_eq!(ids(&q("林場，入口")).0, "a-1");
    assert_eq!(ids(&q("乙报")).0, "b-2");
    assert_eq!(ids(&q("标题")).0, "c-3 b-2 a-1");
    assert_eq!(ids(&q("没有的话")).0, "");
    assert_eq!(ids(&q("，，")).0, "");
    server
        .get("/v1/documents?limit=-1")
        .is_problem(422, "wrong-value");
    server
        .get("/v1/documents?x=1")
        .is_problem(422, "wrong-value");
}

#[test]
fn the_server_says_how_it_is() {
    let server = Server::start(&[]);
    assert_eq!(server.get("/healthz").text(), "ok\n");
    assert_eq!(server.get("/readyz").text(), "ready\n");
    server.check(&json!({"text": COPIED}));
    let metrics = server.get("/metrics").text();
    for line in [
        "leitong_requests_total{route=\"/v1/check\",method=\"POST\",status=\"200\"} 1",
        "leitong_request_seconds_count{route=\"/v1/check\"} 1",
        "leitong_documents 3",
        // This one.
        "leitong_requests_in_flight 1",
    ] {
        assert!(metrics.lines().any(|one| one == line), "{line}\n{metrics}");
    }
}

#[test]
fn the_description_names_every_path_and_has_what_it_refers_to() {
    let server = Server::start(&[]);
    let api = server.get("/openapi.json").json();
    let paths: Vec<&String> = api["paths"].as_object().unwrap().keys().collect();
    assert_eq!(
        paths,
        [
            "/healthz",
            "/metrics",
            "/readyz",
            "/v1/check",
            "/v1/compare",
            "/v1/documents",
            "/v1/documents/{id}",
            "/v1/documents:batch",
            "/v1/phrases"
        ]
    );
    let text = api.to_string();
    let mut names = 0;
    for (at, mark) in text.match_indices("\"$ref\":\"#") {
        let pointer = text[at + mark.len()..].split('"').next().unwrap();
        assert!(api.pointer(pointer).is_some(), "{pointer}");
        names += 1;
    }
    assert!(names > 20);
}
