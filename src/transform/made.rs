//! Finds again, inside free text, what an operator made.

use super::keyed::HEADER;
use super::padding::BLOCK;
use super::spelling::{Encoding, Spelling};
use crate::model::Span;

/// How many bytes what an operator makes can have.
#[derive(Clone, Copy)]
pub(super) enum Lengths {
    /// So many.
    Fixed(usize),
    /// From so many on, up to so many, in steps of whole blocks.
    Blocks { least: usize, most: usize },
}

impl Lengths {
    /// Gives the lengths in characters, the shortest first.
    fn spelled(self, encoding: Encoding) -> impl Iterator<Item = usize> {
        let (least, most) = match self {
            Self::Fixed(only) => (only, only),
            Self::Blocks { least, most } => (least, most),
        };
        (least..=most).step_by(BLOCK).map(move |bytes| encoding.len(bytes))
    }

    /// Gives the longest length in characters that is not above `room`.
    fn longest(self, encoding: Encoding, room: usize) -> Option<usize> {
        match self {
            Self::Fixed(only) => Some(encoding.len(only)).filter(|len| *len <= room),
            Self::Blocks { least, most } => {
                let bytes = encoding.bytes_max(room).min(most);
                Some(encoding.len(least + bytes.checked_sub(least)? / BLOCK * BLOCK))
            }
        }
    }
}

/// What is tried and fails costs its length again, so a text made to look like tokens is tried only so often: so many times
/// its own length, and so many bytes more.
const COST_MAX: (usize, usize) = (16, 1 << 16);

/// Appends the spans that are spelled so, that begin as `begins` knows, and that `opens` knows; what has letters of the
/// spelling right behind it, or another of its kind, too.
pub(super) fn find(
    text: &str,
    spelling: &Spelling,
    lengths: Lengths,
    begins: impl Fn(&[u8; HEADER]) -> bool,
    opens: impl Fn(&str) -> bool,
    out: &mut Vec<Span>,
) {
    let Spelling { prefix, encoding, .. } = spelling;
    let mut budget = text.len().saturating_mul(COST_MAX.0).saturating_add(COST_MAX.1);
    let (mut done, mut run_end) = (0, 0);
    let mut starts = text.match_indices(prefix.as_str()).map(|(start, _)| start).peekable();
    while let Some(start) = starts.next() {
        if start < done {
            continue;
        }
        let body = start + prefix.len();
        if body > run_end {
            let rest = text.as_bytes().get(body..).unwrap_or_default();
            run_end = body + rest.iter().take_while(|&&byte| encoding.has(byte)).count();
        }
        let run = text.get(body..run_end).unwrap_or_default();
        if !spelling.header(run).is_some_and(|header| begins(&header)) {
            continue;
        }
        // Most often it ends where the letters end, or where the next one begins; else its own check tells where.
        let next = starts.peek().map_or(run_end, |next| run_end.min(*next));
        let first = lengths.longest(*encoding, next.saturating_sub(body));
        let others = lengths.spelled(*encoding).take_while(|len| *len <= run.len()).filter(|len| Some(*len) != first);
        // What is tried first never overlaps, so that the other lengths alone have a budget.
        let first = first.map(|len| (len, 0)).into_iter();
        for (len, cost) in first.chain(others.map(|len| (len, prefix.len() + len))) {
            let span = Span::new(start, body + len);
            let Some(left) = budget.checked_sub(cost) else { break };
            budget = left;
            if opens(span.of(text)) {
                out.push(span);
                done = span.end;
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_that_has_room_is_one_of_the_lengths() {
        for encoding in [Encoding::Hex, Encoding::Base32, Encoding::Base64Url] {
            for lengths in [Lengths::Fixed(29), Lengths::Blocks { least: 41, most: 41 + 20 * BLOCK }] {
                for room in 0..800 {
                    let expected = lengths.spelled(encoding).filter(|len| *len <= room).last();
                    assert_eq!(lengths.longest(encoding, room), expected, "{encoding:?} {room}");
                }
            }
        }
    }
}
