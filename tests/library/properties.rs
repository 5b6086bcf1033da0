//! What holds for every input, whatever its bytes.

use std::collections::BTreeSet;

use podline::lint::{Options, lint};
use podline::source::file::SourceFile;
use podline::verdict::FileReport;
use proptest::prelude::*;

fn judge(bytes: Vec<u8>, named: bool) -> (SourceFile, FileReport) {
    let file = SourceFile::new("a.yaml", bytes).expect("a small file");
    let report = lint(&file, named, &Options::default());
    (file, report)
}

/// Every place lies in the text, on one line, and no two findings are taken for one.
fn places_are_sound(file: &SourceFile, report: &FileReport) {
    let mut fingerprints = BTreeSet::new();
    for finding in &report.findings {
        let mut places = vec![&finding.location];
        places.extend(finding.related.iter().map(|related| &related.location));
        for place in places {
            assert!(file.text().get(place.span.range()).is_some(), "{finding:?}");
            assert_eq!(place.start, file.position(place.span.start));
            assert_eq!(place.start.line, place.end.line);
            assert!(place.start.column <= place.end.column);
        }
        assert!(fingerprints.insert(&finding.fingerprint), "{finding:?}");
    }
}

/// Pieces of which manifests, and the odd corners of YAML, are made.
fn soup() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "apiVersion: v1\n",
        "kind: Pod\n",
        "kind: List\n",
        "items:\n",
        "- ",
        "spec:\n",
        "  ",
        "    ",
        "containers:\n",
        "name: a\n",
        "image: b\n",
        "securityContext:\n",
        "privileged: yes\n",
        "&x ",
        "*x",
        "<<: ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        ": ",
        "\"",
        "'",
        "|\n",
        ">-\n",
        "#",
        "---\n",
        "...\n",
        "!!str ",
        "!a,",
        "!!binary ",
        "? ",
        "\t",
        "\r",
        "\r\n",
        "\n",
        "\u{feff}",
        "\u{85}",
        "é",
        "\\'",
        "\\/",
        "%YAML 1.1\n",
        "0x1F",
        ".inf",
        "metadata: {name: a}\n",
        "\u{0}",
        "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"spec\":{\"hostPID\":true}}",
    ]);
    prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn arbitrary_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..300), named: bool) {
        let (file, report) = judge(bytes, named);
        places_are_sound(&file, &report);
    }

    #[test]
    fn a_soup_of_manifests_and_odd_yaml_is_answered(text in soup(), named: bool) {
        let (file, report) = judge(text.into_bytes(), named);
        places_are_sound(&file, &report);
    }

    #[test]
    fn what_stands_after_a_separator_is_judged_whatever_stands_before(text in soup()) {
        let pod = "{apiVersion: v1, kind: Pod, metadata: {name: last}, spec: {hostPID: true}}\n";
        let (_, report) = judge(format!("{text}\n---\n{pod}").into_bytes(), true);
        let last = report.templates.last().map(|template| template.object.name.clone());
        prop_assert_eq!(last.as_deref(), Some("last"));
    }
}
