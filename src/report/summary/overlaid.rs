//! Pod templates that kustomizations change which were not built: their verdict is of what stands in their files.

use super::{Summary, count};
use crate::verdict::FileReport;

/// How many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overlaid {
    /// Those that are patched.
    pub patched: usize,
    /// Those that are put into other namespaces than the one in which they were judged.
    pub put_elsewhere: usize,
}

impl Summary {
    /// Counts the templates of a file that kustomizations change.
    pub(super) fn add_overlaid(&mut self, report: &FileReport) {
        let Overlaid { patched, put_elsewhere } = &mut self.overlaid;
        *patched += report.templates.iter().filter(|template| !template.patched_by.is_empty()).count();
        *put_elsewhere += report.templates.iter().filter(|template| !template.put_into.is_empty()).count();
    }
}

impl Overlaid {
    /// What is to be said of them, a sentence each.
    pub fn told(self) -> impl Iterator<Item = String> {
        let counts = [
            (self.patched, "patched by kustomizations that were not built"),
            (self.put_elsewhere, "put into other namespaces by kustomizations that were not built"),
        ];
        counts.into_iter().filter(|(number, _)| *number > 0).map(|(number, what)| {
            let are = if number == 1 { "is" } else { "are" };
            format!("{} {are} {what}", count(number, "pod template"))
        })
    }
}
