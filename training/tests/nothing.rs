//! What is made of texts in which nobody is named: the texts themselves, names in them, and other letters.

use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// A copy of a text.
struct Copy {
    language: String,
    before: String,
    copy: String,
    text: String,
    /// Where names are.
    spans: Vec<(usize, usize)>,
}

impl Copy {
    fn read(line: &str) -> Self {
        let value: Value = serde_json::from_str(line).expect("it is JSON");
        let own = |key: &str| value[key].as_str().expect("a text").to_owned();
        let place = |span: &Value, at: usize| span[at].as_u64().expect("a place") as usize;
        let spans = value["spans"].as_array().expect("spans").iter().map(|span| (place(span, 0), place(span, 1))).collect();
        Self { language: own("language"), before: own("before"), copy: own("copy"), text: own("text"), spans }
    }

    /// The letters of the text without its name, in lower case.
    fn rest(&self) -> String {
        match self.spans.first() {
            Some((start, end)) => letters(&self.text[..*start]) + &letters(&self.text[*end..]),
            None => letters(&self.text),
        }
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

/// Makes copies of some texts of every language.
fn copies(test: &str, count: usize) -> Vec<Copy> {
    let folder = std::env::temp_dir().join(format!("privet-training-{test}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("it is made");
    std::fs::write(folder.join("gaz.tsv"), "anders\t1\nbrenner\t2\ntolva\t4\n").expect("it is written");
    let (corpora, count) = (folder.to_string_lossy().into_owned(), count.to_string());
    let out = Command::new(env!("CARGO_BIN_EXE_privet-training")).args([&corpora, "--copies", &count]).output().expect("it runs");
    let _ = std::fs::remove_dir_all(&folder);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).expect("it is text").lines().map(Copy::read).collect()
}

/// How many in a hundred of some copies are so.
fn share<'a>(copies: impl Iterator<Item = &'a Copy>, so: impl Fn(&Copy) -> bool) -> usize {
    let (mut all, mut those) = (0, 0);
    for copy in copies {
        all += 1;
        those += usize::from(so(copy));
    }
    assert!(all > 20, "{all} copies");
    those * 100 / all
}

/// Whole languages in the Latin script, where other letters change every word.
const LATIN: [&str; 6] = ["de", "es", "ha", "id", "nl", "sw"];

#[test]
fn texts_in_which_nobody_is_named_are_copied_as_they_are_and_with_a_name_and_in_other_letters() {
    let all = copies("copies", 6_000);
    let of = |copy: &'static str| all.iter().filter(move |one| one.copy == copy);
    assert!(all.iter().all(|one| one.spans.len() <= 1));
    assert!(of("Plain").all(|one| one.text == one.before && one.spans.is_empty()));

    // Slips and marks left out change some.
    assert!(of("Inserted").all(|one| one.spans.len() == 1));
    let kept = share(of("Inserted"), |one| one.rest() == letters(&one.before));
    assert!((75..=95).contains(&kept), "{kept} in a hundred keep their words");

    let latin = || of("Strange").filter(|one| LATIN.contains(&&*one.language));
    let named = share(latin(), |one| !one.spans.is_empty());
    assert!((40..=60).contains(&named), "{named} in a hundred name somebody");
    let same = share(latin(), |one| one.rest() == letters(&one.before));
    assert!(same == 0, "{same} in a hundred have their own letters");
    let vowels = |text: &str| text.chars().filter(|c| "aeiou".contains(*c)).count();
    let alike = share(latin(), |one| vowels(&one.rest()) == vowels(&letters(&one.before)));
    assert!(alike >= 75, "{alike} in a hundred have as many vowels");
}

/// Names come from the lists of the language's locale, a part of them from everywhere.
#[test]
fn names_are_those_of_the_language() {
    let locales = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("locales")).expect("the folder is there");
    let locales: String = locales.map(|file| std::fs::read_to_string(file.expect("it is read").path()).expect("it is text")).collect();
    let all = copies("names", 6_000);
    // `yo`, `ny` and `tet` have those of others.
    for (language, ids) in
        [("sw", &["sw_TZ"][..]), ("nl", &["nl_NL", "nl_BE"]), ("yo", &["en_NG"]), ("ny", &["sw_TZ"]), ("tet", &["pt_BR", "pt_PT"])]
    {
        let own: String = ids
            .iter()
            .map(|id| {
                let (_, locale) = locales.split_once(&format!("@ {id} ")).expect("the locale is there");
                letters(locale.split("\n@ ").next().expect("it has lines"))
            })
            .collect();
        let listed = |of: &str| {
            share(all.iter().filter(|one| one.language == of && one.copy == "Inserted"), |one| {
                let (start, end) = one.spans[0];
                let word = one.text[start..end].split_whitespace().max_by_key(|word| word.len()).expect("it has words");
                own.contains(&letters(word))
            })
        };
        let (theirs, others) = (listed(language), listed("fi"));
        assert!(theirs >= 20 && theirs >= others * 4, "of the names in {language} {theirs} in a hundred are its own, in Finnish {others}");
    }
}
