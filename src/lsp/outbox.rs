//! What is to be written to the client, which may read it late or never.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Who does not read so many bytes is not served on until some of it is read: memory has an end.
const MOST: usize = 64 << 20;

/// A queue of messages between those who speak and the one who writes.
#[derive(Clone, Default)]
pub struct Outbox(Arc<(Mutex<Pending>, Condvar)>);

#[derive(Default)]
struct Pending {
    queue: VecDeque<Entry>,
    /// The messages of the entries that are replaced while they wait.
    latest: HashMap<String, String>,
    bytes: usize,
    is_closed: bool,
}

enum Entry {
    Message(String),
    /// What is in `latest` under this name.
    Latest(String),
}

impl Outbox {
    /// Takes a message.
    pub fn send(&self, message: String) {
        let mut pending = self.room();
        pending.bytes += message.len();
        pending.queue.push_back(Entry::Message(message));
        self.0.1.notify_all();
    }

    /// Takes a message that stands for all earlier ones of its name.
    pub fn send_latest(&self, name: String, message: String) {
        let mut pending = self.room();
        pending.bytes += message.len();
        match pending.latest.insert(name.clone(), message) {
            Some(replaced) => pending.bytes -= replaced.len(),
            None => pending.queue.push_back(Entry::Latest(name)),
        }
        self.0.1.notify_all();
    }

    /// The next message, as soon as there is one; `None` when there will be none.
    pub fn next(&self) -> Option<String> {
        let mut pending = self.lock();
        loop {
            let message = match pending.queue.pop_front() {
                Some(Entry::Message(message)) => Some(message),
                Some(Entry::Latest(name)) => pending.latest.remove(&name),
                None if pending.is_closed => return None,
                None => {
                    pending = self.0.1.wait(pending).unwrap_or_else(PoisonError::into_inner);
                    continue;
                }
            };
            if let Some(message) = message {
                pending.bytes -= message.len();
                self.0.1.notify_all();
                return Some(message);
            }
        }
    }

    /// No message comes any more, or nobody writes them any more.
    pub fn close(&self) {
        self.lock().is_closed = true;
        self.0.1.notify_all();
    }

    /// Waits until there is room for a message.
    fn room(&self) -> MutexGuard<'_, Pending> {
        let is_full = |pending: &mut Pending| pending.bytes > MOST && !pending.is_closed;
        self.0.1.wait_while(self.lock(), is_full).unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn of_messages_of_one_name_only_the_latest_is_written() {
        let outbox = Outbox::default();
        outbox.send("a".to_owned());
        for number in 0..1000 {
            outbox.send_latest("x".to_owned(), number.to_string());
        }
        outbox.send("b".to_owned());
        outbox.close();
        let written: Vec<String> = std::iter::from_fn(|| outbox.next()).collect();
        assert_eq!(written, ["a", "999", "b"]);
        assert_eq!(outbox.lock().bytes, 0);
    }

    #[test]
    fn who_speaks_waits_for_a_client_that_does_not_read() {
        let outbox = Outbox::default();
        let (speaker, message) = (outbox.clone(), "x".repeat(MOST / 4));
        let speaking = thread::spawn(move || (0..20).for_each(|_| speaker.send(message.clone())));
        let mut most = 0;
        for _ in 0..20 {
            most = most.max(outbox.lock().bytes);
            outbox.next();
        }
        assert!(speaking.join().is_ok() && most <= MOST + MOST / 4, "{most}");
    }

    #[test]
    fn nobody_waits_for_a_client_that_is_gone() {
        let outbox = Outbox::default();
        outbox.close();
        (0..3).for_each(|_| outbox.send("x".repeat(MOST)));
    }
}
