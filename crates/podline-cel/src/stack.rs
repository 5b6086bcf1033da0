//! Room for deep recursion.
//!
//! The deepest expression that cel-go's limits allow needs a few megabytes of stack, and the threads of a pool have
//! two. What may be deep runs on a thread of its own; nothing that people write is.

/// Enough for the deepest expression, in an unoptimized build too. Only what is used is really taken.
const ROOM: usize = 64 << 20;

/// Runs `work`, with room if it may be deep. Nothing comes back if there is no room.
pub fn run<T: Send>(deep: bool, work: impl FnOnce() -> T + Send) -> Option<T> {
    if !deep {
        return Some(work());
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(ROOM).spawn_scoped(scope, work).ok()?;
        match thread.join() {
            Ok(result) => Some(result),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
