//! Places in a manifest: one number for each value of it that was read.

use std::fmt;

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step<'a> {
    /// The key of a map.
    Key(&'a str),
    /// The index in a list.
    Index(usize),
}

/// The place of a value in the manifest. The root is 0.
pub(crate) type Place = u32;

/// The place of what stands in no manifest.
pub(crate) const NOWHERE: Place = Place::MAX;

/// The root of the manifest.
pub(crate) const ROOT: Place = 0;

/// Every place that was read: its parent, and the step from there. The keys share one string.
#[derive(Debug, Default)]
pub(crate) struct Places {
    entries: Vec<Entry>,
    keys: String,
}

#[derive(Debug)]
struct Entry {
    parent: Place,
    /// Where the key begins, or the index.
    start: u32,
    /// In bytes; `INDEX` for a step into a list.
    length: u32,
}

const INDEX: u32 = u32::MAX;

impl Places {
    /// The place below `parent` that `step` leads to.
    ///
    /// A manifest of four billion values has no places beyond them; what stands there counts as unwritten.
    pub fn below(&mut self, parent: Place, step: Step<'_>) -> Place {
        if self.entries.is_empty() {
            self.entries.push(Entry { parent: ROOT, start: 0, length: 0 });
        }
        let (start, length) = match step {
            Step::Key(key) => (u32::try_from(self.keys.len()), u32::try_from(key.len()).unwrap_or(INDEX)),
            Step::Index(index) => (u32::try_from(index), INDEX),
        };
        let (Ok(start), Ok(place)) = (start, Place::try_from(self.entries.len())) else { return NOWHERE };
        if parent == NOWHERE || place == NOWHERE {
            return NOWHERE;
        }
        if let Step::Key(key) = step {
            self.keys.push_str(key);
        }
        self.entries.push(Entry { parent, start, length });
        place
    }

    /// The path from the root of the manifest to a place.
    pub fn path(&self, mut place: Place) -> Vec<Step<'_>> {
        let mut steps = Vec::new();
        while place != ROOT {
            let Some(entry) = self.entries.get(place as usize) else { break };
            steps.push(match entry.length {
                INDEX => Step::Index(entry.start as usize),
                length => {
                    let start = entry.start as usize;
                    Step::Key(self.keys.get(start..start + length as usize).unwrap_or_default())
                }
            });
            place = entry.parent;
        }
        steps.reverse();
        steps
    }
}

/// Writes a path as podline's reports do: `spec.containers[0].image`, `metadata.annotations["a.b/c"]`.
pub(crate) struct Display<'a>(pub &'a [Step<'a>]);

impl fmt::Display for Display<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(at) => write!(f, "[{at}]")?,
                Step::Key(key) if is_plain(key) && index == 0 => f.write_str(key)?,
                Step::Key(key) if is_plain(key) => write!(f, ".{key}")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
            }
        }
        Ok(())
    }
}

fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}
