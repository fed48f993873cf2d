//! Lines in languages of which the model learnt little, told by their small words: there everyday words look like names, and names
//! have a capital.

use super::super::decode::{By, Named};
use super::super::gate::LOWER;
use super::super::label::Type;
use super::super::lexicon::{Entry, class, flag};
use super::super::token::{Class, Place, Token};
use super::super::words::{WordMap, WordSet};
use super::token;

/// Takes away what is nobody in such lines, and off the names what stands beside them.
pub(super) fn mend(tokens: &[Token], named: &mut Vec<Named>) {
    named.retain_mut(|one| {
        if !matches!(one.of, Type::Person | Type::Location) {
            return true;
        }
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        if is_guessed(tokens, one) || is_lost_in_prose(tokens, one) {
            return false;
        }
        if inside.iter().any(|word| bits(word) & CLOSE != 0) && is_close(tokens, one) {
            return false;
        }
        // Most names are written so, and are names in every language.
        let plain = |word: &Token| word.class.is_big() && word.entry.has(flag::FIRST | flag::LAST) && bits(word) == 0;
        // `Domnul sukarno`
        let titled = one.first.checked_sub(1).is_some_and(|at| token(tokens, at).entry.has(flag::TITLE));
        if titled || inside.iter().all(plain) || !is_strange(tokens, one) {
            return true;
        }
        let len = inside.len();
        cut(tokens, one);
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        // Who writes all in lower case writes names so, too.
        let whole = inside.len() == len && inside.iter().all(|word| word.class == Class::Lower && !is_mixed(word));
        !inside.is_empty() && (whole || is_somebody(inside, one))
    });
}

/// Tells whether nothing is known of a finding that the model is not sure of, in a line that is all in lower case and not English:
/// most such findings are none.
fn is_guessed(tokens: &[Token], one: &Named) -> bool {
    /// How probable it has to be.
    const SURE_MIN: u16 = 550;
    let inside = tokens.get(one.first..one.end).unwrap_or_default();
    let unknown = |word: &Token| word.class == Class::Lower && word.entry == Entry::NONE && word.line.casing == LOWER;
    let all = inside.iter().all(|word| unknown(word) || word.class == Class::Punctuation);
    let guessed = one.by == By::Model && one.probability < SURE_MIN && all;
    guessed && is_elsewhere(tokens, one)
}

/// Tells whether words around a finding are of another language: a small word of it, or several of which nothing is known. Of terse
/// English (`call priyanka okonjo asap`, `moonpie: need two more. jonno?`) nearly every word is known that is not beside it.
fn is_elsewhere(tokens: &[Token], one: &Named) -> bool {
    /// Tokens on each side that are looked at.
    const AROUND: usize = 14;
    const UNKNOWN_MIN: usize = 2;
    let line = |word: &&Token| word.class != Class::Newline;
    let before = tokens.get(one.first.saturating_sub(AROUND)..one.first).unwrap_or_default();
    let behind = tokens.get(one.end..).unwrap_or_default().iter().take(AROUND);
    let (mut strange, mut unknown) = (false, 0);
    for word in before.iter().rev().take_while(line).skip(1).chain(behind.take_while(line).skip(1)) {
        if ENGLISH.has(word) {
            return false;
        }
        strange |= bits(word) & STRONG != 0;
        unknown += usize::from(word.class == Class::Lower && word.entry == Entry::NONE);
    }
    strange || unknown >= UNKNOWN_MIN
}

/// Tells whether a finding in lower case stands in a long line that has capitals and is not English: names have one there.
fn is_lost_in_prose(tokens: &[Token], one: &Named) -> bool {
    /// How probable who stands in such a line has to be.
    const SURE_MIN: u16 = 800;
    /// Words in lower case that a chat's line hardly has.
    const WORDS_MIN: usize = 12;
    /// For how many of them one is English.
    const FOR_EACH: usize = 4;
    /// Of how many of them nothing is known of one at least.
    const FOR_EACH_UNKNOWN: usize = 4;
    /// Tokens on each side that are looked at.
    const AROUND: usize = 60;
    let low = |word: &Token| word.class == Class::Lower && is_mixed(word);
    let inside = tokens.get(one.first..one.end).unwrap_or_default();
    if one.by != By::Model
        || one.probability >= SURE_MIN
        || inside.iter().any(|word| word.class.is_word() && !low(word))
    {
        return false;
    }
    let line = |word: &&Token| word.class != Class::Newline;
    let before = tokens.get(one.first.saturating_sub(AROUND)..one.first).unwrap_or_default();
    let behind = tokens.get(one.end..(one.end + AROUND).min(tokens.len())).unwrap_or_default();
    let (mut words, mut english, mut unknown) = (0, 0, 0);
    for word in before.iter().rev().take_while(line).chain(behind.iter().take_while(line)) {
        words += usize::from(word.class == Class::Lower && word.len() > 1);
        english += usize::from(ENGLISH.has(word));
        unknown += usize::from(word.class == Class::Lower && word.entry == Entry::NONE);
    }
    // Of terse English (`spoke with lovelace regarding refund`) nearly every word is known.
    words >= WORDS_MIN && english * FOR_EACH < words && unknown * FOR_EACH_UNKNOWN >= words
}

/// Tells whether a finding stands in a line of English.
pub(super) fn is_english(tokens: &[Token], one: &Named) -> bool {
    /// Tokens on each side that are asked, and words that tell.
    const AROUND: usize = 14;
    const WORDS_MIN: usize = 2;
    let line = |word: &&Token| word.class != Class::Newline;
    let before = tokens.get(one.first.saturating_sub(AROUND)..one.first).unwrap_or_default();
    let behind = tokens.get(one.end..).unwrap_or_default().iter().take(AROUND);
    let near = before.iter().rev().take_while(line).chain(behind.take_while(line));
    near.filter(|word| ENGLISH.has(word)).take(WORDS_MIN).count() == WORDS_MIN
}

/// Tells whether a line is the close of a letter: `Ystävällisin terveisin`, `Lubos na gumagalang`.
fn is_close(tokens: &[Token], one: &Named) -> bool {
    /// Tokens of such a line.
    const TOKENS_MAX: usize = 5;
    let inside = |word: &&Token| word.class != Class::Newline;
    let before = tokens.get(..one.first).unwrap_or_default().iter().rev().take(TOKENS_MAX).take_while(inside);
    let behind = tokens.get(one.first..).unwrap_or_default().iter().take(TOKENS_MAX).take_while(inside);
    before.chain(behind).all(|word| bits(word) & CLOSE != 0 || word.len() <= 2)
}

/// Takes words in lower case and small words off both ends; in lines of lower case alone those that are known.
fn cut(tokens: &[Token], one: &mut Named) {
    let loose = |at: usize| {
        let word = token(tokens, at);
        let name = word.entry.has(flag::FIRST | flag::LAST) && !word.entry.has(flag::COMMON);
        let small = bits(word) & STRONG != 0 && is_small(word) && !name;
        let begins = bits(word) & FIRST != 0 && is_first(word);
        small || begins || (word.class == Class::Lower && is_mixed(word) && !word.entry.has(flag::PARTICLE))
    };
    let inside = tokens.get(one.first..one.end).unwrap_or_default();
    // What is lower case alone in a line that has capitals is judged as a whole.
    if !inside.iter().any(|word| word.class.is_big() || !is_mixed(word)) {
        return;
    }
    while one.first < one.end && loose(one.end - 1) {
        one.end -= 1;
    }
    while one.first < one.end && loose(one.first) {
        one.first += 1;
    }
}

/// Tells whether what is left is a name.
fn is_somebody(inside: &[Token], one: &Named) -> bool {
    /// How probable a word has to be of which nothing is known, where every sentence begins with one.
    const UNKNOWN_MIN: u16 = 780;
    /// How probable a town in lower case has to be.
    const TOWN_MIN: u16 = 850;
    if !inside.iter().any(|word| word.class.is_big()) {
        // In lower case somebody has a given name and another.
        let free = |word: &Token| bits(word) == 0;
        let name = |word: &Token| word.entry.has(flag::FIRST | flag::LAST) && !is_mixed(word);
        let plain = |word: &Token, of: u16| word.entry.has(of) && !word.entry.has(flag::COMMON);
        let given = |word: &Token| plain(word, flag::FIRST) || word.is(b'.');
        let several = one.of == Type::Person && inside.len() >= 2 && inside.iter().any(given);
        // `iz trnava`
        let sure = one.of == Type::Location && one.probability >= TOWN_MIN;
        let town = |word: &Token| sure && plain(word, flag::CITY | flag::REGION);
        return inside.iter().all(free) && (several || inside.iter().all(town) || inside.iter().any(name));
    }
    let [word] = inside else { return true };
    let known = word.entry.has(flag::FIRST | flag::LAST | flag::CITY | flag::REGION) && !word.entry.has(flag::COMMON);
    let dated = bits(word) & DAY != 0 || matches!(word.entry.class, class::DAY | class::MONTH);
    // Inside of a sentence, names alone have a capital.
    let begins = is_first(word) && word.class == Class::Capital;
    !dated && (known || !begins || one.probability >= UNKNOWN_MIN)
}

/// Tells whether a line has small words of such a language around a finding, and hardly any of those that are known well.
fn is_strange(tokens: &[Token], one: &Named) -> bool {
    /// Tokens on each side that are asked.
    const AROUND: usize = 14;
    let line = |word: &&Token| word.class != Class::Newline;
    let before = tokens.get(one.first.saturating_sub(AROUND)..one.first).unwrap_or_default();
    // In lower case alone, a name is no word that tells.
    let from = if is_mixed(token(tokens, one.first)) { one.first } else { one.end };
    let behind = tokens.get(from..(one.end + AROUND).min(tokens.len())).unwrap_or_default();
    // `Spoke to hari`: what may be the name itself tells nothing.
    let start = token(tokens, one.first).start;
    let end = token(tokens, one.end.saturating_sub(1)).end;
    let own = |word: &Token| {
        (start..end).contains(&word.start) && word.entry.has(flag::FIRST) && !word.entry.has(flag::COMMON)
    };
    let (mut strange, mut familiar, mut unknown) = (0, 0, 0);
    for word in before.iter().rev().take_while(line).chain(behind.iter().take_while(line)) {
        let bits = bits(word);
        let weight = if bits & STRONG != 0 { 2 } else { u32::from(bits & WEAK != 0) };
        strange += if is_small(word) && !own(word) { weight } else { 0 };
        familiar += u32::from(word.class == Class::Lower && FAMILIAR.has(word));
        unknown += u32::from(word.class == Class::Lower && word.entry == Entry::NONE);
    }
    // Two small words, or one that is a word nowhere else; one beside words of which nothing is known.
    let least = if unknown >= 2 && familiar == 0 { 1 } else { 2 };
    strange >= least && strange > familiar * 2
}

/// A word in lower case, or the first of a sentence that is no name: no `Hindi`, and no `Hari`.
fn is_small(word: &Token) -> bool {
    let first = is_first(word) && bits(word) & STRONG != 0 && !word.entry.has(flag::FIRST | flag::LAST);
    word.class == Class::Lower || first
}

/// Tells whether a word is a small one of English.
pub(super) fn is_english_word(word: &Token) -> bool {
    ENGLISH.has(word)
}

/// Tells whether a word is one of such a language, and of no other.
pub(super) fn is_strange_word(word: &Token) -> bool {
    bits(word) & STRONG != 0
}

fn bits(word: &Token) -> u64 {
    if matches!(word.class, Class::Lower | Class::Capital) { WORDS.get(word.word) } else { 0 }
}

fn is_first(word: &Token) -> bool {
    matches!(word.place, Place::Line | Place::Sentence)
}

fn is_mixed(word: &Token) -> bool {
    word.line.casing >= MIXED
}

/// Lines from here on have words in lower case and others.
const MIXED: u8 = 4;

/// A small word that is one nowhere else.
const STRONG: u64 = 1;
/// A small word that is written as another one elsewhere.
const WEAK: u64 = 2;
/// What letters end with.
const CLOSE: u64 = 4;
/// A day or month.
const DAY: u64 = 8;
/// What sentences begin with, and somebody's name elsewhere.
const FIRST: u64 = 16;

/// Small words of English.
static ENGLISH: WordSet<40> = WordSet::new(
    "the and of to a is in for with it that was on this you be are your my i we he she at by from not have has as will can please \
     me our they his her but if",
);

/// Small words of languages that are known well.
static FAMILIAR: WordSet<83> = WordSet::new(
    "the and of with about from he she his her we they it have will can is was for that this you not der die das und \
     ist nicht mit auf wir sie le les des est et pas pour dans une mon nous el los las que por con una il che di \
     sono per gli os uma nao em meu minha foi para mais esta com het een van niet wij zijn og det att och som inte \
     ikke er jest",
);

static WORDS: WordMap<2048> = WordMap::new(&[
    // Finnish, Estonian, Hungarian.
    (
        "etta ovat olen olemme olette hanen meidan teidan heidan sinun minun minulle meilla teilla meille teille \
         mutta koska kuin joka jotka jonka tama taman jalkeen viela enaa eika myos kanssa ilman huomenna eilen \
         tanaan kiitos onko voitte voisitte laskun kello viikolla ensi pian toivomme pyydamme saimme asiakas soitti \
         maksanut teie meie minu ning kuid sest enam tana palun aitah siis kohale kell oleme olete peame mulle teile \
         peagi loodame kaks korda helistas klient hogy nincs vagyok vagyunk csak azt ezt amely amikor kerjuk kerem \
         koszonom koszonjuk holnap tegnap kaptuk kaptam nekem neked onnek onok hamar vissza jovo reggel ugyfel \
         szamla szamlat remeljuk ota azert mert voltam hetfon",
        STRONG,
    ),
    // Tagalog, Swahili, Albanian, Welsh.
    (
        "ang mga ako kami kayo tayo siya sila inyong aming aking kanyang nang kapag dahil salamat wala mayroon meron \
         naman bukas kahapon ngayon hanggang magandang susunod kwa katika yako yangu yake wetu yetu yenu asante \
         habari tafadhali kesho hii hiyo hadi ijayo simu haraka maji mpya mbili tatu tena kazi lakini bado mteja \
         wangu zetu alipiga hakuna eshte dhe nje nuk juaj jemi faleminderit nga edhe ose gjithe tij saj tyre dje \
         neser kohe lutem qe shume telefonoi yn ddydd dydd ddiwedd nid yw wedi gyda gan eich bydd byddwn roedd oedd \
         hefyd heddiw yfory ddoe diolch sydd wrth gennym mewn iawn nesaf gobeithio",
        STRONG,
    ),
    // Croatian, Serbian, Bosnian, Slovene, Latvian, Lithuanian.
    (
        "nije nisu nismo kako gdje cemo koji koja koje vec zbog treba moze molimo hvala jucer sutra danas kuce \
         dobili imamo njegova njezin uskoro nadamo smo ste zakaj tudi vendar ker prosimo vceraj jutri bomo tega zelo \
         jusu ludzu paldies vakar sodien bija vairs esam tika yra nera musu prasome aciu rytoj siandien turime buvo \
         dabar labai kodel jums",
        STRONG,
    ),
    // Romanian, Indonesian and Malay, Basque, Icelandic, Irish, Turkish, Haitian.
    (
        "dumneavoastra pentru sunt avem nostru aceasta multumim vrea fost acest cand catre dupa rugam untuk dengan \
         tidak sudah belum akan saya rumah akhir bulan hari adalah karena juga bisa oleh besok kemarin mohon terima \
         kasih sampai telah lagi minggu atau dalam eta dago dut dugu zaigu dira zuen gure zure nire baina mesedez \
         eskerrik atzo gaur nahi egin ekki fyrir erum minn vinsamlegast agus sibh muid againn agat bhfuil amarach \
         bir icin degil lutfen cok daha gibi ancak olarak sonra yarin bugun mwen",
        STRONG,
    ),
    // Of the letters to shops and desks, in Norwegian, Danish, Swedish, Polish, Czech, Slovak, Turkish, Romanian, Hungarian, Finnish.
    (
        "jeg fatt faet pakken enna endnu mottatt modtaget gjerne hvorfor hvordan bestillingen ordren regningen pengene virker \
         fungerer skicka fakturan igen paketet fortfarande vanligen varfor leveransen bestallningen fungerar annu tacksam \
         paczka paczki jeszcze dotarla dotarlo gdzie prosze zamowienie zamowienia faktury pieniadze dlaczego nadal ciagle \
         otrzymalem otrzymalam dziala nie balik este jeste nedorazil nedorazila zasilka zasielka objednavka objednavky prosim \
         dekuji dakujem preco proc kdy kedy stale penize peniaze nefunguje henuz gelmedi paket siparis siparisim kargo \
         ulasmadi ulasti nerede neden calismiyor tesekkurler tesekkur ederim aldim almadim coletul ajuns inca comanda \
         banii unde platit primit kuldjek csomag csomagom megerkezett rendeles miert saapunut tilaus paketti milloin miksi \
         edelleen toimitus palautus zakaznik neni doma",
        STRONG,
    ),
    (
        "egy nem az meg ng po opo wa za ac fy iz kod samo moj uz pie kad bet jau sem sau ke ini itu pada dari ez bat \
         ki ap asi dawa baru este oma homme eile dito kung rin hindi wake wako kemi ond vise nas nav vina rit velas \
         maine yang kita anda ere bihar mitt nil inne pou nou sasa lasku",
        WEAK,
    ),
    ("mae daw sana vina konan najam dera", FIRST),
    (
        "ystavallisin terveisin tisztelettel udvozlettel lugupidamisega parimate tervitustega lubos gumagalang \
         mwaminifu gywir cofion postovanjem srdacan pagarbiai cienu stima hormat adeitasunez agurrak virdingarfyllst \
         kvedja dile lep pozdrav wako respekt",
        CLOSE,
    ),
    (
        "gwener llun mawrth mercher iau sadwrn sul biyernes lunes martes miyerkules huwebes sabado linggo ijumaa \
         jumatatu jumanne jumatano alhamisi jumamosi jumapili petak ponedjeljak utorak srijeda cetvrtak subota \
         nedjelja penktadieni piektdienu vineri luni marti miercuri joi sambata duminica jumat senin selasa rabu \
         kamis sabtu perjantaina maanantaina reedel pentek hetfo kedd szerda csutortok szombat vasarnap",
        DAY,
    ),
]);

#[cfg(test)]
mod tests {
    use super::super::rig::{check, check_rule};
    use super::*;

    #[test]
    fn words_of_other_languages_are_nobody() {
        check("Toivomme, että <P:asia> ratkeaa <L:pian>.", &[]);
        check("<P:Kérjük>, töltse ki az űrlapot, mert <P:nincs válasz>.", &[]);
        check("Nabayaran na <P:ang upa sa tamang oras> kahapon.", &[]);
        check("<P:Mae>'r rhent wedi ei dalu. <P:Gobeithio y caiff> y broblem ei datrys.", &[]);
        check("Symudwyd y cyfarfod i ddydd <P:Gwener>.", &[]);
        check("<P:Ystävällisin> terveisin\n<P:Lubos na gumagalang>", &[]);
    }

    #[test]
    fn names_in_other_languages_are_somebody() {
        check("<P:Matti Virtanen> soitti eilen, <P:Katherine> ei.", &["Person Matti Virtanen", "Person Katherine"]);
        check("<P:Mae Rhys Morgan> yn aros heddiw.", &["Person Rhys Morgan"]);
        check("<P:Xqwelia Drommd> nem fizetett, csak holnap.", &["Person Xqwelia Drommd"]);
        check("<P:Xqwelia> nincs otthon tegnap <P:anna nowak>.", &["Person Xqwelia", "Person anna nowak"]);
        check("<P:jana amina hassan alipiga> simu kwa sababu", &["Person jana amina hassan"]);
        check("Gospodin <P:Dupos> iz <L:Pada> traži račun, hvala", &["Person Dupos", "Location Pada"]);
        check("<P:Hari> called Ada; spoke to <P:hari>", &["Person Hari", "Person hari"]);
        check("Spoke with <P:hari> and <P:tika>", &["Person hari", "Person tika"]);
        check("sorry, i meant <P:jos>, <P:lagi> and <P:Mae>", &["Person jos", "Person lagi", "Person Mae"]);
    }

    #[test]
    fn lines_of_known_languages_are_not_asked() {
        check("I told <P:lasku> that the <P:maksettu> is here", &["Person lasku", "Person maksettu"]);
        check("Je pense que <P:Hettie> ne paie pas", &["Person Hettie"]);
        check("<P:Este> es mi hermano <P:lucas>, que paga", &["Person Este", "Person lucas"]);
        check("O meu pai e a minha mãe: <P:josué>", &["Person josué"]);
    }

    #[test]
    fn a_guess_in_lower_case_is_nobody_in_other_languages() {
        let found = |marked: &str, expected: &[&str], probability: u16| {
            check_rule(marked, expected, |_, tokens, named| {
                named.iter_mut().for_each(|one| one.probability = probability);
                mend(tokens, named);
            });
        };
        found("das passwort ist qwertzlich drommlich gestern <P:zurückgesetzt>", &[], 500);
        found("das passwort ist qwertzlich drommlich gestern <P:zurückgesetzt>", &["Person zurückgesetzt"], 562);
        found("das Passwort ist qwertzlich drommlich gestern <P:zurückgesetzt>", &["Person zurückgesetzt"], 500);
        found("call qwertzlich <P:zurückgesetzt> asap", &["Person zurückgesetzt"], 500);
        found("moonpie: ok need more. <P:zurückgesetzt>?", &["Person zurückgesetzt"], 500);
        found("i told him that qwertzlich <P:zurückgesetzt> is out", &["Person zurückgesetzt"], 500);
        found("das passwort ist qwertzlich drommlich gestern <P:beatrice>", &["Person beatrice"], 500);
    }

    #[test]
    fn in_long_lines_of_other_languages_names_have_a_capital() {
        let lexicon = crate::detect::tagger::builtin().lexicon();
        let lost = |text: &str, name: &str, probability: u16| {
            let mut tokenizer = crate::detect::tagger::token::Tokenizer::new(text, lexicon, &[]);
            let mut segment = crate::detect::tagger::segment::Segment::default();
            assert!(segment.advance(&mut tokenizer));
            let tokens = segment.tokens();
            let at = text.find(name).and_then(|at| tokens.iter().position(|token| token.start == at)).unwrap();
            let one = Named { first: at, end: at + 1, of: Type::Person, probability, by: By::Model };
            is_lost_in_prose(tokens, &one)
        };
        let strange = "Habeas bati zoru menu, kalo hari bisu teno varu, mali suno dari Xeru poru nelo tavi.";
        assert!(lost(strange, "hari", 600));
        assert!(!lost(strange, "hari", 900), "the model is sure");
        assert!(!lost(strange, "Xeru", 600), "it has a capital");
        assert!(!lost(&strange.to_lowercase(), "hari", 600), "nothing has one");
        assert!(!lost("Kalo hari bisu teno.", "hari", 600), "a chat's line is short");
        let english = "We saw that the rent was paid and told hari about it when he was at the desk again with us.";
        assert!(!lost(english, "hari", 600));
        let terse = "Spoke with lovelace regarding refund, promised callback tomorrow morning, ticket stays open until finance \
                     approves payment";
        assert!(!lost(terse, "lovelace", 600), "nearly every word is known");
        let mixed =
            "Habeas bati zoru the menu, kalo and hari bisu teno is varu, mali suno dari was poru nelo that tavi.";
        assert!(!lost(mixed, "hari", 600), "a fourth of it is English");
    }
}
