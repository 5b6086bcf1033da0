//! What was not judged, and why.

/// Why something was not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SkipReason {
    /// No document with apiVersion and kind.
    NotManifest,
    /// A template of Helm or another tool, not its result.
    Unrendered,
    /// A patch of kustomize: a part of an object.
    Patch,
    /// Encrypted by SOPS.
    Encrypted,
    /// A policy, a schema or a review, in which a pod is a pattern.
    Policy,
    /// An ignore file, `--exclude` or a configuration has it left out. A directory stands for all that is in it.
    Ignored,
    /// A hidden directory of a tool.
    Hidden,
    /// A link that leads out of the repository, or out of the directory that was named.
    Outside,
    /// A named pipe, a socket, a device, or a link that leads in a circle.
    Special,
    /// A link to something that is read.
    Linked,
}

impl SkipReason {
    /// Every reason.
    pub const ALL: [SkipReason; 10] = [
        SkipReason::NotManifest,
        SkipReason::Unrendered,
        SkipReason::Patch,
        SkipReason::Encrypted,
        SkipReason::Policy,
        SkipReason::Ignored,
        SkipReason::Hidden,
        SkipReason::Outside,
        SkipReason::Special,
        SkipReason::Linked,
    ];

    /// The name that reports and options use.
    pub fn as_str(self) -> &'static str {
        match self {
            SkipReason::NotManifest => "not-manifest",
            SkipReason::Unrendered => "unrendered",
            SkipReason::Patch => "patch",
            SkipReason::Encrypted => "encrypted",
            SkipReason::Policy => "policy",
            SkipReason::Ignored => "ignored",
            SkipReason::Hidden => "hidden",
            SkipReason::Outside => "outside",
            SkipReason::Special => "special",
            SkipReason::Linked => "linked",
        }
    }
}

/// Something that was not judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The document, from 0; `None` for the whole file.
    pub document: Option<usize>,
    /// Why.
    pub reason: SkipReason,
    /// What was seen.
    pub detail: String,
}

impl Skipped {
    /// What is said of a patch that a kustomization lists.
    pub(super) const LISTED: &'static str = "listed by a kustomization";

    /// Whether it is a patch that was read for what it sets, since a kustomization lists it.
    pub fn is_listed_patch(&self) -> bool {
        self.reason == SkipReason::Patch && self.detail == Self::LISTED
    }

    /// Whether it was an object all the same, and no other kind of file.
    pub fn is_manifest(&self) -> bool {
        self.reason != SkipReason::NotManifest
    }
}
