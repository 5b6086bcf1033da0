use super::*;

const HEAD: &str = "apiVersion: pod-security.admission.config.k8s.io/v1\nkind: PodSecurityConfiguration\n";

fn read(text: &str) -> Result<Loaded, Vec<String>> {
    let file = SourceFile::new("admission.yaml", text.as_bytes().to_vec()).unwrap();
    let shown = |error: &ConfigError| format!("{}: {}", file.position(error.span.start).line, error.message);
    load(&file).map_err(|errors| errors.iter().map(shown).collect())
}

fn errors(text: &str) -> Vec<String> {
    read(text).unwrap_err()
}

fn defaults(text: &str) -> String {
    let Ok(Loaded::Here(Configuration { defaults: Policy { enforce, audit, warn }, .. })) = read(text) else {
        panic!("{:?}", read(text));
    };
    format!("{enforce} {audit} {warn}")
}

#[test]
fn it_stands_alone_or_inside_an_admission_configuration() {
    let alone = format!("{HEAD}defaults: {{enforce: baseline, warn-version: v1.31, audit: ''}}\n");
    let expected = "baseline:latest privileged:latest privileged:v1.31";
    assert_eq!(defaults(&alone), expected);
    let inside = alone.replace('\n', "\n    ");
    let wrapped = format!(
        "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n- name: EventRateLimit\n  \
         path: events.yaml\n- name: PodSecurity\n  configuration:\n    {inside}\n"
    );
    assert_eq!(defaults(&wrapped), expected);
}

#[test]
fn no_configuration_means_the_defaults_of_the_defaults() {
    let wrapper = "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n";
    let others = [
        String::new(),
        HEAD.to_owned(),
        format!("# first\n---\n{HEAD}defaults: null\n---\nsecond: document\n"),
        format!("{wrapper}- {{name: PodSecurity, configuration: null}}\n"),
        format!("{wrapper}- {{name: podSecurity, configuration: {{}}}}\n"),
    ];
    for text in others {
        assert_eq!(defaults(&text), "privileged:latest privileged:latest privileged:latest", "{text}");
    }
}

#[test]
fn it_may_stand_in_another_file() {
    let wrapper = "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n";
    let text = format!("{wrapper}- name: PodSecurity\n  path: pod-security.yaml\n");
    let elsewhere = match read(&text) {
        Ok(Loaded::Elsewhere { path, span }) => (path, text[span.range()].to_owned()),
        other => panic!("{other:?}"),
    };
    assert_eq!(elsewhere, ("pod-security.yaml".to_owned(), "pod-security.yaml".to_owned()));
}

#[test]
fn a_bad_level_names_the_allowed_ones_and_the_nearest() {
    let text = format!("{HEAD}defaults:\n  enforce: restrictd\n  warn-version: '1.29'\n");
    assert_eq!(
        errors(&text),
        [
            "4: defaults.enforce: invalid value \"restrictd\": must be one of privileged, baseline, restricted; did you \
             mean restricted?",
            "5: defaults.warn-version: invalid value \"1.29\": must be \"latest\" or \"v1.x\"; did you mean v1.29?",
        ]
    );
}

#[test]
fn unknown_and_repeated_keys_and_wrong_types_are_errors() {
    let text = format!(
        "{HEAD}metadata: {{name: x}}\ndefaults:\n  enforceVersion: latest\n  audit-version: 1.29\nexemptions:\n  \
         usernames: [yes]\nexemptions: {{}}\n"
    );
    assert_eq!(
        errors(&text),
        [
            "3: unknown field metadata: known are apiVersion, kind, defaults, exemptions",
            "5: unknown field defaults.enforceVersion: known are enforce, enforce-version, audit, audit-version, warn, \
             warn-version; did you mean enforce-version?",
            "6: defaults.audit-version takes a string, but holds a number; put it in quotes",
            "9: exemptions is given twice",
        ]
    );
}

#[test]
fn exempt_names_are_names_and_stand_once() {
    let text = format!(
        "{HEAD}exemptions:\n  namespaces: [kube-*, shop, shop, null]\n  runtimeClasses: [gvisor.dev, Kata]\n  \
         usernames: ['', alice, alice]\n"
    );
    let found = errors(&text);
    let starts: Vec<&str> =
        found.iter().map(|error| error.rsplit_once("a ").map_or(error.as_str(), |_| &error[..33])).collect();
    assert_eq!(found.len(), 6, "{starts:?}");
    assert!(found[0].starts_with("4: exemptions.namespaces[0]: invalid value \"kube-*\": "));
    assert_eq!(found[1], "4: exemptions.namespaces[2]: duplicate value \"shop\"");
}

#[test]
fn what_is_no_configuration_is_an_error() {
    let blank = "\n# nothing\n";
    assert_eq!(errors(blank), ["1: the file holds no configuration"]);
    assert_eq!(errors("{apiVersion: x}"), ["1: a file that begins with a brace must be one JSON object"]);
    let other = errors("apiVersion: pod-security.admission.config.k8s.io/v1beta2\nkind: podSecurityConfiguration\n");
    assert_eq!(other.len(), 2, "{other:?}");
    assert!(other[1].ends_with("did you mean PodSecurityConfiguration?"));
}
