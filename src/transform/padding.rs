//! Padding before encryption, ISO/IEC 7816-4: length tells `m` from `female`.

/// Plain text is padded to a multiple of so many bytes.
pub(super) const BLOCK: usize = 16;

/// Gives the length of a text after padding: one byte 0x80, then zeros to a whole block.
pub(super) const fn padded_len(len: usize) -> usize {
    (len / BLOCK + 1) * BLOCK
}

/// Appends a text and its padding, `blocks` whole blocks more than it needs.
pub(super) fn pad(text: &[u8], blocks: usize, out: &mut Vec<u8>) {
    let end = out.len() + padded_len(text.len()) + blocks * BLOCK;
    out.extend_from_slice(text);
    out.push(0x80);
    out.resize(end, 0);
}

/// Tells where the text ends in what was padded; none where it was not.
pub(super) fn text_len(padded: &[u8]) -> Option<usize> {
    let end = padded.iter().rposition(|&byte| byte != 0)?;
    (padded.get(end) == Some(&0x80)).then_some(end)
}
