//! Repairs over real manifests: what they reach, and what they never do.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use podline::fix::{self, Fault, Repairs};
use podline::lint::{Options, lint};
use podline::source::file::SourceFile;
use podline::verdict::FileReport;
use support::shared;

/// What became of the templates that were denied.
#[derive(Default)]
struct Count {
    files: usize,
    denied: usize,
    allowed: usize,
    /// The checks that still refuse, with how many templates.
    left: BTreeMap<String, usize>,
}

impl Count {
    fn add(&mut self, before: &FileReport, after: &FileReport) {
        self.files += 1;
        for (old, new) in before.templates.iter().zip(&after.templates) {
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
fn mend(name: &str, bytes: Vec<u8>, count: &mut Count) {
    let options = Options::default();
    let file = SourceFile::new(name, bytes.clone()).expect("a small file");
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
    for finding in before.findings.iter().enumerate().filter(|(at, f)| f.is_fixable() && !fixed.findings.contains(at)) {
        println!("NOTFIXED {name} {} {}", finding.1.rule, finding.1.path);
    }
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
        mend(&name, bytes, &mut count);
    }
    println!(
        "{} files: {} of {} denied templates are allowed; left: {:#?}",
        count.files, count.allowed, count.denied, count.left
    );
    assert!(count.denied > 1000 && count.allowed * 10 >= count.denied * 9);
}
