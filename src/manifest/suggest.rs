//! "Did you mean": the name that was probably meant.

/// The candidate nearest to `name`, if one is near enough to be what was meant.
///
/// Another casing is always near. Else one change is near for a short name and one in four letters for a long one.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let lower = name.to_lowercase();
    let limit = (name.chars().count() / 4).clamp(1, 4);
    let distance = |candidate: &str| strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
    candidates
        .into_iter()
        // A long name is no misspelling of a short one, and comparing them would cost.
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= limit)
        .map(|candidate| (distance(candidate), candidate))
        .filter(|&(distance, _)| distance <= limit)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_casing_and_a_slip_of_the_finger_are_near() {
        assert_eq!(nearest("runasnonroot", ["runAsUser", "runAsNonRoot"]), Some("runAsNonRoot"));
        assert_eq!(nearest("securtyContext", ["securityContext"]), Some("securityContext"));
        assert_eq!(nearest("privileged", ["procMount", "image"]), None);
    }
}
