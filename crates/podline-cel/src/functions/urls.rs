//! Kubernetes' URLs.

use std::sync::Arc;

use super::go_url::{Url, parse_reference, parse_request_uri};
use super::text;
use crate::cost::{TRAVERSAL, share, size};
use crate::error::Error;
use crate::function::Library;
use crate::value::{MapValue, Opaque, Traced, Value};

impl Opaque for Url {
    fn type_name(&self) -> &str {
        "kubernetes.URL"
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        other.downcast::<Url>().map(|other| self.text == other.text)
    }

    fn equality_cost(&self) -> Option<u64> {
        Some(1)
    }
}

/// The library.
pub fn library() -> Library {
    let mut library = Library::new()
        .function("url", "string_to_url", "(string) -> kubernetes.URL", |_, args| {
            let text = text(args, 0)?;
            let parsed = parse_request_uri(text).and_then(|_| parse_reference(text));
            parsed
                .map(Value::opaque)
                .map_err(|why| Error::new(format!("URL parse error during conversion from string: {why}")))
        })
        .function("isURL", "is_url_string", "(string) -> bool", |_, args| {
            Ok(Value::Bool(parse_request_uri(text(args, 0)?).is_ok()))
        })
        .function("getQuery", "url_get_query", "kubernetes.URL.() -> map(string, list(string))", |context, args| {
            let mut map = MapValue::default();
            for (key, values) in url(args)?.parameters() {
                context.allocate(96 + key.len() + values.iter().map(|value| value.len() + 48).sum::<usize>())?;
                map.set(Value::string(key), Value::list(values.into_iter().map(Value::string)).into());
            }
            Ok(Value::Map(Arc::new(map)))
        })
        .costs(|function, _, args, _| match function {
            "url" => Some(share(size(&args.first()?.value), TRAVERSAL)),
            "getScheme" | "getHostname" | "getHost" | "getPort" | "getEscapedPath" | "getQuery" => Some(1),
            _ => None,
        });
    let parts: [(&str, &str, fn(&Url) -> String); 5] = [
        ("getScheme", "url_get_scheme", |url| url.scheme.clone()),
        ("getHost", "url_get_host", |url| url.host.clone()),
        ("getHostname", "url_get_hostname", |url| url.hostname().to_owned()),
        ("getPort", "url_get_port", |url| url.port().to_owned()),
        ("getEscapedPath", "url_get_escaped_path", Url::escaped_path),
    ];
    for (function, overload, part) in parts {
        library = library.function(function, overload, "kubernetes.URL.() -> string", move |_, args| {
            Ok(Value::string(part(url(args)?)))
        });
    }
    library
}

fn url(args: &[Traced]) -> Result<&Url, Error> {
    args[0].value.downcast().ok_or_else(Error::no_overload)
}
