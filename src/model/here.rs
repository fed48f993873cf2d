//! This host.

use std::net::IpAddr;

/// Tells whether a host, as an address names it, is this one: `localhost`, or a number of the loopback network (RFC 6890),
/// an IPv6 one with or without its brackets.
pub fn is_here(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_host_is_here() {
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"] {
            assert!(is_here(host), "{host}");
        }
        for host in ["", "evil.com", "localhost.evil.com", "127.0.0.1.evil.com", "10.0.0.1", "[::2]", "[::1", "0.0.0.0"]
        {
            assert!(!is_here(host), "{host}");
        }
    }
}
