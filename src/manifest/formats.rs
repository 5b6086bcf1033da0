//! Values that are text in a manifest and something narrower to the API server: quantities and timestamps.

use crate::yaml::de::{Format, Rules};
use crate::yaml::scalar::Scalar;
use crate::yaml::timestamp::is_rfc3339;

/// The newtypes of the API whose text Go parses, and k8s-openapi reads more loosely or not at all.
const FORMATS: &[Format] = &[
    Format {
        name: "Quantity",
        expected: "a quantity such as 100m or 1.5Gi",
        accepts: |value, raw| match value {
            Some(Scalar::Str(text)) => is_quantity(text.trim()),
            Some(Scalar::Int(_) | Scalar::UInt(_)) => true,
            // The number as JSON writes it is parsed once more; its exponent is always well-formed.
            Some(Scalar::Float(value)) => value.is_finite() || is_quantity(raw),
            Some(Scalar::Bool(_) | Scalar::Null) | None => false,
        },
        stand_in: None,
    },
    Format { name: "Time", expected: TIMESTAMP, accepts: |value, _| is_time(value), stand_in: Some(EPOCH) },
    Format { name: "MicroTime", expected: TIMESTAMP, accepts: |value, _| is_time(value), stand_in: Some(EPOCH) },
    // Free JSON of any depth, which nobody here reads.
    Format { name: "FieldsV1", expected: "a mapping", accepts: |_, _| true, stand_in: Some("") },
];

/// What decoding has to know of the API's types.
pub(crate) const RULES: &Rules =
    &Rules { formats: FORMATS, lists: &[], switches: &[], type_keys: &["apiVersion", "kind"], object_key: "metadata" };

const TIMESTAMP: &str = "a timestamp such as 2026-01-31T12:00:00Z";

/// Decoding needs some time where one stands; nothing reads it.
const EPOCH: &str = "1970-01-01T00:00:00Z";

fn is_time(value: Option<&Scalar<'_>>) -> bool {
    matches!(value, Some(Scalar::Str(text)) if is_rfc3339(text))
}

/// Whether a text is a resource quantity.
///
/// Source: `ParseQuantity` in `k8s.io/apimachinery/pkg/api/resource/quantity.go`.
pub fn is_quantity(text: &str) -> bool {
    if text.is_empty() {
        return false;
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(unsigned);
    let mut suffix = &unsigned[whole..];
    let mut fraction = 0;
    if let Some(after) = suffix.strip_prefix('.') {
        fraction = digits(after);
        suffix = &after[fraction..];
    }
    // A sign alone, a point alone and a bare suffix count as zero for Go in some places and not in others.
    let has_number = whole + fraction > 0 || suffix.len() == unsigned.len();
    has_number && is_suffix(suffix)
}

fn is_suffix(suffix: &str) -> bool {
    if matches!(suffix, "" | "n" | "u" | "m" | "k" | "M" | "G" | "T" | "P" | "E") {
        return true;
    }
    if matches!(suffix, "Ki" | "Mi" | "Gi" | "Ti" | "Pi" | "Ei") {
        return true;
    }
    let Some(exponent) = suffix.strip_prefix(['e', 'E']) else { return false };
    exponent.parse::<i64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_those_that_go_parses() {
        for good in ["0", "1", "-1", "+1.5Gi", "100m", ".5", "5.", "1e3", "1E3", "1E", "1e-3", "12k", "0Ki"] {
            assert!(is_quantity(good), "{good}");
        }
        for bad in ["", "1x", "1 Gi", "1Gib", "1e", "1ee3", "1.2.3", "1K", "ten", "1mi"] {
            assert!(!is_quantity(bad), "{bad}");
        }
    }
}
