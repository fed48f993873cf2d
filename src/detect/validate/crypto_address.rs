//! Addresses of other currencies than Bitcoin and Ethereum, by the checksum of each.
//!
//! Base58Check with the version byte of Litecoin, Dogecoin, Dash, Zcash, Tron and XRP (whose alphabet differs); bech32
//! of Litecoin, Cardano and Cosmos; CashAddr of Bitcoin Cash.

use super::bitcoin_address;

pub(super) fn accepts(text: &str) -> bool {
    is_base58check(text) || is_bech32(text) || is_cash_address(text)
}

fn is_base58check(text: &str) -> bool {
    let decode = |alphabet| bs58::decode(text).with_alphabet(alphabet).with_check(None).into_vec().ok();
    match text.chars().next() {
        // XRP Ledger: account addresses, type prefix 0.
        Some('r') => matches!(decode(bs58::Alphabet::RIPPLE).as_deref(), Some([0, hash @ ..]) if hash.len() == 20),
        // Zcash transparent addresses have two version bytes.
        Some('t') => matches!(
            decode(bs58::Alphabet::BITCOIN).as_deref(),
            Some([0x1c, 0xb8 | 0xbd, hash @ ..]) if hash.len() == 20
        ),
        // Litecoin 0x30 and 0x32, Dogecoin 0x1e and 0x16, Dash 0x4c and 0x10, Tron 0x41.
        _ => matches!(
            decode(bs58::Alphabet::BITCOIN).as_deref(),
            Some([0x30 | 0x32 | 0x1e | 0x16 | 0x4c | 0x10 | 0x41, hash @ ..]) if hash.len() == 20
        ),
    }
}

/// BIP-173 with other prefixes: Litecoin, Cardano (CIP-19), Cosmos.
fn is_bech32(text: &str) -> bool {
    let Some((prefix, _)) = text.rsplit_once('1') else { return false };
    ["ltc", "addr", "stake", "cosmos", "osmo"].iter().any(|known| prefix.eq_ignore_ascii_case(known))
        && bitcoin_address::bech32_constant(text).is_some()
}

/// CashAddr: a 40-bit checksum over the prefix `bitcoincash`.
fn is_cash_address(text: &str) -> bool {
    const PREFIX: &str = "bitcoincash";
    const GENERATOR: [u64; 5] = [0x98_f2bc_8e61, 0x79_b76d_99e2, 0xf3_3e5f_b3c4, 0xae_2eab_e2a8, 0x1e_4f43_e470];
    let lower = text.to_ascii_lowercase();
    let payload = lower.strip_prefix("bitcoincash:").unwrap_or(&lower);
    let Some(values) = bitcoin_address::values(payload).filter(|values| values.len() == 42) else { return false };
    let prefix = PREFIX.bytes().map(|byte| u32::from(byte & 31)).chain([0]);
    let sum = prefix.chain(values).fold(1_u64, |sum, value| {
        let top = sum >> 35;
        let mut next = (sum & 0x07_ffff_ffff) << 5 ^ u64::from(value);
        for (bit, term) in GENERATOR.iter().enumerate() {
            if top >> bit & 1 == 1 {
                next ^= term;
            }
        }
        next
    });
    sum == 1
}

#[cfg(test)]
mod tests {
    /// Addresses that the projects' own documentation shows.
    #[test]
    fn published_addresses() {
        for text in [
            "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1",
            "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L",
            "XpESxaUmonkq8RaLLp46Brx2K39ggQe226",
            "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8",
            "rf1BiGeXwwQoi8Z2ueFYTEXSwuJYfV2Jpn",
            "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
            "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
            "addr1vx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzers66hrl8",
        ] {
            assert!(super::accepts(text), "{text}");
        }
        for text in [
            "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc2",
            "rf1BiGeXwwQoi8Z2ueFYTEXSwuJYfV2Jpm",
            "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6b",
            "addr1vx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzers66hrl9",
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        ] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
