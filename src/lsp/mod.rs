//! The language server: findings while a manifest is being written.
//!
//! One thread reads messages, one writes them, and the main loop ([`server`]) owns all that changes: the open documents
//! and what was found in them. Judging is done elsewhere ([`judge`]) on a copy of the text, and its result comes back to
//! the main loop as one more event, to be dropped if the text has changed since. So nothing has to be locked, nothing
//! waits for a long file, and whatever goes wrong in judging ends there.

mod actions;
mod basis;
mod capabilities;
mod client;
mod completion;
mod config_text;
mod diagnostics;
mod documents;
mod hover;
pub mod judge;
mod messages;
mod namespaces;
mod notifications;
mod outbox;
mod parent;
mod pool;
mod problems;
mod requests;
mod results;
mod server;
pub mod text;
mod transport;
mod unsaved;
mod uri;
mod waiver_comment;
pub mod workspace;

use std::io::{BufRead, Write};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

pub use client::Settings as ClientSettings;
pub use server::Ended;

use messages::Event;
use outbox::Outbox;
use server::Server;
use transport::Reader;
use workspace::Judging;

/// Messages that were read and not handled yet: a client that writes faster waits.
const QUEUE: usize = 32;

/// How long a client may take to read the last answers.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Serves one client until it leaves.
///
/// `judging` says what the editor's settings ask for where a configuration holds.
pub fn serve<R, W>(input: R, output: W, judging: Arc<Judging>) -> Ended
where
    R: BufRead + Send + 'static,
    W: Write + Send + 'static,
{
    let (events, queue) = sync_channel(QUEUE);
    let outbox = Outbox::default();
    let outgoing = outbox.clone();
    let reading = events.clone();
    // Reading may wait for a client that never writes again, so nobody waits for this thread.
    thread::spawn(move || read(input, &reading));
    let failing = events.clone();
    let (done, written) = channel();
    thread::spawn(move || {
        write(output, &outgoing, &failing);
        // Who does not wait any more need not know.
        let _ = done.send(());
    });
    let ended = Server::new(outbox.clone(), events, judging).run(&queue);
    drop(queue);
    // The writer ends when all is written, if the client reads it.
    outbox.close();
    let _ = written.recv_timeout(LAST_WORDS);
    ended
}

fn read(input: impl BufRead, events: &SyncSender<Event>) {
    let mut reader = Reader::new(input);
    loop {
        let event = match reader.next() {
            Ok(Some(frame)) => Event::Frame(frame),
            Ok(None) => Event::Closed(None),
            Err(error) => Event::Closed(Some(error.to_string())),
        };
        let is_last = matches!(event, Event::Closed(_));
        // Without a server nobody is left to read for.
        if events.send(event).is_err() || is_last {
            return;
        }
    }
}

fn write(mut output: impl Write, outgoing: &Outbox, events: &SyncSender<Event>) {
    while let Some(payload) = outgoing.next() {
        if let Err(error) = transport::write(&mut output, &payload) {
            // Nobody needs to wait for a client that is gone.
            outgoing.close();
            drop(events.send(Event::Closed(Some(format!("the client cannot be written to: {error}")))));
            return;
        }
    }
}
