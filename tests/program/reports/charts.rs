//! `--source-root`: findings of rendered charts, shown in their templates.

use std::fs;
use std::path::Path;

use serde_json::{Value, json as value};

use crate::reports::{FORMATS, json, podline, run};

const WEB: &str = r#"{{- if .Values.web.enabled }}
apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}-web
spec:
  hostNetwork: {{ .Values.hostNetwork }}
  containers:
    - name: web
      image: "web:{{ .Values.tag }}"
      securityContext:
        privileged: true
{{- end }}
"#;

/// What Helm makes of it, and of the templates of two subcharts.
const RENDERED: &str = r#"---
# Source: shop/templates/web.yaml
apiVersion: v1
kind: Pod
metadata:
  name: release-web
spec:
  hostNetwork: true
  containers:
    - name: web
      image: "web:1"
      securityContext:
        privileged: true
---
# Source: shop/charts/cache/templates/cache.yaml
{apiVersion: v1, kind: Pod, metadata: {name: cache}, spec: {hostPID: true, containers: [{name: c}]}}
---
# Source: shop/charts/common/templates/common.yaml
{apiVersion: v1, kind: Pod, metadata: {name: common}, spec: {hostIPC: true, containers: [{name: c}]}}
---
# Source: gone/templates/gone.yaml
{apiVersion: v1, kind: Pod, metadata: {name: gone}, spec: {hostPID: true, containers: [{name: c}]}}
---
# Source: shop/../../outside.yaml
{apiVersion: v1, kind: Pod, metadata: {name: outside}, spec: {hostPID: true, containers: [{name: c}]}}
"#;

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a directory")).expect("directories");
    fs::write(path, text).expect("written");
}

/// A repository whose chart `shop` is in a directory of another name, with a subchart under an alias and one by path.
fn repository() -> tempfile::TempDir {
    let scratch = tempfile::tempdir().expect("a directory");
    let root = scratch.path();
    let dependencies = "dependencies:\n- name: redis\n  alias: cache\n- name: common\n  repository: file://../lib\n";
    write(root, ".git/HEAD", "");
    write(root, "charts/web-shop/Chart.yaml", &format!("name: shop\n{dependencies}"));
    write(root, "charts/web-shop/templates/web.yaml", WEB);
    write(root, "charts/web-shop/charts/redis-19/Chart.yaml", "name: redis\n");
    write(
        root,
        "charts/web-shop/charts/redis-19/templates/cache.yaml",
        "kind: Pod # {{ .x }}\nspec: {hostPID: true}\n",
    );
    write(root, "charts/lib/Chart.yaml", "name: common\n");
    write(root, "charts/lib/templates/common.yaml", "kind: Pod\n{{ .Values.all }}\n");
    write(root, "outside.yaml", "hostPID: true\n");
    write(root, "rendered.yaml", RENDERED);
    scratch
}

fn check(directory: &Path, arguments: &[&str]) -> (i32, String, String) {
    let level = ["--level", "baseline"];
    run(podline(directory, &[&level, arguments, &["-"]].concat()).write_stdin(RENDERED))
}

/// Rule, file, line and whether it is exact.
fn origin(finding: &Value) -> Value {
    value!([finding["rule"], finding["sourceFile"], finding["sourceLine"], finding["sourceExact"]])
}

#[test]
fn a_finding_leads_to_the_line_of_the_template_or_to_its_first_one() {
    let repository = repository();
    let (_, text, error) = check(repository.path(), &["--source-root", "charts", "--format", "json"]);
    let report = json(&text);
    let findings: Vec<Value> = report["findings"].as_array().expect("findings").iter().map(origin).collect();
    let (web, redis) = ("charts/web-shop/templates/web.yaml", "charts/web-shop/charts/redis-19/templates/cache.yaml");
    assert_eq!(
        findings,
        [
            value!(["pss/hostNamespaces", web, 7, true]),
            value!(["pss/privileged", web, 12, true]),
            value!(["pss/hostNamespaces", redis, 2, true]),
            value!(["pss/hostNamespaces", "charts/lib/templates/common.yaml", 1, false]),
            value!(["pss/hostNamespaces", null, null, null]),
            value!(["pss/hostNamespaces", null, null, null]),
        ]
    );
    let template = &report["templates"][0];
    assert_eq!((&template["source"], &template["sourceFile"]), (&"shop/templates/web.yaml".into(), &web.into()));
    assert!(error.contains("no chart there has gone/templates/gone.yaml and 1 more"), "{error}");
}

#[test]
fn what_is_missing_leads_to_the_block_that_lacks_it() {
    let repository = repository();
    let mut command = podline(repository.path(), &["--source-root", "charts", "--format", "json", "rendered.yaml"]);
    let report = json(&run(&mut command).1);
    let findings = report["findings"].as_array().expect("findings").iter();
    let of = |rule: &str| findings.clone().find(|finding| finding["rule"] == rule).map(origin).expect("a finding");
    let web = "charts/web-shop/templates/web.yaml";
    let lacking = of("pss/allowPrivilegeEscalation");
    assert_eq!(lacking, value!(["pss/allowPrivilegeEscalation", web, 11, false]));
    assert_eq!(of("pss/runAsNonRoot"), value!(["pss/runAsNonRoot", web, 11, false]));
}

#[test]
fn every_format_points_into_the_template_and_names_the_rendered_place() {
    let repository = repository();
    // The chart's own directory, from below the root of the repository.
    let directory = repository.path().join("charts/web-shop");
    let with = |format| check(&directory, &["--source-root", ".", "--format", format, "--select", "privileged"]).1;
    for format in FORMATS {
        let text = with(format);
        assert!(text.contains("charts/web-shop/templates/web.yaml"), "{format}: {text}");
        assert!(text.contains("stdin") && text.contains("13"), "{format} names the rendered place: {text}");
    }
    let result = &json(&with("sarif"))["runs"][0]["results"][0];
    let region = value!({"startLine": 12, "startColumn": 21, "endLine": 12, "endColumn": 25});
    assert_eq!(result["locations"][0]["physicalLocation"]["region"], region);
    let related = &result["relatedLocations"][0];
    assert_eq!(related["physicalLocation"]["region"]["startLine"], 13);
    assert!(result["message"]["text"].as_str().is_some_and(|text| text.ends_with("Rendered at [<stdin>:13](1).")));
    let human = with("human");
    assert!(human.contains("in the chart: templates/web.yaml:12\n"), "{human}");
    let concise = with("concise");
    assert!(concise.starts_with("templates/web.yaml:12:21: error[pss/privileged]"), "{concise}");
}

#[test]
fn a_rendered_file_is_traced_as_standard_input_is() {
    let repository = repository();
    let arguments = ["--source-root", "charts", "--format", "gitlab", "--select", "privileged", "rendered.yaml"];
    let (_, text, _) = run(&mut podline(repository.path(), &arguments));
    let report = json(&text);
    assert_eq!(report[0]["location"]["path"], "charts/web-shop/templates/web.yaml");
    assert!(report[0]["description"].as_str().is_some_and(|text| text.ends_with("(rendered at rendered.yaml:13)")));
}

#[test]
fn a_source_root_that_is_none_is_status_2_and_one_without_charts_is_said() {
    let repository = repository();
    let (status, _, error) = check(repository.path(), &["--source-root", "nowhere"]);
    assert_eq!((status, error.contains("--source-root nowhere: cannot be read")), (2, true), "{error}");
    let (status, _, error) = check(repository.path(), &["--source-root", "charts/lib/templates"]);
    assert_eq!((status, error.contains("no Chart.yaml is there")), (1, true), "{error}");
}
