//! What is made when a text first needs it, made before: a stream's first record should wait for nothing.

use super::{DetectScratch, EntityMask, FieldHint, RecognizerSet, TextKind};

/// Texts that need all of it: letters beyond ASCII, mail, hosts, numbers of telephones and vehicles, dates, beliefs and
/// names.
const TEXTS: [&str; 2] = [
    "Grüße von Anna Müller, geboren am 3. März 1985 in München; Anna.Mueller@example.de, www.example.de, \
     +49 30 23125000, Kennzeichen M-AB 1234, password=sesame9",
    "Dear Mr. Brown, our Buddhist in Rome, call (212) 555-0187 by 4 July 2026 or see example.com.",
];

impl RecognizerSet {
    /// Makes all that is otherwise made when a text first needs it.
    pub fn warm(&self) {
        let mask = EntityMask::all(self);
        let (mut scratch, mut found) = (DetectScratch::default(), Vec::new());
        for text in TEXTS {
            self.scan(text, TextKind::Prose, &FieldHint::default(), &mask, &mut scratch, &mut found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::compile::compile;
    use super::super::load;

    #[test]
    fn searches_for_words_are_made_before_the_first_record() {
        let set = compile(&load::builtin()).unwrap();
        let late = |made: bool| {
            let engines: Vec<bool> = set.engines.iter().filter_map(|engine| engine.search_is_made()).collect();
            assert!(!engines.is_empty() && engines.iter().all(|one| *one == made), "{engines:?}");
        };
        late(false);
        set.warm();
        late(true);
    }
}
