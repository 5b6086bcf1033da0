//! Whatever the bytes: a document is read, or answered with an error that points into it, and the reader of the common
//! subset makes the very tree that libyaml-safer makes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podline::source::file::SourceFile;
use podline::yaml::parse::{parse, parse_fast, parse_with_libyaml};
use podline::yaml::split::{Piece, split};

fuzz_target!(|bytes: &[u8]| {
    podline_fuzz::let_podline_catch();
    let Ok(file) = SourceFile::new("a.yaml", bytes.to_vec()) else { return };
    let mut end = 0;
    for piece in split(&file) {
        let span = piece.span();
        assert!(span.start >= end && file.text().get(span.range()).is_some(), "pieces in order: {piece:?}");
        end = span.start;
        if let Err(error) = parse(&file, &piece) {
            assert!(file.text().get(error.span.range()).is_some(), "{error:?}");
            assert!(error.span.start >= span.start, "{error:?}");
        }
        let (Piece::Yaml(span), Some(fast)) = (&piece, parse_fast(&file, &piece)) else { continue };
        assert_eq!(fast, parse_with_libyaml(&file, *span));
    }
});
