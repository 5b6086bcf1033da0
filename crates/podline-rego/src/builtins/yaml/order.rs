//! The order of keys: letters by themselves, digits as numbers.
//!
//! Source: go.yaml.in/yaml/v2 `sorter.go`.

use std::collections::VecDeque;

use podline_cel::go::{is_digit, is_letter};

/// Sorts by keys. The order has circles in places, so the sorts of the standard library are not for it.
pub(super) fn sorted<T>(entries: Vec<(String, T)>) -> Vec<(String, T)> {
    let mut runs: VecDeque<Vec<(String, T)>> = entries.into_iter().map(|entry| vec![entry]).collect();
    while runs.len() > 1 {
        let (first, second) = (runs.pop_front().unwrap_or_default(), runs.pop_front().unwrap_or_default());
        runs.push_back(merge(first, second));
    }
    runs.pop_front().unwrap_or_default()
}

fn merge<T>(first: Vec<(String, T)>, second: Vec<(String, T)>) -> Vec<(String, T)> {
    let mut merged = Vec::with_capacity(first.len() + second.len());
    let (mut first, mut second) = (first.into_iter().peekable(), second.into_iter().peekable());
    loop {
        let take_second = match (first.peek(), second.peek()) {
            (Some((a, _)), Some((b, _))) => is_less(b, a),
            (None, Some(_)) => true,
            (Some(_), None) => false,
            (None, None) => return merged,
        };
        merged.extend(if take_second { second.next() } else { first.next() });
    }
}

fn is_less(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let Some(at) = a.iter().zip(&b).position(|(a, b)| a != b) else { return a.len() < b.len() };
    match (is_letter(a[at]), is_letter(b[at])) {
        (true, true) => return a[at] < b[at],
        (true, false) => return false,
        (false, true) => return true,
        (false, false) => {}
    }
    // Behind other digits a zero is not the first of a number.
    let mut lead = 0i64;
    if a[at] == '0' || b[at] == '0' {
        lead = i64::from(a[..at].iter().rev().take_while(|c| is_digit(**c)).any(|c| *c != '0'));
    }
    let number = |chars: &[char]| {
        let digits = chars[at..].iter().take_while(|c| is_digit(**c));
        digits.fold((lead, at), |(number, end), c| {
            let digit = i64::from(u32::from(*c)) - i64::from(u32::from('0'));
            (number.wrapping_mul(10).wrapping_add(digit), end + 1)
        })
    };
    let ((a_number, a_end), (b_number, b_end)) = (number(&a), number(&b));
    (a_number, a_end, a[at]) < (b_number, b_end, b[at])
}
