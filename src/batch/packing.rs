//! Compressed input and output: gzip and Zstandard.

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use std::io::{self, BufReader, Cursor, Read, Write};
use std::path::Path;

/// RFC 1952, section 2.3.1.
const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b];
/// RFC 8878, section 3.1.1.
const ZSTD_MAGIC: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
/// What the compressors are asked for: their own defaults, which are the usual trade of speed for size.
const ZSTD_LEVEL: i32 = 3;

/// How a file's bytes are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// As they are.
    Plain,
    /// gzip, in one or several members.
    Gzip,
    /// Zstandard, in one or several frames.
    Zstd,
}

impl Packing {
    /// Reads the packing off a file's name: `.gz`, `.zst`, else plain.
    pub fn of_name(path: &Path) -> Self {
        match path.extension().and_then(|ext| ext.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("gz") => Self::Gzip,
            Some("zst") => Self::Zstd,
            _ => Self::Plain,
        }
    }

    /// Reads the packing off the first bytes of a file.
    fn of_bytes(first: &[u8]) -> Self {
        if first.starts_with(GZIP_MAGIC) {
            Self::Gzip
        } else if first.starts_with(ZSTD_MAGIC) {
            Self::Zstd
        } else {
            Self::Plain
        }
    }
}

/// Unpacks what `reader` gives, as its first bytes say. A name that promises a packing which the bytes do not keep is an
/// error: the file is not what it says. Input that ends inside a member or frame is an error too.
///
/// # Errors
/// Where reading fails, or `named` and the bytes disagree.
pub fn unpacked(mut reader: Box<dyn Read + Send>, named: Packing) -> io::Result<Box<dyn Read + Send>> {
    let first = peek(&mut reader)?;
    let packing = Packing::of_bytes(&first);
    if named != Packing::Plain && packing != named {
        let text = if named == Packing::Gzip { "not a gzip file" } else { "not a Zstandard file" };
        return Err(io::Error::new(io::ErrorKind::InvalidData, text));
    }
    let whole = Cursor::new(first).chain(reader);
    Ok(match packing {
        Packing::Plain => Box::new(whole),
        Packing::Gzip => Box::new(MultiGzDecoder::new(BufReader::new(whole))),
        Packing::Zstd => Box::new(zstd::stream::read::Decoder::new(whole)?),
    })
}

/// Reads no more than it takes to tell the packing: on a pipe the first byte usually says that it is plain.
fn peek(reader: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut first = Vec::with_capacity(ZSTD_MAGIC.len());
    let mut byte = [0];
    while first != GZIP_MAGIC
        && first != ZSTD_MAGIC
        && (GZIP_MAGIC.starts_with(&first) || ZSTD_MAGIC.starts_with(&first))
    {
        match reader.read(&mut byte) {
            Ok(0) => break,
            Ok(_) => first.extend_from_slice(&byte),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(first)
}

/// Packs what is written to it.
pub enum Packed<W: Write> {
    /// As it is.
    Plain(W),
    /// gzip, one member.
    Gzip(GzEncoder<W>),
    /// Zstandard, one frame with a checksum.
    Zstd(zstd::stream::write::Encoder<'static, W>),
}

impl<W: Write> Packed<W> {
    /// Packs into `inner`.
    ///
    /// # Errors
    /// Where the compressor gets no memory.
    pub fn new(inner: W, packing: Packing) -> io::Result<Self> {
        Ok(match packing {
            Packing::Plain => Self::Plain(inner),
            Packing::Gzip => Self::Gzip(GzEncoder::new(inner, flate2::Compression::default())),
            Packing::Zstd => {
                let mut encoder = zstd::stream::write::Encoder::new(inner, ZSTD_LEVEL)?;
                encoder.include_checksum(true)?;
                Self::Zstd(encoder)
            }
        })
    }

    /// Writes what the compressor still holds and its end, and gives back what it wrote to.
    ///
    /// # Errors
    /// Where writing fails.
    pub fn finish(self) -> io::Result<W> {
        match self {
            Self::Plain(inner) => Ok(inner),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Zstd(encoder) => encoder.finish(),
        }
    }
}

impl<W: Write> Write for Packed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(inner) => inner.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            Self::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(inner) => inner.flush(),
            Self::Gzip(encoder) => encoder.flush(),
            Self::Zstd(encoder) => encoder.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(text: &[u8], packing: Packing) -> Vec<u8> {
        let mut packer = Packed::new(Vec::new(), packing).unwrap();
        packer.write_all(text).unwrap();
        packer.finish().unwrap()
    }

    fn unpack(bytes: &[u8], named: Packing) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        unpacked(Box::new(Cursor::new(bytes.to_vec())), named)?.read_to_end(&mut text)?;
        Ok(text)
    }

    #[test]
    fn what_is_packed_unpacks_whatever_the_name() {
        let text = b"one line\nand another\n".repeat(500);
        for packing in [Packing::Plain, Packing::Gzip, Packing::Zstd] {
            let bytes = packed(&text, packing);
            assert_eq!(unpack(&bytes, packing).unwrap(), text);
            assert_eq!(unpack(&bytes, Packing::Plain).unwrap(), text, "told by its bytes");
        }
    }

    #[test]
    fn members_and_frames_in_a_row_are_one_text() {
        for packing in [Packing::Gzip, Packing::Zstd] {
            let bytes = [packed(b"first ", packing), packed(b"", packing), packed(b"second", packing)].concat();
            assert_eq!(unpack(&bytes, packing).unwrap(), b"first second");
        }
    }

    #[test]
    fn input_cut_anywhere_is_an_error_never_a_short_text() {
        for packing in [Packing::Gzip, Packing::Zstd] {
            let bytes = packed(b"a text long enough to be cut in many places", packing);
            for cut in 0..bytes.len() {
                assert!(unpack(&bytes[..cut], packing).is_err(), "{packing:?} cut at {cut}");
            }
        }
    }

    #[test]
    fn short_plain_input_is_given_whole() {
        for text in [&b""[..], b"m", b"\x1f", b"\x28\xb5\x2f", b"\x28\xb5x"] {
            assert_eq!(unpack(text, Packing::Plain).unwrap(), text);
        }
    }

    #[test]
    fn a_name_that_the_bytes_do_not_keep_is_an_error() {
        assert!(unpack(b"plain", Packing::Gzip).is_err());
        assert!(unpack(&packed(b"x", Packing::Gzip), Packing::Zstd).is_err());
        for (name, packing) in [("a.jsonl.gz", Packing::Gzip), ("a.ZST", Packing::Zstd), ("gz", Packing::Plain)] {
            assert_eq!(Packing::of_name(Path::new(name)), packing);
        }
    }
}
