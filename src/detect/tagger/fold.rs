//! Letters as the tagger compares them: lower case, Latin and Greek ones without their marks.

/// Calls `push` with each byte of the folded form of a letter: `É` gives `e`, `ß` gives `ss`, `Ж` gives `ж`, `ς` gives `σ`.
pub(crate) fn fold(letter: char, mut push: impl FnMut(u8)) {
    if letter.is_ascii() {
        push(u8::try_from(letter).unwrap_or(b'?').to_ascii_lowercase());
        return;
    }
    if let Some([first, second]) = plain(letter) {
        push(first);
        if second != b'.' {
            push(second);
        }
        return;
    }
    let mut buffer = [0; 4];
    for lower in letter.to_lowercase() {
        bare(lower).encode_utf8(&mut buffer).bytes().for_each(&mut push);
    }
}

/// Gives the letter that capitals are written with: in Greek without accent (`ΠΑΠΑΔΟΠΟΥΛΟΣ`) and with one sigma; `ё` is
/// mostly written `е`.
const fn bare(letter: char) -> char {
    match letter {
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        'ς' => 'σ',
        'ё' => 'е',
        other => other,
    }
}

/// Gives the ASCII letters of a Latin letter with marks; none where it has none.
fn plain(letter: char) -> Option<[u8; 2]> {
    let code = usize::try_from(u32::from(letter)).ok()?;
    let (table, from) = match code {
        0xC0..=0x24F => (LATIN.as_slice(), 0xC0),
        0x1E00..=0x1EFF => (LATIN_ADDITIONAL.as_slice(), 0x1E00),
        _ => return None,
    };
    let at = (code - from) * 2;
    let pair = [*table.get(at)?, *table.get(at + 1)?];
    (pair != *b"..").then_some(pair)
}

/// Tells whether a character is a mark that stands on the letter before it.
pub(crate) fn is_mark(c: char) -> bool {
    // Combining diacritical marks, and the signs of Indic scripts, Thai and Arabic that are no letters.
    matches!(u32::from(c), 0x300..=0x36F | 0x64B..=0x65F | 0x93C | 0x94D | 0x9BC | 0x9CD | 0xA4D | 0xACD | 0xBCD
        | 0xC4D | 0xCCD | 0xD4D | 0xDCA | 0xE47..=0xE4E)
}

/// Two letters for each code point from U+00C0 on; a dot stands for none.
const LATIN: &[u8; 800] = b"\
a.a.a.a.a.a.aec.e.e.e.e.i.i.i.i.d.n.o.o.o.o.o...o.u.u.u.u.y.thssa.a.a.a.a.a.aec.e.e.e.e.i.i.i.i.d.n.o.o.o.o.o...\
o.u.u.u.u.y.thy.a.a.a.a.a.a.c.c.c.c.c.c.c.c.d.d.d.d.e.e.e.e.e.e.e.e.e.e.g.g.g.g.g.g.g.g.h.h.h.h.i.i.i.i.i.i.i.i.\
i.i.ijijj.j.k.k.k.l.l.l.l.l.l.l.l.l.l.n.n.n.n.n.n.n.n.n.o.o.o.o.o.o.oeoer.r.r.r.r.r.s.s.s.s.s.s.s.s.t.t.t.t.t.t.\
u.u.u.u.u.u.u.u.u.u.u.u.w.w.y.y.y.z.z.z.z.z.z.s...b.........o.....d.d.........e.e.f.f...g.....i.k.k.............\
o.o...........................u.u.....y.y...............................dzdzdzljljljnjnjnja.a.i.i.o.o.u.u.u.u.u.\
u.u.u.u.u...a.a.a.a.........g.g.k.k.o.o.o.o.....j.dzdzdzg.g.....n.n.a.a.aeaeo.o.a.a.a.a.e.e.e.e.i.i.i.i.o.o.o.o.\
r.r.r.r.u.u.u.u.s.s.t.t.....h.h.............a.a.e.e.o.o.o.o.o.o.o.o.y.y.......j.....a.c.c.......................\
................";

/// Two letters for each code point from U+1E00 on; a dot stands for none.
const LATIN_ADDITIONAL: &[u8; 512] = b"\
a.a.b.b.b.b.b.b.c.c.d.d.d.d.d.d.d.d.d.d.e.e.e.e.e.e.e.e.e.e.f.f.g.g.h.h.h.h.h.h.h.h.h.h.i.i.i.i.k.k.k.k.k.k.l.l.\
l.l.l.l.l.l.m.m.m.m.m.m.n.n.n.n.n.n.n.n.o.o.o.o.o.o.o.o.p.p.p.p.r.r.r.r.r.r.r.r.s.s.s.s.s.s.s.s.s.s.t.t.t.t.t.t.\
t.t.u.u.u.u.u.u.u.u.u.u.v.v.v.v.w.w.w.w.w.w.w.w.w.w.x.x.x.x.y.y.z.z.z.z.z.z.h.t.w.y.a.s.....ss..a.a.a.a.a.a.a.a.\
a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.e.e.e.e.e.e.e.e.e.e.e.e.e.e.e.e.i.i.i.i.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.\
o.o.o.o.u.u.u.u.u.u.u.u.u.u.u.u.u.u.y.y.y.y.y.y.y.y.............";

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let mut bytes = Vec::new();
        text.chars().for_each(|c| fold(c, |byte| bytes.push(byte)));
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }

    #[test]
    fn letters_lose_case_and_marks() {
        check("MÜLLER", "muller");
        check("Weiß", "weiss");
        check("Łódź", "lodz");
        check("Nguyễn", "nguyen");
        check("Æther", "aether");
        check("Öztürk", "ozturk");
        check("ЖУКОВ", "жуков");
        check("İSTANBUL ısı", "istanbul isi");
        check("GROẞ", "gross");
        check("Σοφία", "σοφια");
        check("Παπαδόπουλος", "παπαδοπουλοσ");
        check("ΠΑΠΑΔΟΠΟΥΛΟΣ", "παπαδοπουλοσ");
        check("Алёна", "алена");
    }
}
