//! The process that started the server: when it is gone, the server has nobody to serve.
//!
//! Its end of the pipe tells that in most cases. But a program that it started may have got a copy of it, and then the
//! pipe stays open. Source: `InitializeParams.processId` in the specification of the protocol.

use std::thread;
use std::time::Duration;

/// How often the process is looked for.
const PERIOD: Duration = Duration::from_secs(2);

/// Calls `gone` when a process has ended. One that cannot be seen from here (the server runs in a container) is not
/// waited for.
pub fn watch(process: i32, gone: impl FnOnce() + Send + 'static) {
    if !is_alive(process) {
        return;
    }
    thread::spawn(move || {
        while is_alive(process) {
            thread::sleep(PERIOD);
        }
        gone();
    });
}

#[cfg(unix)]
fn is_alive(process: i32) -> bool {
    use rustix::io::Errno;
    use rustix::process::{Pid, test_kill_process};
    // Somebody else's process is one too.
    Pid::from_raw(process).is_some_and(|process| test_kill_process(process) != Err(Errno::SRCH))
}

/// Windows closes the pipes of a process with it.
#[cfg(not(unix))]
fn is_alive(_: i32) -> bool {
    false
}
