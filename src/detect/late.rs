//! A search for many words at once that is made when it is first needed: most texts need none, and a command that reads
//! one line should not wait for it.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

/// Bytes of all words together: a hundred times what the built-in files have, and far fewer than the search can number.
const BYTES_MAX: usize = 16 << 20;

/// Words, all searched at once.
#[derive(Debug)]
pub(super) struct LateSearch {
    words: Vec<String>,
    search: OnceLock<AhoCorasick>,
}

impl LateSearch {
    /// Takes the words; none where they are too many.
    pub(super) fn new(words: Vec<String>) -> Option<Self> {
        let bytes: usize = words.iter().map(String::len).sum();
        (bytes <= BYTES_MAX).then(|| Self { words, search: OnceLock::new() })
    }

    /// Tells whether it was needed by now.
    #[cfg(test)]
    pub(super) fn is_made(&self) -> bool {
        self.search.get().is_some()
    }

    /// Gives the search; its patterns are the places of the words.
    #[expect(clippy::expect_used, reason = "it fails where states have no number left, of which there are 2^31")]
    pub(super) fn get(&self) -> &AhoCorasick {
        self.search.get_or_init(|| AhoCorasick::new(&self.words).expect("the words are few enough"))
    }
}
