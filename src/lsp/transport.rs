//! Messages on a stream of bytes, as the base protocol frames them.
//!
//! Source: "Base Protocol" in <https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/>.

use std::io::{self, BufRead, Read, Write};

use lsp_server::{ErrorCode, Message};
use serde_json::{Value, json};

/// A header line that is longer is none.
const LONGEST_LINE: u64 = 8192;

/// A message that says it is longer is passed over: 128 MiB. What is read from it may take fifty times the memory.
const LONGEST_MESSAGE: usize = 1 << 27;

const HEADER: &[u8] = b"content-length:";

/// What came in.
#[derive(Debug)]
pub enum Frame {
    /// A message.
    Message(Message),
    /// Something that is none.
    Malformed {
        /// What is wrong with it, one of the protocol's codes.
        code: ErrorCode,
        /// What is wrong with it, in words.
        message: String,
        /// The id that it gives; null if it gives none.
        id: Value,
    },
}

/// Reads messages. After a mistake in the framing it goes on at the next header that it finds.
pub struct Reader<R> {
    input: R,
    /// Whether the place in the stream is lost, which has been reported.
    lost: bool,
}

impl<R: BufRead> Reader<R> {
    /// Reads from a stream.
    pub fn new(input: R) -> Self {
        Self { input, lost: false }
    }

    /// The next message; `None` at the end of the stream.
    ///
    /// # Errors
    /// The stream cannot be read, or ends inside a message.
    pub fn next(&mut self) -> io::Result<Option<Frame>> {
        let mut length = None;
        loop {
            let Some(line) = self.line()? else {
                return if length.is_some() || self.lost { Err(cut_short()) } else { Ok(None) };
            };
            if let Some(found) = content_length(&line) {
                length = found.ok();
                self.lost = length.is_none();
                if self.lost {
                    let message = "the header gives no length, or one of more than 128 MiB; going on at the next one";
                    return Ok(Some(malformed(message.to_owned())));
                }
            } else if let (b"", Some(length)) = (line.as_slice(), length) {
                return self.body(length).map(Some);
            } else if !line.is_empty() && !self.lost && !is_header(&line) {
                self.lost = true;
                return Ok(Some(malformed("this is not a header; going on at the next one".to_owned())));
            }
        }
    }

    /// A line without its end, or as much of it as a header may be long.
    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        self.input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(None);
        }
        let end = line.trim_ascii_end().len();
        line.truncate(end);
        Ok(Some(line))
    }

    fn body(&mut self, length: usize) -> io::Result<Frame> {
        // The memory grows with what comes, not with what was announced.
        let mut body = Vec::new();
        self.input.by_ref().take(length as u64).read_to_end(&mut body)?;
        if body.len() < length { Err(cut_short()) } else { Ok(parse(&body)) }
    }
}

fn cut_short() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the input ends inside a message")
}

fn malformed(message: String) -> Frame {
    Frame::Malformed { code: ErrorCode::ParseError, message, id: Value::Null }
}

/// The length that a header gives, wherever on the line it stands: behind what is left of a message whose length was
/// wrong, too.
fn content_length(line: &[u8]) -> Option<Result<usize, Unreadable>> {
    let line = line.to_ascii_lowercase();
    let at = memchr::memmem::rfind(&line, HEADER)?;
    let number = std::str::from_utf8(line[at + HEADER.len()..].trim_ascii()).ok();
    let length = number.and_then(|number| number.parse().ok()).filter(|&length| length <= LONGEST_MESSAGE);
    Some(length.ok_or(Unreadable))
}

/// A length that is none.
struct Unreadable;

/// Whether a line is another header, such as Content-Type.
fn is_header(line: &[u8]) -> bool {
    let name = line.split(|&byte| byte == b':').next().unwrap_or_default();
    name.len() < line.len() && !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

fn parse(body: &[u8]) -> Frame {
    let error = match serde_json::from_slice::<Message>(body) {
        Ok(message) => return Frame::Message(message),
        Err(error) => error,
    };
    match serde_json::from_slice::<Value>(body) {
        Err(error) => malformed(format!("this is not JSON: {error}")),
        Ok(value) => {
            let id = value.get("id").filter(|id| id.is_number() || id.is_string()).cloned().unwrap_or_default();
            let message = format!("this is not a message: {error}");
            Frame::Malformed { code: ErrorCode::InvalidRequest, message, id }
        }
    }
}

/// The answer to something that is no message.
pub fn refusal(code: ErrorCode, message: &str, id: &Value) -> String {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code as i32, "message": message}}).to_string()
}

/// A message as it is sent.
pub fn payload(message: &Message) -> String {
    let mut value = serde_json::to_value(message).unwrap_or_default();
    value["jsonrpc"] = "2.0".into();
    value.to_string()
}

/// Sends a message.
///
/// # Errors
/// The stream cannot be written to: nobody listens any more.
pub fn write(output: &mut impl Write, payload: &str) -> io::Result<()> {
    write!(output, "Content-Length: {}\r\n\r\n{payload}", payload.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    /// The methods of the messages in a stream, `!` for what is none, and how the stream ends.
    fn read(stream: &str) -> Vec<String> {
        let mut reader = Reader::new(stream.as_bytes());
        let mut seen = Vec::new();
        loop {
            seen.push(match reader.next() {
                Ok(Some(Frame::Message(Message::Notification(message)))) => message.method,
                Ok(Some(Frame::Message(message))) => format!("{message:?}"),
                Ok(Some(Frame::Malformed { id, .. })) => format!("! {id}"),
                Ok(None) => return seen,
                Err(_) => {
                    seen.push("cut short".to_owned());
                    return seen;
                }
            });
        }
    }

    const A: &str = r#"{"jsonrpc":"2.0","method":"a"}"#;
    const B: &str = r#"{"jsonrpc":"2.0","method":"b"}"#;

    #[test]
    fn messages_follow_each_other_with_any_headers() {
        let typed = format!("content-length:{}\nContent-Type: application/json\n\n{B}", B.len());
        assert_eq!(read(&(framed(A) + &typed)), ["a", "b"]);
    }

    #[test]
    fn what_is_no_message_is_refused_and_the_next_one_is_read() {
        let stream = [framed("{"), framed(r#"{"id": 7}"#), framed("[1]"), framed("\u{1F600}"), framed(A)].concat();
        assert_eq!(read(&stream), ["! null", "! 7", "! null", "! null", "a"]);
        let deep = "[".repeat(100_000);
        assert_eq!(read(&(framed(&deep) + &framed(A))), ["! null", "a"]);
    }

    #[test]
    fn after_a_wrong_length_reading_goes_on_at_the_next_header() {
        let short = format!("Content-Length: 5\r\n\r\n{A}") + &framed(B);
        assert_eq!(read(&short), ["! null", "b"]);
        let long = format!("Content-Length: {}\r\n\r\n{A}", A.len() + 9) + &framed(B) + &framed(A);
        assert_eq!(read(&long), ["! null", "a"]);
        for length in ["x", "-1", "99999999999999999999", "2000000000", ""] {
            let stream = format!("Content-Length: {length}\r\n\r\n{A}") + &framed(B);
            assert_eq!(read(&stream), ["! null", "b"], "{length}");
        }
    }

    #[test]
    fn a_stream_that_ends_inside_a_message_says_so() {
        assert_eq!(read(""), [""; 0]);
        assert_eq!(read("Content-Length: 10\r\n\r\n{"), ["cut short"]);
        assert_eq!(read("Content-Length: 10\r\n"), ["cut short"]);
        assert_eq!(read("nonsense"), ["! null", "cut short"]);
    }
}
