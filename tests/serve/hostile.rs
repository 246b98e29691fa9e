//! Requests that should not be, and clients that do not behave.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::{COPIED, Server, leitong, read};

const JSON: (&str, &str) = ("content-type", "application/json");

#[test]
fn every_wrong_request_has_a_problem_of_its_own() {
    let server = Server::start(&["--max-body", "64K"]);
    let post = |body: &[u8]| server.request("POST", "/v1/check", &[JSON], body);
    for body in ["", "{", "{\"text\":\"\\ud800\"}", "{\"text\":\"a\"} x"] {
        post(body.as_bytes()).is_problem(400, "no-json");
    }
    post(b"{\"text\":\"\xff\xfe\"}").is_problem(400, "no-json");
    for body in [
        "{}",
        "[]",
        "null",
        "{\"text\":1}",
        "{\"text\":\"a\",\"txet\":1}",
        "{\"text\":\"a\",\"text\":\"b\"}",
    ] {
        post(body.as_bytes()).is_problem(422, "wrong-field");
    }
    for body in [
        json!({"text": "a", "threshold": 0.1}),
        json!({"text": "a", "threshold": 7}),
        json!({"text": "a", "min_length": 1}),
        json!({"text": "a", "min_identity": 0.1}),
    ] {
        post(body.to_string().as_bytes()).is_problem(422, "wrong-value");
    }
    let deep = format!("{{\"text\":\"a\",\"client\":{}", "[".repeat(60_000));
    post(deep.as_bytes()).is_problem(400, "no-json");
    let plain = [("content-type", "text/plain")];
    server
        .request("POST", "/v1/check", &plain, b"{}")
        .is_problem(415, "wrong-type");
    server
        .request("POST", "/v1/check", &[], b"{}")
        .is_problem(415, "wrong-type");
    let packed = [JSON, ("content-encoding", "gzip")];
    server
        .request("POST", "/v1/check", &packed, b"{}")
        .is_problem(415, "packed");
    server.get("/v1/check").is_problem(405, "wrong-method");
    server
        .request("BREW", "/v1/check", &[], b"")
        .is_problem(405, "wrong-method");
    for path in [
        "/v2/check",
        "/v1/check/",
        "//",
        "/../etc/passwd",
        "/%2e%2e/manifest",
    ] {
        server.get(path).is_problem(404, "no-path");
    }
    let large = json!({"text": "防".repeat(30_000)}).to_string();
    post(large.as_bytes()).is_problem(413, "too-large");
    // A body whose length nobody announced.
    let head = format!(
        "POST /v1/check HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{large}\r\n0\r\n\r\n",
        large.len()
    );
    server
        .raw(head.as_bytes())
        .unwrap()
        .is_problem(413, "too-large");
    // The server is none the worse.
    assert_eq!(
        server.check(&json!({"text": COPIED}))["passages"][0]["b"],
        "a-1"
    );
}

#[test]
fn bytes_that_are_no_http_harm_nothing() {
    let server = Server::start(&[]);
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(200_000));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(20_000));
    let bytes: [&[u8]; 6] = [
        b"\0\xff\x16\x03\x01",
        b"GET\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST /v1/check HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ncontent-length: 9\r\n\r\n{}",
        long.as_bytes(),
        many.as_bytes(),
    ];
    for bytes in bytes {
        if let Some(response) = server.raw(bytes) {
            assert!(response.status >= 400, "{}", response.head);
        }
    }
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn only_names_of_this_machine_and_listed_sites_are_answered() {
    let server = Server::start(&[
        "--cors",
        "https://cms.example/",
        "--allow-host",
        "check.example",
    ]);
    let of_host = |host: &str| server.request("GET", "/v1/phrases", &[("host", host)], b"");
    for host in [
        "localhost",
        "localhost:1",
        "127.0.0.1:8470",
        "[::1]",
        "LOCALHOST",
        "check.example",
    ] {
        assert_eq!(of_host(host).status, 200, "{host}");
    }
    for host in [
        "evil.example",
        "localhost.evil.example",
        "10.0.0.1",
        "",
        "[",
        "cms.example",
    ] {
        of_host(host).is_problem(421, "wrong-host");
    }
    let of_origin = |method: &str, origin: &str, more: &[(&str, &str)]| {
        let mut headers = vec![("origin", origin)];
        headers.extend(more);
        server.request(method, "/v1/phrases", &headers, b"")
    };
    for origin in [
        "https://evil.example",
        "null",
        "http://cms.example",
        "https://cms.example.evil",
    ] {
        of_origin("GET", origin, &[]).is_problem(403, "wrong-origin");
    }
    let own = format!("http://{}", server.address);
    assert_eq!(of_origin("GET", &own, &[]).status, 200);
    let listed = of_origin("GET", "https://cms.example", &[]);
    assert_eq!(
        listed.header("access-control-allow-origin"),
        Some("https://cms.example")
    );
    let asks = [
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
    ];
    let preflight = of_origin("OPTIONS", "https://cms.example", &asks);
    assert_eq!(preflight.status, 200);
    let allowed = preflight.header("access-control-allow-headers").unwrap();
    assert!(allowed.contains("content-type") && allowed.contains("authorization"));
    of_origin("OPTIONS", "https://evil.example", &asks).is_problem(403, "wrong-origin");
}

#[test]
fn beyond_this_machine_only_with_a_key() {
    let dir = tempfile::tempdir().unwrap();
    let keys = dir.path().join("keys");
    let keys = keys.to_str().unwrap();
    let made = leitong(&["serve", "none", "--key-file", keys, "--new-key", "cms"])
        .output()
        .unwrap();
    assert!(made.status.success());
    let key = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    let server = Server::start(&["--key-file", keys]);
    server.get("/v1/phrases").is_problem(401, "no-key");
    assert!(
        server
            .get("/v1/phrases")
            .header("www-authenticate")
            .unwrap()
            .starts_with("Bearer")
    );
    server.get("/metrics").is_problem(401, "no-key");
    server.get("/v1/nothing").is_problem(401, "no-key");
    for open in ["/healthz", "/readyz", "/openapi.json", "/"] {
        assert_eq!(server.get(open).status, 200, "{open}");
    }
    let bearer = format!("Bearer {key}");
    let answer = server.request("GET", "/v1/phrases", &[("authorization", &bearer)], b"");
    assert_eq!(answer.status, 200);
    let wrong = server.request(
        "GET",
        "/v1/phrases",
        &[("authorization", "Bearer leitong_0")],
        b"",
    );
    wrong.is_problem(401, "no-key");
    let library = server.library.to_str().unwrap();
    let refused = leitong(&["serve", library, "--read-only", "--listen", "0.0.0.0:0"])
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(3));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("--key-file"), "{said}");
}

#[test]
fn who_sends_slowly_or_asks_too_much_is_told_so() {
    let server = Server::start(&["--timeout", "1", "--max-requests", "3"]);
    let head = "POST /v1/check HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    let begin = Instant::now();
    let mut slow: Vec<_> = (0..3)
        .map(|_| {
            let mut stream = server.connect();
            stream.write_all(head.as_bytes()).unwrap();
            stream
        })
        .collect();
    std::thread::sleep(Duration::from_millis(300));
    let refused = server.get("/v1/phrases");
    refused.is_problem(429, "too-many-requests");
    assert_eq!(refused.header("retry-after"), Some("1"));
    // Who looks after the server is always answered.
    assert_eq!(server.get("/healthz").status, 200);
    for stream in &mut slow {
        read(stream).unwrap().is_problem(408, "slow-body");
    }
    assert!(begin.elapsed() < Duration::from_secs(10));
    assert_eq!(server.get("/v1/phrases").status, 200);
}

#[test]
fn an_answer_that_takes_too_long_is_given_up() {
    let server = Server::start(&["--timeout", "1", "--threads", "1"]);
    let text: String = (0..400_000_u32)
        .filter_map(|nth| char::from_u32(0x4e00 + nth.wrapping_mul(2_654_435_761) % 20_000))
        .collect();
    let document = json!({"text": text.chars().take(300_000).collect::<String>()});
    // Whether the document itself came in time is no matter here.
    server.send("PUT", "/v1/documents/long", &document);
    let body = json!({"text": text}).to_string();
    let threads: Vec<_> = std::thread::scope(|scope| {
        let ask = || server.request("POST", "/v1/check", &[JSON], body.as_bytes());
        let asking: Vec<_> = (0..12).map(|_| scope.spawn(ask)).collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let late: Vec<_> = threads.iter().filter(|one| one.status != 200).collect();
    assert!(!late.is_empty());
    for response in late {
        response.is_problem(503, "too-slow");
        assert_eq!(response.header("retry-after"), Some("5"));
    }
}

#[test]
fn clients_that_leave_in_the_middle_leave_nothing_behind() {
    let server = Server::start(&["--max-requests", "4"]);
    let body = json!({"text": COPIED.repeat(200)}).to_string();
    let head = format!(
        "POST /v1/check HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    for nth in 0..40 {
        let mut stream = server.connect();
        let bytes = [head.as_bytes(), body.as_bytes()].concat();
        let part = bytes.len() * nth / 39;
        stream.write_all(&bytes[..part]).unwrap();
    }
    let begin = Instant::now();
    while server.get("/v1/phrases").status != 200 {
        assert!(
            begin.elapsed() < Duration::from_secs(20),
            "places were lost"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(
        server.check(&json!({"text": COPIED}))["passages"][0]["b"],
        "a-1"
    );
}

#[test]
fn several_requests_come_over_one_connection() {
    let server = Server::start(&[]);
    let mut stream = server.connect();
    for _ in 0..3 {
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
            .unwrap();
        assert_eq!(read(&mut stream).unwrap().text(), "ok\n");
    }
}

#[test]
fn a_head_that_never_ends_is_given_up() {
    let server = Server::start(&[]);
    let mut stream = server.connect();
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: ")
        .unwrap();
    let begin = Instant::now();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(begin.elapsed() < Duration::from_secs(40));
}
