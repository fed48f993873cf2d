//! The hash of what a policy says.

use super::plan::PolicyHash;
use crate::detect::TaggerUse;

/// Collects what a policy says in a normal form; every part carries its length, so that no two policies meet in one.
#[derive(Clone)]
pub(super) struct Hasher {
    context: ring::digest::Context,
}

impl Hasher {
    pub(super) fn new() -> Self {
        let mut hasher = Self { context: ring::digest::Context::new(&ring::digest::SHA256) };
        hasher.part("privet-policy/1");
        hasher
    }

    /// Adds one part.
    pub(super) fn part(&mut self, text: &str) {
        self.context.update(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.context.update(text.as_bytes());
    }

    /// Adds a list, in the order given.
    pub(super) fn list<'a>(&mut self, name: &str, parts: impl IntoIterator<Item = &'a str>) {
        self.part(name);
        let parts: Vec<&str> = parts.into_iter().collect();
        self.part(&parts.len().to_string());
        for part in parts {
            self.part(part);
        }
    }

    /// Gives the hash of what was collected and how the tagger is used, the last part.
    ///
    /// The usual is left out, as if the policy had no line for it.
    pub(super) fn finish(mut self, tagger: TaggerUse) -> PolicyHash {
        if tagger != TaggerUse::default() {
            self.list("tagger", [tagger.name()]);
        }
        let digest = self.context.finish();
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().zip(digest.as_ref()) {
            *to = *from;
        }
        PolicyHash(bytes)
    }
}
