//! What the policies of a run use, and those that take too much.

use std::collections::HashMap;
use std::sync::Arc;

use podline_policies::MOST_STEPS;
use rayon::prelude::*;

use super::Session;
use crate::engine::{Engines, Place};
use crate::finding::{self, Finding, ReportEntry};
use crate::rules::id;
use crate::source::discover::Input;
use crate::source::file::SourceFile;
use crate::verdict::FileReport;

impl Session {
    /// Counts from now on what policies use, and closes those that take more than these steps. Whoever judges files
    /// settles that.
    pub fn count_work(&self, most: Option<u64>) {
        let engines = self.all_engines();
        if engines.is_empty() {
            return;
        }
        let numbers = self.inputs.iter().enumerate().map(|(number, input)| (input.display.clone(), number));
        let numbers: Arc<HashMap<String, usize>> = Arc::new(numbers.collect());
        for engines in engines {
            engines.ledger().count(Arc::clone(&numbers), most.unwrap_or(MOST_STEPS));
        }
    }

    /// Judges all files, in whatever order; policies that take too much are closed.
    pub fn judge_all<T: Send>(&self, judge: impl Fn(&Input) -> T + Sync) -> Vec<T> {
        self.count_work(None);
        let mut judged: Vec<T> = self.inputs.par_iter().map(&judge).collect();
        if let Some((last, _)) = self.settle_work((self.inputs.len(), 0)) {
            let anew = judged.par_iter_mut().zip(&self.inputs).skip(last);
            anew.for_each(|(judged, input)| *judged = judge(input));
        }
        judged
    }

    /// Closes the policies that took too much on the objects before a place, all of which have been judged. What comes
    /// after the place that this gives is to be judged anew.
    pub fn settle_work(&self, before: Place) -> Option<Place> {
        self.all_engines().iter().filter_map(|engines| engines.ledger().settle(before)).min()
    }

    /// The number of a file of which work is counted.
    pub fn number_of(&self, input: &Input) -> usize {
        let number = |engines: &&Arc<Engines>| engines.ledger().number(&input.display);
        self.all_engines().first().and_then(number).unwrap_or_default()
    }

    /// A finding for each policy that takes too much, at its place in its file.
    pub fn overspent(&self) -> Vec<(Arc<SourceFile>, FileReport)> {
        let mut reports: Vec<(Arc<SourceFile>, FileReport)> = Vec::new();
        for engines in self.all_engines() {
            for spent in engines.ledger().spent() {
                let Some(document) = engines.loaded().document(spent.document) else { continue };
                let message = format!(
                    "{} \"{}\" takes more than the {} steps that a policy may use in a run: it was not asked about anything \
                     after {}",
                    document.kind,
                    document.name,
                    engines.ledger().most(),
                    spent.object
                );
                let finding = Finding::at(id::OVER_BUDGET, document.locate(&[]), message);
                let entry = ReportEntry::from(finding.build());
                if let Some((_, report)) = reports.iter_mut().find(|(file, _)| file.name() == document.file.name()) {
                    report.findings.push(entry);
                } else {
                    let report = FileReport { findings: vec![entry], ..FileReport::default() };
                    reports.push((Arc::clone(&document.file), report));
                }
            }
        }
        for (file, report) in &mut reports {
            report.findings.sort_by_key(|finding| finding.location.span.start);
            finding::identify(&mut report.findings, file.name());
        }
        reports
    }

    /// The engines of all configurations, each once.
    fn all_engines(&self) -> Vec<&Arc<Engines>> {
        let mut all: Vec<&Arc<Engines>> = Vec::new();
        for engines in self.bases().filter_map(|basis| basis.options.engines.as_ref()) {
            if !all.iter().any(|known| Arc::ptr_eq(known, engines)) {
                all.push(engines);
            }
        }
        all
    }
}
