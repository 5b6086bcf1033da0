//! Findings as a person reads them: what is missing in one container together, and what is equal in several containers
//! once.

use std::collections::HashMap;

use crate::finding::Finding;

/// Findings that are shown as one block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group<'a> {
    /// The findings of the first container, or the only one.
    pub findings: Vec<&'a Finding>,
    /// The same findings in other containers of the object: the first finding of each.
    pub others: Vec<&'a Finding>,
}

impl<'a> Group<'a> {
    /// The finding that stands first in the file.
    pub fn first(&self) -> &'a Finding {
        self.findings[0]
    }

    /// How many findings it stands for.
    pub fn size(&self) -> usize {
        self.findings.len() * (1 + self.others.len())
    }
}

/// Whether a finding is about a setting that a container lacks.
pub fn is_missing(finding: &Finding) -> bool {
    finding.value.is_none() && finding.container.is_some() && setting(finding.rule).is_some()
}

/// A setting that a rule asks every container for.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name below `securityContext`.
    pub name: &'static str,
    /// The lines that set it there, in YAML.
    pub yaml: &'static str,
    /// The member that sets it there, in JSON.
    pub json: &'static str,
    /// What to know before one sets it.
    pub caution: &'static str,
}

/// The setting that a rule asks every container for.
pub fn setting(rule: &str) -> Option<Setting> {
    let (name, yaml, json) = match rule {
        "pss/allowPrivilegeEscalation" => {
            ("allowPrivilegeEscalation", "allowPrivilegeEscalation: false", r#""allowPrivilegeEscalation": false"#)
        }
        "pss/capabilities_restricted" => {
            ("capabilities.drop", "capabilities:\n  drop: [\"ALL\"]", r#""capabilities": {"drop": ["ALL"]}"#)
        }
        "pss/runAsNonRoot" => ("runAsNonRoot", "runAsNonRoot: true", r#""runAsNonRoot": true"#),
        "pss/seccompProfile_restricted" => (
            "seccompProfile",
            "seccompProfile:\n  type: RuntimeDefault",
            r#""seccompProfile": {"type": "RuntimeDefault"}"#,
        ),
        _ => return None,
    };
    let caution = if name == "runAsNonRoot" { "needs an image that does not start as root" } else { "" };
    Some(Setting { name, yaml, json, caution })
}

/// Groups the findings of one file that are not waived, in the order in which they stand there.
pub fn group(findings: &[Finding]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    // What is missing in one container comes together first.
    let mut containers: HashMap<(usize, &str, &str), usize> = HashMap::new();
    for finding in findings.iter().filter(|finding| finding.waived.is_none()) {
        if is_missing(finding) {
            let key = (document_of(finding), item_of(finding), container_path(&finding.path));
            if let Some(&at) = containers.get(&key).filter(|&&at| groups[at].first().severity == finding.severity) {
                groups[at].findings.push(finding);
                continue;
            }
            containers.insert(key, groups.len());
        }
        groups.push(Group { findings: vec![finding], others: Vec::new() });
    }
    for group in &mut groups {
        // The order of the catalogue, so that equal groups read alike.
        group.findings.sort_by_key(|finding| (finding.location.span.start, finding.rule));
    }
    merge_equal(groups)
}

/// Joins groups that say the same of several containers of one object.
fn merge_equal(groups: Vec<Group<'_>>) -> Vec<Group<'_>> {
    let mut merged: Vec<Group<'_>> = Vec::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for group in groups {
        if group.first().container.is_none() {
            merged.push(group);
            continue;
        }
        let key = group.findings.iter().map(|finding| sameness(finding)).collect();
        if let Some(&at) = seen.get(&key) {
            merged[at].others.push(group.first());
        } else {
            seen.insert(key, merged.len());
            merged.push(group);
        }
    }
    merged
}

/// What is the same in equal findings of an object's containers.
fn sameness(finding: &Finding) -> String {
    let container = finding.container.as_deref().unwrap_or_default();
    let message = finding.message.replacen(&format!("\"{container}\""), "\"\"", 1);
    let value = finding.value.as_deref().unwrap_or_default();
    // What is missing in an existing securityContext is mended by other lines than where there is none.
    let exists = finding.exists.strip_prefix(container_path(&finding.exists)).unwrap_or_default();
    format!(
        "{}\0{}\0{}\0{}\0{message}\0{value}\0{exists}\0{}\0",
        document_of(finding),
        item_of(finding),
        finding.rule,
        finding.severity,
        finding.in_braces
    )
}

fn document_of(finding: &Finding) -> usize {
    finding.object.as_ref().map_or(usize::MAX, |object| object.document)
}

fn item_of(finding: &Finding) -> &str {
    finding.object.as_ref().and_then(|object| object.item.as_deref()).unwrap_or_default()
}

/// `spec.template.spec.containers[0]` of a path below it.
fn container_path(path: &str) -> &str {
    let in_list = path.find("ontainers[").and_then(|at| path[at..].find(']').map(|end| at + end + 1));
    // Steps of a workflow stand in no such list.
    let end = in_list.or_else(|| path.find(".securityContext"));
    end.map_or(path, |end| &path[..end])
}
