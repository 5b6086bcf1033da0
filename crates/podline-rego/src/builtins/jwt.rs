//! JSON Web Tokens that are signed with a shared secret.
//!
//! What needs a public or private key is undecided; what fails before it comes to the key fails.
//!
//! Source: `v1/topdown/tokens.go`.

use hmac::{Hmac, KeyInit, Mac};

use super::bytes::from_go;
use super::encoding::{decode_url, encode_url, hex};
use super::operands::{at, found, object, text};
use crate::context::{Context, Failure, Halt, Outcome};
use crate::json::{ReadError, read, write};
use crate::number::Number;
use crate::value::{Object, Value};

/// Nested tokens are read one in the other.
const DEEPEST: usize = 8;

const ALGORITHMS: [&str; 13] = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "HS256", "HS384", "HS512", "EdDSA",
];

struct Token<'t> {
    header: &'t str,
    payload: &'t str,
    signature: &'t str,
}

impl<'t> Token<'t> {
    fn parse(text: &'t str) -> Result<Token<'t>, Failure> {
        match text.split('.').collect::<Vec<_>>()[..] {
            [header, payload, signature] => Ok(Token { header, payload, signature }),
            _ => Err(Failure::error("encoded JWT must have 3 sections")),
        }
    }

    /// What is signed.
    fn signed(&self) -> String {
        format!("{}.{}", self.header, self.payload)
    }

    fn header(&self) -> Result<Value, Failure> {
        let header = json_object(&from_go(decode_url(self.header)?))?;
        if header.as_object().is_some_and(|header| header.get_str("enc").is_some()) {
            return Err(Failure::error("JWT is a JWE object, which is not supported"));
        }
        Ok(header)
    }
}

fn json_object(text: &str) -> Result<Value, Failure> {
    match read(text) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Err(ReadError::TooDeep) => Err(Failure::Halt(Halt::Budget)),
        Ok(_) => Err(Failure::error("decoded JSON type was not an Object")),
        Err(error) => Err(Failure::error(error.to_string())),
    }
}

/// A text of the header, if it is there.
fn header_text<'h>(header: &'h Object, name: &str) -> Result<Option<&'h str>, Failure> {
    match header.get_str(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Failure::error(format!("{name}: must be a string"))),
    }
}

pub(super) fn decode(operands: &[Value], context: &Context<'_>) -> Outcome {
    decode_nested(text(operands, 0)?, context, DEEPEST)
}

fn decode_nested(text: &str, context: &Context<'_>, levels: usize) -> Outcome {
    context.budget.bytes(text.len().saturating_mul(16))?;
    let levels = levels.checked_sub(1).ok_or(Failure::Halt(Halt::Budget))?;
    let token = Token::parse(text)?;
    let header = token.header()?;
    let payload = from_go(decode_url(token.payload)?);
    let fields = header.as_object().cloned().unwrap_or_default();
    if header_text(&fields, "cty")? == Some("JWT") {
        return decode_nested(payload.trim_matches(['"', '\'']), context, levels);
    }
    let payload = json_object(&payload)?;
    found(vec![header, payload, hex(&decode_url(token.signature)?).into()])
}

/// The code of a message by an algorithm with a shared secret; nothing for other algorithms.
fn code(algorithm: &str, secret: &[u8], message: &str) -> Option<Vec<u8>> {
    fn of<M: Mac + KeyInit>(secret: &[u8], message: &str) -> Option<Vec<u8>> {
        let mut mac = <M as KeyInit>::new_from_slice(secret).ok()?;
        mac.update(message.as_bytes());
        Some(mac.finalize().into_bytes().to_vec())
    }
    match algorithm {
        "HS256" => of::<Hmac<sha2::Sha256>>(secret, message),
        "HS384" => of::<Hmac<sha2::Sha384>>(secret, message),
        "HS512" => of::<Hmac<sha2::Sha512>>(secret, message),
        _ => None,
    }
}

fn verify_secret(operands: &[Value], algorithm: &str, context: &Context<'_>) -> Outcome {
    let (whole, secret) = (text(operands, 0)?, text(operands, 1)?);
    context.budget.bytes(whole.len().saturating_mul(2))?;
    let token = Token::parse(whole)?;
    let signature = decode_url(token.signature)?;
    found(code(algorithm, secret.as_bytes(), &token.signed()).is_some_and(|code| code == signature))
}

pub(super) fn verify_hs256(operands: &[Value], context: &Context<'_>) -> Outcome {
    verify_secret(operands, "HS256", context)
}

pub(super) fn verify_hs384(operands: &[Value], context: &Context<'_>) -> Outcome {
    verify_secret(operands, "HS384", context)
}

pub(super) fn verify_hs512(operands: &[Value], context: &Context<'_>) -> Outcome {
    verify_secret(operands, "HS512", context)
}

/// A text that can be no key fails; whether a signature is by one that may be is not known.
fn public_key(text: &str) -> Result<(), Failure> {
    if text.contains("-----BEGIN") || matches!(read(text), Ok(Value::Object(_)) | Err(ReadError::TooDeep)) {
        return Err(Failure::undecided("io.jwt with a public key"));
    }
    Err(Failure::error("failed to parse a JWK key (set)"))
}

pub(super) fn verify_by_key(operands: &[Value], context: &Context<'_>) -> Outcome {
    let (token, key) = (text(operands, 0)?, text(operands, 1)?);
    context.budget.bytes((token.len() + key.len()).saturating_mul(2))?;
    Token::parse(token)?;
    public_key(key)?;
    Ok(None)
}

pub(super) fn encode_sign(operands: &[Value], context: &Context<'_>) -> Outcome {
    let json = |place: usize| {
        let value = at(operands, place)?;
        super::json::pay(value, context)?;
        write(value).map_err(|number| Failure::error(format!("json: invalid number literal {number}")))
    };
    sign(&json(0)?, &json(1)?, &json(2)?, context)
}

pub(super) fn encode_sign_raw(operands: &[Value], context: &Context<'_>) -> Outcome {
    sign(text(operands, 0)?, text(operands, 1)?, text(operands, 2)?, context)
}

fn sign(header: &str, payload: &str, key: &str, context: &Context<'_>) -> Outcome {
    context.budget.bytes((header.len() + payload.len() + key.len()).saturating_mul(16))?;
    let key = json_object(key)?;
    let mut key = key.as_object().cloned().unwrap_or_default();
    if let Some(keys) = key.get_str("keys") {
        let first = keys.as_array().and_then(<[Value]>::first).and_then(Value::as_object);
        key = first.cloned().ok_or_else(|| Failure::error("no keys found in JWK set"))?;
    }
    let fields = json_object(header)?;
    let fields = fields.as_object().cloned().unwrap_or_default();
    let algorithm = header_text(&fields, "alg")?.unwrap_or_default();
    if !ALGORITHMS.contains(&algorithm) {
        return Err(Failure::error(format!("unknown JWS algorithm: {algorithm}")));
    }
    let is_jwt = fields.get_str("typ").and_then(Value::as_str).is_none_or(|typ| typ == "JWT");
    if is_jwt && read(payload).is_err() {
        return Err(Failure::error("type is JWT but payload is not JSON"));
    }
    match key.get_str("kty").and_then(Value::as_str) {
        Some("oct") => {}
        Some("RSA" | "EC" | "OKP") => return Err(Failure::undecided("io.jwt with a private key")),
        _ => return Err(Failure::error("invalid key type from JSON")),
    }
    let secret =
        key.get_str("k").and_then(Value::as_str).ok_or_else(|| Failure::error("required field k is missing"))?;
    let secret = decode_url(secret.trim_end_matches('='))?;
    let signed = format!("{}.{}", encode_url(header.as_bytes()), encode_url(payload.as_bytes()));
    let code = code(algorithm, &secret, &signed).ok_or_else(|| Failure::error("invalid key for algorithm"))?;
    found(format!("{signed}.{}", encode_url(&code)))
}

/// What a token must meet.
struct Constraints<'c> {
    secret: &'c str,
    algorithm: &'c str,
    issuer: &'c str,
    audience: &'c str,
    /// In nanoseconds.
    time: Option<f64>,
}

impl<'c> Constraints<'c> {
    fn parse(object: &'c Object) -> Result<Constraints<'c>, Failure> {
        let mut constraints = Constraints { secret: "", algorithm: "", issuer: "", audience: "", time: None };
        let mut key = None;
        for (name, value) in object.iter() {
            match (name.as_str().unwrap_or_default(), value) {
                ("secret", Value::String(text)) => constraints.secret = text,
                ("alg", Value::String(text)) => constraints.algorithm = text,
                ("iss", Value::String(text)) => constraints.issuer = text,
                ("aud", Value::String(text)) => constraints.audience = text,
                ("cert", Value::String(text)) => key = Some(text),
                ("time", Value::Number(number)) => {
                    let time = number.as_f64().filter(|time| *time >= 0.0);
                    let negative = || Failure::error("token time constraint: must not be negative");
                    constraints.time = Some(time.ok_or_else(negative)?);
                }
                _ => return Err(Failure::error(format!("unknown token validation constraint: {name}"))),
            }
        }
        match (key, constraints.secret.is_empty()) {
            (Some(key), _) => public_key(key)?,
            (None, true) => return Err(Failure::error("no key constraint")),
            (None, false) => {}
        }
        Ok(constraints)
    }

    fn is_for(&self, audience: &Value) -> bool {
        let wanted = |value: &Value| value.as_str() == Some(self.audience);
        wanted(audience) || audience.as_array().is_some_and(|all| all.iter().any(wanted))
    }

    /// Do the claims meet them?
    fn allow(&self, payload: &Object) -> Result<bool, Failure> {
        if !self.issuer.is_empty() {
            match payload.get_str("iss") {
                Some(Value::String(issuer)) if **issuer == *self.issuer => {}
                Some(Value::String(_)) | None => return Ok(false),
                Some(_) => return Err(Failure::error("iss value must be a string")),
            }
        }
        match payload.get_str("aud") {
            Some(audience) if !self.is_for(audience) => return Ok(false),
            None if !self.audience.is_empty() => return Ok(false),
            _ => {}
        }
        // The time in seconds.
        let now = || -> Result<Number, Failure> {
            let time = self.time.ok_or_else(|| Failure::undecided("io.jwt.decode_verify without a time"))?;
            Ok(Number::from_f64(time / 1e9))
        };
        match payload.get_str("exp") {
            Some(Value::Number(expires)) if now()?.compare_as_opa(expires).is_ge() => return Ok(false),
            Some(Value::Number(_)) | None => {}
            Some(_) => return Err(Failure::error("exp value must be a number")),
        }
        match payload.get_str("nbf") {
            Some(Value::Number(begins)) => Ok(now()?.compare_as_opa(begins).is_ge()),
            None => Ok(true),
            Some(_) => Err(Failure::error("nbf value must be a number")),
        }
    }
}

/// Is the header one that a token may have?
fn header_is_valid(header: &Object) -> Result<bool, Failure> {
    const KNOWN: [&str; 5] = ["alg", "kid", "typ", "cty", "crit"];
    let algorithm = header_text(header, "alg")?.unwrap_or_default();
    for name in ["kid", "typ", "cty"] {
        header_text(header, name)?;
    }
    let critical = match header.get_str("crit") {
        None => Vec::new(),
        Some(Value::Array(names)) => names.iter().map_while(Value::as_str).collect(),
        Some(_) => return Err(Failure::error("crit: must be a list")),
    };
    if header.get_str("crit").is_some() && critical.is_empty() {
        return Err(Failure::error("crit: must be a nonempty list"));
    }
    let unknown = |name: &Value| name.as_str().is_some_and(|name| !KNOWN.contains(&name) && critical.contains(&name));
    Ok(!algorithm.is_empty() && !header.keys().any(unknown))
}

pub(super) fn decode_verify(operands: &[Value], context: &Context<'_>) -> Outcome {
    let refused = || found(vec![false.into(), Value::object([]), Value::object([])]);
    let constraints = Constraints::parse(object(operands, 1)?)?;
    let mut whole = text(operands, 0)?.to_owned();
    for _ in 0..DEEPEST {
        context.budget.bytes(whole.len().saturating_mul(16))?;
        let token = Token::parse(&whole)?;
        let header = token.header()?;
        let fields = header.as_object().cloned().unwrap_or_default();
        if !header_is_valid(&fields)? {
            return refused();
        }
        let algorithm = header_text(&fields, "alg")?.unwrap_or_default();
        if !constraints.algorithm.is_empty() && constraints.algorithm != algorithm {
            return refused();
        }
        let signature = decode_url(token.signature)?;
        if code(algorithm, constraints.secret.as_bytes(), &token.signed()).is_none_or(|code| code != signature) {
            return refused();
        }
        let payload = from_go(decode_url(token.payload)?);
        if header_text(&fields, "cty")?.is_some_and(|cty| cty.eq_ignore_ascii_case("JWT")) {
            whole = payload;
            continue;
        }
        let payload = json_object(&payload)?;
        let claims = payload.as_object().cloned().unwrap_or_default();
        return if constraints.allow(&claims)? { found(vec![true.into(), header, payload]) } else { refused() };
    }
    Err(Failure::Halt(Halt::Budget))
}

#[cfg(test)]
mod tests {
    use super::super::testing::call;

    const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.LrlPmSL4FxrzAHJSYbKzsA997COXdYCeFKlt3zt5DIY";

    #[test]
    fn tokens_are_signed_and_verified_with_a_secret() {
        let key = r#"{"kty": "oct", "k": "c2VjcmV0"}"#;
        assert_eq!(
            call("io.jwt.encode_sign", &format!(r#"[{{"alg": "HS256"}}, {{"a": 1}}, {key}]"#)),
            format!("\"{TOKEN}\"")
        );
        assert_eq!(call("io.jwt.verify_hs256", &format!(r#"["{TOKEN}", "secret"]"#)), "true");
        assert_eq!(call("io.jwt.verify_hs256", &format!(r#"["{TOKEN}", "other"]"#)), "false");
        assert_eq!(call("io.jwt.verify_hs256", r#"["a.b", "secret"]"#), "undefined");
        assert_eq!(
            call("io.jwt.decode_verify", &format!(r#"["{TOKEN}", {{"secret": "secret"}}]"#)),
            r#"[true, {"alg": "HS256"}, {"a": 1}]"#
        );
        assert_eq!(
            call("io.jwt.decode_verify", &format!(r#"["{TOKEN}", {{"secret": "secret", "iss": "me"}}]"#)),
            "[false, {}, {}]"
        );
    }

    #[test]
    fn a_key_is_not_guessed_and_what_is_none_fails() {
        let pem = "-----BEGIN PUBLIC KEY-----";
        assert_eq!(
            call("io.jwt.verify_rs256", &format!(r#"["{TOKEN}", "{pem}"]"#)),
            "io.jwt with a public key asks what no file says"
        );
        assert_eq!(call("io.jwt.verify_rs256", &format!(r#"["{TOKEN}", "k"]"#)), "undefined");
        assert_eq!(call("io.jwt.verify_rs256", &format!(r#"["a.b", "{pem}"]"#)), "undefined");
    }
}
