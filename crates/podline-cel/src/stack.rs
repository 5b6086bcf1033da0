//! Room for deep recursion.
//!
//! The deepest expression that cel-go's limits allow needs a few megabytes of stack, and the threads of a pool have
//! two. What may be deep runs on a thread of its own; nothing that people write is.

/// Enough for the deepest expression, in an unoptimized build too. Only what is used is really taken.
const ROOM: usize = 64 << 20;

/// Runs `work`, with room if it may be deep.
pub(crate) fn run<T: Send>(deep: bool, work: impl FnOnce() -> T + Send) -> T {
    if !deep {
        return work();
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(ROOM).spawn_scoped(scope, work);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // No expression is worth going on without threads.
            Err(error) => panic!("no thread can be started: {error}"),
        }
    })
}
