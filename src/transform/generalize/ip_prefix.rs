//! IP addresses, cut to their network.

use crate::model::{Form, Shape, Spelled};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::super::{BuildError, OperatorError, Parameters, ValueKind};
use super::{Around, Coarser, Way};

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

impl Way for IpPrefix {
    fn of_number(&self) -> Shape {
        Shape::Refused
    }

    /// An IPv6 address may have an IPv4 address at its end.
    fn spelled(&self, _: Option<usize>) -> Spelled {
        let byte = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
        let whole = usize::try_from(self.bits.div_ceil(8)).unwrap_or_default();
        let parts: Vec<&str> = (0..4).map(|at| if at < whole { byte } else { "0" }).collect();
        let v4 = Form { of: r"[0-9.]+(?:%[^%]*)?".to_owned(), becomes: parts.join(r"\.") };
        let v6 = Form {
            of: r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%(?s:.)*)?".to_owned(),
            becomes: "[0-9a-f:.]{2,39}".to_owned(),
        };
        Spelled::ByForm(vec![v4, v6])
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
