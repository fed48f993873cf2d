//! IP addresses, cut to their network.

use crate::model::{Form, Shape, Spelled};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::super::{BuildError, OperatorError, Parameters, ValueKind};
use super::{Around, Coarser, Lengths, Way};

/// More bits than this of an IPv4 address, or twice as many of an IPv6 address, are a household, not a region: its
/// customers are given /56 or /48 (RFC 6177), and one IPv4 address.
const BITS_MAX: usize = 24;

/// Keeps the first bits of an IP address; the others become zero.
#[derive(Debug)]
pub(super) struct IpPrefix {
    /// Of an IPv4 address; an IPv6 address keeps twice as many.
    bits: u32,
}

impl IpPrefix {
    pub(super) fn build(parameters: &Parameters) -> Result<Self, BuildError> {
        let bits = parameters.count("ip_prefix", 0, BITS_MAX)?.and_then(|bits| u32::try_from(bits).ok());
        bits.map(|bits| Self { bits }).ok_or_else(|| BuildError::of("ip_prefix", "`ip_prefix` is a number of bits"))
    }

    fn v4(&self, address: Ipv4Addr) -> Ipv4Addr {
        let mask = u32::MAX.checked_shl(32 - self.bits).unwrap_or(0);
        Ipv4Addr::from_bits(address.to_bits() & mask)
    }

    fn v6(&self, address: Ipv6Addr) -> Ipv6Addr {
        if let Some(inside) = address.to_ipv4_mapped() {
            return self.v4(inside).to_ipv6_mapped();
        }
        let mask = u128::MAX.checked_shl(128 - 2 * self.bits).unwrap_or(0);
        Ipv6Addr::from_bits(address.to_bits() & mask)
    }
}

/// Characters of IPv6 addresses as they are written, and of the shortest one there is.
const V6_LENGTHS: std::ops::RangeInclusive<usize> = 2..=39;
const V6_SHORTEST: usize = 2;
/// Characters in front of an IPv4 address that stands in one, and by how many such a one may become longer: `::ffff:f:1` becomes
/// `::ffff:0.15.0.0`. No other address does.
const MAPPED: usize = 7;
const MAPPED_MORE: usize = 5;
/// Characters of `::ffff:0:1`.
const MAPPED_SHORTEST: usize = 10;

impl IpPrefix {
    /// Gives how many characters the networks of IPv4 addresses of so many characters have.
    fn v4_lengths(&self, lengths: Lengths) -> impl Iterator<Item = usize> {
        let len = |byte: u8| byte.to_string().len();
        let of_byte = |at: u32| -> BTreeSet<(usize, usize)> {
            let kept = self.bits.saturating_sub(8 * at).min(8);
            let mask = u8::MAX.checked_shl(8 - kept).unwrap_or(0);
            (0..=u8::MAX).map(|byte| (len(byte), len(byte & mask))).collect()
        };
        let points = BTreeSet::from([(3, 3)]);
        let all = (0..4).map(of_byte).fold(points, |before, byte| {
            let both = |(own, new): &(usize, usize)| {
                byte.iter().map(move |(more, other)| (own + more, new + other)).collect::<Vec<_>>()
            };
            before.iter().flat_map(both).collect()
        });
        // What is behind a zone goes.
        all.into_iter().filter(move |(own, _)| lengths.reaches(*own)).map(|(_, new)| new)
    }

    /// Gives how many characters the networks of IPv6 addresses of so many characters may have.
    fn v6_lengths(&self, lengths: Lengths) -> impl Iterator<Item = usize> {
        let most = lengths.most.unwrap_or(*V6_LENGTHS.end());
        let any = Lengths { least: 0, most: None };
        let mapped = MAPPED + self.v4_lengths(any).max().unwrap_or(0);
        let is_mapped = most >= MAPPED_SHORTEST;
        let longest = if is_mapped { most.max(mapped.min(most.saturating_add(MAPPED_MORE))) } else { most };
        V6_LENGTHS.filter(move |len| lengths.reaches(V6_SHORTEST) && *len <= longest)
    }
}

impl Way for IpPrefix {
    fn of_number(&self) -> Shape {
        Shape::Refused
    }

    /// An IPv6 address may have an IPv4 address at its end.
    fn of_texts(&self, lengths: Lengths) -> Vec<Shape> {
        let byte = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
        let whole = usize::try_from(self.bits.div_ceil(8)).unwrap_or_default();
        let parts: Vec<&str> = (0..4).map(|at| if at < whole { byte } else { "0" }).collect();
        let v4 = Form { of: r"[0-9.]+(?:%[^%]*)?".to_owned(), becomes: parts.join(r"\.") };
        let v6 = Form {
            of: r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%(?s:.)*)?".to_owned(),
            becomes: "[0-9a-f:.]{2,39}".to_owned(),
        };
        let written = self.v4_lengths(lengths).chain(self.v6_lengths(lengths));
        let (len_min, len_max) = written.fold((usize::MAX, 0), |(least, most), len| (least.min(len), most.max(len)));
        if len_max == 0 {
            return vec![Shape::Refused];
        }
        vec![Shape::Text { len_min, len_max: Some(len_max), spelled: Spelled::ByForm(vec![v4, v6]) }]
    }

    fn coarser(&self, text: &str, _: ValueKind, _: Around, out: &mut String) -> Result<Coarser, OperatorError> {
        // A zone names an interface of one host, which is nobody else's business.
        let bare = text.split_once('%').map_or(text, |(address, _)| address);
        let network = match bare.parse().map_err(|_| OperatorError::UnreadableValue)? {
            IpAddr::V4(address) => self.v4(address).to_string(),
            IpAddr::V6(address) => self.v6(address).to_string(),
        };
        if network == text {
            return Ok(Coarser::Already);
        }
        out.push_str(&network);
        Ok(Coarser::Text)
    }
}
