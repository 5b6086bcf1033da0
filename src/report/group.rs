//! Findings as a person reads them: what is missing in one container together, and what is equal in several containers
//! once.

use std::collections::HashMap;

use crate::finding::ReportEntry;
use crate::yaml::path::Segment;

/// Findings that are shown as one block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group<'a> {
    /// The findings of the first container, or the only one.
    pub findings: Vec<&'a ReportEntry>,
    /// The same findings in other containers of the object: the first finding of each.
    pub others: Vec<&'a ReportEntry>,
}

impl<'a> Group<'a> {
    /// The finding that stands first in the file.
    pub fn first(&self) -> &'a ReportEntry {
        self.findings[0]
    }

    /// How many findings it stands for.
    pub fn size(&self) -> usize {
        self.findings.len() * (1 + self.others.len())
    }
}

/// Groups the findings of one file that are not waived, in the order in which they stand there.
pub fn group(findings: &[ReportEntry]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    // What is missing in one container comes together first.
    let mut containers: HashMap<(usize, &str, &[Segment]), usize> = HashMap::new();
    for finding in findings.iter().filter(|finding| finding.waived.is_none()) {
        if finding.missing_setting().is_some() {
            let key = (document_of(finding), item_of(finding), container_path(finding.path.segments()));
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
fn sameness(finding: &ReportEntry) -> String {
    let container = finding.container.as_deref().unwrap_or_default();
    let message = finding.message.replacen(&format!("\"{container}\""), "\"\"", 1);
    let value = finding.value.as_deref().unwrap_or_default();
    // What is missing in an existing securityContext is fixed by other lines than where there is none.
    let written = finding.written_path();
    let written = &written[container_path(written).len()..];
    format!(
        "{}\0{}\0{}\0{}\0{message}\0{value}\0{written:?}\0{}\0",
        document_of(finding),
        item_of(finding),
        finding.rule,
        finding.severity,
        finding.nearest.in_braces
    )
}

fn document_of(finding: &ReportEntry) -> usize {
    finding.object.as_ref().map_or(usize::MAX, |object| object.document)
}

fn item_of(finding: &ReportEntry) -> &str {
    finding.object.as_ref().and_then(|object| object.item.as_deref()).unwrap_or_default()
}

/// `spec.template.spec.containers[0]` of a path below it.
fn container_path(path: &[Segment]) -> &[Segment] {
    let is_field = |segment: &Segment, is_it: fn(&str) -> bool| matches!(segment, Segment::Field(name) if is_it(name));
    let is_list = |pair: &[Segment]| {
        is_field(&pair[0], |name| name.ends_with("ontainers")) && matches!(pair[1], Segment::Index(_))
    };
    let container = path.windows(2).position(is_list).map(|at| at + 2);
    // Steps of a workflow stand in no such list.
    let end = container.or_else(|| path.iter().position(|segment| is_field(segment, |name| name == "securityContext")));
    end.map_or(path, |end| &path[..end])
}
