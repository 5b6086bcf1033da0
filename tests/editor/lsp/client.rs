//! A client that speaks to `podline lsp` as an editor does, and also as none should.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// The server is never waited for longer: a test fails instead of hanging.
const PATIENCE: Duration = Duration::from_mins(5);

/// A session with a server.
pub struct Session {
    server: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// What came while something else was waited for.
    kept: Vec<Value>,
    next_id: i32,
}

impl Session {
    /// A server that nothing was said to.
    pub fn raw(directory: &Path) -> Self {
        Self::that_reads_after(directory, Duration::ZERO)
    }

    /// The same with a client that reads nothing for some time.
    pub fn that_reads_after(directory: &Path, pause: Duration) -> Self {
        let mut server = Command::new(env!("CARGO_BIN_EXE_podline"))
            .arg("lsp")
            .env_clear()
            .current_dir(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("podline runs");
        let input = server.stdin.take();
        let mut output = BufReader::new(server.stdout.take().expect("a pipe"));
        let (sender, messages) = channel();
        thread::spawn(move || {
            thread::sleep(pause);
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Self { server, input, messages, kept: Vec::new(), next_id: 0 }
    }

    /// A session in which this directory is open.
    pub fn new(directory: &Path) -> Self {
        Self::with(directory, json!({}), json!({}))
    }

    /// A session with a client of these abilities and settings.
    pub fn with(directory: &Path, capabilities: Value, settings: Value) -> Self {
        let mut session = Self::raw(directory);
        let folders = json!([{"uri": uri(directory), "name": "root"}]);
        session.request(
            "initialize",
            json!({"processId": null, "capabilities": capabilities, "workspaceFolders": folders,
                   "initializationOptions": settings}),
        );
        session.notify("initialized", json!({}));
        session
    }

    /// Sends bytes as they are.
    pub fn write(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("still open");
        input.write_all(bytes).expect("the server reads");
        input.flush().expect("the server reads");
    }

    pub fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.write(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    pub fn notify(&mut self, method: &str, parameters: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": parameters}));
    }

    /// Sends a request, and returns its id.
    pub fn ask(&mut self, method: &str, parameters: Value) -> i32 {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": parameters}));
        id
    }

    /// The whole answer to a request.
    pub fn answer(&mut self, id: i32) -> Value {
        self.wait(|message| message["id"] == id && message.get("method").is_none())
    }

    /// The result of a request.
    pub fn request(&mut self, method: &str, parameters: Value) -> Value {
        let id = self.ask(method, parameters);
        let answer = self.answer(id);
        assert_eq!(answer.get("error"), None, "{method}");
        answer["result"].clone()
    }

    /// The code of the error that a request is answered with.
    pub fn refusal(&mut self, method: &str, parameters: Value) -> i64 {
        let id = self.ask(method, parameters);
        let answer = self.answer(id);
        answer["error"]["code"].as_i64().unwrap_or_else(|| panic!("{method} is refused: {answer}"))
    }

    /// The first message that is wanted. Others are kept for later.
    pub fn wait(&mut self, is_wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(&is_wanted) {
            return self.kept.remove(at);
        }
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.messages.recv_timeout(left) {
                Ok(message) if is_wanted(&message) => return message,
                Ok(message) => self.kept.push(message),
                Err(error) => panic!("{error}; so far: {:#?}", self.kept),
            }
        }
    }

    /// The next notification of this method.
    pub fn notification(&mut self, method: &str) -> Value {
        self.wait(|message| message["method"] == method)["params"].clone()
    }

    /// The diagnostics of the next version of a document.
    pub fn diagnostics(&mut self, uri: &str) -> Vec<Value> {
        let is_its =
            |message: &Value| message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri;
        self.wait(is_its)["params"]["diagnostics"].as_array().expect("a list").clone()
    }

    /// Forgets what has come, so that only what comes later is seen.
    pub fn settle(&mut self) {
        is_answered(self);
        self.kept.clear();
    }

    /// Forgets what has come.
    pub fn forget(&mut self) {
        self.kept.clear();
    }

    /// Whether diagnostics of a document have come and were not looked at.
    pub fn was_told(&mut self, uri: &str) -> bool {
        is_answered(self);
        self.kept
            .iter()
            .any(|message| message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri)
    }

    /// The number of answers that have come and were not looked at.
    pub fn answer_count(&mut self) -> usize {
        is_answered(self);
        self.kept.iter().filter(|message| message.get("id").is_some()).count()
    }

    pub fn open(&mut self, uri: &str, text: &str) {
        self.open_as(uri, text, "yaml");
    }

    pub fn open_as(&mut self, uri: &str, text: &str, language: &str) {
        let document = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Changes a document: a whole text, or ranges with texts.
    pub fn change(&mut self, uri: &str, version: i32, changes: Value) {
        let document = json!({"uri": uri, "version": version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    }

    /// Waits for the end though the pipe stays open, and returns the status.
    pub fn wait_for_end(&mut self) -> i32 {
        let end = Instant::now() + PATIENCE;
        while self.server.try_wait().expect("a status").is_none() {
            assert!(Instant::now() < end, "the server ends");
            thread::sleep(Duration::from_millis(5));
        }
        self.server.wait().expect("a status").code().expect("no signal")
    }

    /// Waits for the end, and returns status and standard error.
    pub fn end(mut self) -> (i32, String) {
        drop(self.input.take());
        let status = self.wait_for_end();
        let mut errors = String::new();
        self.server.stderr.take().expect("a pipe").read_to_string(&mut errors).expect("UTF-8");
        (status, errors)
    }

    /// Ends the session as the protocol wants it.
    pub fn leave(mut self) {
        assert_eq!(self.request("shutdown", json!(null)), json!(null));
        self.notify("exit", json!(null));
        assert_eq!(self.end(), (0, String::new()));
    }

    /// The memory that the server holds, in KiB.
    #[cfg(target_os = "linux")]
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.id())).expect("a process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A test that failed leaves nothing behind.
        drop(self.server.kill());
    }
}

/// Messages come in order: what was said before this answer has come.
fn is_answered(session: &mut Session) {
    session.refusal("podline/nothing", json!(null));
}

/// The URI of a path.
pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// A range on one line.
pub fn range(line: u32, start: u32, end: u32) -> Value {
    json!({"start": {"line": line, "character": start}, "end": {"line": line, "character": end}})
}

/// The next message of a server.
pub fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", number)) => length = number.parse().expect("a number"),
            Some(_) => panic!("an unknown header: {line}"),
            None => break,
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    let message: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(message["jsonrpc"], "2.0");
    Some(message)
}
