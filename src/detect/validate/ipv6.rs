//! IPv6 addresses as RFC 4291, section 2.2 writes them.

use std::net::Ipv6Addr;

pub(super) fn accepts(text: &str) -> bool {
    // `a::b` is an address and a path in program code: one without any digit is left.
    text.parse::<Ipv6Addr>().is_ok() && text.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    /// The examples of RFC 4291, section 2.2.
    #[test]
    fn examples_of_the_standard() {
        for text in
            ["ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", "2001:DB8::8:800:200C:417A", "::1", "::FFFF:129.144.52.38"]
        {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["12:30:45", "1::2::3", "2001:db8:1:2:3:4:5:6:7", "a::b", "::ffff:300.1.1.1"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
