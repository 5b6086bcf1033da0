//! What files hold, from one `git cat-file` for all of them.

use std::io::{self, BufRead, BufReader, Read, Write as _};
use std::process::{ChildStdin, ChildStdout, Stdio};

use super::program::{Program, said};
use super::{Entry, EntryKind, GitError};

/// Reads what entries hold, one after the other; what `take` leaves is passed over.
pub(super) fn read<'e>(
    program: &Program,
    entries: &[&'e Entry],
    take: impl FnMut(&'e Entry, &mut dyn Read) -> io::Result<()>,
) -> Result<(), GitError> {
    let entries: Vec<&Entry> = entries.iter().copied().filter(|entry| entry.kind != EntryKind::Submodule).collect();
    if entries.is_empty() {
        return Ok(());
    }
    let mut child =
        program.command(&["cat-file", "--batch", "--buffer"]).stdin(Stdio::piped()).spawn().map_err(GitError::Io)?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    // Both sides would wait for each other if all were asked before anything is read.
    let (result, said) = std::thread::scope(|scope| {
        scope.spawn(|| ask(stdin, &entries));
        let said = scope.spawn(|| said(stderr));
        // Its end closes the pipe, so that nobody goes on writing.
        let result = answers(stdout, &entries, take);
        (result, said.join().unwrap_or_default())
    });
    let status = child.wait().map_err(GitError::Io)?;
    match result {
        // A partial clone has git end where another one says that something is missing.
        Err(GitError::Missing(path)) if !program.is_partial()? => {
            Err(GitError::Unreadable { what: path.display().to_string(), said })
        }
        Err(GitError::Io(_)) if !status.success() => Err(GitError::Unreadable { what: "what files hold".into(), said }),
        result => result,
    }
}

/// Asks for each entry. Where git has ended, nobody hears it.
fn ask(stdin: Option<ChildStdin>, entries: &[&Entry]) {
    let Some(stdin) = stdin else { return };
    let mut stdin = io::BufWriter::new(stdin);
    let asked = entries.iter().try_for_each(|entry| writeln!(stdin, "{}", entry.object));
    drop(asked.and_then(|()| stdin.flush()));
}

/// Reads `HASH blob SIZE`, as many bytes, and the end of a line, for each entry.
fn answers<'e>(
    stdout: Option<ChildStdout>,
    entries: &[&'e Entry],
    mut take: impl FnMut(&'e Entry, &mut dyn Read) -> io::Result<()>,
) -> Result<(), GitError> {
    let Some(stdout) = stdout else { return Ok(()) };
    let mut stdout = BufReader::with_capacity(64 << 10, stdout);
    for entry in entries {
        let mut head = Vec::new();
        stdout.by_ref().take(256).read_until(b'\n', &mut head).map_err(GitError::Io)?;
        let head = String::from_utf8_lossy(&head);
        let size = match head.trim_end().split(' ').collect::<Vec<_>>()[..] {
            [_, "blob", size] => size.parse().ok(),
            [_, "missing"] | [""] => return Err(GitError::Missing(entry.path.clone())),
            _ => None,
        };
        let size: u64 = size.ok_or_else(|| GitError::Io(io::ErrorKind::UnexpectedEof.into()))?;
        let mut blob = stdout.by_ref().take(size);
        take(entry, &mut blob).map_err(|error| GitError::Unwritable(entry.path.clone(), error))?;
        io::copy(&mut blob, &mut io::sink()).map_err(GitError::Io)?;
        if blob.limit() > 0 {
            return Err(GitError::Io(io::ErrorKind::UnexpectedEof.into()));
        }
        io::copy(&mut stdout.by_ref().take(1), &mut io::sink()).map_err(GitError::Io)?;
    }
    Ok(())
}
