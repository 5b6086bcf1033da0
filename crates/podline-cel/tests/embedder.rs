//! Libraries that an embedder adds.

use podline_cel::{CompileError, Env, Error, Library, Limits, Opaque, Traced, Type, Value, Version, environment};

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
