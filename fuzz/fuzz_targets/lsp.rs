//! Whatever a client sends, as a stream of bytes and as messages of one line each: the server ends by itself when the
//! client is gone, and all that it wrote are messages.
#![no_main]

use std::io::{BufReader, Cursor, Write};
use std::sync::{Arc, Mutex};

use libfuzzer_sys::fuzz_target;
use podline::lsp::serve;
use podline::session::Ask;

/// What the server wrote.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fuzz_target!(|bytes: &[u8]| {
    podline_fuzz::let_podline_catch();
    session(bytes.to_vec());
    let mut framed = Vec::new();
    for line in bytes.split(|&byte| byte == b'\n') {
        framed.extend_from_slice(format!("Content-Length: {}\r\n\r\n", line.len()).as_bytes());
        framed.extend_from_slice(line);
    }
    session(framed);
});

fn session(input: Vec<u8>) {
    let written = Written::default();
    serve(BufReader::new(Cursor::new(input)), written.clone(), Arc::new(|_: &_, _: &_| Ask::default()));
    let output = written.0.lock().expect("no panic");
    let mut rest = output.as_slice();
    while !rest.is_empty() {
        let header = rest.windows(4).position(|four| four == b"\r\n\r\n").expect("a header");
        let length = std::str::from_utf8(&rest[..header]).expect("ASCII").strip_prefix("Content-Length: ");
        let (from, length) = (header + 4, length.and_then(|length| length.parse::<usize>().ok()).expect("a length"));
        let message: serde_json::Value = serde_json::from_slice(&rest[from..from + length]).expect("JSON");
        assert_eq!(message["jsonrpc"], "2.0");
        rest = &rest[from + length..];
    }
}
