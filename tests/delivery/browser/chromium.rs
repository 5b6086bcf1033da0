//! Drives Chromium: a small server on this machine gives it the page in a frame, and a script that acts on it.
//!
//! Every name resolves to that server, so that any request of the page, to wherever, is seen.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// Whom the browser asks on its own behalf, about the time and about new versions of itself.
const OWN: [&str; 2] = [".google.com/", ".googleapis.com/"];

/// What was seen.
pub struct Seen {
    /// What the script gave back.
    pub result: Value,
    /// What the browser wrote to its console.
    pub console: Vec<String>,
    /// What was asked of the server, in order.
    pub requests: Vec<String>,
}

/// The browser.
pub fn find() -> Option<PathBuf> {
    let directories = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&directories).flat_map(|dir| names.map(|name| dir.join(name))).find(|path| path.is_file())
}

/// Shows a page, and runs the body of an async function `(frame, sleep)` on it.
pub fn visit(page: &str, script: &str) -> Seen {
    let driver = format!(
        "<!doctype html><meta charset=utf-8><link rel=icon href='data:,'><iframe id=frame width=1200 height=900></iframe><script>
        const frame = document.getElementById('frame');
        const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
        const started = performance.now();
        frame.onload = async () => {{
          frame.onload = null;
          const loaded = performance.now() - started;
          let result;
          try {{ result = await (async () => {{ {script} }})(); }} catch (error) {{ result = {{ error: String(error.stack) }}; }}
          await fetch('/result', {{ method: 'POST', body: JSON.stringify(result) }});
        }};
        frame.src = '/page';
        </script>"
    );
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (sender, receiver) = channel();
    let pages = [("/driver".to_owned(), driver), ("/page".to_owned(), page.to_owned())];
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (pages, sender) = (pages.clone(), sender.clone());
            thread::spawn(move || answer(stream, &pages, &sender));
        }
    });

    let home = TempDir::new().expect("a directory");
    let mut browser = Command::new(find().expect("a browser"))
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--enable-logging=stderr"])
        .arg(format!("--user-data-dir={}", home.path().display()))
        .arg(format!("--host-resolver-rules=MAP * 127.0.0.1:{port}"))
        .arg(format!("http://localhost:{port}/driver"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the browser starts");
    let stderr = browser.stderr.take().expect("a pipe");
    let log = thread::spawn(move || BufReader::new(stderr).lines().map_while(Result::ok).collect::<Vec<_>>());
    let mut requests = Vec::new();
    let result = loop {
        match receiver.recv_timeout(Duration::from_mins(2)) {
            Ok((request, _)) if OWN.iter().any(|host| request.contains(host)) => {}
            Ok((request, body)) => {
                let last = request == "POST /result";
                requests.push(request);
                if last {
                    break body;
                }
            }
            Err(_) => break "null".to_owned(),
        }
    };
    drop(browser.kill());
    drop(browser.wait());
    let log = log.join().expect("a log");
    let console = log.into_iter().filter(|line| line.contains("CONSOLE")).collect();
    Seen { result: serde_json::from_str(&result).expect("JSON"), console, requests }
}

/// Answers one request, and tells of it.
fn answer(mut stream: TcpStream, pages: &[(String, String)], sender: &Sender<(String, String)>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (mut length, mut host) = (0, String::new());
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "host" => value.trim().clone_into(&mut host),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let page = pages.iter().find(|(path, _)| *path == target).map(|(_, page)| page.as_str());
    let status = if page.is_some() || method == "POST" { "200 OK" } else { "404 Not Found" };
    let page = page.unwrap_or_default();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        page.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(page.as_bytes()).ok()?;
    let elsewhere = if host.starts_with("localhost:") { String::new() } else { format!("//{host}") };
    sender.send((format!("{method} {elsewhere}{target}"), String::from_utf8_lossy(&body).into_owned())).ok()
}
