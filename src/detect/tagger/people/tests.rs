use super::*;
use crate::detect::tagger::builtin;

fn check(names: &[&str], text: &str, expected: &[&str]) {
    check_by(Witness::Text, names, text, expected);
}

fn check_by(witness: Witness, names: &[&str], text: &str, expected: &[&str]) {
    let lexicon = builtin().lexicon();
    let mut words = KnownWords::default();
    for name in names {
        words.add(name, witness, lexicon);
    }
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
        for at in 0..5 * SORTED_MAX {
            words.add(&name(at), Witness::Text, lexicon);
        }
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
fn parts_of_a_name_are_known_in_one_word() {
    let field = |names: &[&str], text: &str, expected: &[&str]| check_by(Witness::Field, names, text, expected);
    field(&["de Vries"], "export_devries_2024, DEVRIES", &["devries", "DEVRIES"]);
    field(&["Mary O'Brien"], "CV_Mary_O'Brien.pdf, obrien", &["Mary_O'Brien", "obrien"]);
    field(&["O\u{2019}Sullivan"], "siobhan.osullivan", &["osullivan"]);
    field(&["Jean-Luc", "Omar al-Farouq"], "jeanluc and alfarouq", &["jeanluc", "alfarouq"]);
    field(&["van der Meer"], "j.vandermeer; vander", &["vandermeer"]);
    field(&["Ada"], "user='Ada_1'", &["Ada"]);
    // one word that is another
    field(&["Fire-Fly"], "a firefly", &[]);
}

#[test]
fn handles_are_known() {
    let field = |names: &[&str], text: &str, expected: &[&str]| check_by(Witness::Field, names, text, expected);
    field(
        &["Amy Johnson"],
        "amyjohnson, ajohnson and JohnsonA; ajohnson2",
        &["amyjohnson", "ajohnson", "JohnsonA", "ajohnson"],
    );
    field(&["Okonjo, Priya"], "pokonjo@example.org, priyaokonjo, user okonjop", &["pokonjo", "priyaokonjo", "okonjop"]);
    field(&["Jörg K. Maier"], "JMAIER, jorgmaier, j_maier", &["JMAIER", "jorgmaier", "maier"]);
    check(&["Amy Johnson"], "asked @ajohnson about it", &["ajohnson"]);
    // short ones, those of others and what is another word
    field(&["Amy Lee", "Ian Mage", "Amy Johnson"], "alee, image; bjohnson", &[]);
}

#[test]
fn owners_and_families_are_known_without_an_apostrophe() {
    let field = |names: &[&str], text: &str, expected: &[&str]| check_by(Witness::Field, names, text, expected);
    field(&["Katherine Johnson"], "Katherines file; the johnsons called", &["Katherines", "johnsons"]);
    field(&["Annika Tschirner"], "Annikas Akte, Tschirners Paket", &["Annikas", "Tschirners"]);
    check(&["Priyanka"], "Priyankas bag", &["Priyankas"]);
    field(&["Bob Smith"], "Smiths called about the smiths", &["Smiths"]);
    // everyday words
    field(&["Mark Bell"], "marks of bells", &[]);
    field(&["Rose Lane"], "roses in lanes", &[]);
}

#[test]
fn a_name_behind_a_comma_is_one_of_its_own() {
    check_by(Witness::Field, &["Ray Pope"], "Ray Pope, ray pope", &["Ray Pope", "ray pope"]);
    check_by(Witness::Field, &["Grace Hope"], "Hope, grace hope", &["Hope", "grace hope"]);
    check(&["Ada Lovelace"], "Lovelace, Ada", &["Lovelace, Ada"]);
}

#[test]
fn who_is_called_will_or_may_is_known_where_a_sentence_begins() {
    let field = |names: &[&str], text: &str, expected: &[&str]| check_by(Witness::Field, names, text, expected);
    field(&["Will"], "Will is away. Will: call me. Will paid", &["Will", "Will", "Will"]);
    field(&["Will"], "Will you come? Will Ada? Will the parcel", &[]);
    field(&["May"], "May called. May I? In May 2024, on 3 May and May 3rd", &["May"]);
}

#[test]
fn titles_degrees_and_dates_are_nobody() {
    check_by(Witness::Field, &["Katherine Lovelace PhD"], "the phd field of Lovelace", &["Lovelace"]);
    check(&["King"], "King refund, no king", &["King"]);
    check(&["King Abernathy"], "the King, Abernathy", &["Abernathy"]);
    check_by(Witness::Field, &["April Lovelace"], "due on 12 April, April 5; told April", &["April"]);
    check_by(Witness::Field, &["Jan"], "Jan 5 is due. Ask Jan", &["Jan"]);
    check_by(Witness::Field, &["April"], "April 555 0199; ticket 4471 April called, April 2026", &["April", "April"]);
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
    check_by(Witness::Field, &["Pope, Ray"], "told Pope", &["Pope"]);
    check_by(Witness::Field, &["Mary-Ann Pope"], "told Pope", &["Pope"]);
    check(&["Quorvin Pope"], "told Pope", &[]);
}

#[test]
fn parts_of_words_are_no_words() {
    check(&["Ann Bell"], "annual Bellini", &[]);
}
