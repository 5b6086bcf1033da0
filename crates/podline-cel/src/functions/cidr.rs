//! Kubernetes' networks.

use std::net::IpAddr;

use super::ip::{self, Ip};
use super::text;
use crate::cost::{TRAVERSAL, share, size};
use crate::error::Error;
use crate::function::Library;
use crate::text::quote;
use crate::types::Type;
use crate::value::{Opaque, Traced, Value};

/// A network: an address in it, and how many bits all its addresses share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cidr {
    address: IpAddr,
    bits: u8,
}

impl Opaque for Cidr {
    fn type_name(&self) -> &str {
        "net.CIDR"
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        other.downcast::<Cidr>().map(|other| self == other)
    }

    fn size(&self) -> Option<u64> {
        Some(u64::from(self.bits.div_ceil(8)))
    }

    fn equality_cost(&self) -> Option<u64> {
        Some(1)
    }
}

/// The library.
pub fn library() -> Library {
    Library::new()
        .type_name(Type::opaque("net.CIDR"))
        .function("cidr", "string_to_cidr", "(string) -> net.CIDR", |_, args| parse(text(args, 0)?).map(Value::opaque))
        .function("isCIDR", "is_cidr", "(string) -> bool", |_, args| Ok(Value::Bool(parse(text(args, 0)?).is_ok())))
        .function("string", "cidr_to_string", "(net.CIDR) -> string", |_, args| {
            let cidr = network(args, 0)?;
            Ok(Value::string(format!("{}/{}", cidr.address, cidr.bits)))
        })
        .function("containsIP", "cidr_contains_ip_string", "net.CIDR.(string) -> bool", |_, args| {
            // Text that is no address is, to the server, an address of another type.
            let address = ip::parse(text(args, 1)?).map_err(|_| Error::no_overload())?;
            Ok(Value::Bool(network(args, 0)?.contains(address)))
        })
        .function("containsIP", "cidr_contains_ip_ip", "net.CIDR.(net.IP) -> bool", |_, args| {
            let address = args[1].value.downcast::<Ip>().ok_or_else(Error::no_overload)?;
            Ok(Value::Bool(network(args, 0)?.contains(address.0)))
        })
        .function("containsCIDR", "cidr_contains_cidr_string", "net.CIDR.(string) -> bool", |_, args| {
            let other = parse(text(args, 1)?)?;
            Ok(Value::Bool(network(args, 0)?.covers(other)))
        })
        .function("containsCIDR", "cidr_contains_cidr", "net.CIDR.(net.CIDR) -> bool", |_, args| {
            Ok(Value::Bool(network(args, 0)?.covers(network(args, 1)?)))
        })
        .function("ip", "cidr_ip", "net.CIDR.() -> net.IP", |_, args| Ok(Value::opaque(Ip(network(args, 0)?.address))))
        .function("prefixLength", "cidr_prefix_length", "net.CIDR.() -> int", |_, args| {
            Ok(Value::Int(i64::from(network(args, 0)?.bits)))
        })
        .function("masked", "cidr_masked", "net.CIDR.() -> net.CIDR", |_, args| {
            let cidr = network(args, 0)?;
            Ok(Value::opaque(Cidr { address: mask(cidr.address, cidr.bits), ..cidr }))
        })
        .costs(costs)
}

fn costs(function: &str, overload: &str, args: &[Traced], _: Option<&Value>) -> Option<u64> {
    let first = size(&args.first()?.value);
    let second = || args.get(1).map_or(1, |arg| size(&arg.value));
    match function {
        "cidr" | "isCIDR" => Some(share(first, TRAVERSAL)),
        "prefixLength" | "masked" => Some(1),
        "containsIP" => {
            let parsing = if overload == "cidr_contains_ip_string" { share(second(), TRAVERSAL) } else { 0 };
            Some(share(2 * first, TRAVERSAL) + parsing)
        }
        "containsCIDR" => {
            let parsing = if overload == "cidr_contains_cidr_string" { share(second(), TRAVERSAL) } else { 0 };
            Some(share(2 * first, TRAVERSAL) + share(first, TRAVERSAL) + 1 + parsing)
        }
        _ => None,
    }
}

impl Cidr {
    fn contains(self, address: IpAddr) -> bool {
        self.address.is_ipv4() == address.is_ipv4() && mask(self.address, self.bits) == mask(address, self.bits)
    }

    fn covers(self, other: Cidr) -> bool {
        self.bits <= other.bits && self.contains(other.address)
    }
}

fn network(args: &[Traced], index: usize) -> Result<Cidr, Error> {
    args[index].value.downcast::<Cidr>().copied().ok_or_else(Error::no_overload)
}

fn mask(address: IpAddr, bits: u8) -> IpAddr {
    match address {
        IpAddr::V4(ip) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            IpAddr::V4((u32::from(ip) & mask).into())
        }
        IpAddr::V6(ip) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            IpAddr::V6((u128::from(ip) & mask).into())
        }
    }
}

fn parse(text: &str) -> Result<Cidr, Error> {
    const PREFIX: &str = "network address parse error during conversion from string";
    let quoted = quote(text);
    let fails = |why: &str| Error::new(format!("{PREFIX}: {PREFIX}: netip.ParsePrefix({quoted}): {why}"));
    let (address, bits) = text.rsplit_once('/').ok_or_else(|| fails("no '/'"))?;
    let address: IpAddr = address.parse().map_err(|_| fails(&super::netip::explain(address)))?;
    let digits = !bits.is_empty()
        && bits.bytes().all(|byte| byte.is_ascii_digit())
        && (bits.len() == 1 || !bits.starts_with('0'));
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits: u8 = bits.parse().ok().filter(|_| digits).ok_or_else(|| fails("bad bits after slash"))?;
    if bits > most {
        return Err(fails("prefix length out of range"));
    }
    if matches!(address, IpAddr::V6(ip) if ip.to_ipv4_mapped().is_some()) {
        return Err(Error::new(format!("{PREFIX}: IPv4-mapped IPv6 address {quoted} is not allowed")));
    }
    Ok(Cidr { address, bits })
}
