//! Room for deep recursion: what may be deep is read and compiled on a thread of its own.

/// How deep something may be nested for which any thread has room.
pub(crate) const SHALLOW: usize = 48;

/// Runs `work`, with room if it may be deep. Nothing comes back if there is no room.
pub(crate) fn run<T: Send>(deep: bool, work: impl FnOnce() -> T + Send) -> Option<T> {
    podline_cel::stack::run(deep, work)
}
