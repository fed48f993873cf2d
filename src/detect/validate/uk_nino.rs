//! United Kingdom National Insurance numbers: prefixes that are never issued.

pub(super) fn accepts(text: &str) -> bool {
    let compact: Vec<u8> =
        text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_uppercase()).collect();
    let [first, second, digits @ .., suffix] = compact.as_slice() else { return false };
    // HMRC NIM39110: no D, F, I, Q, U or V in the prefix, no O in second place, some prefixes not used, suffix A to D.
    let never = b"DFIQUV";
    let unused: [&[u8; 2]; 7] = [b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"];
    digits.len() == 6
        && digits.iter().all(u8::is_ascii_digit)
        && first.is_ascii_uppercase()
        && second.is_ascii_uppercase()
        && !never.contains(first)
        && !never.contains(second)
        && *second != b'O'
        && !unused.contains(&&[*first, *second])
        && (b'A'..=b'D').contains(suffix)
}

#[cfg(test)]
mod tests {
    /// HMRC National Insurance Manual NIM39110; AB 12 34 56 C is the form printed there for guidance.
    #[test]
    fn prefixes() {
        for text in ["AB123456C", "JG 10 37 59 A", "ab123456d"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["QQ123456C", "GB123456A", "AO123456A", "AB123456E", "AB12345C", "ZZ123456A"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
