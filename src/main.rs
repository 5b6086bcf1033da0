//! The process: arguments in, exit code out.

use std::process::ExitCode;

// The allocator of musl has one lock for all threads, which costs a static podline almost half of its time; that of glibc
// costs a sixth of it, and half of what a second thread gives to a stream. With glibc only where pages have one size
// everywhere: jemalloc does not run where they are larger than where it was built.
#[cfg(any(target_env = "musl", all(target_os = "linux", target_arch = "x86_64")))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    podline::commands::run(std::env::args_os())
}
