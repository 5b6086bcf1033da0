//! How fast each stage of the pipeline is, alone and on one thread: `cargo bench`.
//!
//! The input is the corpus beside the project, or the fixtures many times over in a clone alone. What the whole program
//! needs, compared with ripgrep, is told by `benches/compare.sh`, and in instructions by `benches/instructions.sh`.
#![allow(clippy::print_stdout, reason = "a benchmark tells what it counted")]
#![allow(clippy::unwrap_used, reason = "without its input a benchmark makes no sense")]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use podline::lint::{Options, lint};
use podline::manifest::object::objects;
use podline::manifest::template::row_of;
use podline::manifest::typed;
use podline::report::{concise, json};
use podline::source::file::SourceFile;
use podline::verdict::FileReport;
use podline::yaml::parse::{parse, parse_fast, parse_with_libyaml};
use podline::yaml::split::{Piece, split};
use podline::yaml::tree::Tree;

/// A lone clone has few manifests: they are read so many times.
const REPEATS: usize = 50;

fn main() {
    let pieces = INPUT.iter().flat_map(|file| split(file).into_iter().map(move |piece| (file, piece)));
    let yaml: Vec<_> = pieces.filter(|(_, piece)| matches!(piece, Piece::Yaml(_))).collect();
    let slow = yaml.iter().filter(|(file, piece)| parse_fast(file, piece).is_none()).count();
    #[allow(clippy::cast_precision_loss)]
    let share = 100.0 * slow as f64 / yaml.len() as f64;
    println!(
        "{} files, {} bytes; {slow} of {} YAML documents take the slow path ({share:.2} %)",
        INPUT.len(),
        bytes(),
        yaml.len()
    );
    divan::main();
}

/// The files, decoded.
static INPUT: LazyLock<Vec<SourceFile>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = root.join("../shared/corpus");
    let (directory, repeats) = if corpus.exists() { (corpus, 1) } else { (root.join("fixtures"), REPEATS) };
    let mut files = Vec::new();
    for entry in ignore::WalkBuilder::new(directory).standard_filters(false).sort_by_file_path(Ord::cmp).build() {
        let path = entry.unwrap().into_path();
        if path.extension().is_some_and(|end| end == "yaml" || end == "yml" || end == "json") {
            let text = fs::read(&path).unwrap();
            for _ in 0..repeats {
                files.push(SourceFile::new(path.display().to_string(), text.clone()).unwrap());
            }
        }
    }
    files
});

static TREES: LazyLock<Vec<Tree<'static>>> = LazyLock::new(|| {
    let pieces = INPUT.iter().flat_map(|file| split(file).into_iter().map(move |piece| (file, piece)));
    pieces.filter_map(|(file, piece)| parse(file, &piece).ok()).collect()
});

static REPORTS: LazyLock<Vec<(&'static str, FileReport)>> =
    LazyLock::new(|| INPUT.iter().map(|file| (file.name(), lint(file, false, &Options::default()))).collect());

fn bytes() -> usize {
    INPUT.iter().map(|file| file.text().len()).sum()
}

/// Measures a run over the whole input.
fn over_all<R>(bencher: Bencher<'_, '_>, run: impl Fn() -> R + Sync) {
    bencher.counter(BytesCount::new(bytes())).bench(|| black_box(run()));
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn stage_1_split(bencher: Bencher<'_, '_>) {
    over_all(bencher, || INPUT.iter().map(|file| split(file).len()).sum::<usize>());
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn stage_2_parse(bencher: Bencher<'_, '_>) {
    over_all(bencher, || {
        INPUT.iter().map(|file| split(file).iter().filter(|p| parse(file, p).is_ok()).count()).sum::<usize>()
    });
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn stage_2_parse_with_libyaml_alone(bencher: Bencher<'_, '_>) {
    let read = |file: &SourceFile, piece: &Piece| match piece {
        Piece::Yaml(span) => parse_with_libyaml(file, *span).is_ok(),
        other => parse(file, other).is_ok(),
    };
    over_all(bencher, || INPUT.iter().map(|file| split(file).iter().filter(|p| read(file, p)).count()).sum::<usize>());
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn stage_3_decode(bencher: Bencher<'_, '_>) {
    let decode = |tree: &Tree<'_>| {
        let found = tree.root().map(|root| objects(tree, root)).unwrap_or_default();
        let decoded = found.objects.iter().map(|object| typed::decode(tree, object, row_of(object)));
        decoded.map(|decoded| decoded.templates.len()).sum::<usize>()
    };
    over_all(bencher, || TREES.iter().map(decode).sum::<usize>());
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn stages_1_to_4_check(bencher: Bencher<'_, '_>) {
    over_all(bencher, || INPUT.iter().map(|file| lint(file, false, &Options::default()).findings.len()).sum::<usize>());
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn stage_5_report_concise(bencher: Bencher<'_, '_>) {
    over_all(bencher, || REPORTS.iter().map(|(name, report)| concise::render(name, report).len()).sum::<usize>());
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn stage_5_report_json(bencher: Bencher<'_, '_>) {
    let all = || {
        let mut all = json::Fragments::default();
        REPORTS.iter().for_each(|(name, report)| all.extend(&json::fragments(name, report)));
        all
    };
    over_all(bencher, all);
}
