//! "Did you mean": the name that was probably meant.

/// The candidate nearest to `name`, if one is near enough to be what was meant.
///
/// Another casing is always near. Else one change is near for a short name and one in four letters for a long one.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let length = name.chars().count();
    let limit = (length / 4).clamp(1, 4);
    // A long name is no misspelling of a short one, and comparing them would cost.
    let mut candidates =
        candidates.into_iter().filter(|candidate| candidate.len().abs_diff(length) <= limit).peekable();
    candidates.peek()?;
    let lower = name.to_lowercase();
    let distance = |candidate: &str| strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
    candidates
        .filter(|candidate| have_letters_in_common(name, candidate, limit))
        .map(|candidate| (distance(candidate), candidate))
        .filter(|&(distance, _)| distance <= limit)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// Whether so few letters of one name are not in the other that it may be `limit` changes away. Costs less than to compare.
fn have_letters_in_common(one: &str, other: &str, limit: usize) -> bool {
    if !one.is_ascii() || !other.is_ascii() {
        return true;
    }
    let mut counts = [0i32; 128];
    one.bytes().for_each(|byte| counts[usize::from(byte.to_ascii_lowercase())] += 1);
    other.bytes().for_each(|byte| counts[usize::from(byte.to_ascii_lowercase())] -= 1);
    // A change removes one letter of each at most.
    let differing: u32 = counts.iter().map(|count| count.unsigned_abs()).sum();
    differing as usize <= 2 * limit
}

/// The candidate that `name` differs from by its casing, by a plural, or by one slip among its small letters.
///
/// For names among others that nobody here knows: `VMAgent` and `VLAgent`, `KafkaConnect` and `KafkaConnector` are no
/// slips of each other.
pub fn slip<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let have_same_capitals = |one: &str, other: &str| {
        let [one, other] = [one, other].map(|text| text.bytes().filter(u8::is_ascii_uppercase));
        one.eq(other)
    };
    let is_plural = |candidate: &str| {
        ["s", "es"].iter().any(|end| name.strip_suffix(end).is_some_and(|name| name.eq_ignore_ascii_case(candidate)))
    };
    let is_slip = |candidate: &str| {
        candidate.len().abs_diff(name.len()) <= 1
            && have_same_capitals(candidate, name)
            && have_letters_in_common(candidate, name, 1)
            && strsim::damerau_levenshtein(name, candidate) == 1
    };
    candidates.into_iter().find(|one| name.eq_ignore_ascii_case(one) || is_plural(one) || is_slip(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_casing_and_a_slip_of_the_finger_are_near() {
        assert_eq!(nearest("runasnonroot", ["runAsUser", "runAsNonRoot"]), Some("runAsNonRoot"));
        assert_eq!(nearest("securtyContext", ["securityContext"]), Some("securityContext"));
        assert_eq!(nearest("\u{a0}Pod", ["Pod"]), Some("Pod"), "a letter of two bytes is one");
        assert_eq!(nearest("privileged", ["procMount", "image"]), None);
    }

    #[test]
    fn one_slip_a_plural_and_another_casing_are_slips_and_other_names_are_not() {
        let known = ["Rollout", "CronWorkflow", "VMAgent", "KafkaConnect"];
        for (name, meant) in [
            ("Rolout", "Rollout"),
            ("Rollotu", "Rollout"),
            ("rollout", "Rollout"),
            ("CronWorkflows", "CronWorkflow"),
            ("Cronworkflow", "CronWorkflow"),
        ] {
            assert_eq!(slip(name, known), Some(meant), "{name}");
        }
        for name in ["VLAgent", "KafkaConnector", "Workflow", "RolloutManager"] {
            assert_eq!(slip(name, known), None, "{name}");
        }
    }
}
