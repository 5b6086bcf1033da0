//! Repairs over real manifests: what they reach, and what they never do.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::support::shared;
use podline::finding::ReportEntry;
use podline::fix::{self, Fault, Repairs};
use podline::lint::{Options, lint};
use podline::source::file::SourceFile;
use podline::verdict::{FileReport, Verdict};

/// What became of the templates that were denied, those apart to which a controller adds.
#[derive(Default)]
struct Count {
    files: usize,
    /// Templates to which a controller adds, and of which some check fails.
    partial: usize,
    /// Those of them of which none does any more.
    mended: usize,
    denied: usize,
    allowed: usize,
    /// The checks that still refuse, with how many templates.
    left: BTreeMap<String, usize>,
    /// Findings that were called fixable, and whose place could not be edited.
    unedited: usize,
}

impl Count {
    fn add(&mut self, before: &FileReport, after: &FileReport) {
        self.files += 1;
        for (old, new) in before.templates.iter().zip(&after.templates).filter(|(old, _)| !old.complete) {
            let fails = |verdict: &Verdict| !verdict.checks.is_empty();
            self.partial += usize::from(fails(&old.verdicts[0]));
            self.mended += usize::from(fails(&old.verdicts[0]) && !fails(&new.verdicts[0]));
        }
        for (old, new) in before.templates.iter().zip(&after.templates).filter(|(old, _)| old.complete) {
            let (old, new) = (&old.verdicts[0], &new.verdicts[0]);
            if old.allowed != Some(false) {
                continue;
            }
            self.denied += 1;
            self.allowed += usize::from(new.allowed == Some(true));
            for check in &new.checks {
                *self.left.entry(check.id.to_owned()).or_default() += 1;
            }
        }
    }
}

/// Mends a file and checks what must hold of every repair.
fn mend(name: &str, bytes: &[u8], count: &mut Count) {
    let options = Options::default();
    let file = SourceFile::new(name, bytes.to_vec()).expect("a small file");
    let before = lint(&file, false, &options);
    let fixed = match fix::apply(&file, &before.findings, Repairs::All) {
        Err(Fault::Encoding(_)) => return,
        fixed => fixed.unwrap_or_else(|fault| panic!("{name}: {fault}")),
    };
    assert_eq!(fixed.findings.is_empty(), fixed.text.as_bytes() == bytes, "{name}: only what has findings changes");
    let new = SourceFile::new(name, fixed.text.clone().into_bytes()).expect("a small file");
    let after = lint(&new, false, &options);
    fix::is_no_worse(&before, &after).unwrap_or_else(|worse| panic!("{name}: {worse}"));
    let again = fix::apply(&new, &after.findings, Repairs::All).expect("a second run");
    assert_eq!(again.text, fixed.text, "{name}: a second run changes nothing");
    let is_left = |(at, finding): &(usize, &ReportEntry)| finding.is_fixable() && !fixed.findings.contains(at);
    count.unedited += before.findings.iter().enumerate().filter(is_left).count();
    count.add(&before, &after);
}

fn files(root: PathBuf) -> impl Iterator<Item = (String, Vec<u8>)> {
    let mut walk = ignore::WalkBuilder::new(&root);
    let walk = walk.sort_by_file_name(Ord::cmp).build().map(|entry| entry.expect("an entry"));
    walk.filter_map(move |entry| {
        let name = entry.path().strip_prefix(&root).expect("below the root").display().to_string();
        Some((name, fs::read(entry.path()).ok()?))
    })
}

#[test]
fn nine_of_ten_denied_templates_of_the_corpus_are_allowed_after_their_repair() {
    let Some(corpus) = shared("corpus") else { return };
    let mut count = Count::default();
    for (name, bytes) in files(corpus) {
        mend(&name, &bytes, &mut count);
    }
    let Count { files, partial, mended, denied, allowed, left, unedited } = count;
    println!("{mended} of {partial} templates to which a controller adds lack nothing after their repair");
    assert!(partial > 700 && mended * 10 >= partial * 6, "{mended} of {partial}");
    println!("{files} files: {allowed} of {denied} denied templates are allowed; what refuses the others: {left:#?}");
    assert!(denied > 2500 && allowed * 10 >= denied * 9, "{allowed} of {denied}");
    // Volumes have no one right answer, nor have ports of a host without a port of the container.
    let others: usize = left.iter().filter(|(check, _)| *check != "restrictedVolumes").map(|(_, count)| count).sum();
    assert!(others * 20 < denied, "{left:?}");
    assert_eq!(unedited, 0, "what is called fixable is fixed");
}

#[test]
fn the_fixtures_are_mended_as_the_corpus_is() {
    let mut count = Count::default();
    for folder in ["cases", "custom", "example", "kustomize"] {
        for (name, bytes) in files(crate::support::fixture(folder)) {
            mend(&name, &bytes, &mut count);
        }
    }
    assert!(count.files > 70 && count.denied > 40, "{} denied in {} files", count.denied, count.files);
    assert_eq!(count.unedited, 0);
}
