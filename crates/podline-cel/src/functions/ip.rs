//! Kubernetes' IP addresses.

use std::net::{IpAddr, Ipv4Addr};

use super::text;
use crate::cost::{TRAVERSAL, share, size};
use crate::error::Error;
use crate::function::Library;
use crate::text::quote;
use crate::types::Type;
use crate::value::{Opaque, Traced, Value};

/// An address.
#[derive(Debug)]
pub(super) struct Ip(pub(super) IpAddr);

impl Opaque for Ip {
    fn type_name(&self) -> &str {
        "net.IP"
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        other.downcast::<Ip>().map(|other| self.0 == other.0)
    }

    fn size(&self) -> Option<u64> {
        Some(if self.0.is_ipv4() { 4 } else { 16 })
    }

    fn equality_cost(&self) -> Option<u64> {
        Some(1)
    }
}

/// The library.
pub fn library() -> Library {
    let mut library = Library::new()
        .type_name(Type::opaque("net.IP"))
        .function("ip", "string_to_ip", "(string) -> net.IP", |_, args| Ok(Value::opaque(Ip(parse(text(args, 0)?)?))))
        .function("isIP", "is_ip", "(string) -> bool", |_, args| Ok(Value::Bool(parse(text(args, 0)?).is_ok())))
        .function("ip.isCanonical", "ip_is_canonical", "(string) -> bool", |_, args| {
            let given = text(args, 0)?;
            Ok(Value::Bool(parse(given)?.to_string() == **given))
        })
        .function("string", "ip_to_string", "(net.IP) -> string", |_, args| {
            Ok(Value::string(address(args)?.to_string()))
        })
        .function("family", "ip_family", "net.IP.() -> int", |_, args| {
            Ok(Value::Int(if address(args)?.is_ipv4() { 4 } else { 6 }))
        })
        .costs(costs);
    let tests: [(&str, &str, fn(IpAddr) -> bool); 5] = [
        ("isUnspecified", "ip_is_unspecified", |ip| ip.is_unspecified()),
        ("isLoopback", "ip_is_loopback", |ip| ip.is_loopback()),
        ("isLinkLocalMulticast", "ip_is_link_local_multicast", link_local_multicast),
        ("isLinkLocalUnicast", "ip_is_link_local_unicast", link_local_unicast),
        ("isGlobalUnicast", "ip_is_global_unicast", global_unicast),
    ];
    for (function, overload, test) in tests {
        library = library
            .function(function, overload, "net.IP.() -> bool", move |_, args| Ok(Value::Bool(test(address(args)?))));
    }
    library
}

fn costs(function: &str, overload: &str, args: &[Traced], _: Option<&Value>) -> Option<u64> {
    match function {
        "ip" if overload == "cidr_ip" => Some(1),
        "ip" | "isIP" => Some(share(size(&args.first()?.value), TRAVERSAL)),
        "ip.isCanonical" => Some(share(size(&args.first()?.value), 2.0 * TRAVERSAL)),
        "family"
        | "isUnspecified"
        | "isLoopback"
        | "isLinkLocalMulticast"
        | "isLinkLocalUnicast"
        | "isGlobalUnicast" => Some(1),
        _ => None,
    }
}

fn address(args: &[Traced]) -> Result<IpAddr, Error> {
    args[0].value.downcast::<Ip>().map(|ip| ip.0).ok_or_else(Error::no_overload)
}

fn link_local_multicast(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.octets()[..3] == [224, 0, 0],
        IpAddr::V6(ip) => ip.segments()[0] & 0xff0f == 0xff02,
    }
}

fn link_local_unicast(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.segments()[0] & 0xffc0 == 0xfe80,
    }
}

fn global_unicast(ip: IpAddr) -> bool {
    ip != IpAddr::V4(Ipv4Addr::BROADCAST)
        && !ip.is_unspecified()
        && !ip.is_loopback()
        && !ip.is_multicast()
        && !link_local_unicast(ip)
}

/// Reads an address: without zone, and no IPv4 in the clothes of IPv6.
pub(super) fn parse(text: &str) -> Result<IpAddr, Error> {
    let quoted = quote(text);
    let (address, zone) = text.split_once('%').map_or((text, None), |(address, zone)| (address, Some(zone)));
    let parsed: Result<IpAddr, _> = address.parse();
    match (parsed, zone) {
        (Ok(IpAddr::V6(_)), Some(zone)) if !zone.is_empty() => {
            Err(Error::new(format!("IP address {quoted} with zone value is not allowed")))
        }
        (Ok(IpAddr::V6(ip)), None) if ip.to_ipv4_mapped().is_some() => {
            Err(Error::new(format!("IPv4-mapped IPv6 address {quoted} is not allowed")))
        }
        (Ok(ip), None) => Ok(ip),
        _ => {
            let why = super::netip::explain(text);
            Err(Error::new(format!("IP Address {quoted} parse error during conversion from string: {why}")))
        }
    }
}
