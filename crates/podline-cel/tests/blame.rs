//! Which fields an expression read, and which of them decided.

use podline_cel::{Document, Flavor, Limits, Read, Type, Version, environment};

/// The paths that decided, and in brackets those where nothing stands.
fn decided(expression: &str) -> Vec<String> {
    paths(expression, |read| read.decided)
}

/// The paths for which something was left out, beside the lists and maps themselves.
fn passed_over(expression: &str) -> Vec<String> {
    let mut found = paths(expression, |read| read.passed_over);
    found.retain(|path| !["object.spec.containers", "object.metadata.labels"].contains(&path.as_str()));
    found
}

fn paths(expression: &str, is_wanted: fn(&Read) -> bool) -> Vec<String> {
    let env = environment(Version::V1_37).variable("object", Type::Dyn).build();
    let json = serde_json::json!({
        "metadata": { "name": "web", "labels": { "app": "web" } },
        "spec": {
            "replicas": 3,
            "containers": [
                { "name": "a", "image": "good/a", "ports": [{ "containerPort": 80 }] },
                { "name": "b", "image": "bad/b", "securityContext": { "privileged": true } },
                { "name": "c", "image": "good/c" },
            ],
        },
    });
    let object = Document::new("object", &json, Flavor::Typed).root();
    let program = env.compile(expression).expect("a sound expression");
    let outcome = program.explain(&|name: &str| (name == "object").then(|| object.clone()), &Limits::default());
    let reads = outcome.reads.into_iter().filter(is_wanted);
    let mut paths: Vec<String> = Vec::new();
    for read in reads {
        let path = read.path.to_string();
        let path = if read.found { path } else { format!("[{path}]") };
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    paths
}

#[test]
fn a_comparison_depends_on_the_field_it_reads() {
    assert_eq!(decided("object.spec.replicas > 5"), ["object.spec.replicas"]);
}

#[test]
fn a_missing_field_is_blamed_where_it_would_stand() {
    assert_eq!(decided("has(object.spec.hostNetwork)"), ["[object.spec.hostNetwork]"]);
    assert_eq!(decided("object.metadata.labels['team'] == 'x'"), ["[object.metadata.labels.team]"]);
    assert_eq!(decided("object.spec.?paused.orValue(false)"), ["[object.spec.paused]"]);
}

#[test]
fn the_side_that_decides_an_and_is_blamed() {
    assert_eq!(decided("object.metadata.name == 'web' && object.spec.replicas > 5"), ["object.spec.replicas"]);
}

#[test]
fn both_sides_of_a_false_or_are_blamed() {
    let both = ["object.metadata.name", "object.spec.replicas"];
    assert_eq!(decided("object.metadata.name == 'x' || object.spec.replicas > 5"), both);
}

#[test]
fn all_blames_the_element_that_fails() {
    let image = ["object.spec.containers[1].image"];
    assert_eq!(decided("object.spec.containers.all(c, c.image.startsWith('good/'))"), image);
}

#[test]
fn exists_blames_everything_it_looked_at() {
    let images: Vec<String> = (0..3).map(|index| format!("object.spec.containers[{index}].image")).collect();
    assert_eq!(decided("object.spec.containers.exists(c, c.image == 'x')"), images);
}

#[test]
fn a_filter_blames_what_it_kept() {
    let image = ["object.spec.containers[1].image"];
    assert_eq!(decided("object.spec.containers.filter(c, !c.image.startsWith('good/')).size() == 0"), image);
}

#[test]
fn a_filter_that_kept_nothing_blames_the_list() {
    assert_eq!(decided("object.spec.containers.filter(c, c.image == 'x').size() > 0"), ["object.spec.containers"]);
}

#[test]
fn what_a_predicate_looked_at_is_told_where_it_left_out() {
    let images: Vec<String> = (0..3).map(|index| format!("object.spec.containers[{index}].image")).collect();
    let bad = "c.image == 'x'";
    for expression in [
        format!("object.spec.containers.filter(c, {bad}).size() == 0"),
        format!("object.spec.containers.filter(c, {bad}) == []"),
        format!("object.spec.containers.filter(c, {bad}).map(c, c.name).size() == 0"),
        format!("object.spec.containers.filter(c, {bad}).all(c, c.name == 'x')"),
        format!("!object.spec.containers.exists_one(c, {bad})"),
        format!("object.spec.containers.map(c, {bad}, c.name).size() == 0"),
        format!("object.spec.containers.transformList(i, c, {bad}, c.name).size() == 0"),
        format!("object.spec.containers.transformMap(i, c, {bad}, c.name).size() == 0"),
        format!("!object.spec.containers.exists(d, object.spec.containers.filter(c, {bad}).size() > 0)"),
    ] {
        assert_eq!(passed_over(&expression), images, "{expression}");
    }
    let labels = "object.metadata.labels.filter(k, object.metadata.labels[k] == 'x').size() == 0";
    assert_eq!(passed_over(labels), ["object.metadata.labels.app"]);
    let first = "object.spec.containers.filter(c, c.image != 'good/a')[0].name == 'b'";
    assert_eq!(decided(first), ["object.spec.containers[1].name"]);
    assert_eq!(passed_over(first), images);
}

#[test]
fn what_leaves_nothing_out_passes_nothing_over() {
    for expression in [
        "object.spec.containers.map(c, c.image)[1] == 'x'",
        "object.spec.containers.all(c, c.image != 'x')",
        "object.spec.containers.map(c, c.image).size() == 2",
        "object.spec.replicas > 1 ? true : object.spec.containers.filter(c, c.image == 'x').size() == 0",
    ] {
        assert!(passed_over(expression).is_empty(), "{expression}");
    }
}

#[test]
fn elements_of_lists_that_an_expression_made_know_where_they_came_from() {
    let image = ["object.spec.containers[1].image"];
    assert_eq!(decided("object.spec.containers.map(c, c.image).all(i, i.startsWith('good/'))"), image);
    let privileged = ["object.spec.containers[1].securityContext.privileged"];
    let both = "(object.spec.containers + object.spec.?initContainers.orValue([]))";
    let expression = format!("{both}.all(c, !c.?securityContext.?privileged.orValue(false))");
    assert_eq!(decided(&expression), privileged);
}

#[test]
fn a_part_of_what_an_expression_made_knows_where_it_came_from() {
    let image = ["object.spec.containers[1].image"];
    assert_eq!(decided("object.spec.containers.map(c, c.image)[1] == 'x'"), image);
    assert_eq!(decided("{'a': object.spec.containers[1].image, 'b': object.spec.replicas}.a == 'x'"), image);
}

const PRIVILEGED: &str = "object.spec.containers.filter(c, c.?securityContext.?privileged.orValue(false))";

#[test]
fn how_many_there_are_depends_on_what_kept_them_and_not_on_what_they_say() {
    let decided = |rest: &str| decided(&format!("{PRIVILEGED}.map(c, 'bad ' + c.name){rest}"));
    let privileged = ["object.spec.containers[1].securityContext.privileged"];
    assert_eq!(decided(".size() == 0"), privileged);
    assert_eq!(decided(" == []"), privileged);
    assert_eq!(decided(" != []"), privileged);
    let both = ["object.spec.containers[1].securityContext.privileged", "object.spec.containers[1].name"];
    assert_eq!(decided(".join(', ') == ''"), both);
    assert_eq!(decided(" == ['bad a']"), both);
}

#[test]
fn what_was_kept_twice_depends_on_both_and_a_constant_of_it_on_nothing_else() {
    let twice = format!("{PRIVILEGED}.filter(c, size([1]) == 1).map(c, c.name).size() == 0");
    assert_eq!(decided(&twice), ["object.spec.containers[1].securityContext.privileged"]);
    let parts =
        format!("{PRIVILEGED}.map(c, {{'name': c.name, 'why': dyn('bad')}}).filter(p, p.why != 'good').size() == 0");
    assert_eq!(decided(&parts), ["object.spec.containers[1].securityContext.privileged"]);
    let named =
        format!("{PRIVILEGED}.map(c, {{'name': c.name, 'why': dyn('bad')}}).filter(p, p.name != 'x').size() == 0");
    let both = ["object.spec.containers[1].securityContext.privileged", "object.spec.containers[1].name"];
    assert_eq!(decided(&named), both);
}

#[test]
fn how_many_there_are_of_what_all_are_made_into_depends_on_the_list() {
    assert_eq!(decided("object.spec.containers.map(c, c.name).size() > 3"), ["object.spec.containers"]);
    let ports = "object.spec.containers.map(c, has(c.ports)).filter(p, p).size() > 1";
    assert_eq!(decided(ports), ["object.spec.containers", "object.spec.containers[0].ports"]);
}

#[test]
fn how_many_there_are_depends_on_the_condition_of_a_choice() {
    let choice = "(object.spec.replicas > 1 ? [object.metadata.name] : []).size() == 0";
    assert_eq!(decided(choice), ["object.spec.replicas"]);
    let optional = "[?object.metadata.?labels.?app, object.metadata.name].size() > 2";
    assert_eq!(decided(optional), ["object.metadata.labels.app"]);
    let flat = "object.spec.containers.map(c, c.?ports.orValue([])).flatten().size() == 0";
    assert_eq!(decided(flat).last().map(String::as_str), Some("[object.spec.containers[2].ports]"));
    // What a joined text says decides where a choice hangs on it.
    let text = "(object.spec.containers.map(c, c.name).join('') == 'abc' ? [1] : []).size() == 0";
    assert_eq!(decided(text).last().map(String::as_str), Some("object.spec.containers[2].name"));
}

#[test]
fn a_key_is_blamed_where_it_stands_or_would_stand() {
    assert_eq!(decided("'app' in object.metadata.labels"), ["object.metadata.labels", "object.metadata.labels.app"]);
    assert_eq!(
        decided("'team' in object.metadata.labels"),
        ["object.metadata.labels", "[object.metadata.labels.team]"]
    );
}

#[test]
fn an_element_that_is_found_is_blamed() {
    let list = "object.spec.containers[1].ports";
    let port = "object.spec.containers[0].ports[0].containerPort";
    assert_eq!(
        decided("80 in object.spec.containers[0].ports.map(p, p.containerPort)").last().map(String::as_str),
        Some(port)
    );
    assert_eq!(decided(&format!("!has({list})")), [format!("[{list}]")]);
}

#[test]
fn an_error_blames_what_it_could_not_read() {
    let ports = ["[object.spec.containers[1].ports]"];
    assert_eq!(decided("object.spec.containers.all(c, c.ports.size() > 0)"), ports);
}

#[test]
fn a_condition_belongs_to_its_branch() {
    let both = ["object.metadata.name", "object.spec.replicas"];
    assert_eq!(decided("object.metadata.name == 'web' ? object.spec.replicas > 5 : true"), both);
}
