//! The texts of files.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
#[cfg(unix)]
use std::io::{Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use memchr::memmem::Finder;
#[cfg(unix)]
use rayon::prelude::*;

use crate::problem::{About, Problem};
use crate::source::confine::Root;
use crate::source::discover::{Input, Source};
use crate::source::file::SourceFile;
use crate::source::path::{read_asked, read_regular};

/// Larger files are judged one after the other, each with all threads.
const LARGE: u64 = 16 << 20;

/// A large file is read in so many bytes at a time.
#[cfg(unix)]
const CHUNK: usize = 4 << 20;

/// Files that were read already and cannot be read a second time: standard input, FIFOs and devices.
pub type Kept = HashMap<Source, SourceFile>;

/// Reads a file, unless it was kept.
///
/// # Errors
/// It cannot be read.
pub fn read_or_kept<'k>(input: &Input, kept: &'k Kept) -> Result<Cow<'k, SourceFile>, Problem> {
    match kept.get(&input.source) {
        Some(file) => Ok(Cow::Borrowed(file)),
        None => read(input).map(Cow::Owned),
    }
}

/// As [`read_or_kept`], except for standard input, what was kept, and files of more than `limit` bytes, or that are large
/// anyway: they are left for later.
///
/// # Errors
/// Those of [`read_or_kept`].
pub fn read_small<'k>(input: &Input, kept: &'k Kept, limit: u64) -> Result<Option<Cow<'k, SourceFile>>, Problem> {
    let path = match &input.source {
        Source::File(path) if !kept.contains_key(&input.source) => path,
        _ => return Ok(None),
    };
    let read = || -> io::Result<Option<Vec<u8>>> {
        let mut file = fs::File::open(path)?;
        // A FIFO, which has no size, cannot be opened a second time.
        let metadata = file.metadata()?;
        if is_endless(&metadata) {
            return Err(io::Error::other(ENDLESS));
        }
        let len = metadata.len();
        if len > LARGE.min(limit) {
            Ok(None)
        } else {
            read_all(&mut file, usize::try_from(len).unwrap_or_default()).map(Some)
        }
    };
    let bytes = read().transpose();
    bytes.map(|bytes| source_file(input, bytes).map(Cow::Owned)).transpose()
}

/// Reads a file of no more than so many bytes that may be read again, if a word stands in it.
pub fn mentions(path: &Path, word: &Finder<'_>) -> Option<SourceFile> {
    let metadata = fs::metadata(path).ok().filter(|file| file.is_file() && file.len() <= LARGE)?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).ok()?);
    fs::File::open(path).ok()?.take(LARGE).read_to_end(&mut bytes).ok()?;
    word.find(&bytes)?;
    SourceFile::new("", bytes).ok()
}

/// Reads to the end of a file that has probably so many bytes, without asking the system for their number again.
fn read_all(file: &mut fs::File, len: usize) -> io::Result<Vec<u8>> {
    // One byte more tells whether the end is where it was said to be.
    let mut bytes = vec![0; len + 1];
    let mut read = 0;
    loop {
        match file.read(&mut bytes[read..]) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(read);
    if read > len {
        read_rest(file, &mut bytes)?;
    }
    Ok(bytes)
}

/// Reads on to the end of a file, or until it is more than podline reads: a pipe or a device may never end.
fn read_rest(file: &mut impl Read, bytes: &mut Vec<u8>) -> io::Result<()> {
    let most = (u64::from(u32::MAX) + 1).saturating_sub(bytes.len() as u64);
    file.take(most).read_to_end(bytes)?;
    Ok(())
}

/// Whether a file gives the same bytes when it is read again.
pub fn is_read_again(source: &Source) -> bool {
    match source {
        Source::Stdin => false,
        Source::File(path) => fs::metadata(path).is_ok_and(|file| file.is_file()),
    }
}

/// Reads a file.
///
/// # Errors
/// It cannot be read.
pub fn read(input: &Input) -> Result<SourceFile, Problem> {
    let bytes = match &input.source {
        Source::Stdin => read_stdin(),
        Source::File(path) => read_file(path),
    };
    source_file(input, bytes)
}

/// Reads a large file by all threads: most of the time goes to the memory for it.
#[cfg(unix)]
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    use std::os::unix::fs::FileExt;

    let mut file = fs::File::open(path)?;
    let metadata = file.metadata()?;
    if is_endless(&metadata) {
        return Err(io::Error::other(ENDLESS));
    }
    if !metadata.is_file() {
        let mut bytes = Vec::new();
        read_rest(&mut file, &mut bytes)?;
        return Ok(bytes);
    }
    // More than podline reads is refused by who is given it, and said to be too large.
    if metadata.len() <= LARGE || u32::try_from(metadata.len()).is_err() {
        return fs::read(path);
    }
    let len = usize::try_from(metadata.len()).map_err(io::Error::other)?;
    // Where there is not so much memory, this fails and what follows would abort.
    Vec::<u8>::new().try_reserve_exact(len)?;
    let mut bytes = vec![0; len];
    let chunks = bytes.par_chunks_mut(CHUNK).enumerate();
    let read = chunks.try_for_each(|(index, chunk)| file.read_exact_at(chunk, (index * CHUNK) as u64));
    match read {
        // It became shorter meanwhile.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return fs::read(path),
        read => read?,
    }
    // Or longer.
    file.seek(SeekFrom::Start(metadata.len()))?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether a file is a device that is neither a terminal nor empty.
#[cfg(unix)]
fn is_endless(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};

    let kind = metadata.file_type();
    let is_null = || fs::metadata("/dev/null").is_ok_and(|null| null.rdev() == metadata.rdev());
    // What is behind /dev/stdin may be a terminal, at which somebody types.
    let is_terminal = || fs::metadata("/dev/stdin").is_ok_and(|stdin| stdin.rdev() == metadata.rdev());
    kind.is_block_device() || kind.is_char_device() && !is_null() && !is_terminal()
}

#[cfg(not(unix))]
fn is_endless(_: &fs::Metadata) -> bool {
    false
}

#[cfg(not(unix))]
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    fs::read(path)
}

fn source_file(input: &Input, bytes: io::Result<Vec<u8>>) -> Result<SourceFile, Problem> {
    let problem = |message: String| Problem::in_file(About::Input, input.display.as_str(), message);
    let bytes = bytes.map_err(|error| problem(unreadable(&error)))?;
    SourceFile::new(input.display.as_str(), bytes).map_err(|error| problem(error.to_string()))
}

/// What a failed command before a pipe leaves behind.
pub const NO_INPUT: &str = "standard input holds no object: did the command before the pipe fail?";

/// What is wrong with an input that somebody asked for and that holds nothing but blanks.
pub fn of_blank(input: &Input, file: &SourceFile) -> Option<Problem> {
    if !input.named || !file.is_blank() {
        return None;
    }
    Some(match input.source {
        Source::Stdin => Problem::new(About::Input, NO_INPUT),
        Source::File(_) => Problem::in_file(About::Input, input.display.as_str(), "the file is empty"),
    })
}

const ENDLESS: &str = "it is a device that may never end";

fn unreadable(error: &io::Error) -> String {
    format!("cannot be read: {error}")
}

/// What a file that is no manifest may be.
#[derive(Clone, Copy, Debug)]
pub enum Named<'r> {
    /// A regular file, or the pipe of a process substitution: it was asked for.
    AsAnything,
    /// A regular file that was asked for.
    AsFile,
    /// A regular file in the root of the file that names it.
    In(&'r Root),
}

/// Reads a file that is no manifest, and is shown by this name.
///
/// # Errors
/// It cannot be read.
pub fn open(path: &Path, name: &str, named: Named<'_>, about: About) -> Result<Arc<SourceFile>, Problem> {
    let bytes = match named {
        Named::AsAnything => read_asked(path),
        Named::AsFile => read_regular(path),
        Named::In(root) => root.read(path),
    };
    let problem = |message: String| Problem::in_file(about, name, message);
    let bytes = bytes.map_err(|error| match path.to_str() {
        Some("-") => problem("standard input is not read here by this name: write /dev/stdin".to_owned()),
        _ => problem(unreadable(&error)),
    })?;
    SourceFile::new(name, bytes).map(Arc::new).map_err(|error| problem(error.to_string()))
}

fn read_stdin() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    read_rest(&mut io::stdin().lock(), &mut bytes)?;
    Ok(bytes)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_read_in_chunks_is_read_as_it_is() {
        let scratch = tempfile::tempdir().expect("a directory");
        let path = scratch.path().join("a.yaml");
        let large = usize::try_from(LARGE).expect("small");
        for len in [large, large + 1, 5 * CHUNK - 1, 5 * CHUNK, 5 * CHUNK + 1] {
            let text: Vec<u8> = (0..=250).cycle().take(len).collect();
            fs::write(&path, &text).expect("written");
            assert!(read_file(&path).expect("readable") == text, "{len} bytes");
        }
    }

    #[test]
    fn a_file_is_read_to_its_end_whatever_size_it_was_said_to_have() {
        let scratch = tempfile::tempdir().expect("a directory");
        let path = scratch.path().join("a.yaml");
        let text = b"kind: Pod\n".repeat(100);
        fs::write(&path, &text).expect("written");
        for len in [0, 1, text.len() - 1, text.len(), text.len() + 1, 10 * text.len()] {
            let mut file = fs::File::open(&path).expect("there");
            assert_eq!(read_all(&mut file, len).expect("readable"), text, "{len} bytes");
        }
    }
}
