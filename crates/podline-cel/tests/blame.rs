//! Which fields an expression read, and which of them decided.

use podline_cel::{Document, Flavor, Limits, Type, Version, environment};

/// The paths that decided, and in brackets those where nothing stands.
fn decided(expression: &str) -> Vec<String> {
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
    let reads = outcome.reads.into_iter().filter(|read| read.decided);
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
fn elements_of_lists_that_an_expression_made_know_where_they_came_from() {
    let image = ["object.spec.containers[1].image"];
    assert_eq!(decided("object.spec.containers.map(c, c.image).all(i, i.startsWith('good/'))"), image);
    let privileged = ["object.spec.containers[1].securityContext.privileged"];
    let both = "(object.spec.containers + object.spec.?initContainers.orValue([]))";
    let expression = format!("{both}.all(c, !c.?securityContext.?privileged.orValue(false))");
    assert_eq!(decided(&expression), privileged);
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
