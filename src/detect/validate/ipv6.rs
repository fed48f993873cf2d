//! IPv6 addresses as RFC 4291, section 2.2 writes them, with a zone (RFC 4007, section 11) or a prefix length.

use std::net::Ipv6Addr;

pub(super) fn accepts(text: &str) -> bool {
    let (rest, prefix) = text.split_once('/').map_or((text, None), |(rest, prefix)| (rest, Some(prefix)));
    let (address, zone) = rest.split_once('%').map_or((rest, None), |(address, zone)| (address, Some(zone)));
    // `a::b` is an address and a path in program code: one without any digit is left.
    address.parse::<Ipv6Addr>().is_ok()
        && !is_bytes(address)
        && address.bytes().any(|byte| byte.is_ascii_digit())
        && zone.is_none_or(|zone| !zone.is_empty())
        && prefix.is_none_or(|prefix| prefix.parse::<u8>().is_ok_and(|bits| bits <= 128))
}

/// Tells whether all groups are of two digits: bytes, as of an EUI-64. An address has them only by a rare chance.
fn is_bytes(address: &str) -> bool {
    address.split(':').all(|group| group.len() == 2)
}

#[cfg(test)]
mod tests {
    /// The examples of RFC 4291, section 2.2 and 2.3, and of RFC 4007, section 11.2.
    #[test]
    fn examples_of_the_standard() {
        for text in [
            "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789",
            "2001:DB8::8:800:200C:417A",
            "::1",
            "::FFFF:129.144.52.38",
            "2001:0DB8:0:CD30::/60",
            "fe80::1234%ne0",
            "fe80::1%eth0/64",
        ] {
            assert!(super::accepts(text), "{text}");
        }
        for text in [
            "12:30:45",
            "1::2::3",
            "2001:db8:1:2:3:4:5:6:7",
            "a::b",
            "::ffff:300.1.1.1",
            "2001:db8::/129",
            "fe80::1%",
            "00:1b:44:ff:fe:11:3a:b7",
        ] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
