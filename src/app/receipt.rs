//! Receipts: what was said to have been erased, signed with a key of its own.
//!
//! A receipt is one line of JSON with its members in the order of their names (RFC 8785, for texts and whole numbers),
//! signed with Ed25519 (RFC 8032). A signature proves what was said, not that it was done.

use super::cli::{NewReceiptKeyArguments, ReceiptCommand, VerifyReceiptArguments};
use super::exit::{Exit, answer, tell};
use crate::model::{TOO_OPEN, ToldPath, is_private, names_key};
use data_encoding::{BASE64, HEXLOWER};
use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The form of receipts.
const FORMAT: u64 = 1;
/// A key's file is some 160 bytes.
const KEY_FILE_MAX: u64 = 4096;
/// A receipt names a few topics; a longer line is none.
const RECEIPT_MAX: u64 = 1 << 20;
const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// Why a key or a receipt cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReceiptError {
    /// A file cannot be read or written.
    #[error("{}: {error}", ToldPath(path))]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Others may read the key.
    #[error("{0} has mode {1:04o}: {TOO_OPEN}")]
    TooOpen(String, u32),
    /// It is no private key.
    #[error("{0} is no private key of Ed25519 (PKCS#8, PEM), as `privet receipt key` makes it")]
    NoKey(String),
    /// What may be a key stands where its file should be named.
    #[error("this looks like a key itself, where a new file should be named; whoever lists processes has read it")]
    KeyItself,
    /// It is no public key.
    #[error("a public key is 64 hex digits, as `privet receipt key` tells it")]
    NoPublicKey,
    /// The cryptographic library refused.
    #[error("the cryptographic library refused")]
    Refused,
}

/// Signs receipts.
pub(super) struct Signer(Ed25519KeyPair);

impl Signer {
    /// Reads a private key that nobody else may read.
    pub(super) fn read(path: &Path) -> Result<Self, ReceiptError> {
        let name = path.display().to_string();
        let wrong = |error| ReceiptError::File { path: path.to_owned(), error };
        let file = std::fs::File::open(path).map_err(wrong)?;
        let mode = file.metadata().map_err(wrong)?.permissions().mode() & 0o777;
        if !is_private(mode) {
            return Err(ReceiptError::TooOpen(name, mode));
        }
        // Room for all of it: growing would leave copies of the key behind.
        let room = usize::try_from(KEY_FILE_MAX).unwrap_or_default();
        let mut text = Zeroizing::new(String::with_capacity(room));
        file.take(KEY_FILE_MAX).read_to_string(&mut text).map_err(wrong)?;
        let inner = text.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END)).map(|(inner, _)| inner);
        let mut bare = Zeroizing::new(String::with_capacity(room));
        inner.unwrap_or_default().split_whitespace().for_each(|part| bare.push_str(part));
        let bytes = Zeroizing::new(BASE64.decode(bare.as_bytes()).unwrap_or_default());
        Ed25519KeyPair::from_pkcs8_maybe_unchecked(&bytes).map(Self).map_err(|_| ReceiptError::NoKey(name))
    }

    /// Gives a receipt with its form, the public key and the signature, as one line.
    pub(super) fn sign(&self, mut receipt: Receipt) -> String {
        receipt.insert("privet_receipt".into(), FORMAT.into());
        receipt.insert("public_key".into(), HEXLOWER.encode(self.0.public_key().as_ref()).into());
        let signature = self.0.sign(signed(&receipt).as_bytes());
        receipt.insert("signature".into(), HEXLOWER.encode(signature.as_ref()).into());
        format!("{}\n", written(&receipt))
    }
}

/// A receipt's members, ordered by their names.
pub(super) type Receipt = BTreeMap<String, Value>;

/// What is signed: everything but the signature.
fn signed(receipt: &Receipt) -> String {
    let mut all = receipt.clone();
    all.remove("signature");
    written(&all)
}

/// A map of texts and numbers can always be written.
fn written(receipt: &Receipt) -> String {
    serde_json::to_string(receipt).unwrap_or_default()
}

/// What is said of a receipt whose line ends were written anew, as some programs do with any text.
const RETURNED: &str = "a carriage return stands in it, which was not signed: keep receipts as they were printed";

/// What is said of a receipt that is not, byte for byte, what was signed.
const ALTERED: &str = "the signature does not fit: it was altered";

/// Tells what is wrong with a receipt; nothing where this key signed it.
fn fault(line: &[u8], public_key: &[u8]) -> Option<&'static str> {
    let Ok(receipt) = serde_json::from_slice::<Receipt>(line) else { return Some("this is no receipt") };
    // JSON allows it between members; a text has it as `\r`.
    if line.contains(&b'\r') {
        return Some(RETURNED);
    }
    if receipt.get("privet_receipt").and_then(Value::as_u64) != Some(FORMAT) {
        return Some("this is no receipt that this version reads");
    }
    if receipt.get("public_key").and_then(Value::as_str) != Some(&HEXLOWER.encode(public_key)) {
        return Some("another key signed it");
    }
    // A reader that takes the first of two members of one name would see another receipt than was signed.
    if written(&receipt).as_bytes() != line {
        return Some(ALTERED);
    }
    let signature = receipt.get("signature").and_then(Value::as_str).unwrap_or_default();
    let signature = HEXLOWER.decode(signature.as_bytes()).unwrap_or_default();
    let key = UnparsedPublicKey::new(&ED25519, public_key);
    match key.verify(signed(&receipt).as_bytes(), &signature) {
        Ok(()) => None,
        Err(_) => Some(ALTERED),
    }
}

/// Does what was asked of receipts.
pub(super) fn run(command: &ReceiptCommand) -> Exit {
    let done = match command {
        ReceiptCommand::Key(arguments) => make(arguments),
        ReceiptCommand::Verify(arguments) => return verify(arguments),
    };
    match done {
        Ok(text) => answer(&text),
        Err(error) => refused(&error),
    }
}

pub(super) fn refused(error: &ReceiptError) -> Exit {
    tell(error);
    match error {
        ReceiptError::File { .. } => Exit::InputOutput,
        ReceiptError::TooOpen(..)
        | ReceiptError::NoKey(_)
        | ReceiptError::KeyItself
        | ReceiptError::NoPublicKey
        | ReceiptError::Refused => Exit::Usage,
    }
}

/// Makes a key in a new file, and tells its public half.
fn make(arguments: &NewReceiptKeyArguments) -> Result<String, ReceiptError> {
    let path = &arguments.file;
    if names_key(path) {
        return Err(ReceiptError::KeyItself);
    }
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| ReceiptError::Refused)?;
    let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).map_err(|_| ReceiptError::Refused)?;
    let wrong = |error| ReceiptError::File { path: path.clone(), error };
    let text = Zeroizing::new(format!("{BEGIN}\n{}\n{END}\n", BASE64.encode(document.as_ref())));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(wrong)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(wrong)?;
    Ok(format!(
        "public key {}\n  private key: {}\nGive the public key to whoever verifies receipts.\n",
        HEXLOWER.encode(pair.public_key().as_ref()),
        path.display()
    ))
}

/// Verifies receipts, one a line; tells which are none.
fn verify(arguments: &VerifyReceiptArguments) -> Exit {
    let key = HEXLOWER.decode(arguments.key.trim().as_bytes()).ok().filter(|key| key.len() == 32);
    let Some(key) = key else { return refused(&ReceiptError::NoPublicKey) };
    let name = arguments.file.display();
    let mut lines: Box<dyn BufRead> = if arguments.file.as_os_str() == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        match std::fs::File::open(&arguments.file) {
            Ok(file) => Box::new(BufReader::new(file)),
            Err(error) => return refused(&ReceiptError::File { path: arguments.file.clone(), error }),
        }
    };
    let (mut good, mut bad) = (0, 0);
    for number in 1.. {
        let mut line = Vec::new();
        match lines.by_ref().take(RECEIPT_MAX).read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => return refused(&ReceiptError::File { path: arguments.file.clone(), error }),
        }
        let bare = line.strip_suffix(b"\n").unwrap_or(&line);
        if bare.is_empty() {
            continue;
        }
        match fault(bare, &key) {
            None => good += 1,
            Some(fault) => {
                tell(format_args!("{name}:{number}: {fault}"));
                bad += 1;
            }
        }
    }
    if good + bad == 0 {
        tell(format_args!("{name}: there is no receipt in it"));
        return Exit::Refused;
    }
    answer(&format!("{good} receipts are as they were signed, {bad} are not\n"));
    if bad == 0 { Exit::Done } else { Exit::Refused }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer() -> (Signer, Vec<u8>) {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap();
        let public = pair.public_key().as_ref().to_vec();
        (Signer(pair), public)
    }

    #[test]
    fn a_receipt_is_good_until_a_byte_of_it_changes() {
        let (signer, public) = signer();
        let mut receipt = Receipt::new();
        receipt.insert("act".into(), "forget".into());
        receipt.insert("tokens".into(), 3.into());
        let line = signer.sign(receipt);
        let line = line.trim_end();
        let said = |line: &str, key: &[u8]| fault(line.as_bytes(), key);
        assert_eq!(said(line, &public), None);
        // Members in another order are the same to most who read them, but are not what was signed.
        let read: Receipt = serde_json::from_str(line).unwrap();
        let turned: Vec<String> = read.iter().rev().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        for altered in [
            format!("{{{}}}", turned.join(",")),
            // Whoever reads the first of two members would see this one, and the signature is of the other.
            line.replacen('{', "{\"act\":\"nothing\",", 1),
            line.replacen(':', ": ", 1),
            line.replace("\"tokens\":3", "\"tokens\":2"),
            line.replace("forget", "Forget"),
            line.replacen('{', "{\"more\":1,", 1),
            format!(" {line}"),
            format!("{line} "),
            line.replace("signature", "Signature"),
        ] {
            assert_ne!(altered, line);
            assert_eq!(said(&altered, &public), Some("the signature does not fit: it was altered"), "{altered}");
        }
        for returned in [format!("{line}\r"), format!("\r{line}"), line.replacen(',', ",\r", 1)] {
            assert_eq!(said(&returned, &public), Some(RETURNED), "{returned:?}");
        }
        assert_eq!(said("\r", &public), Some("this is no receipt"));
        assert_eq!(fault(b"\xff", &public), Some("this is no receipt"));
        assert_eq!(said(line, &[7; 32]), Some("another key signed it"));
        assert_eq!(said("{}", &public), Some("this is no receipt that this version reads"));
        assert_eq!(said("no", &public), Some("this is no receipt"));
    }
}
