//! What holds for the repair of every manifest, in whatever style it is written: the proof of `fix::check_one`.

use std::fmt::Write as _;

use podline::finding::ReportEntry;
use podline::fix::{self, Repairs, check_one};
use podline::lint::{Options, lint};
use podline::pod_security::{Level, Version};
use podline::source::file::SourceFile;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Makes choices, the same for the same seed.
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    /// Once in so many throws.
    fn once_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        let at = usize::try_from(self.roll(from.len() as u64)).expect("small");
        from[at].clone()
    }
}

/// Sets a field, half of the time.
fn maybe(dice: &mut Dice, map: &mut Value, key: &str, values: &[Value]) {
    if dice.once_in(2) {
        map[key] = dice.pick(values);
    }
}

fn context(dice: &mut Dice, of_pod: bool) -> Value {
    let mut context = json!({});
    let profiles = [json!({"type": "Unconfined"}), json!({"type": "RuntimeDefault"}), json!({}), Value::Null];
    maybe(dice, &mut context, "seccompProfile", &profiles);
    maybe(dice, &mut context, "runAsUser", &[json!(0), json!(1000)]);
    maybe(dice, &mut context, "runAsNonRoot", &[json!(true), json!(false), Value::Null]);
    maybe(dice, &mut context, "appArmorProfile", &[json!({"type": "Unconfined"})]);
    maybe(dice, &mut context, "seLinuxOptions", &[json!({"user": "x"}), json!({"type": "x", "level": "s0"})]);
    if of_pod {
        let sysctls =
            [json!([{"name": "a", "value": "1"}, {"name": "kernel.shm_rmid_forced", "value": "1"}]), json!([])];
        maybe(dice, &mut context, "sysctls", &sysctls);
        return context;
    }
    maybe(dice, &mut context, "privileged", &[json!(true), json!(false)]);
    maybe(dice, &mut context, "allowPrivilegeEscalation", &[json!(true), json!(false), Value::Null]);
    maybe(dice, &mut context, "procMount", &[json!("Unmasked")]);
    if dice.once_in(2) {
        let mut capabilities = json!({});
        let lists =
            [json!([]), json!(["NET_RAW"]), json!(["CAP_SYS_ADMIN", "KILL", "NET_BIND_SERVICE"]), json!(["all"])];
        maybe(dice, &mut capabilities, "add", &lists);
        maybe(dice, &mut capabilities, "drop", &lists);
        context["capabilities"] = capabilities;
    }
    context
}

fn container(dice: &mut Dice, name: &str) -> Value {
    let mut container = json!({"name": name, "image": "b"});
    if dice.once_in(2) {
        container["securityContext"] = if dice.once_in(4) { Value::Null } else { context(dice, false) };
    }
    maybe(dice, &mut container, "args", &[json!(["a\nb\n"]), json!(["x", "a\n"]), json!(["a\n\n\n"]), json!([])]);
    maybe(dice, &mut container, "ports", &[json!([{"containerPort": 80, "hostPort": 80}, {"containerPort": 81}])]);
    maybe(
        dice,
        &mut container,
        "livenessProbe",
        &[json!({"httpGet": {"host": "h", "port": 80}}), json!({"tcpSocket": {"host": "h", "port": 1}})],
    );
    container
}

fn pod(dice: &mut Dice) -> Value {
    let mut spec = json!({});
    maybe(dice, &mut spec, "hostNetwork", &[json!(true), json!(false)]);
    maybe(dice, &mut spec, "hostPID", &[json!(true)]);
    let own = context(dice, true);
    maybe(dice, &mut spec, "securityContext", &[own, json!({}), Value::Null]);
    let names = ["a", "b", "c"];
    let count = 1 + usize::try_from(dice.roll(3)).expect("small");
    spec["containers"] = names[..count].iter().map(|name| container(dice, name)).collect();
    if dice.once_in(3) {
        spec["initContainers"] = json!([container(dice, "i")]);
    }
    if dice.once_in(6) {
        spec["os"] = json!({"name": "windows"});
    }
    maybe(
        dice,
        &mut spec,
        "volumes",
        &[json!([{"name": "v", "emptyDir": {}}]), json!([{"name": "v", "hostPath": {"path": "/"}}])],
    );
    let mut metadata = json!({"labels": {"a": "b"}});
    let annotations = json!({"container.apparmor.security.beta.kubernetes.io/a": "unconfined"});
    maybe(dice, &mut metadata, "annotations", &[annotations]);
    json!({"metadata": metadata, "spec": spec})
}

fn object(dice: &mut Dice) -> Value {
    let mut pod = pod(dice);
    if dice.once_in(3) {
        pod["apiVersion"] = json!("v1");
        pod["kind"] = json!("Pod");
        pod["metadata"]["name"] = json!("p");
        return pod;
    }
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"},
        "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": pod},
    })
}

/// How a document is written.
struct Style {
    indent: usize,
    dash: usize,
    eol: &'static str,
    flow: u64,
    comments: bool,
}

/// Writes values, with a new choice at every place.
struct Writer<'d> {
    dice: &'d mut Dice,
    style: Style,
    out: String,
}

impl Writer<'_> {
    fn line(&mut self, column: usize) {
        self.out.push_str(self.style.eol);
        if self.style.comments && self.dice.once_in(9) {
            let _ = write!(self.out, "{}# c{}{}", " ".repeat(column), self.dice.roll(100), self.style.eol);
        }
        self.out.push_str(&" ".repeat(column));
    }

    fn comment(&mut self) {
        if self.style.comments && self.dice.once_in(6) {
            let _ = write!(self.out, " # t{}", self.dice.roll(100));
        }
    }

    /// What stands behind a colon or a dash.
    fn value(&mut self, value: &Value, column: usize, behind_dash: bool) {
        match value {
            Value::Object(map) if !map.is_empty() && !self.dice.once_in(self.style.flow) => {
                self.mapping(map, column, behind_dash);
            }
            Value::Array(list) if !list.is_empty() && !behind_dash && !self.dice.once_in(self.style.flow) => {
                self.comment();
                for element in list {
                    self.line(column + self.style.dash);
                    self.out.push('-');
                    self.value(element, column + self.style.dash, true);
                }
            }
            Value::String(text) if text.contains('\n') && text.trim_end() == text.trim() => {
                let keep = if text.ends_with("\n\n") { "|+" } else { "|" };
                let _ = write!(self.out, " {keep}");
                for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
                    self.out.push_str(self.style.eol);
                    if !line.is_empty() {
                        let _ = write!(self.out, "{}{line}", " ".repeat(column + 4));
                    }
                }
            }
            Value::Null => {
                let null = self.dice.pick(&["", " null", " ~"]);
                self.out.push_str(null);
                self.comment();
            }
            _ => {
                self.out.push(' ');
                self.flow(value);
                self.comment();
            }
        }
    }

    fn mapping(&mut self, map: &Map<String, Value>, column: usize, behind_dash: bool) {
        let inner = if behind_dash { column + 2 } else { column + self.style.indent };
        if !behind_dash {
            self.comment();
        }
        for (at, (key, value)) in map.iter().enumerate() {
            if at == 0 && behind_dash {
                self.out.push(' ');
            } else {
                self.line(inner);
            }
            let _ = write!(self.out, "{key}:");
            self.value(value, inner, false);
        }
    }

    fn flow(&mut self, value: &Value) {
        match value {
            Value::Object(map) => {
                let comma = self.dice.pick(&[",", ", ", " , "]);
                self.out.push('{');
                for (at, (key, value)) in map.iter().enumerate() {
                    let _ = write!(self.out, "{}{key}: ", if at > 0 { comma } else { "" });
                    self.flow(value);
                }
                self.out.push('}');
            }
            Value::Array(list) => {
                self.out.push('[');
                for (at, value) in list.iter().enumerate() {
                    self.out.push_str(if at > 0 { ", " } else { "" });
                    self.flow(value);
                }
                let trailing = if !list.is_empty() && self.dice.once_in(5) { ",]" } else { "]" };
                self.out.push_str(trailing);
            }
            Value::String(text) if text.contains('\n') => self.out.push_str(&value.to_string()),
            Value::String(text) => {
                let quoted = self.dice.pick(&[format!("'{text}'"), value.to_string(), text.clone()]);
                self.out.push_str(&quoted);
            }
            Value::Bool(true) => {
                let word = self.dice.pick(&["true", "yes", "on", "True"]);
                self.out.push_str(word);
            }
            _ => self.out.push_str(&value.to_string()),
        }
    }
}

/// A file with one or more objects in some style.
fn manifest(seed: u64) -> String {
    let mut dice = Dice(seed);
    let objects: Vec<Value> = (0..=dice.roll(2)).map(|_| object(&mut dice)).collect();
    let eol = dice.pick(&["\n", "\n", "\r\n"]);
    if dice.once_in(5) {
        let list = json!({"apiVersion": "v1", "kind": "List", "items": objects});
        return if dice.once_in(2) {
            list.to_string()
        } else {
            serde_json::to_string_pretty(&list).expect("JSON").replace('\n', eol)
        };
    }
    let mut text = String::new();
    for object in objects {
        let indent = dice.pick(&[2, 4, 3]);
        let style = Style {
            indent,
            dash: dice.pick(&[0, indent, 2]),
            eol,
            flow: dice.pick(&[3, 8, 1_000_000]),
            comments: dice.once_in(2),
        };
        let Value::Object(map) = object else { continue };
        let mut writer = Writer { dice: &mut dice, style, out: String::new() };
        for (key, value) in &map {
            writer.line(0);
            let _ = write!(writer.out, "{key}:");
            writer.value(value, 0, false);
        }
        let _ = write!(text, "---{}{eol}", writer.out);
    }
    if dice.once_in(4) { text.trim_end_matches(['\r', '\n']).to_owned() } else { text }
}

fn options(seed: u64) -> Options {
    let level = if seed.is_multiple_of(3) { Level::Baseline } else { Level::Restricted };
    let version = if seed.is_multiple_of(5) { Version::Minor(24) } else { Version::Latest };
    Options { level, version, ..Options::default() }
}

/// Applies the edits that reports carry for one finding.
fn alone(file: &SourceFile, finding: &ReportEntry) -> Option<String> {
    let mut text = file.text().to_owned();
    for edit in finding.fix.as_ref()?.edits.iter().rev() {
        text.replace_range(edit.location.span.range(), &edit.text);
    }
    Some(text)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn every_style_is_mended_as_intended(seed: u64) {
        let text = manifest(seed);
        let mended = check_one(text.as_bytes(), &options(seed));
        prop_assert!(matches!(&mended, Ok(Some(_))), "{mended:?}\n{text}");
    }
}

proptest! {
    // Each of these judges a manifest once a finding.
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_edits_of_one_finding_mend_just_that_finding(seed: u64) {
        let text = manifest(seed);
        let options = options(seed);
        let file = SourceFile::new("a.yaml", text.clone().into_bytes()).expect("a small file");
        let mut before = lint(&file, true, &options);
        fix::offer(&file, &mut before.findings);
        for finding in &before.findings {
            let Some(new) = alone(&file, finding) else { continue };
            let new_file = SourceFile::new("a.yaml", new.clone().into_bytes()).expect("a small file");
            let after = lint(&new_file, true, &options);
            let is_same = |other: &ReportEntry| other.rule == finding.rule && other.message == finding.message
                && other.object == finding.object;
            let count = |findings: &[ReportEntry]| findings.iter().filter(|other| is_same(other)).count();
            prop_assert!(count(&after.findings) < count(&before.findings), "{finding:?}\n{new}");
            prop_assert!(fix::is_no_worse(&before, &after).is_ok(), "{finding:?}\n{new}");
        }
    }

    #[test]
    fn arbitrary_text_between_manifests_is_left_alone(seed: u64, noise in "[a-z:{}&*|\\[\\]# \n-]{0,40}") {
        let text = format!("{}\n---\n{noise}\n---\n{}", manifest(seed), manifest(seed / 2));
        let mended = check_one(text.as_bytes(), &options(seed));
        prop_assert!(mended.is_ok(), "{mended:?}\n{text}");
    }
}

#[test]
fn almost_all_that_is_made_up_is_mended() {
    let options = Options::default();
    let (mut mended, mut left) = (0, 0);
    for seed in 0..300 {
        let file = SourceFile::new("a.yaml", manifest(seed * 7919).into_bytes()).expect("a small file");
        let report = lint(&file, true, &options);
        let fixed = fix::apply(&file, &report.findings, Repairs::All).expect("a repair");
        mended += fixed.findings.len();
        for (at, finding) in report.findings.iter().enumerate() {
            if finding.is_fixable() && !fixed.findings.contains(&at) {
                println!("{}: {}\n{}", finding.rule, finding.path, file.text());
                left += 1;
            }
        }
    }
    assert!(mended > 3000 && left * 100 < mended, "{mended} mended, {left} left");
}
