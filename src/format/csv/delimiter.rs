//! What stands between the cells of a row.

use std::fmt;

/// What stands between the cells of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delimiter {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
    /// `|`
    Pipe,
}

impl Delimiter {
    /// Every delimiter, the likeliest first.
    pub const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Pipe];

    /// Gives the byte.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }

    /// Guesses from a header row: the delimiter that stands most often outside quotes; a comma where none does.
    pub fn sniff(header: &[u8]) -> Self {
        let mut best = (0, Self::Comma);
        for delimiter in Self::ALL {
            let count = delimiter.count(header);
            if count > best.0 {
                best = (count, delimiter);
            }
        }
        best.1
    }

    /// Counts the delimiter outside quotes.
    pub(in crate::format) fn count(self, row: &[u8]) -> usize {
        let mut quoted = false;
        let mut count = 0;
        for &byte in row {
            quoted ^= byte == b'"';
            count += usize::from(!quoted && byte == self.byte());
        }
        count
    }
}

impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
            Self::Pipe => "pipe",
        })
    }
}
