//! What is said of pods that overlays change which were not built: their verdict is of what stands in their files.

use super::reporter::Reporter;
use crate::commands::terminal::hint;
use crate::report::summary::count;
use crate::verdict::FileReport;

/// How many pod templates overlays change.
#[derive(Default)]
pub(super) struct Overlaid {
    /// Those that are patched.
    patched: usize,
    /// Those that are put into other namespaces than the one in which they were judged.
    put_elsewhere: usize,
}

impl Reporter<'_> {
    /// Counts the templates that overlays change, and names them where that is asked for.
    pub fn tell_overlays(&mut self, report: &FileReport) {
        for template in &report.templates {
            let (patched, put) = (template.patched(), template.put_elsewhere());
            self.overlaid.patched += usize::from(patched.is_some());
            self.overlaid.put_elsewhere += usize::from(put.is_some());
            if self.is_verbose() {
                self.progress.pause(|| [patched, put].iter().flatten().for_each(|said| hint(said)));
            }
        }
    }

    /// Says how many templates overlays change, where they were not named.
    pub fn tell_counts_of_overlays(&self) {
        if self.options.quiet || self.options.verbose {
            return;
        }
        let Overlaid { patched, put_elsewhere } = self.overlaid;
        let told = |number: usize, what: &str| {
            if number > 0 {
                let (templates, are) = (count(number, "pod template"), if number == 1 { "is" } else { "are" });
                hint(&format!("{templates} {are} {what} (-v lists them)"));
            }
        };
        told(patched, "patched by kustomizations that were not built");
        told(put_elsewhere, "put into other namespaces by kustomizations that were not built");
    }
}
