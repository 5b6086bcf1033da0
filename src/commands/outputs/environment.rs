//! What reports are told by the environment and by the options that concern all of them.

use std::env;

use crate::cli;
use crate::commands::terminal::{self, hint};
use crate::report::format::{PolicyReportApi, Settings};
use crate::source::repository::Paths;

/// What the command line and the environment say about reports.
pub(in crate::commands) fn settings(options: &cli::Reports) -> Settings {
    Settings {
        paths: Paths::new(terminal::working_directory(), options.path_prefix.clone()),
        policy_report_api: match options.policy_report_api {
            cli::PolicyReportApi::WgPolicy => PolicyReportApi::WgPolicy,
            cli::PolicyReportApi::OpenReports => PolicyReportApi::OpenReports,
        },
        sarif_category: options.sarif_category.clone(),
        link_base: link_base(|name| env::var(name).ok()),
        time: time(),
    }
}

/// Where the forge that runs podline shows the files of the commit.
fn link_base(variable: impl Fn(&str) -> Option<String>) -> String {
    let harmless = |text: &String| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/%".contains(&byte))
    };
    let get = |name| variable(name).filter(harmless);
    let github = || {
        let (server, repository, commit) = (get("GITHUB_SERVER_URL")?, get("GITHUB_REPOSITORY")?, get("GITHUB_SHA")?);
        Some(format!("{server}/{repository}/blob/{commit}/"))
    };
    let gitlab = || Some(format!("{}/-/blob/{}/", get("CI_PROJECT_URL")?, get("CI_COMMIT_SHA")?));
    github().or_else(gitlab).unwrap_or_default()
}

/// `SOURCE_DATE_EPOCH`
fn time() -> Option<i64> {
    let text = env::var("SOURCE_DATE_EPOCH").ok().filter(|text| !text.is_empty())?;
    let time = text.parse().ok();
    if time.is_none() {
        hint(&format!("SOURCE_DATE_EPOCH is not a number of seconds, and is ignored: {text:?}"));
    }
    time
}

#[cfg(test)]
mod tests {
    use super::link_base;

    #[test]
    fn links_lead_to_the_forge_that_runs_podline() {
        let with = |variables: &[(&str, &str)]| {
            link_base(|name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        let github = [
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", "acme/shop"),
            ("GITHUB_SHA", "0123abcd"),
        ];
        assert_eq!(with(&github), "https://github.com/acme/shop/blob/0123abcd/");
        let gitlab = [("CI_PROJECT_URL", "https://gitlab.example/acme/shop"), ("CI_COMMIT_SHA", "0123abcd")];
        assert_eq!(with(&gitlab), "https://gitlab.example/acme/shop/-/blob/0123abcd/");
        assert_eq!(with(&github[..2]), "");
        assert_eq!(with(&[github[0], github[1], ("GITHUB_SHA", "x) [y](z")]), "");
    }
}
