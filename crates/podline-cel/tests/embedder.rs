//! Libraries that an embedder adds.

use podline_cel::{
    CompileError, Env, Error, Library, Limits, Opaque, Traced, Type, Value, Version, environment, extensions,
};

#[derive(Debug)]
struct Image(String);

impl Opaque for Image {
    fn type_name(&self) -> &str {
        "example.Image"
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        other.downcast::<Image>().map(|other| self.0 == other.0)
    }
}

fn library() -> Library {
    Library::new()
        .type_name(Type::structure("example.Image"))
        .function("image", "string_to_image", "(string) -> example.Image", |_, args| match &args[0].value {
            Value::String(text) => Ok(Value::opaque(Image(text.to_string()))),
            _ => Err(Error::new("no image")),
        })
        .function("tag", "image_tag", "example.Image.() -> string", |_, args: &[Traced]| {
            let image: &Image = args[0].value.downcast().ok_or_else(|| Error::new("no such overload"))?;
            Ok(Value::string(image.0.rsplit(':').next().unwrap_or_default()))
        })
        .costs(|function, _, _, _| (function == "image").then_some(7))
}

fn env() -> Env {
    environment(Version::V1_37).library(&library()).build()
}

#[test]
fn its_functions_are_checked_and_called() {
    let program = env().compile("image('nginx:1.27').tag() == '1.27'").expect("a sound expression");
    let outcome = program.evaluate(&|_: &str| None, &Limits::default());
    assert!(matches!(outcome.result, Ok(Value::Bool(true))));
    assert_eq!(outcome.cost, 7 + 1 + 1);
}

#[test]
fn its_overloads_are_named_in_errors() {
    let Err(CompileError::Issues(issues)) = env().compile("image(1)") else { panic!("refused") };
    let messages: Vec<&str> = issues.iter().map(|issue| issue.message.as_str()).collect();
    assert_eq!(messages, ["found no matching overload for 'image' applied to '(int)'"]);
}

#[test]
fn a_function_of_the_server_can_be_given_more_overloads() {
    let more = Library::new().function("sum", "text_sum", "string.() -> int", |_, args| {
        let text = args[0].value.as_str().unwrap_or_default();
        Ok(Value::Int(text.chars().filter_map(|c| c.to_digit(10)).map(i64::from).sum()))
    });
    let env = env().extend().library(&more).build();
    let program = env.compile("'123'.sum() == [1, 2, 3].sum()").expect("both");
    assert!(matches!(program.evaluate(&|_: &str| None, &Limits::default()).result, Ok(Value::Bool(true))));
}

/// What an expression evaluates to with the extensions that other programs bring.
#[track_caller]
fn extended(expression: &str) -> Result<bool, String> {
    let mut builder = environment(Version::V1_37);
    for library in [
        extensions::bindings(),
        extensions::encoders(),
        extensions::math(),
        extensions::regex_replace(),
        extensions::lenient_or_value(),
    ] {
        builder = builder.library(&library);
    }
    let program = builder.build().compile(expression).expect("a sound expression");
    match program.evaluate(&|_: &str| None, &Limits::default()).result {
        Ok(Value::Bool(truth)) => Ok(truth),
        Ok(other) => Err(format!("{other:?}")),
        Err(error) => Err(error.message().to_owned()),
    }
}

#[test]
fn extensions_are_evaluated() {
    for expression in [
        "cel.bind(x, 'a' + 'b', x + x) == 'abab'",
        "[1, 2].map(n, cel.bind(n, n + 1, n * 2)) == [4, 6]",
        "{'a': 1}[?'b'].orValue(3) == 3",
        "{'a': 1}.a.orValue(3) == 1",
        "base64.decode(base64.encode(b'ab')) == b'ab'",
        "base64.encode(b'a') == 'YQ=='",
        "math.greatest(1, 3, 2) == 3 && math.least([2.5, 1.5]) == 1.5",
        "math.greatest(9007199254740993, 9007199254740992) == 9007199254740993",
        "math.ceil(1.2) == 2.0 && math.abs(-3) == 3",
        r"regex.replace('a1b22', '([0-9]+)', '<\\1>') == 'a<1>b<22>'",
        "regex.replace('a', 'a', '$0') == '$0'",
    ] {
        assert_eq!(extended(expression), Ok(true), "{expression}");
    }
    assert_eq!(extended("math.abs(-9223372036854775807 - 1) == 0"), Err("integer overflow".to_owned()));
    assert!(extended(r"regex.replace('a', 'a', '\\x') == ''").is_err());
}

#[test]
fn a_text_that_grows_in_replacements_ends() {
    let replaced = (0..9)
        .fold("'aaaaaaaaaaaaaaaa'".to_owned(), |inner, _| format!("regex.replace({inner}, 'a', 'aaaaaaaaaaaaaaaa')"));
    assert!(extended(&format!("{replaced} == ''")).is_err());
}
