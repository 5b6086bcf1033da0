//! What is said of pods that overlays change which were not built: their verdict is of what stands in their files.

use super::reporter::Reporter;
use crate::commands::terminal::hint;
use crate::verdict::FileReport;

impl Reporter<'_> {
    /// Names the templates that overlays change, where that is asked for.
    pub fn tell_overlays(&self, report: &FileReport) {
        if !self.is_verbose() {
            return;
        }
        for template in &report.templates {
            let said = [template.patched(), template.put_elsewhere()];
            self.progress.pause(|| said.iter().flatten().for_each(|said| hint(said)));
        }
    }

    /// Says how many templates overlays change, where they were not named.
    pub fn tell_counts_of_overlays(&self) {
        if self.options.quiet || self.options.verbose {
            return;
        }
        self.summary.overlaid.told().for_each(|told| hint(&format!("{told} (-v lists them)")));
    }
}
