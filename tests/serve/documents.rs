//! Documents that are put, read, removed and sent in batches.

use std::io::Write;

use serde_json::{Value, json};

use crate::client::{COPIED, Response, Server, percent};

fn batch(server: &Server, query: &str, encoding: Option<&str>, body: &[u8]) -> Response {
    let mut headers = vec![("content-type", "application/x-ndjson")];
    headers.extend(encoding.map(|encoding| ("content-encoding", encoding)));
    server.request(
        "POST",
        &format!("/v1/documents:batch{query}"),
        &headers,
        body,
    )
}

fn lines(ids: std::ops::Range<usize>) -> Vec<u8> {
    let line = |nth: usize| {
        let text = format!(
            "第{nth}篇：今年{nth}月的用水量比上一年同月多了{}吨，仓库里还有{nth}箱。",
            7 * nth
        );
        json!({"id": format!("n-{nth}"), "text": text}).to_string() + "\n"
    };
    ids.map(line).collect::<String>().into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

#[test]
fn a_document_that_is_put_is_found_at_once_and_gone_when_it_is_removed() {
    let server = Server::start(&[]);
    let text = "县气象台说，明天夜里有一场小雪，山口的路面会结冰，夜班的车请绕行南线。";
    let document = json!({
        "text": text, "title": "小雪", "date": "2026-11-28", "source": "丙报",
        "editor": "张三", "pages": 3, "front": true, "note": null
    });
    let put = server.send("PUT", "/v1/documents/w-1", &document);
    assert_eq!(
        (put.status, put.json()),
        (201, json!({"id": "w-1", "created": true}))
    );
    assert_eq!(
        server.send("PUT", "/v1/documents/w-1", &document).status,
        200
    );
    assert_eq!(server.check(&json!({"text": text}))["near"][0]["id"], "w-1");
    let stored = server.get("/v1/documents/w-1").json();
    assert_eq!(
        stored,
        json!({
            "id": "w-1", "text": text, "title": "小雪", "date": "2026-11-28", "source": "丙报",
            "editor": "张三", "pages": "3", "front": "true"
        })
    );
    let headers = [("content-type", "application/json"), ("if-none-match", "*")];
    let body = document.to_string();
    let again = server.request("PUT", "/v1/documents/w-1", &headers, body.as_bytes());
    again.is_problem(412, "id-taken");
    assert_eq!(
        server
            .request("DELETE", "/v1/documents/w-1", &[], b"")
            .status,
        204
    );
    server
        .request("DELETE", "/v1/documents/w-1", &[], b"")
        .is_problem(404, "no-document");
    server
        .get("/v1/documents/w-1")
        .is_problem(404, "no-document");
    assert_eq!(server.check(&json!({"text": text}))["near"], json!([]));
}

#[test]
fn any_id_is_an_id_and_none_is_a_path() {
    let server = Server::start(&[]);
    let ids = [
        "a/b",
        "../../etc/passwd",
        "/",
        "a b",
        "100%",
        "%2F",
        "line\nbreak",
        "问\t号?",
        "😀",
        "..",
        "a\\b",
        "#",
        "n:batch",
        "?q=1",
        "manifest",
    ];
    for id in ids {
        let path = format!("/v1/documents/{}", percent(id));
        let put = server.send("PUT", &path, &json!({"text": format!("{id}的正文")}));
        assert_eq!((put.status, &put.json()["id"]), (201, &json!(id)), "{id}");
    }
    for id in ids {
        let stored = server.get(&format!("/v1/documents/{}", percent(id))).json();
        assert_eq!(stored["text"], format!("{id}的正文"), "{id}");
    }
    // Slashes may stand as they are.
    assert_eq!(server.get("/v1/documents/a/b").json()["id"], "a/b");
    let files = std::fs::read_dir(&server.library).unwrap().count();
    assert!(files < 8, "{files}");
    let long = format!("/v1/documents/{}", "a".repeat(1_025));
    server
        .send("PUT", &long, &json!({"text": ""}))
        .is_problem(422, "wrong-value");
    server
        .send("PUT", "/v1/documents/a%00b", &json!({"text": ""}))
        .is_problem(422, "wrong-value");
    server
        .get("/v1/documents/%ff")
        .is_problem(400, "wrong-path");
    server.get("/v1/documents/").is_problem(404, "no-path");
    let other = json!({"id": "y", "text": ""});
    server
        .send("PUT", "/v1/documents/x", &other)
        .is_problem(422, "wrong-value");
}

#[test]
fn batches_come_plain_or_packed_small_or_large() {
    let server = Server::start(&[]);
    let plain = batch(&server, "", None, &lines(0..10));
    assert_eq!(
        plain.json(),
        json!({"added": 10, "replaced": 0, "skipped": 0})
    );
    let packed = gzip(&lines(5..400));
    let gzipped = batch(&server, "?on_conflict=replace", Some("gzip"), &packed);
    assert_eq!(
        gzipped.json(),
        json!({"added": 390, "replaced": 5, "skipped": 0})
    );
    let packed = zstd::encode_all(&lines(390..410)[..], 3).unwrap();
    let zstd = batch(&server, "", Some("zstd"), &packed);
    assert_eq!(
        zstd.json(),
        json!({"added": 10, "replaced": 0, "skipped": 10})
    );
    for nth in [0, 7, 399, 409] {
        assert_eq!(
            server.get(&format!("/v1/documents/n-{nth}")).status,
            200,
            "{nth}"
        );
    }
    let taken = batch(&server, "?on_conflict=error", None, &lines(405..415));
    taken.is_problem(409, "id-taken");
    server
        .get("/v1/documents/n-411")
        .is_problem(404, "no-document");
    assert_eq!(batch(&server, "", None, b"\n \n").json()["added"], 0);
}

#[test]
fn a_batch_with_a_wrong_line_adds_nothing_and_names_the_lines() {
    let server = Server::start(&[]);
    let body = "{\"id\":\"x\",\"text\":\"甲\"}\nnonsense\n{\"text\":\"乙\"}\n{\"id\":\"x\",\"text\":\"丙\"}\n{\"id\":\"y\",\"text\":\"丁\",\"tags\":[1]}\n";
    let wrong = batch(&server, "", None, body.as_bytes());
    wrong.is_problem(422, "wrong-lines");
    let problem = wrong.json();
    let lines = problem["errors"].as_array().unwrap().iter();
    let lines: Vec<&Value> = lines.map(|error| &error["line"]).collect();
    assert_eq!(lines, [2, 3, 4, 5]);
    server.get("/v1/documents/x").is_problem(404, "no-document");
    let ending = batch(&server, "?on_conflict=eat", None, b"");
    ending.is_problem(422, "wrong-value");
}

#[test]
fn bombs_and_damaged_bodies_are_refused() {
    let server = Server::start(&["--max-batch", "1M"]);
    let zeros = vec![b' '; 60 << 20];
    let bomb = gzip(&zeros);
    assert!(bomb.len() < 1_000_000);
    batch(&server, "", Some("gzip"), &bomb).is_problem(413, "too-large");
    let bomb = zstd::encode_all(&zeros[..], 1).unwrap();
    batch(&server, "", Some("zstd"), &bomb).is_problem(413, "too-large");
    batch(&server, "", None, &zeros[..1_100_000]).is_problem(413, "too-large");
    for encoding in ["gzip", "zstd"] {
        batch(&server, "", Some(encoding), b"nonsense").is_problem(400, "damaged");
        let whole = match encoding {
            "gzip" => gzip(&lines(0..50)),
            _ => zstd::encode_all(&lines(0..50)[..], 1).unwrap(),
        };
        let cut = batch(&server, "", Some(encoding), &whole[..whole.len() / 2]);
        cut.is_problem(400, "damaged");
    }
    batch(&server, "", Some("br"), b"x").is_problem(415, "wrong-encoding");
    assert_eq!(server.get("/v1/documents?q=").json()["total"], 3);
}

#[test]
fn a_server_that_only_reads_follows_what_another_program_writes() {
    let server = Server::start(&["--read-only"]);
    let put = server.send("PUT", "/v1/documents/x", &json!({"text": "甲"}));
    put.is_problem(403, "read-only");
    let input = server.library.parent().unwrap().join("more.jsonl");
    std::fs::write(&input, json!({"id": "late", "text": COPIED}).to_string()).unwrap();
    let added = crate::client::leitong(&["index", "add"])
        .args([&server.library, &input])
        .arg("--quiet")
        .status();
    assert!(added.unwrap().success());
    for _ in 0..100 {
        if server.get("/v1/documents/late").status == 200 {
            assert_eq!(
                server.check(&json!({"text": COPIED}))["near"][0]["id"],
                "late"
            );
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("the addition was never seen");
}
