//! From the paths of a command line to the files' texts.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
#[cfg(unix)]
use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};

#[cfg(unix)]
use rayon::prelude::*;

use super::Status;
use super::terminal::{complain, hint, is_piped_into};
use crate::cli;
use crate::config::find::NAME;
use crate::manifest::kustomization::NAMES;
use crate::source::discover::{Discovered, Input, PassedOver, Problem, Source, WalkOptions, Why, discover};
use crate::source::file::SourceFile;
use crate::verdict::{FileReport, SkipReason};

/// Larger files are judged one after the other, each with all threads.
const LARGE: u64 = 16 << 20;

/// A large file is read in so many bytes at a time.
#[cfg(unix)]
const CHUNK: usize = 4 << 20;

/// More threads than this are no faster anywhere, and thousands of them spend minutes looking to each other for work.
const MAX_THREADS: usize = 256;

/// What is looked for in every directory.
const NOTED: [&str; 4] = [NAME, NAMES[0], NAMES[1], NAMES[2]];

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    /// The files to read.
    pub inputs: Vec<Input>,
    /// Paths that cannot be read: that has been said.
    pub problems: Vec<Problem>,
    /// What a walk passed over.
    pub passed_over: Vec<PassedOver>,
    pub status: Status,
}

/// Finds the files to read, complains of paths that cannot be, and sets the number of threads. Says that something was
/// passed over.
pub(super) fn find(options: &cli::Input) -> (Vec<Input>, Status) {
    let found = find_in(options, &paths(options));
    let outside = found.passed_over.iter().filter(|one| matches!(one.why, Why::Outside(_))).count();
    let special = found.passed_over.len() - outside;
    for (number, reason) in [(outside, SkipReason::Outside), (special, SkipReason::Special)] {
        if number > 0 {
            hint(&format!("skipped {number} {} (podline files lists them)", reason.as_str()));
        }
    }
    (found.inputs, found.status)
}

/// As [`find`], in other paths than those of the command line, and leaves it to the caller to say what was passed over.
pub(super) fn find_in(options: &cli::Input, paths: &[PathBuf]) -> Found {
    if options.paths.is_empty() && is_piped_into() {
        hint("reading the current directory; to read what is piped in, name it: podline check -");
    }
    let walk = walk_options(options);
    let threads = options.threads.map_or(0, |threads| threads.get().min(MAX_THREADS));
    // Fails only where a pool exists already, which then serves.
    drop(rayon::ThreadPoolBuilder::new().num_threads(threads).build_global());
    let Discovered { mut inputs, problems, passed_over, left_out } = match discover(paths, &walk) {
        Ok(discovered) => discovered,
        Err(error) => {
            complain(&error.to_string());
            return Found { status: Status::Failed, ..Found::default() };
        }
    };
    for problem in &problems {
        complain(&format!("{}: {}", problem.display, problem.message));
    }
    if let Some(name) = &options.stdin_filename {
        inputs
            .iter_mut()
            .filter(|input| input.source == Source::Stdin)
            .for_each(|input| input.display.clone_from(name));
    }
    let mut status = if problems.is_empty() { Status::Clean } else { Status::Failed };
    // A hook that names files which the project excludes has nothing to do; anyone else gave a path for nothing.
    if inputs.is_empty() && problems.is_empty() && left_out == 0 {
        complain("no file to read: no *.yaml, *.yml or *.json in the paths given");
        status = Status::Failed;
    }
    Found { inputs, problems, passed_over, status }
}

/// What there is to report of something that was passed over.
pub(super) fn report_of(passed_over: &PassedOver) -> FileReport {
    let reason = match passed_over.why {
        Why::Outside(_) => SkipReason::Outside,
        Why::Special(_) => SkipReason::Special,
    };
    FileReport::of_passed_over(reason, passed_over.why.to_string())
}

/// The paths of the command line, or the working directory.
pub(super) fn paths(options: &cli::Input) -> Vec<PathBuf> {
    if options.paths.is_empty() { vec![PathBuf::from(".")] } else { options.paths.clone() }
}

/// How the paths are walked.
pub(super) fn walk_options(options: &cli::Input) -> WalkOptions {
    WalkOptions {
        exclude: options.exclude.clone(),
        force_exclude: options.force_exclude,
        as_walked: options.as_walked,
        no_ignore: options.no_ignore,
        noted: &NOTED,
    }
}

/// Files that were read already and cannot be read a second time: standard input, FIFOs and devices.
pub(super) type Kept = HashMap<Source, SourceFile>;

/// Reads a file, unless it was kept.
///
/// # Errors
/// A message for the user, with the file's name.
pub(super) fn read_or_kept<'k>(input: &Input, kept: &'k Kept) -> Result<Cow<'k, SourceFile>, String> {
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
pub(super) fn read_small<'k>(input: &Input, kept: &'k Kept, limit: u64) -> Result<Option<Cow<'k, SourceFile>>, String> {
    let path = match &input.source {
        Source::File(path) if !kept.contains_key(&input.source) => path,
        _ => return Ok(None),
    };
    let read = || -> io::Result<Option<Vec<u8>>> {
        let mut file = fs::File::open(path)?;
        // A FIFO, which has no size, cannot be opened a second time.
        let len = file.metadata()?.len();
        if len > LARGE.min(limit) {
            Ok(None)
        } else {
            read_all(&mut file, usize::try_from(len).unwrap_or_default()).map(Some)
        }
    };
    let bytes = read().transpose();
    bytes.map(|bytes| source_file(input, bytes).map(Cow::Owned)).transpose()
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
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Whether a file gives the same bytes when it is read again.
pub(super) fn is_read_again(source: &Source) -> bool {
    match source {
        Source::Stdin => false,
        Source::File(path) => fs::metadata(path).is_ok_and(|file| file.is_file()),
    }
}

/// Reads a file.
///
/// # Errors
/// A message for the user, with the file's name.
pub(super) fn read(input: &Input) -> Result<SourceFile, String> {
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
    // More than podline reads is refused by who is given it, and said to be too large.
    if !metadata.is_file() || metadata.len() <= LARGE || u32::try_from(metadata.len()).is_err() {
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

#[cfg(not(unix))]
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    fs::read(path)
}

fn source_file(input: &Input, bytes: io::Result<Vec<u8>>) -> Result<SourceFile, String> {
    let name = &input.display;
    let bytes = bytes.map_err(|error| format!("{name}: cannot be read: {error}"))?;
    SourceFile::new(name.as_str(), bytes).map_err(|message| format!("{name}: {message}"))
}

fn read_stdin() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
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
