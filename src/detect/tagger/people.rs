//! Words of a person who was found, elsewhere in the record.

use super::fold::is_mark;
use super::letters::Letters;
use super::lexicon::{Entry, Lexicon};
use super::particle::{Particles, is_gap, is_inside, is_particle};
use super::sure::{Look, can_end, can_stand_alone, is_all, is_everyday, is_family, is_said, is_sure, vouches};
use super::token::{Class, Place, Token, Tokenizer};
use super::unspaced;
use crate::model::Span;
use std::collections::{HashMap, HashSet};

/// Words of persons, and pairs of them, that are kept sorted and in memory from record to record; the rare record that
/// names more has a table for the rest, which grows with it and goes back with it. None is left out.
const SORTED_MAX: usize = 4096;
/// Pairs of words beyond [`SORTED_MAX`] that are kept of one record: a name of eight words has 56.
const PAIRS_MAX: usize = 65_536;
/// Words of one name that are remembered as such.
const TOGETHER_MAX: usize = 8;

/// What says that a name is a person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Witness {
    /// The words around it.
    Text,
    /// The name of its field.
    Field,
}

/// How much a word says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// All that is known of a person is this word, by the words around it: in identifiers it means something else.
    Weak,
    /// It is a part of a whole name, or the value of a field of names.
    Strong,
}

/// Words of persons who were found in a record.
#[derive(Default)]
pub(crate) struct KnownWords {
    /// Sorted by word.
    words: Vec<(u64, Weight)>,
    /// Two words of one name, sorted; see [`together`] and [`in_order`].
    pairs: Vec<u64>,
    /// Words beyond [`SORTED_MAX`]. Hashed with keys of its own, so that no record can choose words that fall together.
    more: HashMap<u64, Weight>,
    /// Pairs beyond it.
    more_pairs: HashSet<u64>,
}

/// Hashes of names can be guessed, so they are not shown.
impl std::fmt::Debug for KnownWords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KnownWords({})", self.len())
    }
}

impl KnownWords {
    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.words.clear();
        self.pairs.clear();
        if !self.more.is_empty() {
            self.more = HashMap::new();
        }
        if !self.more_pairs.is_empty() {
            self.more_pairs = HashSet::new();
        }
    }

    /// Tells whether no word is known.
    pub(crate) const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Gives the number of known words.
    pub(crate) fn len(&self) -> usize {
        self.words.len() + self.more.len()
    }

    /// Remembers the words of a person's name that can stand for the person: no titles, particles and initials, and of
    /// everyday words only those that are names, too, or stand beside one; a family also with its particles.
    pub(crate) fn add(&mut self, name: &str, witness: Witness, lexicon: Lexicon<'_>) {
        let mut tokenizer = Tokenizer::new(name, lexicon, &[]);
        let (mut own, mut count) = ([0; TOGETHER_MAX], 0);
        let mut letters = Letters::default();
        let mut particles = Particles::default();
        let family = is_family(name, witness == Witness::Field, lexicon);
        while let Some(token) = tokenizer.next() {
            letters.take(name, &token);
            let alone = can_stand_alone(name, &token)
                || (witness == Witness::Field && is_all(name, &token))
                || family == Some(token.start);
            let phrase = particles.families(name, &token).next().filter(|_| alone || can_end(name, &token));
            particles.take(name, &token);
            if !alone && phrase.is_none() {
                continue;
            }
            for other in own.iter().take(count) {
                self.pair(together(*other, token.word));
                self.pair(in_order(*other, token.word));
            }
            if let Some((_, words)) = phrase {
                self.pair(words);
            }
            if !alone {
                continue;
            }
            if let Some(slot) = own.get_mut(count) {
                *slot = token.word;
                count += 1;
            } else {
                self.remember(token.word, Weight::Strong);
            }
        }
        let weight = if count > 1 || witness == Witness::Field { Weight::Strong } else { Weight::Weak };
        own.iter().take(count).for_each(|word| self.remember(*word, weight));
        // `U.S.` is no Ursula Schmidt.
        let letters = letters.all().into_iter().flatten().filter(|letters| lexicon.get(*letters) == Entry::NONE);
        letters.for_each(|letters| self.remember(letters, Weight::Strong));
    }

    fn remember(&mut self, word: u64, weight: Weight) {
        match self.words.binary_search_by_key(&word, |(known, _)| *known) {
            Ok(place) => {
                if let Some((_, own)) = self.words.get_mut(place) {
                    *own = weight.max(*own);
                }
            }
            Err(place) if self.words.len() < SORTED_MAX => self.words.insert(place, (word, weight)),
            Err(_) => {
                let own = self.more.entry(word).or_insert(weight);
                *own = weight.max(*own);
            }
        }
    }

    fn pair(&mut self, pair: u64) {
        match self.pairs.binary_search(&pair) {
            Ok(_) => {}
            Err(place) if self.pairs.len() < SORTED_MAX => self.pairs.insert(place, pair),
            // Of who is not among them the words are hidden one by one.
            Err(_) if self.more_pairs.len() < PAIRS_MAX => {
                self.more_pairs.insert(pair);
            }
            Err(_) => {}
        }
    }

    fn is_pair(&self, pair: u64) -> bool {
        self.pairs.binary_search(&pair).is_ok() || (!self.more_pairs.is_empty() && self.more_pairs.contains(&pair))
    }

    /// Tells whether a word is one of a known person's.
    pub(super) fn knows(&self, word: u64) -> bool {
        self.weight(word).is_some()
    }

    fn weight(&self, word: u64) -> Option<Weight> {
        match self.words.binary_search_by_key(&word, |(known, _)| *known) {
            Ok(place) => self.words.get(place).map(|(_, weight)| *weight),
            Err(_) if self.more.is_empty() => None,
            Err(_) => self.more.get(&word).copied(),
        }
    }

    /// Finds the remembered words in a text: whole words, everyday words only where they are written as names.
    ///
    /// Words that stand together are one span; over a comma (`Lovelace, Ada`) only those of one name. Addresses of the web
    /// and of mail are read, too.
    pub(crate) fn find(&self, text: &str, lexicon: Lexicon<'_>, mut found: impl FnMut(Span)) {
        let mut tokenizer = Tokenizer::new(text, lexicon, &[]);
        // Asked once: a text may be mostly blanks, and each of its known words asks.
        let look = Look { text, written: text.trim().len(), mixed: text.chars().any(char::is_lowercase) };
        let mut row = Row::default();
        let mut initials = None;
        while let Some(token) = tokenizer.next() {
            let ahead = initials.take();
            if is_initial(look, &token) {
                initials = Some(go_on(look, ahead, &token));
            }
            if token.class == Class::Found {
                row.end(&mut found);
                self.find_in_address(look, &token, lexicon, &mut found);
                continue;
            }
            if token.class == Class::Alphanumeric {
                // `siobhan_2`, `Siobhan_Gallagher`, `gallagher_cv`
                row.end(&mut found);
                self.find_in_address(look, &token, lexicon, &mut found);
                continue;
            }
            if token.class == Class::Caseless && self.weight(token.word).is_none() {
                row.end(&mut found);
                let word = text.get(token.start..token.end).unwrap_or_default();
                unspaced::find(word, token.start, |word| self.weight(word).is_some(), &mut found);
                continue;
            }
            let was = row.open.map(|open| open.span.start);
            self.step(look, &mut row, &token, &mut found);
            // `J.K. Rowling`
            if let (Some(open), Some(ahead)) = (&mut row.open, ahead)
                && was != Some(open.span.start)
                && look.text.get(ahead.end..open.span.start).is_some_and(|between| matches!(between, "" | " "))
            {
                open.span.start = ahead.start;
            }
        }
        row.end(&mut found);
    }

    /// Goes on by a token with a row of known words.
    fn step(&self, look: Look<'_>, row: &mut Row, token: &Token, found: &mut impl FnMut(Span)) {
        let family = row.particles.families(look.text, token).find(|(_, words)| self.is_pair(*words));
        row.particles.take(look.text, token);
        row.open = match (row.open.take(), family) {
            (Some(open), Some((start, _))) if self.is_before(look.text, &open, start, token) => {
                Some(Open { span: Span::new(open.span.start, token.end), ..Open::family(start, token) })
            }
            (before, Some((start, _))) => {
                before.and_then(Open::finished).into_iter().for_each(found);
                Some(Open::family(start, token))
            }
            (open, None) => self.step_by_word(look, open, token, found),
        };
    }

    /// Tells whether a family with its particles goes on with a row of known words: `jan de boer`, not the `sue` of `please
    /// sue de Boer`, who is another.
    fn is_before(&self, text: &str, open: &Open, start: usize, family: &Token) -> bool {
        let other = open.said && family.class.is_big();
        is_gap(text, open.span.end, start) && (!other || self.is_pair(in_order(open.last, family.word)))
    }

    /// Goes on by a token that ends no family with its particles.
    fn step_by_word(
        &self,
        look: Look<'_>,
        open: Option<Open>,
        token: &Token,
        found: &mut impl FnMut(Span),
    ) -> Option<Open> {
        let weight = if token.class.is_word() { self.weight(token.word) } else { None };
        // `k.a.` is no name's letters, and `e.g.` neither.
        let small = token.class == Class::Lower && token.tail & 0xFF == u32::from(b'.');
        let known = weight.is_some_and(|weight| weight == Weight::Strong || !look.is_in_code(token))
            && !small
            && !(is_everyday(token.entry) && look.is_label(token));
        // `please chase Chase`, `sue Sue`: what is said beside a name is no part of it.
        let said = is_said(token);
        match (open, known) {
            (Some(open), true)
                if ((said && open.big) || (open.said && token.class.is_big()))
                    // `rose Lane` of Rose Lane
                    && !self.is_pair(in_order(open.last, token.word))
                    && self.joins(look.text, &open, token) =>
            {
                if said {
                    open.vouched().finished().into_iter().for_each(found);
                    return None;
                }
                Some(Open::new(look, token).vouched())
            }
            (Some(open), true) if self.joins(look.text, &open, token) => Some(open.with(look, token)),
            (Some(open), false) if is_inside(token) || token.is(b',') || is_particle(token) => Some(open),
            (before, known) => {
                before.and_then(Open::finished).into_iter().for_each(found);
                known.then(|| Open::new(look, token))
            }
        }
    }

    /// Finds the words in an address of the web or of mail, cut at everything that is no letter.
    fn find_in_address(&self, look: Look<'_>, address: &Token, lexicon: Lexicon<'_>, found: &mut impl FnMut(Span)) {
        let inside = look.text.get(address.start..address.end).unwrap_or_default();
        let mut row = Row::default();
        let mut at = 0;
        for part in inside.split_inclusive(|c: char| !c.is_alphabetic() && !is_mark(c)) {
            let letters = part.trim_end_matches(|c: char| !c.is_alphabetic() && !is_mark(c));
            if let Some(token) = Tokenizer::new(letters, lexicon, &[]).next() {
                let by = address.start + at;
                let token = Token { start: token.start + by, end: token.end + by, place: Place::Inside, ..token };
                self.step(look, &mut row, &token, found);
            }
            at += part.len();
        }
        row.end(found);
    }

    /// Tells whether a known word goes on with the one before: a space, a hyphen or, in one name, a comma or what addresses have
    /// stands between.
    fn joins(&self, text: &str, open: &Open, token: &Token) -> bool {
        let between = text.get(open.span.end..token.start).unwrap_or_default();
        match between {
            " " | "-" | "\u{2010}" | "\u{2011}" | "\u{a0}" => true,
            // `rose_castle.pdf`
            ", " | "_" | "." | "+" => self.is_pair(together(open.last, token.word)),
            _ => false,
        }
    }
}

/// `J.`, `J.K.`; not the `V.` of `i. V.`.
fn is_initial(look: Look<'_>, token: &Token) -> bool {
    let before = look.text.get(..token.start).unwrap_or_default().trim_end_matches(' ');
    let mut ends = before.chars().rev();
    if ends.next() == Some('.')
        && ends.next().is_some_and(char::is_lowercase)
        && ends.next().is_none_or(|c| !c.is_alphanumeric())
    {
        return false;
    }
    token.class == Class::Initial && look.text.get(token.start..token.end).is_some_and(|word| word.ends_with('.'))
}

/// Goes on by an initial with those right before it.
fn go_on(look: Look<'_>, before: Option<Span>, token: &Token) -> Span {
    let near =
        before.filter(|before| look.text.get(before.end..token.start).is_some_and(|gap| matches!(gap, "" | " ")));
    Span::new(near.map_or(token.start, |before| before.start), token.end)
}

/// Gives one number for two words, whichever comes first.
const fn together(a: u64, b: u64) -> u64 {
    a.wrapping_add(b).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (a ^ b)
}

/// Gives one number for two words in the order in which they stand in a name.
pub(super) const fn in_order(a: u64, b: u64) -> u64 {
    a.rotate_left(17).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ b
}

/// What was read of a text up to a token.
#[derive(Debug, Default)]
struct Row {
    open: Option<Open>,
    /// Those right before the token.
    particles: Particles,
}

impl Row {
    /// Ends the row of known words.
    fn end(&mut self, found: impl FnMut(Span)) {
        self.open.take().and_then(Open::finished).into_iter().for_each(found);
    }
}

/// A row of known words.
#[derive(Debug, Clone, Copy)]
struct Open {
    span: Span,
    /// One of the words is enough by itself.
    sure: bool,
    words: usize,
    /// The last word.
    last: u64,
    /// All of it is everyday words in lower case.
    said: bool,
    /// The last word has a capital.
    big: bool,
}

impl Open {
    fn new(look: Look<'_>, token: &Token) -> Self {
        let (sure, words) = (is_sure(look, token), usize::from(vouches(look, token)));
        Self {
            span: Span::new(token.start, token.end),
            sure,
            words,
            last: token.word,
            said: is_said(token),
            big: token.class.is_big(),
        }
    }

    /// A family with its particles, which vouch for it: nobody says `de boer` of a peasant beside one of that name.
    const fn family(start: usize, token: &Token) -> Self {
        let span = Span::new(start, token.end);
        Self { span, sure: true, words: 1, last: token.word, said: false, big: token.class.is_big() }
    }

    /// Takes a known word beside it for what vouches for it.
    fn vouched(self) -> Self {
        Self { words: self.words + 1, ..self }
    }

    fn with(self, look: Look<'_>, token: &Token) -> Self {
        let sure = self.sure || is_sure(look, token);
        let words = self.words + usize::from(vouches(look, token));
        Self {
            span: Span::new(self.span.start, token.end),
            sure,
            words,
            last: token.word,
            said: self.said && is_said(token),
            big: token.class.is_big(),
        }
    }

    /// Gives the span where it counts: two known words side by side vouch for each other.
    fn finished(self) -> Option<Span> {
        (self.sure || self.words > 1).then_some(self.span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::tagger::builtin;

    fn check(names: &[&str], text: &str, expected: &[&str]) {
        check_by(Witness::Text, names, text, expected);
    }

    fn check_by(witness: Witness, names: &[&str], text: &str, expected: &[&str]) {
        let lexicon = builtin().lexicon();
        let mut words = KnownWords::default();
        names.iter().for_each(|name| words.add(name, witness, lexicon));
        let mut found = Vec::new();
        words.find(text, lexicon, |span| found.push(span.of(text)));
        assert_eq!(found, expected, "{names:?} in {text:?}");
    }

    /// A word that were left out beyond some number would leave as it is.
    #[test]
    fn nobody_is_forgotten_however_many_there_are() {
        let lexicon = builtin().lexicon();
        let letters = |at: usize| {
            let one = |by: usize| char::from(b'a' + u8::try_from(at / by % 26).unwrap());
            [one(17_576), one(676), one(26), one(1)].iter().collect::<String>()
        };
        let name = |at: usize| format!("Zy{}qo Xu{}qa", letters(at), letters(at));
        let mut words = KnownWords::default();
        for _ in 0..2 {
            (0..5 * SORTED_MAX).for_each(|at| words.add(&name(at), Witness::Text, lexicon));
            // The lexicon takes one in some thousands of unknown words for another.
            assert!(words.len() > 10 * SORTED_MAX - 100, "{}", words.len());
            let mut whole = 0;
            for at in (0..5 * SORTED_MAX).step_by(97) {
                let (given, family) = name(at).split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
                let text = format!("{family}, {given}; {}", given.to_lowercase());
                let find = |words: &KnownWords| {
                    let mut found = Vec::new();
                    words.find(&text, lexicon, |span| found.push(span));
                    found
                };
                let mut alone = KnownWords::default();
                alone.add(&name(at), Witness::Text, lexicon);
                assert_eq!(find(&words), find(&alone), "{text}");
                whole += usize::from(find(&words).first().is_some_and(|span| span.len() == name(at).len() + 1));
            }
            assert!(whole > 200, "{whole}");
            words.clear();
            assert!(words.is_empty() && words.more.capacity() == 0 && words.more_pairs.capacity() == 0);
            assert!(words.words.capacity() <= 2 * SORTED_MAX);
        }
    }

    #[test]
    fn a_name_in_lower_case_is_whole_before_its_other_half() {
        check(&["Rose Lane"], "told rose Lane about it", &["rose Lane"]);
        check(&["Chase"], "please chase Chase", &["Chase"]);
        check(&["Sue Smith", "Rose Lane"], "please sue Rose, and rose Smith", &["Rose", "Smith"]);
    }

    /// Asked of each word anew, as it was, this took a second for each 20,000.
    #[test]
    fn blanks_around_a_text_are_counted_once() {
        let words = "mark; ".repeat(200_000);
        let text = format!("{}{words}", " ".repeat(2_000_000));
        check(&["Mark"], &text, &[]);
        check(&["Mark"], "  MARK ", &["MARK"]);
    }

    #[test]
    fn words_of_a_person_are_found_in_any_case() {
        check(
            &["Ada Lovelace"],
            "I told lovelace; Ada's note, ADA LOVELACE; Lovelace, Ada",
            &["lovelace", "Ada", "ADA LOVELACE", "Lovelace, Ada"],
        );
        check(&["Ada Lovelace", "Tom Bell"], "Ada, Tom; Bell, Ada", &["Ada", "Tom", "Bell", "Ada"]);
        check(&["Katherine"], "spoke to Katherine today", &["Katherine"]);
        check(&["Anne-Sophie Müller"], "anne-sophie and Mr. Muller", &["anne-sophie", "Muller"]);
    }

    #[test]
    fn everyday_words_count_as_names_only_where_they_are_written_so() {
        check(&["Mark Rose"], "please mark the rose; Mark said. Rose?", &["Mark", "Rose"]);
        check(&["Will Hope"], "Will you hope? I saw Will.", &["Will"]);
        check(&["Mark Rose"], "PLEASE MARK THE ROSE. MARK ROSE", &["MARK ROSE"]);
        check(&["Mark Rose"], "MARK", &["MARK"]);
    }

    #[test]
    fn particles_titles_initials_and_short_words_do_not_count() {
        check(&["Dr. J. van de Velde"], "the dr and j and van de, Velde", &["Velde"]);
        check(&["Li Na"], "li na", &["li na"]);
        check(&["Do An"], "do an export", &[]);
        check(&["Support Team"], "the Support Team and Team B", &[]);
    }

    #[test]
    fn words_that_are_names_rather_count_in_any_case() {
        check(&["Bob Smith"], "smith called, the rest is long; told SMITH", &["smith", "SMITH"]);
        check_by(Witness::Field, &["Ada"], "ada ok", &["ada"]);
        check_by(Witness::Field, &["Cooper"], "i told cooper that it is fine", &["cooper"]);
        check_by(Witness::Field, &["Long"], "a long call with Long", &["Long"]);
        check(&["Mark Rose"], "please tell MARK that it is late", &["MARK"]);
        check_by(Witness::Field, &["Weiß"], "Frau WEISS hat angerufen", &["WEISS"]);
    }

    #[test]
    fn a_single_word_that_a_text_says_is_somebody_is_nobody_in_identifiers() {
        for text in ["jackson-databind", "jackson-core-2.9.jar", "com/jackson/Core", "a.jackson", "x_1 jackson_core"] {
            check(&["Jackson"], text, &[]);
        }
        check(&["Jackson"], "jackson, Jackson-Miller; jackson's", &["jackson", "Jackson", "jackson"]);
        check_by(Witness::Field, &["Jackson"], "jackson-laptop", &["jackson"]);
        check(&["Ada Jackson"], "ada-jackson-laptop", &["ada-jackson"]);
    }

    #[test]
    fn addresses_of_the_web_and_of_mail_are_read() {
        let link = "see https://crm.example.com/u/katherine-okafor?x=Okafor, www.okafor.example";
        check(&["Katherine Okafor"], link, &["katherine-okafor", "Okafor", "okafor"]);
        check(&["Katherine Okafor"], "k.okafor@example.org: Okafor", &["okafor", "Okafor"]);
        check(&["Okafor"], "https://example.com/okafor/x and okafor", &["okafor"]);
    }

    #[test]
    fn letters_are_compared_without_what_capitals_leave_out() {
        check(&["Γιώργος Παπαδόπουλος"], "Ο ΠΑΠΑΔΟΠΟΥΛΟΣ τηλεφώνησε", &["ΠΑΠΑΔΟΠΟΥΛΟΣ"]);
        check(&["ΠΑΠΑΔΟΠΟΥΛΟΣ"], "ο κύριος παπαδόπουλος", &["παπαδόπουλος"]);
        check(&["İlknur Işık"], "ilknur ve ISIK", &["ilknur", "ISIK"]);
        check(&["Strauß"], "STRAUSS und strauss", &["STRAUSS", "strauss"]);
        check(&["Пётр Семёнов"], "звонил СЕМЕНОВ", &["СЕМЕНОВ"]);
    }

    #[test]
    fn names_are_found_in_scripts_without_spaces_or_with_endings() {
        check_by(Witness::Field, &["김민수"], "서울에 사는 김민수가 어제, 김민수 씨", &["김민수", "김민수"]);
        check_by(Witness::Field, &["王小明"], "客户王小明昨天打电话来询问", &["王小明"]);
        check_by(Witness::Field, &["李娜"], "请告诉李娜", &["李娜"]);
        check_by(Witness::Field, &["田中太郎"], "田中太郎さんは昨日", &["田中太郎"]);
        check_by(Witness::Field, &["สมชาย ใจดี"], "คุณสมชายโทรมาเมื่อวานนี้", &["สมชาย"]);
        check_by(Witness::Field, &["محمد علي"], "اتصل محمد علي أمس", &["محمد علي"]);
        check_by(Witness::Field, &["דוד כהן"], "שלום דוד כהן התקשר", &["דוד כהן"]);
        check_by(Witness::Field, &["राम शर्मा"], "राम शर्मा ने कल; रामपुर", &["राम शर्मा"]);
        check_by(Witness::Field, &["김민수"], "한국전력공사 서비스센터", &[]);
    }

    #[test]
    fn initials_before_a_known_name_are_part_of_it() {
        check(
            &["J.K. Rowling"],
            "J.K. Rowling, J. K. Rowling; to J. Rowling. B. C",
            &["J.K. Rowling", "J. K. Rowling", "J. Rowling"],
        );
        check(&["Ulf Krämer"], "i. V. Ulf Krämer", &["Ulf Krämer"]);
        check(&["Rowling"], "Rowling A. and Plan B. was it, rowling", &["Rowling", "rowling"]);
    }

    #[test]
    fn names_of_two_letters_count_as_they_are_written() {
        check_by(Witness::Field, &["Ed", "Li"], "Ed was here; told ED, ed, LI and li. So Li said", &["Ed", "Li"]);
        check(&["Wei Li"], "so Li agreed, wei li", &["Li", "wei li"]);
    }

    #[test]
    fn given_names_that_are_rarely_words_count_in_any_case() {
        for name in ["Mia", "Ben", "Eve", "Ivy", "Iris", "Ella", "Dan"] {
            let small = name.to_lowercase();
            check_by(Witness::Field, &[name], &format!("so {small} said it"), &[small.as_str()]);
        }
        check_by(Witness::Field, &["Jo", "Li"], "jo li called; Jo said that Li is away", &["jo li", "Jo", "Li"]);
        check_by(Witness::Field, &["Hope", "Price"], "i hope for the price", &[]);
    }

    #[test]
    fn what_a_field_says_is_a_name_is_one_whatever_else_it_is() {
        check_by(Witness::Field, &["Banda"], "Mr Banda called, banda said no, BANDA paid", &["Banda", "BANDA"]);
        check_by(Witness::Field, &["Li"], "Li was here today", &["Li"]);
        check_by(Witness::Field, &["Do"], "I told Do about it. Do you know? Mrs Do paid", &["Do", "Do"]);
        check_by(Witness::Field, &["Pope"], "told Pope that the pope came", &["Pope"]);
        check_by(Witness::Field, &["Support Team"], "the Support Team", &[]);
    }

    #[test]
    fn initials_stand_for_a_name() {
        check(&["K. Adeyemi"], "K.A. to call; K.B., KA and k.a.", &["K.A."]);
        check(&["J.K. Rowling"], "wrote to J.K. and J.K.R. again", &["J.K.", "J.K.R."]);
        check(&["Dr. Katherine van Johnson"], "K.J. agreed", &["K.J."]);
        check(&["Ursula Schmidt"], "in the U.S. and elsewhere", &[]);
        check(&["Ada"], "plan A. was", &[]);
    }

    #[test]
    fn a_label_before_a_number_is_nobody() {
        check_by(Witness::Field, &["Price", "Rose"], "Price: 20 EUR, Price: €5, Rose: hi", &["Rose"]);
    }

    #[test]
    fn names_are_found_between_underscores_and_digits() {
        let text = "see siobhan_2, Siobhan_Gallagher, siobhan2 and gallagher_cv.pdf";
        let expected = ["siobhan", "Siobhan", "Gallagher", "siobhan", "gallagher"];
        check_by(Witness::Field, &["Siobhan", "Gallagher"], text, &expected);
    }

    #[test]
    fn an_everyday_word_beside_a_name_is_no_part_of_it() {
        let check = |names: &[&str], text: &str, expected: &[&str]| check_by(Witness::Field, names, text, expected);
        check(&["Chase"], "please chase Chase for payment", &["Chase"]);
        check(&["Sue"], "we will sue Sue", &["Sue"]);
        check(&["Drew"], "he drew a map, told drew", &["drew"]);
        check(&["Will"], "Will will be late", &["Will"]);
        check(&["Grace Hope"], "I hope Grace will call", &["Grace"]);
        check(&["Grace Hope"], "i told grace hope", &["grace hope"]);
        check(&["Grace Hope"], "I told grace hope", &["grace hope"]);
    }

    #[test]
    fn a_family_with_its_particles_is_one_in_any_case() {
        let field = |names: &[&str], text: &str, expected: &[&str]| check_by(Witness::Field, names, text, expected);
        field(&["Jan", "de Boer"], "please tell jan de boer that it is late", &["jan de boer"]);
        field(&["Jan", "de Boer"], "told de boer; DE BOER paid, Jan De Boer", &["de boer", "DE BOER", "Jan De Boer"]);
        field(
            &["van der Meer"],
            "TELL VAN DER MEER; van der meer, von der Meer",
            &["VAN DER MEER", "van der meer", "Meer"],
        );
        field(&["Jan de Boer"], "see jan_de_boer.pdf, jan.de-boer@example.org", &["jan_de_boer", "jan.de-boer"]);
        field(&["van As", "de Wit"], "told van as and de wit; as he said, wit", &["van as", "de wit"]);
        field(&["Omar al-Rashid"], "omar al-rashid; al-Rashid", &["omar al-rashid", "al-Rashid"]);
        field(&["Sue Smith", "Piet de Boer"], "please sue de Boer", &["de Boer"]);
        field(&["Ortega y Gasset"], "Ana y Gasset", &["Gasset"]);
        // a row of particles longer than the family's, and one that another word cuts
        field(&["Juan de la Cruz"], "por de van de la cruz; de la vieja cruz", &["de la cruz", "cruz"]);
        check(&["Jan de Boer"], "told jan de boer", &["jan de boer"]);
    }

    #[test]
    fn an_everyday_word_behind_a_given_name_is_a_family() {
        for witness in [Witness::Field, Witness::Text] {
            check_by(
                witness,
                &["Ray Pope"],
                "We told Pope. RAY POPE; please tell ray pope, no pope",
                &["Pope", "RAY POPE", "ray pope"],
            );
            check_by(witness, &["Joe Judge"], "told Judge that a judge came", &["Judge"]);
            check_by(witness, &["Ann Castle"], "see ann_castle.pdf of Castle", &["ann_castle", "Castle"]);
        }
        check(&["Support Team", "Ann Support Ltd"], "the Support", &[]);
        check_by(Witness::Field, &["Quorvin Pope"], "told Pope", &["Pope"]);
        check(&["Quorvin Pope"], "told Pope", &[]);
    }

    #[test]
    fn parts_of_words_are_no_words() {
        check(&["Ann Bell"], "annual Bellini", &[]);
    }
}
