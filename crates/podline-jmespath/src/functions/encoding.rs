//! Encodings, hashes, images and addresses.

use std::fmt::Write as _;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::Digest as _;

use super::{Call, Outcome};
use crate::error::{Error, Need};
use crate::image;
use crate::value::Value;

pub(super) fn base64_encode(call: &Call<'_>) -> Outcome {
    call.built(STANDARD.encode(call.text(0)))
}

/// Line ends are skipped, as Go does; the padding must be there. Bytes that are no UTF-8 are replaced.
pub(super) fn base64_decode(call: &Call<'_>) -> Outcome {
    let text: String = call.text(0).chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
    let bytes = STANDARD.decode(&text).map_err(|_| Error::new("illegal base64 data at input byte 0"))?;
    call.built(String::from_utf8_lossy(&bytes).into_owned())
}

pub(super) fn parse_json(call: &Call<'_>) -> Outcome {
    let text = call.text(0);
    call.runtime.budget.bytes(text.len().saturating_mul(8))?;
    let json: serde_json::Value = serde_json::from_str(text).map_err(|error| Error::new(error.to_string()))?;
    Ok(Value::from_json(&json))
}

pub(super) fn parse_yaml(call: &Call<'_>) -> Outcome {
    let text = call.text(0);
    call.runtime.budget.bytes(text.len().saturating_mul(8))?;
    let json = (call.runtime.yaml)(text).map_err(Error::new)?;
    let value = Value::from_json(&json);
    if value.is_too_deep() { Err(Error::Budget) } else { Ok(value) }
}

pub(super) fn random(call: &Call<'_>) -> Outcome {
    if call.text(0).is_empty() {
        return Err(Error::new("no pattern provided"));
    }
    Err(Error::Unknown(Need::Random))
}

fn hex(bytes: &[u8]) -> Value {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text.into()
}

pub(super) fn sha256(call: &Call<'_>) -> Outcome {
    Ok(hex(&sha2::Sha256::digest(call.text(0))))
}

pub(super) fn sha1(call: &Call<'_>) -> Outcome {
    Ok(hex(&sha1::Sha1::digest(call.text(0))))
}

pub(super) fn md5(call: &Call<'_>) -> Outcome {
    Ok(hex(&md5::Md5::digest(call.text(0))))
}

pub(super) fn image_normalize(call: &Call<'_>) -> Outcome {
    let image = image::parse(call.text(0)).map_err(|why| call.error(why))?;
    Ok(image.reference.into())
}

/// Of an address. A host name would have to be looked up.
pub(super) fn is_external_url(call: &Call<'_>) -> Outcome {
    let host = podline_cel::go::url_host(call.text(0)).map_err(Error::new)?;
    // Go's ParseIP takes no zone.
    let Ok(address) = host.parse::<IpAddr>() else { return Err(Error::Unknown(Need::NameService)) };
    let internal = match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private(),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.is_loopback() || v4.is_private(),
            None => v6.is_loopback() || (v6.segments()[0] & 0xfe00) == 0xfc00,
        },
    };
    Ok((!internal).into())
}
