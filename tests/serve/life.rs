//! Additions while others ask, the end of a server, and what is there after it.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use crate::client::{ARTICLES, COPIED, Server, read};

/// Returns a text that shares nothing with others.
fn text(nth: usize) -> String {
    let chars = (0..120_u32).map(|at| {
        let random = (nth as u32 * 131 + at + 1).wrapping_mul(2_654_435_761) >> 8;
        char::from_u32(0x4e00 + random % 20_000).unwrap_or('天')
    });
    chars.collect()
}

#[test]
fn additions_while_others_ask_lose_nothing_and_change_no_answer() {
    let server = Server::start(&["--quiet"]);
    let draft = json!({"text": COPIED});
    let expected = server.check(&draft);
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..3)
            .map(|writer| {
                let server = &server;
                scope.spawn(move || {
                    for nth in (0..120).map(|nth| 3 * nth + writer) {
                        let path = format!("/v1/documents/t-{nth}");
                        let put = server.send("PUT", &path, &json!({"text": text(nth)}));
                        assert_eq!(put.status, 201, "{}", put.text());
                        // Acknowledged is found.
                        let answer = server.check(&json!({"text": text(nth)}));
                        assert_eq!(answer["near"][0]["id"], format!("t-{nth}"));
                        if nth % 5 == 0 {
                            assert_eq!(server.request("DELETE", &path, &[], b"").status, 204);
                            let answer = server.check(&json!({"text": text(nth)}));
                            assert_eq!(answer["near"], json!([]));
                        }
                    }
                })
            })
            .collect();
        let reader = scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                let mut answer = server.check(&draft);
                answer["generation"] = expected["generation"].clone();
                assert_eq!(answer, expected);
            }
        });
        let joined: Vec<_> = writers.into_iter().map(|writer| writer.join()).collect();
        is_done.store(true, Ordering::Relaxed);
        joined.into_iter().for_each(|one| one.unwrap());
        reader.join().unwrap();
    });
    // The log became a segment meanwhile.
    let metrics = server.get("/metrics").text();
    assert!(metrics.contains("leitong_documents 291\n"), "{metrics}");
    assert!(metrics.contains("leitong_segments 1\n"), "{metrics}");
}

#[test]
fn what_was_acknowledged_is_there_after_a_kill() {
    let server = Server::start(&["--quiet"]);
    let library = server.library.clone();
    let mut server = server;
    let _dir = server.dir.take();
    for round in 0..3 {
        let acknowledged: Vec<usize> = std::thread::scope(|scope| {
            let putting = scope.spawn(|| {
                let mut acknowledged = Vec::new();
                for nth in (0..).map(|nth| 100_000 * round + nth) {
                    let mut stream = match std::net::TcpStream::connect(&server.address) {
                        Ok(stream) => stream,
                        Err(_) => return acknowledged,
                    };
                    let body = json!({"text": text(nth)}).to_string();
                    let head = format!("PUT /v1/documents/k-{nth} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                    if stream.write_all(head.as_bytes()).is_err() {
                        return acknowledged;
                    }
                    match read(&mut stream) {
                        Some(response) if response.status == 201 => acknowledged.push(nth),
                        _ => return acknowledged,
                    }
                }
                acknowledged
            });
            std::thread::sleep(std::time::Duration::from_millis(1_500));
            let id = server.id().to_string();
            std::process::Command::new("kill")
                .args(["-9", &id])
                .status()
                .unwrap();
            putting.join().unwrap()
        });
        assert!(!acknowledged.is_empty());
        server = Server::of(&library, &["--quiet"]);
        for nth in acknowledged {
            let stored = server.get(&format!("/v1/documents/k-{nth}")).json();
            assert_eq!(stored["text"], text(nth));
            let answer = server.check(&json!({"text": text(nth)}));
            assert_eq!(answer["near"][0]["id"], format!("k-{nth}"));
        }
    }
}

#[test]
fn a_server_that_is_told_to_end_answers_what_was_asked() {
    for signal in ["-TERM", "-INT"] {
        let mut server = Server::start(&[]);
        let body = json!({"text": COPIED}).to_string();
        let mut stream = server.connect();
        let head = format!(
            "POST /v1/check HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&body.as_bytes()[..20]).unwrap();
        // The server must have begun to read.
        std::thread::sleep(std::time::Duration::from_millis(300));
        let rest = body.as_bytes()[20..].to_vec();
        let answered = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(500));
            stream.write_all(&rest).unwrap();
            read(&mut stream)
        });
        assert_eq!(server.end(signal), Some(0));
        let answer = answered.join().unwrap().expect("no answer");
        assert_eq!(answer.json()["passages"][0]["b"], "a-1");
        // The lock is free again.
        let library = server.library.clone();
        let again = Server::of(&library, &[]);
        assert_eq!(again.get("/readyz").status, 200);
    }
}

#[test]
fn no_text_and_no_id_is_in_the_log() {
    let server = Server::start(&[]);
    server.check(&json!({"text": COPIED, "title": "标题甲", "id": "geheim"}));
    server.send(
        "PUT",
        "/v1/documents/geheim",
        &json!({"text": ARTICLES[1].2}),
    );
    server.get("/v1/documents/geheim");
    server.get("/v1/documents?q=geheim");
    server.request("GEHEIM", "/geheim", &[("x", "geheim")], b"geheim");
    server.send("POST", "/v1/check", &json!({"text": 1, "geheim": "防"}));
    server.get("/healthz");
    std::thread::sleep(std::time::Duration::from_millis(200));
    let log = server.log();
    assert!(log.contains("POST /v1/check 200"), "{log}");
    assert!(log.contains("PUT /v1/documents/{*id} 201"), "{log}");
    assert!(
        !log.contains("geheim") && !log.contains("GEHEIM") && !log.contains('防'),
        "{log}"
    );
}

#[test]
fn a_library_that_another_program_writes_to_is_not_served_for_writing() {
    let server = Server::start(&[]);
    let library = server.library.to_str().unwrap().to_owned();
    let second = crate::client::leitong(&["serve", &library, "--listen", "127.0.0.1:0"])
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(3));
    let reading = Server::of(&server.library, &["--read-only"]);
    assert_eq!(reading.get("/v1/documents/a-1").status, 200);
}
