//! Addresses and networks, as Go's `net` reads them.
//!
//! Source: `v1/topdown/cidr.go`, `internal/cidr/merge`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::operands::{at, elements, found, text};
use crate::context::{Context, Failure, Outcome};
use crate::value::Value;

/// A network, and the address that it was written with.
#[derive(Clone, Copy)]
struct Network {
    address: IpAddr,
    prefix: u32,
}

/// The number of an address, and its bits.
fn bits(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

fn address(number: u128, bits: u32) -> IpAddr {
    match (bits, u32::try_from(number)) {
        (32, Ok(number)) => Ipv4Addr::from_bits(number).into(),
        _ => Ipv6Addr::from_bits(number).into(),
    }
}

/// An IPv6 address that stands for one of IPv4 is one to Go.
fn parse_address(text: &str) -> Option<IpAddr> {
    text.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// The bits that are not the network's.
fn host_mask(bits: u32, prefix: u32) -> u128 {
    let all = if bits == 32 { u128::from(u32::MAX) } else { u128::MAX };
    all.checked_shr(prefix).unwrap_or(0)
}

impl Network {
    fn parse(text: &str) -> Result<Network, Failure> {
        let invalid = || Failure::error(format!("invalid CIDR address: {text}"));
        let (address, prefix) = text.split_once('/').ok_or_else(invalid)?;
        let address: IpAddr = address.parse().map_err(|_| invalid())?;
        let digits = !prefix.is_empty() && prefix.len() < 8 && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix: u32 = prefix.parse().ok().filter(|_| digits).ok_or_else(invalid)?;
        let (number, size) = bits(address);
        if prefix > size {
            return Err(invalid());
        }
        let network = self::address(number & !host_mask(size, prefix), size);
        let canonical = network.to_canonical();
        let prefix = if canonical == network { prefix } else { prefix.saturating_sub(96) };
        Ok(Network { address: canonical, prefix })
    }

    fn range(self) -> (u128, u128) {
        let (number, size) = bits(self.address);
        let mask = host_mask(size, self.prefix);
        (number & !mask, number | mask)
    }

    fn is_v4(self) -> bool {
        self.address.is_ipv4()
    }

    fn contains(self, address: IpAddr) -> bool {
        let (first, last) = self.range();
        address.is_ipv4() == self.is_v4() && (first..=last).contains(&bits(address).0)
    }

    fn covers(self, other: Network) -> bool {
        let ((first, last), (from, to)) = (self.range(), other.range());
        self.is_v4() == other.is_v4() && first <= from && to <= last
    }
}

pub(super) fn is_valid(operands: &[Value], _: &Context<'_>) -> Outcome {
    found(text(operands, 0).and_then(Network::parse).is_ok())
}

pub(super) fn intersects(operands: &[Value], _: &Context<'_>) -> Outcome {
    let (a, b) = (Network::parse(text(operands, 0)?)?, Network::parse(text(operands, 1)?)?);
    found(a.covers(b) || b.covers(a))
}

/// Is an address or a network within a network?
pub(super) fn contains(operands: &[Value], _: &Context<'_>) -> Outcome {
    found(holds(text(operands, 0)?, text(operands, 1)?)?)
}

fn holds(network: &str, inner: &str) -> Result<bool, Failure> {
    let network = Network::parse(network)?;
    match parse_address(inner) {
        Some(address) => Ok(network.contains(address)),
        None => Ok(network.covers(Network::parse(inner)?)),
    }
}

/// A text, or the first in a list.
fn first_text(value: &Value) -> Option<&str> {
    match value {
        Value::Array(items) => items.first()?.as_str(),
        other => other.as_str(),
    }
}

/// What is looked at, each with what it is called in the result.
fn listed(operands: &[Value], place: usize) -> Result<Vec<(&str, Value)>, Failure> {
    let wrong = || Failure::error(format!("operand {}: element must be string or non-empty array", place + 1));
    match at(operands, place)? {
        value @ Value::String(text) => Ok(vec![(text, value.clone())]),
        Value::Array(items) => {
            items.iter().enumerate().map(|(at, item)| Ok((first_text(item).ok_or_else(wrong)?, at.into()))).collect()
        }
        Value::Set(items) => items.iter().map(|item| Ok((first_text(item).ok_or_else(wrong)?, item.clone()))).collect(),
        Value::Object(entries) => {
            entries.iter().map(|(key, item)| Ok((first_text(item).ok_or_else(wrong)?, key.clone()))).collect()
        }
        _ => Ok(Vec::new()),
    }
}

/// Which of the second are within which of the first.
pub(super) fn contains_matches(operands: &[Value], context: &Context<'_>) -> Outcome {
    let networks = listed(operands, 0)?;
    // Without networks the others are not looked at, whatever they are.
    let inner = if networks.is_empty() { Vec::new() } else { listed(operands, 1)? };
    context.budget.steps(networks.len().saturating_mul(inner.len()).saturating_mul(4))?;
    let mut pairs = Vec::new();
    for (network, name) in &networks {
        for (other, other_name) in &inner {
            if holds(network, other)? {
                context.budget.bytes(64)?;
                pairs.push(vec![name.clone(), other_name.clone()].into());
            }
        }
    }
    found(Value::set(pairs))
}

/// All addresses of a network.
pub(super) fn expand(operands: &[Value], context: &Context<'_>) -> Outcome {
    let network = Network::parse(text(operands, 0)?)?;
    let (first, last) = network.range();
    let count = usize::try_from(last - first).unwrap_or(usize::MAX).saturating_add(1);
    context.budget.steps(count.saturating_mul(2))?;
    context.budget.bytes(count.saturating_mul(64))?;
    let size = bits(network.address).1;
    found(Value::set((first..=last).map(|number| address(number, size).to_string().into())))
}

/// A range of addresses: numbers of IPv6, as those of IPv4 are within it.
struct Range {
    first: u128,
    last: u128,
    /// As it was written, if it is not merged with others.
    network: Option<String>,
}

/// Where the addresses of IPv4 begin among those of IPv6.
const MAPPED: u128 = 0xffff_0000_0000;

/// The fewest networks that hold the same addresses.
pub(super) fn merge(operands: &[Value], context: &Context<'_>) -> Outcome {
    let mut ranges: Vec<Range> = elements(operands, 0)?.iter().map(range).collect::<Result<_, _>>()?;
    context.budget.steps(ranges.len().saturating_mul(256))?;
    ranges.sort_by_key(|range| (range.last, range.first));
    let mut merged: Vec<Range> = Vec::new();
    while let Some(range) = ranges.pop() {
        // The first address of all has none before it.
        let first = if matches!(range.first, 0 | MAPPED) { range.first } else { range.first - 1 };
        match ranges.last_mut() {
            Some(before) if first <= before.last => {
                before.first = before.first.min(range.first);
                before.last = range.last;
                before.network = None;
            }
            _ => merged.push(range),
        }
    }
    let networks = merged.into_iter().flat_map(|range| match range.network {
        Some(network) => vec![network],
        None => split(range.first, range.last),
    });
    found(Value::set(networks.map(Value::from)))
}

fn range(item: &Value) -> Result<Range, Failure> {
    let text = item.as_str().ok_or_else(|| Failure::error("element must be string"))?;
    let network = match parse_address(text) {
        // The network of its class, as there once were.
        Some(IpAddr::V4(address)) => {
            let prefix = match address.octets()[0] {
                0..=127 => 8,
                128..=191 => 16,
                _ => 24,
            };
            Network { address: address.into(), prefix }
        }
        Some(IpAddr::V6(_)) => return Err(Failure::error("IPv6 invalid: needs prefix length")),
        None => Network::parse(text)?,
    };
    // Of these OPA mixes up the bytes.
    if network.is_v4() && text.contains(':') && text.contains('/') {
        return Err(Failure::undecided("net.cidr_merge of IPv4 within IPv6"));
    }
    let (first, last) = network.range();
    let base = if network.is_v4() { MAPPED } else { 0 };
    Ok(Range {
        first: base + first,
        last: base + last,
        network: Some(format!("{}/{}", network.address, network.prefix)),
    })
}

/// The networks of a range.
fn split(mut first: u128, last: u128) -> Vec<String> {
    let v4 = (MAPPED..=MAPPED + u128::from(u32::MAX)).contains(&first);
    let (base, size) = if v4 { (MAPPED, 32) } else { (0, 128) };
    let mut networks = Vec::new();
    loop {
        let room = if first == base { size } else { (first - base).trailing_zeros().min(size) };
        let left = last - first;
        let fits = if left == u128::MAX { 128 } else { (left + 1).ilog2() };
        let host = room.min(fits);
        networks.push(format!("{}/{}", address(first - base, size), size - host));
        let step = if host == 128 { return networks } else { 1u128 << host };
        if left < step {
            return networks;
        }
        match first.checked_add(step) {
            Some(next) if next <= last => first = next,
            _ => return networks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::call;

    #[test]
    fn networks_are_read_as_go_reads_them() {
        for (text, valid) in [
            ("10.0.0.0/8", true),
            ("10.0.0.0/08", true),
            ("10.0.0.0/33", false),
            ("10.0.0.01/8", false),
            ("::/0", true),
            ("::ffff:10.0.0.0/104", true),
            ("10.0.0.0", false),
        ] {
            assert_eq!(call("net.cidr_is_valid", &format!("[\"{text}\"]")), valid.to_string(), "{text}");
        }
        assert_eq!(call("net.cidr_is_valid", "[1]"), "false");
        assert_eq!(call("net.cidr_contains", r#"["::ffff:10.0.0.0/104", "10.9.9.9"]"#), "true");
    }

    #[test]
    fn neighbours_are_merged_and_addresses_have_the_network_of_their_class() {
        assert_eq!(call("net.cidr_merge", r#"[["10.0.0.0/9", "10.128.0.0/9"]]"#), r#"{"10.0.0.0/8"}"#);
        assert_eq!(call("net.cidr_merge", r#"[["192.0.2.1"]]"#), r#"{"192.0.2.1/24"}"#);
        assert_eq!(
            call("net.cidr_merge", r#"[["10.0.0.0/32", "10.0.0.1/32", "10.0.0.2/32", "::/128"]]"#),
            r#"{"10.0.0.0/31", "10.0.0.2/32", "::/128"}"#
        );
    }

    #[test]
    fn matches_are_named_by_where_they_stand() {
        let matches = |operands| call("net.cidr_contains_matches", operands);
        assert_eq!(matches(r#"[["10.0.0.0/8"], {"a": "10.1.1.1", "b": ["1.1.1.1", 1]}]"#), r#"{[0, "a"]}"#);
        assert_eq!(matches("[[], [1]]"), "set()");
        assert_eq!(matches(r#"[["10.0.0.0/8"], [1]]"#), "undefined");
    }

    #[test]
    fn large_networks_are_not_expanded() {
        assert_eq!(call("net.cidr_expand", r#"["192.168.0.4/30"]"#).matches('.').count(), 12);
        assert_eq!(call("net.cidr_expand", r#"["::/0"]"#), "needs more work or memory than a policy may use");
    }
}
