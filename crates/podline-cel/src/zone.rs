//! Time zones by name.

/// Seconds east of UTC in the zone `name` at a moment; nothing if there is no such zone.
pub(crate) fn offset(name: &str, _seconds: i64) -> Option<i64> {
    matches!(name, "" | "UTC").then_some(0)
}
