//! What loosens a floor beside configurations: a `.podlineignore` below it that leaves something out.
//!
//! A `.gitignore` leaves out only what git does not track, which is no part of a change. What the floor's own directory, or
//! one above it, has in its ignore files is said by whoever owns the floor.

use std::path::Path;
use std::sync::Arc;

use super::ask::{Ask, Choice};
use crate::config::load::{self, Decision, shown};
use crate::problem::{About, Problem};
use crate::source::confine::Given;
use crate::source::discover::{Glob, PODLINE_IGNORE, PassedOver, Why};
use crate::source::file::SourceFile;
use crate::source::path::{normal, read_regular};

/// What of that a walk has passed over is due to ignore files below a floor: an error for each of these files.
pub fn by_ignore_files(ask: &Ask, passed_over: &[PassedOver]) -> Vec<Problem> {
    if !matches!(ask.choice, Choice::Nearest) {
        return Vec::new();
    }
    let mut found: Vec<(&Arc<Glob>, Vec<&str>)> = Vec::new();
    for one in passed_over {
        let Why::Ignored(glob) = &one.why else { continue };
        if !Path::new(&glob.place).ends_with(PODLINE_IGNORE) {
            continue;
        }
        match found.iter_mut().rfind(|(known, _)| known.place == glob.place) {
            Some((_, left_out)) => left_out.push(&one.display),
            None => found.push((glob, vec![&one.display])),
        }
    }
    found.into_iter().filter_map(|(glob, left_out)| loosening(glob, &left_out, &ask.around)).collect()
}

fn loosening(glob: &Glob, left_out: &[&str], around: &Given) -> Option<Problem> {
    let path = normal(Path::new(&glob.place));
    let floor = load::floor_above(&path, around)?;
    let by = floor.decided.iter().find(|one| one.key == "floor").map(Decision::place);
    let by = by.map(|by| format!(": the floor is {by}")).unwrap_or_default();
    let (first, more) = (left_out.first()?, left_out.len() - 1);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let message = format!("{:?} leaves out what the floor judges, {first}{more}{by}", glob.text);
    // It was read by the walk.
    let file = Arc::new(SourceFile::new(shown(&path), read_regular(&path).ok()?).ok()?);
    let text = glob.text.trim_end_matches('…');
    let line = file.text().lines().position(|line| line.starts_with(text)).map_or(1, |at| at + 1);
    let span = file.line_span(line);
    Some(Problem::at(About::Configuration, &file, span, message))
}
