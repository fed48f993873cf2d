//! Fields that are called after what people write to people: notes, messages, comments, remarks.

/// What a field's name says of how its values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Holds {
    /// Nothing.
    #[default]
    Anything,
    /// Somebody wrote them, if only a word or two.
    Writing,
    /// The same, and most often they say what a thing is.
    Description,
}

/// Words that change nothing behind such a name, beside the numbers: `note.value`, `commentField`.
const BEHIND: [&str; 12] =
    ["value", "raw", "string", "str", "data", "field", "full", "original", "plain", "internal", "free", "line"];

/// What fields of notes end with where their words are not parted: `ordernote`, `Kundenbemerkung`.
const ENDS: [&str; 22] = [
    "note",
    "notes",
    "comment",
    "comments",
    "message",
    "description",
    "remark",
    "remarks",
    "summary",
    "feedback",
    "notiz",
    "notizen",
    "bemerkung",
    "bemerkungen",
    "kommentar",
    "nachricht",
    "beschreibung",
    "anmerkung",
    "hinweis",
    "vermerk",
    "opmerking",
    "omschrijving",
];

/// Names of such fields, as [`super::names::split`] gives them.
const NAMES: &[&str] = &[
    // English
    "note",
    "message",
    "msg",
    "comment",
    "text",
    "description",
    "desc",
    "descr",
    "body",
    "subject",
    "summary",
    "remark",
    "reason",
    "feedback",
    "content",
    "detail",
    "memo",
    "chat",
    "reply",
    "question",
    "answer",
    "review",
    "transcript",
    "transcription",
    "instruction",
    "request",
    "observation",
    "narrative",
    "complaint",
    "caption",
    "bio",
    "biography",
    "testimonial",
    "response",
    "utterance",
    "prompt",
    "annotation",
    "explanation",
    "justification",
    "resolution",
    "statement",
    "excerpt",
    "snippet",
    "todo",
    "reminder",
    "minute",
    "tweet",
    "sms",
    "voicemail",
    // German
    "bemerkung",
    "bemerkungen",
    "kommentar",
    "kommentare",
    "nachricht",
    "nachrichten",
    "notiz",
    "notizen",
    "beschreibung",
    "anmerkung",
    "anmerkungen",
    "hinweis",
    "hinweise",
    "betreff",
    "mitteilung",
    "mitteilungen",
    "begründung",
    "begruendung",
    "grund",
    "inhalt",
    "frage",
    "antwort",
    "rückmeldung",
    "rueckmeldung",
    "bewertung",
    "zusammenfassung",
    "verwendungszweck",
    "anliegen",
    "freitext",
    "vermerk",
    "vermerke",
    "meldung",
    // French
    "remarque",
    "commentaire",
    "objet",
    "texte",
    "contenu",
    "sujet",
    "motif",
    "avis",
    "réponse",
    "reponse",
    "résumé",
    "resume",
    "détail",
    "libellé",
    "libelle",
    "précision",
    // Spanish
    "mensaje",
    "nota",
    "comentario",
    "observación",
    "observacion",
    "observacione",
    "descripción",
    "descripcion",
    "asunto",
    "texto",
    "contenido",
    "motivo",
    "pregunta",
    "respuesta",
    "resumen",
    "detalle",
    "reseña",
    "opinión",
    "opinion",
    // Italian
    "messaggio",
    "messaggi",
    "commento",
    "commenti",
    "osservazione",
    "osservazioni",
    "descrizione",
    "oggetto",
    "testo",
    "contenuto",
    "domanda",
    "risposta",
    "riassunto",
    "dettaglio",
    "dettagli",
    "recensione",
    "annotazione",
    "annotazioni",
    "causale",
    // Portuguese
    "mensagem",
    "mensagen",
    "comentário",
    "observação",
    "observacao",
    "observaçõe",
    "observacoe",
    "descrição",
    "descricao",
    "assunto",
    "conteúdo",
    "conteudo",
    "resposta",
    "resumo",
    "detalhe",
    "avaliação",
    // Dutch
    "opmerking",
    "opmerkingen",
    "bericht",
    "berichten",
    "notitie",
    "toelichting",
    "omschrijving",
    "beschrijving",
    "onderwerp",
    "tekst",
    "inhoud",
    "reden",
    "vraag",
    "antwoord",
    "samenvatting",
    "beoordeling",
    "reactie",
    // Polish, Czech, Slovak, Croatian
    "uwaga",
    "uwagi",
    "komentarz",
    "komentarze",
    "wiadomość",
    "wiadomosc",
    "notatka",
    "notatki",
    "opis",
    "treść",
    "tresc",
    "temat",
    "powód",
    "powod",
    "pytanie",
    "odpowiedź",
    "odpowiedz",
    "recenzja",
    "opinia",
    "poznámka",
    "poznamka",
    "poznámky",
    "poznamky",
    "komentář",
    "komentar",
    "zpráva",
    "zprava",
    "správa",
    "sprava",
    "popis",
    "napomena",
    "poruka",
    // Swedish, Danish, Norwegian, Finnish
    "anmärkning",
    "meddelande",
    "melding",
    "meddelelse",
    "besked",
    "anteckning",
    "anteckningar",
    "notat",
    "notater",
    "beskrivning",
    "beskrivelse",
    "ämne",
    "emne",
    "bemærkning",
    "bemærkninger",
    "merknad",
    "kommentti",
    "huomautus",
    "huomio",
    "viesti",
    "kuvaus",
    "muistiinpano",
    "lisätiedot",
    // Hungarian, Romanian, Turkish
    "megjegyzé",
    "megjegyze",
    "üzenet",
    "uzenet",
    "leírá",
    "leira",
    "mesaj",
    "comentariu",
    "comentarii",
    "notă",
    "observații",
    "observatii",
    "descriere",
    "mențiuni",
    "mentiuni",
    "notlar",
    "yorum",
    "açıklama",
    "aciklama",
    // Russian, Ukrainian, Greek
    "сообщение",
    "комментарий",
    "комментарии",
    "примечание",
    "заметка",
    "заметки",
    "описание",
    "текст",
    "тема",
    "отзыв",
    "повідомлення",
    "коментар",
    "примітка",
    "опис",
    "відгук",
    "σχόλιο",
    "σχόλια",
    "μήνυμα",
    "σημείωση",
    "σημειώσεις",
    "περιγραφή",
];

/// Those of them whose short values are names of goods more often than of people.
const DESCRIPTIONS: [&str; 26] = [
    "description",
    "desc",
    "descr",
    "beschreibung",
    "omschrijving",
    "beschrijving",
    "libellé",
    "libelle",
    "descripción",
    "descripcion",
    "descrizione",
    "descrição",
    "descricao",
    "oggetto",
    "opis",
    "popis",
    "beskrivning",
    "beskrivelse",
    "kuvaus",
    "leírá",
    "leira",
    "descriere",
    "açıklama",
    "aciklama",
    "описание",
    "опис",
];

/// The same in the order of their bytes, in which they are looked for.
static SORTED: [&str; NAMES.len()] = sorted(NAMES);
static SORTED_DESCRIPTIONS: [&str; DESCRIPTIONS.len()] = sorted(&DESCRIPTIONS);

/// Sorts names; the compiler runs it.
#[expect(clippy::indexing_slicing, reason = "every place is below N, the number of names")]
const fn sorted<const N: usize>(names: &[&'static str]) -> [&'static str; N] {
    let mut sorted = [""; N];
    let mut count = 0;
    while count < N {
        let mut at = count;
        while at > 0 && is_less(names[count].as_bytes(), sorted[at - 1].as_bytes()) {
            sorted[at] = sorted[at - 1];
            at -= 1;
        }
        sorted[at] = names[count];
        count += 1;
    }
    sorted
}

const fn is_less(mut one: &[u8], mut other: &[u8]) -> bool {
    while let ([first, rest @ ..], [second, behind @ ..]) = (one, other) {
        if *first != *second {
            return *first < *second;
        }
        (one, other) = (rest, behind);
    }
    one.len() < other.len()
}

impl Holds {
    /// Reads the words of a path's names, outermost first: the last that says anything decides.
    pub(super) fn of(words: &[String]) -> Self {
        let said = words
            .iter()
            .rev()
            .map(String::as_str)
            .find(|word| is_writing(word) || !(BEHIND.contains(word) || word.chars().all(char::is_numeric)));
        match said {
            Some(word) if is_description(word) => Self::Description,
            Some(word) if is_writing(word) => Self::Writing,
            Some(_) | None => Self::Anything,
        }
    }
}

fn is_description(word: &str) -> bool {
    let is_one = |word: &str| SORTED_DESCRIPTIONS.binary_search(&word).is_ok();
    is_one(word) || ENDS.iter().any(|end| word.ends_with(end) && is_one(end))
}

fn is_writing(word: &str) -> bool {
    SORTED.binary_search(&word).is_ok() || ENDS.iter().any(|end| word.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::super::names;
    use super::*;

    fn check(path: &[&str], expected: Holds) {
        let mut words = Vec::new();
        path.iter().for_each(|name| names::split(name, &mut words));
        assert_eq!(Holds::of(&words), expected, "{path:?}");
    }

    #[test]
    fn notes_and_messages_are_known_by_the_last_word() {
        for name in [
            "note",
            "notes",
            "customerNote",
            "call_notes",
            "NOTES",
            "message",
            "lastMsg",
            "comments",
            "remarks",
            "reasons",
            "details",
            "bemerkungen",
            "Kundenbemerkung",
            "ordernotes",
            "Nachricht",
            "remarques",
            "mensajes",
            "observaciones",
            "observações",
            "uwagi",
            "комментарий",
        ] {
            check(&[name], Holds::Writing);
        }
        for name in ["orderDescription", "description2", "Artikelbeschreibung", "popis", "leírás"] {
            check(&[name], Holds::Description);
        }
        check(&["note", "value"], Holds::Writing);
        check(&["messages", "content"], Holds::Writing);
    }

    #[test]
    fn what_is_only_about_a_note_is_none() {
        for name in
            ["note_id", "messageType", "contentType", "reasonCode", "comment_count", "context", "status", "denoted"]
        {
            check(&[name], Holds::Anything);
        }
        check(&["message", "id"], Holds::Anything);
        check(&["description", "lang"], Holds::Anything);
        check(&[], Holds::Anything);
    }

    /// Every path of a record is asked, the first time it is met: the names are searched by halves.
    #[test]
    fn names_are_searched_in_order_and_every_one_is_found() {
        for names in [SORTED.as_slice(), &SORTED_DESCRIPTIONS] {
            assert!(names.is_sorted() && names.windows(2).all(|pair| pair[0] != pair[1]), "a name stands twice");
        }
        assert!(NAMES.iter().all(|name| is_writing(name)) && DESCRIPTIONS.iter().all(|name| is_description(name)));
    }

    #[test]
    fn every_name_is_written_as_paths_are_read() {
        assert!(DESCRIPTIONS.iter().all(|name| NAMES.contains(name)));
        for name in NAMES {
            let mut words = Vec::new();
            names::split(name, &mut words);
            assert_eq!(words, [*name]);
        }
    }
}
