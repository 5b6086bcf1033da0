//! What a text says of settings of pods, line by line: for texts of template languages, which nobody can read as YAML.

use super::unfilled::may_become_another;
use crate::manifest::search::speaks_of_containers;

/// How the marks of template languages begin.
const MARKS: [&str; 3] = ["{{", "{%", "<%"];

/// What the lines of a text say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Speech {
    /// Something that a level forbids.
    pub forbids: bool,
    /// A setting whose value somebody fills in.
    pub is_open: bool,
}

impl Speech {
    /// What is said in a text that speaks of containers too; in any other, such words mean something else.
    pub fn of(text: &str) -> Self {
        let mut speech = Self::default();
        if !speaks_of_containers(text) {
            return speech;
        }
        let (mut is_of_pod, mut adds) = (false, false);
        for line in text.lines() {
            let line = line.trim_start().trim_start_matches("- ");
            let Some((key, value)) = line.split_once(':') else { continue };
            let (key, value) = (key.trim_matches(['"', '\'', ' ']), value.trim().trim_end_matches(','));
            is_of_pod |= matches!(key, "containers" | "initContainers" | "securityContext");
            let is_open = !value.is_empty() && may_become_another(value);
            let value = value.trim_matches(['"', '\'']);
            let (is_setting, forbids) = match key {
                "hostNetwork" | "hostPID" | "hostIPC" | "privileged" | "allowPrivilegeEscalation" => {
                    (true, value == "true")
                }
                "runAsUser" => (true, value == "0"),
                "runAsNonRoot" => (true, value == "false"),
                "procMount" => (true, value == "Unmasked"),
                "hostPath" => (true, !is_open),
                "add" => (adds, adds && !is_open),
                _ => (false, false),
            };
            speech.forbids |= forbids;
            speech.is_open |= is_setting && is_open;
            adds = matches!(key, "capabilities") || adds && key == "drop";
        }
        if is_of_pod { speech } else { Self::default() }
    }

    /// Whether it says anything.
    pub fn says_something(self) -> bool {
        self.forbids || self.is_open
    }
}

/// Whether a text has the marks of a template language.
pub(super) fn has_marks(text: &str) -> bool {
    MARKS.iter().any(|mark| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some())
}
