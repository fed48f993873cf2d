//! Bitcoin addresses: Base58Check, bech32 (BIP-173) and bech32m (BIP-350).

pub(super) fn accepts(text: &str) -> bool {
    is_base58check(text) || is_segwit(text)
}

/// Tells whether the text is a pay-to-public-key-hash (version 0) or pay-to-script-hash (version 5) address.
fn is_base58check(text: &str) -> bool {
    let decoded = bs58::decode(text).with_check(None).into_vec();
    matches!(decoded.as_deref(), Ok([0 | 5, hash @ ..]) if hash.len() == 20)
}

/// Tells whether the text is a segregated-witness address of the main or test network.
fn is_segwit(text: &str) -> bool {
    let Some((prefix, data)) = text.rsplit_once('1') else { return false };
    let version = values(data.get(..1).unwrap_or_default()).and_then(|values| values.first().copied());
    // BIP-350: version 0 keeps the constant of bech32, later versions have that of bech32m.
    ["bc", "tb"].iter().any(|known| prefix.eq_ignore_ascii_case(known))
        && version.is_some_and(|version| {
            version <= 16 && bech32_constant(text) == Some(if version == 0 { BECH32 } else { BECH32M })
        })
}

/// The constant of bech32 (BIP-173).
const BECH32: u32 = 1;
/// The constant of bech32m (BIP-350).
const BECH32M: u32 = 0x2bc8_30a3;

/// Gives the constant that the checksum of a bech32 or bech32m string comes to; none where it is neither.
pub(super) fn bech32_constant(text: &str) -> Option<u32> {
    let lower = text.to_ascii_lowercase();
    // BIP-173: never mixed case.
    if lower != text && text.to_ascii_uppercase() != text {
        return None;
    }
    let (prefix, data) = lower.rsplit_once('1')?;
    let values = values(data).filter(|values| values.len() > 6)?;
    let expanded = prefix
        .bytes()
        .map(|byte| u32::from(byte >> 5))
        .chain([0])
        .chain(prefix.bytes().map(|byte| u32::from(byte & 31)));
    Some(checksum(expanded.chain(values))).filter(|sum| [BECH32, BECH32M].contains(sum))
}

/// The values of bech32 characters, in lower or upper case.
pub(super) fn values(data: &str) -> Option<Vec<u32>> {
    const ALPHABET: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    data.chars().map(|c| ALPHABET.find(c.to_ascii_lowercase()).and_then(|at| u32::try_from(at).ok())).collect()
}

fn checksum(values: impl Iterator<Item = u32>) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    values.fold(1, |sum, value| {
        let top = sum >> 25;
        let mut next = (sum & 0x01ff_ffff) << 5 ^ value;
        for (bit, term) in GENERATOR.iter().enumerate() {
            if top >> bit & 1 == 1 {
                next ^= term;
            }
        }
        next
    })
}

#[cfg(test)]
mod tests {
    /// The first address of the chain, and test vectors of BIP-173 and BIP-350.
    #[test]
    fn examples_of_the_standards() {
        for text in [
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        ] {
            assert!(super::accepts(text), "{text}");
        }
        for text in [
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
            "Bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        ] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
