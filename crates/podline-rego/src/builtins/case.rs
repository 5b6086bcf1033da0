//! Letters in the other case, as Go's `unicode.ToLower` and `ToUpper` have them: one for one.

/// The letter in lower case.
pub(super) fn lower(c: char) -> char {
    match c {
        // In full it would be two.
        '\u{130}' => 'i',
        c => single(c.to_lowercase(), c),
    }
}

/// The letter in upper case.
pub(super) fn upper(c: char) -> char {
    match u32::from(c) {
        // Greek letters with an iota below, which in full would stand beside.
        code @ (0x1f80..=0x1f87 | 0x1f90..=0x1f97 | 0x1fa0..=0x1fa7) => char::from_u32(code + 8).unwrap_or(c),
        code @ (0x1fb3 | 0x1fc3 | 0x1ff3) => char::from_u32(code + 9).unwrap_or(c),
        _ => single(c.to_uppercase(), c),
    }
}

/// What has no single counterpart stays.
fn single(mut all: impl Iterator<Item = char>, c: char) -> char {
    match (all.next(), all.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_changed_one_for_one() {
        assert_eq!("ıİΣǅ".chars().map(lower).collect::<String>(), "ıiσǆ");
        assert_eq!("ßŉᾀᾈﬀΐᾳıǆσς".chars().map(upper).collect::<String>(), "ßŉᾈᾈﬀΐᾼIǄΣΣ");
    }
}
