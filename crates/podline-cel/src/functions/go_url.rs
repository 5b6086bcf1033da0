//! URLs as Go's `net/url` reads them.

use std::fmt::Write as _;
use std::net::IpAddr;

use crate::text::quote;

/// The parts of a URL.
#[derive(Debug, Default)]
pub(super) struct Url {
    pub(super) scheme: String,
    pub(super) host: String,
    /// As written.
    pub(super) path: String,
    pub(super) query: String,
    /// The whole text, which two equal URLs share.
    pub(super) text: String,
}

/// Reads an absolute URI or an absolute path (`url.ParseRequestURI`).
///
/// # Errors
/// In Go's words.
pub(super) fn parse_request_uri(text: &str) -> Result<Url, String> {
    parse(text, Kind::Request).map_err(|why| format!("parse {}: {why}", quote(text)))
}

/// Reads any URL (`url.Parse`): what follows `#` is no part of the path.
pub(super) fn parse_reference(text: &str) -> Result<Url, String> {
    let (before, fragment) = text.split_once('#').unwrap_or((text, ""));
    parse_split(text, before, fragment, Kind::Reference)
}

fn parse_split(text: &str, before: &str, fragment: &str, kind: Kind) -> Result<Url, String> {
    let parsed = parse(before, kind).and_then(|url| unescape(fragment, Part::Path).map(|_| url));
    parsed.map(|url| Url { text: text.to_owned(), ..url }).map_err(|why| format!("parse {}: {why}", quote(text)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Request,
    Reference,
    /// A reference as programs read it that are written for Go before 1.26: the host may hold colons.
    Lax,
}

/// Reads any URL into what Go's `url.URL` holds, as programs do that are written for Go before 1.26.
///
/// # Errors
/// In Go's words.
pub fn parse_url(text: &str) -> Result<Reference, String> {
    let (before, fragment) = text.split_once('#').unwrap_or((text, ""));
    let url = parse_split(text, before, fragment, Kind::Lax)?;
    let path = unescape(&url.path, Part::Path)?;
    let raw_path = if escape_path(&path) == url.path { path.clone() } else { url.path.clone() };
    Ok(Reference {
        hostname: url.hostname().to_owned(),
        port: url.port().to_owned(),
        raw_path,
        path,
        fragment: unescape(fragment, Part::Path)?,
        scheme: url.scheme,
        query: url.query,
    })
}

/// The parts of a URL.
#[derive(Debug)]
pub struct Reference {
    /// In lower case.
    pub scheme: String,
    /// Without brackets.
    pub hostname: String,
    /// Digits.
    pub port: String,
    /// Unescaped.
    pub path: String,
    /// As it was written, where Go would write it otherwise; else as the path.
    pub raw_path: String,
    /// As it was written.
    pub query: String,
    /// Unescaped.
    pub fragment: String,
}

/// Go's `url.QueryUnescape`.
///
/// # Errors
/// In Go's words.
pub fn query_unescape(text: &str) -> Result<String, String> {
    unescape(text, Part::Query)
}

/// Go's `url.QueryEscape`.
pub fn query_escape(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

fn in_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&byte)
}

fn escape_path(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        if in_path(byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn parse(text: &str, kind: Kind) -> Result<Url, String> {
    let request = kind == Kind::Request;
    if text.bytes().any(|byte| byte < 0x20 || byte == 0x7f) {
        return Err("net/url: invalid control character in URL".to_owned());
    }
    if text.is_empty() && request {
        return Err("empty url".to_owned());
    }
    let mut url = Url::default();
    if text == "*" {
        "*".clone_into(&mut url.path);
        return Ok(url);
    }
    let (scheme, rest) = scheme(text)?;
    url.scheme = scheme.to_ascii_lowercase();
    let (mut rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    query.clone_into(&mut url.query);
    if !rest.starts_with('/') {
        if !url.scheme.is_empty() {
            return Ok(url);
        }
        if request {
            return Err("invalid URI for request".to_owned());
        }
        if rest.split('/').next().is_some_and(|segment| segment.contains(':')) {
            return Err("first path segment in URL cannot contain colon".to_owned());
        }
    }
    let authority = !url.scheme.is_empty() || !request && !rest.starts_with("///");
    if let (true, Some(after)) = (authority, rest.strip_prefix("//")) {
        let end = after.find('/').unwrap_or(after.len());
        let scheme = if kind == Kind::Lax { "" } else { &url.scheme };
        url.host = parse_authority(scheme, &after[..end])?;
        rest = &after[end..];
    }
    unescape(rest, Part::Path)?;
    rest.clone_into(&mut url.path);
    Ok(url)
}

fn scheme(text: &str) -> Result<(&str, &str), String> {
    for (at, c) in text.char_indices() {
        match c {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at == 0 => return Err("missing protocol scheme".to_owned()),
            ':' => return Ok((&text[..at], &text[at + 1..])),
            _ => return Ok(("", text)),
        }
    }
    Ok(("", text))
}

fn parse_authority(scheme: &str, authority: &str) -> Result<String, String> {
    let Some((user, host)) = authority.rsplit_once('@') else { return parse_host(scheme, authority) };
    let host = parse_host(scheme, host)?;
    let valid = user.chars().all(|c| c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c));
    if !valid {
        return Err("net/url: invalid userinfo".to_owned());
    }
    unescape(user, Part::User)?;
    Ok(host)
}

fn parse_host(scheme: &str, host: &str) -> Result<String, String> {
    let port = |port: &str| -> Result<(), String> {
        let valid =
            port.is_empty() || port.strip_prefix(':').is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        if valid { Ok(()) } else { Err(format!("invalid port {} after host", quote(port))) }
    };
    match host.rfind('[') {
        Some(0) => {
            let close = host.rfind(']').ok_or("missing ']' in host")?;
            port(&host[close + 1..])?;
            let name = &host[1..close];
            let name = match name.find("%25") {
                Some(zone) => {
                    format!("{}{}", unescape(&name[..zone], Part::Host)?, unescape(&name[zone..], Part::Zone)?)
                }
                None => unescape(name, Part::Host)?,
            };
            let address = name.split('%').next().unwrap_or_default();
            match address.parse::<IpAddr>() {
                Ok(IpAddr::V6(_)) => {}
                Ok(IpAddr::V4(_)) => return Err("invalid IP-literal".to_owned()),
                Err(_) => return Err(format!("invalid host: ParseAddr({}): unable to parse IP", quote(&name))),
            }
            return Ok(format!("[{name}]{}", &host[close + 1..]));
        }
        Some(_) => return Err("invalid IP-literal".to_owned()),
        None => {}
    }
    if let (Some(first), Some(last)) = (host.find(':'), host.rfind(':')) {
        let from = if matches!(scheme, "http" | "https") { first } else { last };
        port(&host[from..])?;
    }
    unescape(host, Part::Host)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Path,
    Host,
    Zone,
    User,
    Query,
}

fn in_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!\"$&'()*+,-.:;<=>[]_~".contains(&byte)
}

fn unescape(text: &str, part: Part) -> Result<String, String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'%' => {
                let code = bytes.get(at + 1..at + 3).and_then(|code| std::str::from_utf8(code).ok());
                let byte = code
                    .filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()))
                    .and_then(|code| u8::from_str_radix(code, 16).ok());
                let end = (at + 3).min(bytes.len());
                let escape = String::from_utf8_lossy(&bytes[at..end]);
                let invalid = || format!("invalid URL escape {}", quote(&escape));
                let byte = byte.ok_or_else(invalid)?;
                let percent = &*escape == "%25";
                let refused = match part {
                    Part::Host => byte < 0x80 && !percent,
                    Part::Zone => !percent && byte != b' ' && byte < 0x80 && !in_host(byte),
                    _ => false,
                };
                if refused {
                    return Err(invalid());
                }
                out.push(byte);
                at += 3;
            }
            b'+' if part == Part::Query => {
                out.push(b' ');
                at += 1;
            }
            byte => {
                if matches!(part, Part::Host | Part::Zone) && byte < 0x80 && !in_host(byte) {
                    return Err(format!("invalid character {} in host name", quote(&char::from(byte).to_string())));
                }
                out.push(byte);
                at += 1;
            }
        }
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}

impl Url {
    /// The host without port and brackets.
    pub(super) fn hostname(&self) -> &str {
        let (host, _) = self.split_port();
        host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
    }

    pub(super) fn port(&self) -> &str {
        self.split_port().1
    }

    fn split_port(&self) -> (&str, &str) {
        match self.host.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port),
            _ => (&self.host, ""),
        }
    }

    /// The path as written, if that is a valid spelling of it; else escaped anew.
    pub(super) fn escaped_path(&self) -> String {
        let written = |byte: u8| in_path(byte) || b"!'()*[]%".contains(&byte);
        if self.path == "*" || self.path.bytes().all(written) {
            return self.path.clone();
        }
        escape_path(&unescape(&self.path, Part::Path).unwrap_or_default())
    }

    /// The parameters of the query in the order of their names' first use.
    pub(super) fn parameters(&self) -> Vec<(String, Vec<String>)> {
        let mut all: Vec<(String, Vec<String>)> = Vec::new();
        if self.query.matches('&').count() >= 10_000 {
            return all;
        }
        for part in self.query.split('&').filter(|part| !part.is_empty() && !part.contains(';')) {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            let (Ok(key), Ok(value)) = (unescape(key, Part::Query), unescape(value, Part::Query)) else { continue };
            match all.iter_mut().find(|(known, _)| *known == key) {
                Some((_, values)) => values.push(value),
                None => all.push((key, vec![value])),
            }
        }
        all
    }
}
