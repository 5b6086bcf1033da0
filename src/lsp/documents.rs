//! The open documents, and when each is to be judged.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
    /// Whether the client is to be told what is found next, and not only who asks.
    pub tells: bool,
    /// While it is being judged: what is set when nobody wants the result any more.
    running: Option<Arc<AtomicBool>>,
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
            tells: false,
            running: None,
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

    /// Its text or its surroundings are not what they were: what is being found in it is out of date.
    pub fn outdate(&mut self, revision: u64) {
        self.now.revision = revision;
        self.abandon();
    }

    /// Nobody wants to know what is being found in it.
    pub fn abandon(&self) {
        if let Some(running) = &self.running {
            running.store(true, Ordering::Relaxed);
        }
    }

    /// It is to be judged as soon as possible, and the client told.
    pub fn judge_now(&mut self, now: Instant) {
        (self.due, self.tells) = (Some(now), true);
    }

    /// It is to be judged as soon as possible, since somebody asks.
    pub fn judge_quietly(&mut self, now: Instant) {
        self.due = Some(now);
    }

    /// It is to be judged after a pause, and the client told.
    pub fn judge_soon(&mut self, now: Instant) {
        let changed = *self.changed.get_or_insert(now);
        let pause = (self.cost * 2).clamp(PAUSE, LONGEST_PAUSE);
        let patience = PATIENCE.max(self.cost * 4);
        (self.due, self.tells) = (Some((now + pause).min(changed + patience)), true);
    }

    /// When it is to be judged, unless that is being done.
    pub fn due(&self) -> Option<Instant> {
        self.due.filter(|_| self.running.is_none())
    }

    /// The document, to be judged now, and what is set when nobody wants the result any more.
    pub fn begin(&mut self) -> (Snapshot, Arc<AtomicBool>) {
        let abandoned = Arc::default();
        (self.due, self.changed, self.running) = (None, None, Some(Arc::clone(&abandoned)));
        (self.now.clone(), abandoned)
    }

    /// It was judged, and that took so long.
    pub fn finish(&mut self, cost: Duration) {
        let is_abandoned = self.running.take().is_some_and(|running| running.load(Ordering::Relaxed));
        // What was broken off says little of how long it would have taken.
        self.cost = if is_abandoned { self.cost.max(cost) } else { cost };
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

    #[test]
    fn what_is_being_found_is_abandoned_when_the_text_changes() {
        let mut document = document();
        let (_, first) = document.begin();
        document.outdate(2);
        assert!(first.load(Ordering::Relaxed));
        document.finish(Duration::ZERO);
        let (_, second) = document.begin();
        assert!(!second.load(Ordering::Relaxed));
    }
}
