//! A server in a process of its own, and a client that can also send what no
//! client should.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// Three articles: two that share a passage, and one of two lines.
pub const ARTICLES: [(&str, &str, &str); 3] = [
    (
        "a-1",
        "甲报",
        "昨日召开的会议要求，各村要把防火巡查排到每一天，林场入口一律登记，发现火情十分钟之内上报，不得隐瞒拖延。会后各村连夜开了碰头会。",
    ),
    (
        "b-2",
        "乙报",
        "春耕在即，河东灌区今年提前十二天开闸放水，首批浇灌冬小麦四万三千亩，预计本月底全部浇完一遍。",
    ),
    ("c-3", "甲报", "天晴。"),
];

/// The passage of `a-1` that drafts take over, with a number changed.
pub const COPIED: &str =
    "各村要把防火巡查排到每一天，林场入口一律登记，发现火情二十分钟之内上报，不得隐瞒拖延";

pub struct Server {
    child: Child,
    pub address: String,
    log: Arc<Mutex<String>>,
    pub dir: Option<TempDir>,
    pub library: PathBuf,
}

/// A response.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Response {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let mut lines = lines.filter(|(one, _)| one.eq_ignore_ascii_case(name));
        lines.next().map(|(_, value)| value)
    }

    /// Asserts that this is a problem, and which.
    #[track_caller]
    pub fn is_problem(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        let problem = self.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status);
        assert!(
            problem["detail"]
                .as_str()
                .is_some_and(|detail| !detail.is_empty())
        );
    }
}

pub fn leitong(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leitong"));
    command.args(arguments);
    command
}

impl Server {
    /// Makes a library of the articles, and serves it.
    pub fn start(options: &[&str]) -> Server {
        let dir = tempfile::tempdir().unwrap();
        let lines = ARTICLES.map(|(id, source, text)| {
            serde_json::json!({"id": id, "source": source, "title": "标题", "text": text})
                .to_string()
        });
        let input = dir.path().join("articles.jsonl");
        std::fs::write(&input, lines.join("\n")).unwrap();
        let library = dir.path().join("news.ltx");
        let made = leitong(&["index", "create"])
            .args([&library, &input])
            .arg("--quiet")
            .status();
        assert!(made.unwrap().success());
        let mut server = Server::of(&library, options);
        server.dir = Some(dir);
        server
    }

    /// Serves a library.
    pub fn of(library: &Path, options: &[&str]) -> Server {
        let mut child = leitong(&["serve"])
            .arg(library)
            .args(["--listen", "127.0.0.1:0"])
            .args(options)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut first = String::new();
        lines.read_line(&mut first).unwrap();
        let address = first
            .split_once("http://")
            .and_then(|(_, rest)| rest.split(' ').next())
            .unwrap_or_else(|| panic!("no address: {first}"))
            .to_owned();
        let log = Arc::new(Mutex::new(first));
        let written = log.clone();
        std::thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                *written.lock().unwrap() += &(line + "\n");
            }
        });
        Server {
            child,
            address,
            log,
            dir: None,
            library: library.to_owned(),
        }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        stream
    }

    /// Sends bytes on a connection of their own; returns what comes back.
    pub fn raw(&self, bytes: &[u8]) -> Option<Response> {
        let mut stream = self.connect();
        // A server that has heard enough may close before all is sent.
        let _ = stream.write_all(bytes);
        read(&mut stream)
    }

    pub fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response {
        let mut head = format!("{method} {path} HTTP/1.1\r\n");
        if !headers.iter().any(|(name, _)| *name == "host") {
            head += &format!("host: {}\r\n", self.address);
        }
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() || matches!(method, "PUT" | "POST") {
            head += &format!("content-length: {}\r\n", body.len());
        }
        head += "connection: close\r\n\r\n";
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body);
        self.raw(&bytes).expect("no response")
    }

    pub fn get(&self, path: &str) -> Response {
        self.request("GET", path, &[], b"")
    }

    pub fn send(&self, method: &str, path: &str, body: &Value) -> Response {
        let headers = [("content-type", "application/json")];
        self.request(method, path, &headers, body.to_string().as_bytes())
    }

    pub fn check(&self, body: &Value) -> Value {
        let response = self.send("POST", "/v1/check", body);
        assert_eq!(response.status, 200, "{}", response.text());
        response.json()
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Sends a signal, waits, and returns the exit code.
    pub fn end(&mut self, signal: &str) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads one response; `None` if the connection ends before one.
pub fn read(stream: &mut TcpStream) -> Option<Response> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 << 10];
    loop {
        if let Some(response) = parse(&bytes) {
            return Some(response);
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(len) => bytes.extend_from_slice(&buffer[..len]),
        }
    }
}

fn parse(bytes: &[u8]) -> Option<Response> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut response = Response {
        status: head.split(' ').nth(1)?.parse().ok()?,
        head,
        body: bytes[end + 4..].to_vec(),
    };
    let len: usize = match response.header("content-length") {
        Some(len) => len.parse().ok()?,
        None => 0,
    };
    if response.body.len() < len {
        return None;
    }
    response.body.truncate(len);
    Some(response)
}

/// Returns an id as a path holds it.
pub fn percent(id: &str) -> String {
    id.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
