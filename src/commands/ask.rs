//! What each command asks for, as a session understands it.

use std::sync::Arc;

use super::read::{paths, walk_options};
use crate::cli::levels::Levels;
use crate::cli::{self, Check, Files, Init, Policies, Waivers};
use crate::local::psp::PspMode;
use crate::pod_security::{Level, NEWEST_KNOWN, Version};
use crate::session::{Ask, AskedAdmission, Choice, Decides};
use crate::source::confine::Given;
use crate::source::discover::TrackedFiles;
use crate::waiver::policy::Tracks;

/// What holds for every command that reads manifests.
fn of_input(input: &cli::Input) -> Ask {
    Ask {
        walk: walk_options(input),
        around: Arc::new(Given::new(paths(input))),
        force_exclude: input.force_exclude || input.as_walked,
        tracks: tracks(),
        ..Ask::default()
    }
}

/// What git tracks, as the indexes of the repositories say.
pub(super) fn tracks() -> Tracks {
    let tracked = TrackedFiles::default();
    Tracks::by(move |path| tracked.hold(path))
}

impl From<&cli::Config> for Choice {
    fn from(config: &cli::Config) -> Self {
        match &config.config {
            _ if config.no_config => Self::None,
            Some(path) => Self::File(path.clone()),
            None => Self::Nearest,
        }
    }
}

impl From<&cli::Admission> for AskedAdmission {
    fn from(admission: &cli::Admission) -> Self {
        Self {
            decides: if admission.is_on() { Decides::Always } else { Decides::AsConfigured },
            config: admission.admission_config.clone(),
            user: admission.user.clone(),
            groups: admission.group.clone(),
            cluster: admission.cluster.clone(),
        }
    }
}

impl From<&Check> for Ask {
    fn from(check: &Check) -> Self {
        Self {
            choice: (&check.config).into(),
            level: check.level,
            kubernetes_version: check.kubernetes_version,
            namespace: check.namespace.clone(),
            today: check.today,
            admission: (&check.admission).into(),
            policies: check.policy.clone(),
            as_written: check.as_written,
            psp_mode: check.psp_mode.into(),
            fail_on: check.fail_on,
            accepted: check.accepted.clone(),
            written: check.write_accepted.clone(),
            ..of_input(&check.input)
        }
    }
}

impl From<&Waivers> for Ask {
    fn from(waivers: &Waivers) -> Self {
        Self {
            choice: (&waivers.config).into(),
            level: waivers.level,
            kubernetes_version: waivers.kubernetes_version,
            namespace: waivers.namespace.clone(),
            today: waivers.today,
            admission: (&waivers.admission).into(),
            policies: waivers.policy.clone(),
            psp_mode: waivers.psp_mode.into(),
            ..of_input(&waivers.input)
        }
    }
}

impl From<&Policies> for Ask {
    /// What the Standards say does not matter here: the level costs nothing.
    fn from(policies: &Policies) -> Self {
        Self {
            choice: (&policies.config).into(),
            level: Some((Level::Privileged, Version::Latest)),
            namespace: policies.namespace.clone(),
            admission: AskedAdmission { cluster: policies.cluster.clone(), ..AskedAdmission::default() },
            policies: policies.policy.clone(),
            as_written: policies.as_written,
            // Rights are those of the cluster that had PodSecurityPolicies.
            psp_mode: if policies.who_can_use.is_some() { PspMode::Admission } else { PspMode::Manifest },
            ..of_input(&policies.input)
        }
    }
}

impl From<&Files> for Ask {
    fn from(files: &Files) -> Self {
        let config = files.config.as_ref().filter(|file| !file.is_empty()).map(Into::into);
        let choice = (&cli::Config { config, no_config: files.no_config }).into();
        Self { choice, ..of_input(&files.input) }
    }
}

impl From<&Levels> for Ask {
    /// What is judged is every level: the one that is asked for here is the one that costs nothing.
    fn from(levels: &Levels) -> Self {
        Self {
            choice: (&levels.config).into(),
            level: Some((Level::Privileged, Version::Latest)),
            kubernetes_version: Some(levels.kubernetes_version.or(levels.to).unwrap_or(NEWEST_KNOWN)),
            namespace: levels.namespace.clone(),
            admission: AskedAdmission {
                decides: Decides::OnlyExempts,
                config: levels.admission_config.clone(),
                cluster: levels.cluster.clone(),
                ..AskedAdmission::default()
            },
            level_survey: true,
            ..of_input(&levels.input)
        }
    }
}

impl From<&Init> for Ask {
    /// There is no configuration yet, or it will be replaced.
    fn from(init: &Init) -> Self {
        let level = Some((Level::Baseline, Version::Latest));
        Self { choice: Choice::None, level, ..of_input(&init.input) }
    }
}
