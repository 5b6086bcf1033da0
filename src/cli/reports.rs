//! The options that say which reports are written, and where.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Format;
use super::error::ArgumentError;

/// Where reports are written, and how.
#[derive(Clone, Debug, Args)]
pub struct Reports {
    /// Write a report to a file too, as in sarif=podline.sarif; `-` is standard output
    // No environment variable: nothing but the command line may write files.
    #[arg(long, value_name = "FORMAT=FILE", value_delimiter = ',', value_parser = parse_output)]
    pub output: Vec<Output>,

    /// The prefix of every path in sarif, github, gitlab, junit, markdown and policy-report [default: paths are
    /// relative to the root of the git repository]
    #[arg(long, env = "PODLINE_PATH_PREFIX", hide_env = true, value_name = "PATH")]
    pub path_prefix: Option<String>,

    /// The API of policy-report
    #[arg(
        long,
        env = "PODLINE_POLICY_REPORT_API",
        hide_env = true,
        value_name = "API",
        default_value = "wgpolicyk8s.io/v1alpha2"
    )]
    pub policy_report_api: PolicyReportApi,

    /// The name that distinguishes this SARIF upload from others of the same commit
    #[arg(long, env = "PODLINE_SARIF_CATEGORY", hide_env = true, value_name = "NAME", default_value = "podline")]
    pub sarif_category: String,
}

/// A report that is written besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its format.
    pub format: Format,
    /// Where it is written; `None` is standard output.
    pub file: Option<PathBuf>,
}

/// Which API a PolicyReport is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PolicyReportApi {
    /// PolicyReport and ClusterPolicyReport
    #[value(name = "wgpolicyk8s.io/v1alpha2")]
    WgPolicy,
    /// Report and ClusterReport
    #[value(name = "openreports.io/v1alpha1")]
    OpenReports,
}

/// Reads `sarif=podline.sarif`.
///
/// # Errors
/// It is not a format and a file.
pub fn parse_output(text: &str) -> Result<Output, ArgumentError> {
    let (format, file) = text.split_once('=').ok_or(ArgumentError::NotAnOutput)?;
    let format = Format::from_str(format, false).map_err(|_| {
        let names: Vec<String> = Format::value_variants()
            .iter()
            .filter_map(|format| Some(format.to_possible_value()?.get_name().into()))
            .collect();
        ArgumentError::UnknownFormat(format.to_owned(), names)
    })?;
    match file {
        "" => Err(ArgumentError::OutputWithoutFile),
        "-" => Ok(Output { format, file: None }),
        file => Ok(Output { format, file: Some(file.into()) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_names_format_and_file() {
        let file = |file: &str| Some(PathBuf::from(file));
        assert_eq!(parse_output("sarif=a=b.sarif"), Ok(Output { format: Format::Sarif, file: file("a=b.sarif") }));
        assert_eq!(parse_output("policy-report=-"), Ok(Output { format: Format::PolicyReport, file: None }));
        for wrong in ["sarif", "sarif=", "sariff=a", "=a"] {
            assert!(parse_output(wrong).is_err(), "{wrong}");
        }
    }
}
