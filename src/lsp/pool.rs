//! The threads on which documents are judged.
//!
//! Not rayon's: those are busy with the parts of one long file until all of it is judged, and would let a short one
//! wait for as long.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

type Job = Box<dyn FnOnce() + Send>;

/// A few threads that take jobs in turn. They end with the pool.
pub struct Pool(Sender<Job>);

impl Pool {
    /// As many threads as the machine runs at once, within reason.
    pub fn new() -> Self {
        let (sender, jobs) = channel();
        let jobs = Arc::new(Mutex::new(jobs));
        let threads = thread::available_parallelism().map_or(2, usize::from).clamp(2, 8);
        for _ in 0..threads {
            let jobs = Arc::clone(&jobs);
            thread::spawn(move || work(&jobs));
        }
        Self(sender)
    }

    /// Has a job done. It must not panic: its thread would be lost.
    pub fn run(&self, job: impl FnOnce() + Send + 'static) {
        // It cannot fail: the threads wait for as long as there is a sender.
        drop(self.0.send(Box::new(job)));
    }
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        job();
    }
}
