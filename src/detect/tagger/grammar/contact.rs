//! Whom to call or write to, in languages whose verbs come first: `Zadzwonić do Piotra Nowaka`, `Позвоните Ивану Петрову`,
//! `Llamar a Xqwelia`.

use super::super::decode::Named;
use super::super::lexicon::flag;
use super::super::token::{Class, Token};
use super::super::words::{WordMap, WordSet};
use super::{minutes, subject, token};

/// Finds them, where nothing, a firm or a place was found.
pub(super) fn contacts(tokens: &[Token], named: &mut Vec<Named>) {
    // Few words have a capital.
    for (first, given) in tokens.iter().enumerate().filter(|(_, given)| given.class == Class::Capital) {
        if !is_asked(tokens, first) || !is_name(given) {
            continue;
        }
        let end = first + 1 + usize::from(is_name(token(tokens, first + 1)));
        // One word that nothing is known of may be a desk or a firm.
        if end > first + 1 || minutes::is_known(given) {
            subject::person(named, first, end);
        }
    }
}

/// Tells whether such a verb stands before a name, its titles and the word between them.
fn is_asked(tokens: &[Token], name: usize) -> bool {
    /// Tokens of titles.
    const TITLES_MAX: usize = 4;
    let back = |by: usize| name.checked_sub(by).map_or(&Token::BEYOND, |at| token(tokens, at));
    let title = |one: &Token| one.entry.has(flag::TITLE) || one.is(b'.');
    let titles = (1..=TITLES_MAX).take_while(|by| title(back(*by)) && !WAYS.has(back(*by))).count();
    let way = usize::from(WAYS.has(back(titles + 1)));
    let way = way + usize::from(way > 0 && WAYS.has(back(titles + 2)));
    let verb = back(titles + way + 1);
    matches!(verb.class, Class::Capital | Class::Lower) && VERBS.get(verb.word) != 0
}

/// A word with a capital that is no everyday one, office or firm.
fn is_name(word: &Token) -> bool {
    word.class == Class::Capital
        && !word.entry.has(flag::FUNCTION | flag::TITLE)
        && !OFFICES.has(word)
        && (minutes::is_known(word) || (minutes::is_unknown(word) && !minutes::is_role(word)))
}

/// To call or write to, of Polish, Czech, Slovak, Russian, Ukrainian, Bulgarian, Croatian, Slovene, Romanian, French, Spanish,
/// Portuguese, Italian, Finnish and Turkish; none of them is a word of English.
static VERBS: WordMap<256> = WordMap::new(&[(
    "zadzwonic zadzwon zadzwoncie oddzwonic oddzwon napisac napisz \
     zavolat zavolej zavolejte zavolaj zavolajte napiste \
     позвонить позвоните позвони перезвоните перезвонить перезвони напишите напиши зателефонуйте зателефонувати подзвоніть подзвони \
     передзвоніть обадете обади обадя \
     nazvati nazovi nazovite poklicati poklici poklicite sunati sunatii contactati \
     appeler appelez appelle rappeler rappelez rappelle contactez joindre prevenir prevenez \
     llamar llama llame llamad contactar avisar avise \
     ligar ligue telefonar telefone \
     chiamare chiama chiami chiamate richiamare richiama contattare contatta avvisare avvisa \
     soita soittakaa araniz",
    1,
)]);

/// Who is called there and is an office or a firm's.
static OFFICES: WordSet<47> = WordSet::new(
    "dzialu dzial biura biuro obslugi obsluge infolinii infolinie recepcji zakaznickou zakaznicke linku oddeleni podporu podpory \
     службе службу отдел отдела отделу поддержки поддержке поддержку бухгалтерию бухгалтерии банк відділу відділ службі підтримки \
     serviciul clienti banca servizio assistenza ufficio service support atencion soporte servicio oficina atendimento suporte asiakaspalvelu \
     asiakaspalveluun huoltoon",
);

/// What stands between some of them and the name.
static WAYS: WordSet<9> = WordSet::new("do a ao para pe la na panu pani");

#[cfg(test)]
mod tests {
    use super::super::rig::check;

    #[test]
    fn whom_to_call_in_other_languages_is_somebody() {
        check("Zadzwonić do Piotra Nowaka", &["Person Piotra Nowaka"]);
        check("Позвоните Ивану Петрову завтра", &["Person Ивану Петрову"]);
        check("prosze oddzwonić do pani Xqwelia Drommd", &["Person Xqwelia Drommd"]);
        check("llamar a <O:Katherine> mañana", &["Person Katherine"]);
        check("Appelez Xqwelia demain, llamar a Madrid mañana, contactez Support Technique", &[]);
        check("Zadzwonić do Działu Księgowości. Позвоните Службе Поддержки. Suna Xqwelia Drommd", &[]);
    }
}
