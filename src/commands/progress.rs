//! How far a long run is: on a terminal only, and only after a second.

use std::io::{self, IsTerminal};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Runs shorter than this show nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// Counts files as they are judged.
pub(super) struct Progress {
    started: Instant,
    total: usize,
    done: AtomicUsize,
    on_terminal: bool,
    bar: OnceLock<ProgressBar>,
}

impl Progress {
    pub fn new(total: usize) -> Self {
        let on_terminal = io::stderr().is_terminal();
        Self { started: Instant::now(), total, done: AtomicUsize::new(0), on_terminal, bar: OnceLock::new() }
    }

    /// One file more is done.
    pub fn advance(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if self.on_terminal && self.started.elapsed() > PATIENCE {
            self.bar.get_or_init(|| new_bar(self.total)).set_position(done as u64);
        }
    }

    /// Runs something that writes to the terminal, with the bar out of its way.
    pub fn pause<R>(&self, write: impl FnOnce() -> R) -> R {
        match self.bar.get() {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    pub fn finish(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

fn new_bar(total: usize) -> ProgressBar {
    let bar = ProgressBar::new(total as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} files {elapsed}") {
        bar.set_style(style);
    }
    bar
}
