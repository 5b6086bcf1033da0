//! The open documents, and when each is to be judged.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use lsp_server::RequestId;
use lsp_types::Uri;
use ropey::Rope;
use serde_json::Value;

use super::judge::{Analysis, Snapshot};
use super::uri::path_of;
use crate::source::path::normal;

/// A text is judged when nothing was written for this long: a word is not judged letter by letter.
const PAUSE: Duration = Duration::from_millis(100);

/// A text that takes long to judge is judged less often, but at least after this long.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Who writes without a pause is told what was found at least this often.
const PATIENCE: Duration = Duration::from_secs(1);

/// A request that waits until the text that it is about was judged.
pub struct Waiting {
    /// Its id.
    pub id: RequestId,
    /// Its method.
    pub method: String,
    /// Its parameters.
    pub parameters: Value,
}

/// An open document.
pub struct Document {
    /// The document as it is.
    pub now: Snapshot,
    /// What was last found.
    pub analysis: Option<Arc<Analysis>>,
    /// What waits for the text to be judged.
    pub waiting: Vec<Waiting>,
    /// The reasons for which it was left in peace that were told.
    pub told: Vec<String>,
    /// Whether it is being judged.
    is_running: bool,
    /// When it is to be judged next.
    due: Option<Instant>,
    /// When it first changed after it was judged.
    changed: Option<Instant>,
    /// How long it took the last time.
    cost: Duration,
}

impl Document {
    /// A document that was just opened.
    pub fn new(uri: Uri, language: String, version: i32, revision: u64, text: &str) -> Self {
        let path = path_of(uri.as_str()).map(|path| normal(&path));
        let text = Rope::from_str(text);
        Self {
            now: Snapshot { uri, path, language, version, revision, text },
            analysis: None,
            waiting: Vec::new(),
            told: Vec::new(),
            is_running: false,
            due: None,
            changed: None,
            cost: Duration::ZERO,
        }
    }

    /// Its file, if it has one.
    pub fn path(&self) -> Option<&PathBuf> {
        self.now.path.as_ref()
    }

    /// Whether it is the file of this path.
    pub fn is(&self, path: &Path) -> bool {
        self.path().is_some_and(|own| own == path)
    }

    /// What was found in just this text; `None` while it was not judged.
    pub fn current(&self) -> Option<&Arc<Analysis>> {
        self.analysis.as_ref().filter(|analysis| analysis.snapshot.revision == self.now.revision)
    }

    /// It is to be judged as soon as possible.
    pub fn judge_now(&mut self, now: Instant) {
        self.due = Some(now);
    }

    /// It is to be judged after a pause.
    pub fn judge_soon(&mut self, now: Instant) {
        let changed = *self.changed.get_or_insert(now);
        let pause = (self.cost * 2).clamp(PAUSE, LONGEST_PAUSE);
        let patience = PATIENCE.max(self.cost * 4);
        self.due = Some((now + pause).min(changed + patience));
    }

    /// When it is to be judged, unless that is being done.
    pub fn due(&self) -> Option<Instant> {
        self.due.filter(|_| !self.is_running)
    }

    /// The document, to be judged now.
    pub fn begin(&mut self) -> Snapshot {
        (self.due, self.changed, self.is_running) = (None, None, true);
        self.now.clone()
    }

    /// It was judged, and that took so long.
    pub fn finish(&mut self, cost: Duration) {
        (self.is_running, self.cost) = (false, cost);
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use super::*;

    fn document() -> Document {
        Document::new(Uri::from_str("file:///a.yaml").expect("a URI"), "yaml".to_owned(), 1, 1, "")
    }

    #[test]
    fn a_change_is_judged_after_a_pause_and_writing_on_does_not_put_it_off_for_ever() {
        let mut document = document();
        let start = Instant::now();
        let mut now = start;
        while now < start + PATIENCE * 3 {
            document.judge_soon(now);
            assert!(document.due().is_some_and(|due| due <= start + PATIENCE));
            now += PAUSE / 2;
        }
    }

    #[test]
    fn what_takes_long_is_judged_less_often_and_never_twice_at_once() {
        let mut document = document();
        let now = Instant::now();
        document.judge_now(now);
        assert_eq!(document.due(), Some(now));
        document.begin();
        document.judge_soon(now);
        assert_eq!(document.due(), None);
        document.finish(Duration::from_millis(400));
        document.judge_soon(now);
        assert!(document.due() > Some(now + PAUSE), "{:?}", document.due());
    }
}
