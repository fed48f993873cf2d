//! Words of a person who was found, elsewhere in the record.

use super::fold::is_mark;
use super::letters::Letters;
use super::lexicon::{Entry, Lexicon, flag};
use super::sure::{Look, can_stand_alone, is_all, is_everyday, is_sure, vouches};
use super::token::{Class, Place, Token, Tokenizer};
use super::unspaced;
use crate::model::Span;

/// Words of persons that are remembered of one record.
const WORDS_MAX: usize = 4096;
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
    /// Two words of one name, sorted; see [`together`].
    pairs: Vec<u64>,
}

/// Hashes of names can be guessed, so they are not shown.
impl std::fmt::Debug for KnownWords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KnownWords({})", self.words.len())
    }
}

impl KnownWords {
    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.words.clear();
        self.pairs.clear();
    }

    /// Tells whether no word is known.
    pub(crate) const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Gives the number of known words.
    pub(crate) const fn len(&self) -> usize {
        self.words.len()
    }

    /// Remembers the words of a person's name that can stand for the person: no titles, particles and initials, and of
    /// everyday words only those that are names, too.
    pub(crate) fn add(&mut self, name: &str, witness: Witness, lexicon: Lexicon<'_>) {
        let mut tokenizer = Tokenizer::new(name, lexicon, &[]);
        let (mut own, mut count) = ([0; TOGETHER_MAX], 0);
        let mut letters = Letters::default();
        while let Some(token) = tokenizer.next() {
            letters.take(name, &token);
            if !(can_stand_alone(name, &token) || (witness == Witness::Field && is_all(name, &token))) {
                continue;
            }
            for other in own.iter().take(count) {
                insert(&mut self.pairs, together(*other, token.word));
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
            Err(place) if self.words.len() < WORDS_MAX => self.words.insert(place, (word, weight)),
            Err(_) => {}
        }
    }

    fn weight(&self, word: u64) -> Option<Weight> {
        let place = self.words.binary_search_by_key(&word, |(known, _)| *known).ok()?;
        self.words.get(place).map(|(_, weight)| *weight)
    }

    /// Finds the remembered words in a text: whole words, everyday words only where they are written as names.
    ///
    /// Words that stand together are one span; over a comma (`Lovelace, Ada`) only those of one name. Addresses of the web
    /// and of mail are read, too.
    pub(crate) fn find(&self, text: &str, lexicon: Lexicon<'_>, mut found: impl FnMut(Span)) {
        let mut tokenizer = Tokenizer::new(text, lexicon, &[]);
        // Asked once: a text may be mostly blanks, and each of its known words asks.
        let look = Look { text, written: text.trim().len(), mixed: text.chars().any(char::is_lowercase) };
        let mut open: Option<Open> = None;
        let mut initials = None;
        while let Some(token) = tokenizer.next() {
            let ahead = initials.take();
            if is_initial(look, &token) {
                initials = Some(go_on(look, ahead, &token));
            }
            if token.class == Class::Found {
                open.take().and_then(Open::finished).into_iter().for_each(&mut found);
                self.find_in_address(look, &token, lexicon, &mut found);
                continue;
            }
            if token.class == Class::Alphanumeric {
                // `siobhan_2`, `Siobhan_Gallagher`, `gallagher_cv`
                open.take().and_then(Open::finished).into_iter().for_each(&mut found);
                self.find_in_address(look, &token, lexicon, &mut found);
                continue;
            }
            if token.class == Class::Caseless && self.weight(token.word).is_none() {
                open.take().and_then(Open::finished).into_iter().for_each(&mut found);
                let word = text.get(token.start..token.end).unwrap_or_default();
                unspaced::find(word, token.start, |word| self.weight(word).is_some(), &mut found);
                continue;
            }
            let was = open.map(|open| open.span.start);
            open = self.step(look, open, &token, &mut found);
            // `J.K. Rowling`
            if let (Some(open), Some(ahead)) = (&mut open, ahead)
                && was != Some(open.span.start)
                && look.text.get(ahead.end..open.span.start).is_some_and(|between| matches!(between, "" | " "))
            {
                open.span.start = ahead.start;
            }
        }
        open.and_then(Open::finished).into_iter().for_each(&mut found);
    }

    /// Goes on by a token with a row of known words.
    fn step(&self, look: Look<'_>, open: Option<Open>, token: &Token, found: &mut impl FnMut(Span)) -> Option<Open> {
        let weight = if token.class.is_word() { self.weight(token.word) } else { None };
        // `k.a.` is no name's letters, and `e.g.` neither.
        let small = token.class == Class::Lower && token.tail & 0xFF == u32::from(b'.');
        let known = weight.is_some_and(|weight| weight == Weight::Strong || !look.is_in_code(token))
            && !small
            && !(is_everyday(token.entry) && look.is_label(token));
        match (open, known) {
            (Some(open), true) if self.joins(look.text, &open, token) => Some(open.with(look, token)),
            (Some(open), false) if token.is(b'-') || token.is(b',') => Some(open),
            (before, known) => {
                before.and_then(Open::finished).into_iter().for_each(found);
                known.then(|| Open::new(look, token))
            }
        }
    }

    /// Finds the words in an address of the web or of mail, cut at everything that is no letter.
    fn find_in_address(&self, look: Look<'_>, address: &Token, lexicon: Lexicon<'_>, found: &mut impl FnMut(Span)) {
        let inside = look.text.get(address.start..address.end).unwrap_or_default();
        let mut open = None;
        let mut at = 0;
        for part in inside.split_inclusive(|c: char| !c.is_alphabetic() && !is_mark(c)) {
            let letters = part.trim_end_matches(|c: char| !c.is_alphabetic() && !is_mark(c));
            if let Some(token) = Tokenizer::new(letters, lexicon, &[]).next() {
                let by = address.start + at;
                let token = Token { start: token.start + by, end: token.end + by, place: Place::Inside, ..token };
                open = self.step(look, open, &token, found);
            }
            at += part.len();
        }
        open.and_then(Open::finished).into_iter().for_each(found);
    }

    /// Tells whether a known word goes on with the one before: a space, a hyphen or, in one name, a comma stands between.
    fn joins(&self, text: &str, open: &Open, token: &Token) -> bool {
        let between = text.get(open.span.end..token.start).unwrap_or_default();
        match between {
            " " | "-" | "\u{2010}" | "\u{2011}" | "\u{a0}" => true,
            ", " => self.pairs.binary_search(&together(open.last, token.word)).is_ok(),
            _ => false,
        }
    }

    /// Gives what of a text is a person's name, where all of it is one, titles left out, of which the first word is known or a
    /// title: `Zaphod Quux`, `Mr Semisi Tuilagi`, no `Beste Zaphod,`.
    pub(crate) fn whole(&self, text: &str, lexicon: Lexicon<'_>) -> Option<Span> {
        let start = text.len() - text.trim_start().len();
        let text = text.trim();
        let plain = text.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | ',' | '.' | '-' | '\'' | '\u{2019}'));
        let ends = |text: &str| {
            let mut last = text.chars().rev();
            // `Ruta P.`
            last.next().is_some_and(|c| c.is_alphabetic() || (c == '.' && last.next().is_some_and(char::is_uppercase)))
        };
        if !plain || !ends(text) {
            return None;
        }
        let mut tokenizer = Tokenizer::new(text, lexicon, &[]);
        let mut first = tokenizer.next()?;
        let titled = first.entry.has(flag::TITLE) && first.class.is_big() && self.weight(first.word).is_none();
        if titled {
            first = tokenizer.next()?;
            if first.is(b'.') {
                first = tokenizer.next()?;
            }
        }
        let known = first.class.is_big() && (titled || self.weight(first.word).is_some());
        let name = text.get(first.start..)?;
        let alone = titled && first.end == text.len() && self.weight(first.word).is_some();
        (known && (alone || self.is_name(name, lexicon))).then(|| Span::new(start + first.start, start + text.len()))
    }

    /// Tells whether all of a text is written as a person's name is: two to five words, each with a capital or of a
    /// script without, one of them known.
    pub(crate) fn is_name(&self, text: &str, lexicon: Lexicon<'_>) -> bool {
        /// Words of the longest name.
        const NAME_MAX: usize = 5;
        let mut tokenizer = Tokenizer::new(text, lexicon, &[]);
        let (mut words, mut known) = (0, false);
        while let Some(token) = tokenizer.next() {
            let entry = token.entry;
            let other = flag::COMPANY | flag::ORGANISATION | flag::THING | flag::STREET;
            let named = entry.has(flag::FIRST | flag::LAST) || !(is_everyday(entry) || entry.has(other));
            let written = (token.class.is_big() || token.class == Class::Caseless) && named;
            let small = token.class.is_word() && entry.has(flag::PARTICLE);
            let mark = [b'-', b'.', b',', b'\''].iter().any(|mark| token.is(*mark));
            if !(written || small || mark) {
                return false;
            }
            words += usize::from(token.class.is_word());
            known |= self.weight(token.word).is_some();
        }
        known && (2..=NAME_MAX).contains(&words)
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

fn insert(sorted: &mut Vec<u64>, one: u64) {
    if sorted.len() < WORDS_MAX
        && let Err(place) = sorted.binary_search(&one)
    {
        sorted.insert(place, one);
    }
}

/// Gives one number for two words, whichever comes first.
const fn together(a: u64, b: u64) -> u64 {
    a.wrapping_add(b).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (a ^ b)
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
}

impl Open {
    fn new(look: Look<'_>, token: &Token) -> Self {
        let (sure, words) = (is_sure(look, token), usize::from(vouches(look, token)));
        Self { span: Span::new(token.start, token.end), sure, words, last: token.word }
    }

    fn with(self, look: Look<'_>, token: &Token) -> Self {
        let sure = self.sure || is_sure(look, token);
        let words = self.words + usize::from(vouches(look, token));
        Self { span: Span::new(self.span.start, token.end), sure, words, last: token.word }
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
    fn a_value_is_a_name_where_a_part_of_it_is_known() {
        let lexicon = builtin().lexicon();
        let mut words = KnownWords::default();
        words.add("Quenneville", Witness::Field, lexicon);
        for name in
            ["Ivy Quenneville", "Quenneville, Ivy", "IVY QUENNEVILLE", "Ivy J. van Quenneville", "Ivy-Rose Quenneville"]
        {
            assert!(words.is_name(name, lexicon), "{name}");
        }
        for other in [
            "Quenneville",
            "Ivy Smith",
            "Quenneville Ltd",
            "Quenneville called",
            "Quenneville 12",
            "Quenneville Hospital",
        ] {
            assert!(!words.is_name(other, lexicon), "{other}");
        }
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
    fn half_of_a_name_is_not_left() {
        let lexicon = builtin().lexicon();
        let mut words = KnownWords::default();
        words.add("Zaphod", Witness::Text, lexicon);
        for name in ["Zaphod Quux", " Zaphod Quux-Bell", "Zaphod, Ada", "Zaphod P.", "Mr Semisi Zaphod"] {
            assert!(words.whole(name, lexicon).is_some(), "{name}");
        }
        let (text, whole) = ("Mr. Semisi Zaphod", words.whole("Mr. Semisi Zaphod", lexicon));
        assert_eq!(whole.map(|span| span.of(text)), Some("Semisi Zaphod"));
        for other in ["Beste Zaphod,", "Dear Zaphod", "Zaphod", "Zaphod called", "Zaphod.", "Zaphod Ltd", "zaphod quux"]
        {
            assert!(words.whole(other, lexicon).is_none(), "{other}");
        }
    }

    #[test]
    fn parts_of_words_are_no_words() {
        check(&["Ann Bell"], "annual Bellini", &[]);
    }
}
