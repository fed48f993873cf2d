//! Texts as people write them: other case, slips, no marks, no accents.

use crate::random::Random;
use crate::tagger::label::Type;
use crate::text::Labelled;
use std::collections::BTreeSet;

/// Changes a made text as chance has it.
pub fn made(text: Labelled, random: &mut Random) -> Labelled {
    let mut text = text;
    if !text.text.is_ascii() && random.percent(12) {
        text = plain(&text);
    }
    if random.percent(10) {
        text = slips(&text, random);
    }
    if random.percent(7) {
        text = without_marks(&text, random);
    }
    if text.text.contains('\n') && random.percent(7) {
        let instead = random.text(&[" ", " ", ", ", " | "]);
        text = text.rewrite(|_, c, out| if c == '\n' { out.push_str(instead) } else { out.push(c) });
    }
    match random.below(100) {
        0..=10 => lower(&text),
        11..=17 => upper(&text),
        18..=21 => lower_names(&text),
        23..=28 => emphasis(&text, random),
        29..=31 => shouted_names(&emphasis(&text, random), 70, random),
        32..=35 => shouted_names(&text, 60, random),
        22 => text.rewrite(|_, c, out| if c == '\'' { out.push('\u{2019}') } else { out.push(c) }),
        _ => text,
    }
}

/// Writes some words that are no names with a capital, or all in capitals, as people do who mean it.
pub fn emphasis(text: &Labelled, random: &mut Random) -> Labelled {
    let often = random.between(4, 25) as u64;
    let shouted = random.percent(40);
    let mut own = Random::new(random.next());
    let (mut chosen, mut before) = (false, ' ');
    text.rewrite(|at, c, out| {
        let starts = !before.is_alphanumeric() && !matches!(before, '\'' | '\u{2019}' | '@' | '.' | '/' | '-');
        let inside = || {
            let holds = |(start, end): (usize, usize)| (start..end).contains(&at);
            text.spans.iter().any(|span| holds((span.0, span.1))) || text.known.iter().any(|known| holds((known.0, known.1)))
        };
        if starts {
            chosen = c.is_lowercase() && own.percent(often) && !inside();
        }
        if chosen && (starts || shouted) { out.extend(c.to_uppercase()) } else { out.push(c) }
        before = c;
    })
}

/// Writes some names all in capitals, or their last word, in a text that is not: `tell KATHERINE that`, `Sophie MARTIN`.
pub fn shouted_names(text: &Labelled, percent: u64, random: &mut Random) -> Labelled {
    let mut places = Vec::new();
    for (start, end, of) in &text.spans {
        let often = match of {
            Type::Person => percent,
            Type::Location => percent / 3,
            Type::Organization | Type::Address => 0,
        };
        if random.percent(often) {
            let word = text.text[*start..*end].rfind(' ').filter(|_| random.percent(25)).map_or(0, |at| at + 1);
            places.push(start + word..*end);
        }
    }
    text.rewrite(|at, c, out| if places.iter().any(|place| place.contains(&at)) { out.extend(c.to_uppercase()) } else { out.push(c) })
}

pub fn lower(text: &Labelled) -> Labelled {
    text.rewrite(|_, c, out| out.extend(c.to_lowercase()))
}

pub fn upper(text: &Labelled) -> Labelled {
    text.rewrite(|_, c, out| out.extend(c.to_uppercase()))
}

/// Writes names and places in lower case.
fn lower_names(text: &Labelled) -> Labelled {
    text.rewrite(|at, c, out| {
        let inside = text.spans.iter().any(|(start, end, of)| (*start..*end).contains(&at) && *of != Type::Organization);
        if inside { out.extend(c.to_lowercase()) } else { out.push(c) }
    })
}

/// Leaves accents out.
fn plain(text: &Labelled) -> Labelled {
    text.rewrite(|_, c, out| match c {
        'ä' => out.push_str("ae"),
        'ö' => out.push_str("oe"),
        'ü' => out.push_str("ue"),
        _ if c.is_ascii() || c as u32 > 0x24F => out.push(c),
        _ => {
            let mut folded = String::new();
            crate::tagger::fold::fold(c, |byte| folded.push(char::from(byte)));
            if c.is_uppercase() { out.push_str(&folded.to_uppercase()) } else { out.push_str(&folded) }
        }
    })
}

/// Swaps, doubles or drops a letter or two.
fn slips(text: &Labelled, random: &mut Random) -> Labelled {
    let letters: Vec<usize> = text.text.char_indices().filter(|(_, c)| c.is_ascii_lowercase()).map(|(at, _)| at).collect();
    if letters.is_empty() {
        return text.clone();
    }
    let mut places = BTreeSet::new();
    for _ in 0..random.between(1, 1 + text.text.len() / 60) {
        places.insert(*random.pick(&letters));
    }
    let seed = random.next();
    let mut own = Random::new(seed);
    text.rewrite(|at, c, out| {
        if !places.contains(&at) {
            out.push(c);
            return;
        }
        match own.below(4) {
            0 => {}
            1 => {
                out.push(c);
                out.push(c);
            }
            2 => out.push(char::from(b'a' + own.below(26) as u8)),
            _ => {
                let last = out.pop();
                out.push(c);
                out.extend(last.filter(|last| last.is_ascii_lowercase()));
                if let Some(last) = last.filter(|last| !last.is_ascii_lowercase()) {
                    out.pop();
                    out.push(last);
                    out.push(c);
                }
            }
        }
    })
}

/// Leaves some or all punctuation between words out.
fn without_marks(text: &Labelled, random: &mut Random) -> Labelled {
    let all = random.percent(50);
    let mut own = Random::new(random.next());
    text.rewrite(|at, c, out| {
        let known = text.known.iter().any(|(start, end, _)| (*start..*end).contains(&at));
        let mark = matches!(c, ',' | '.' | '!' | '?' | ';' | ':');
        let next = text.text[at + c.len_utf8()..].chars().next();
        let free = next.is_none_or(char::is_whitespace);
        if mark && free && !known && (all || own.percent(40)) {
            return;
        }
        out.push(c);
    })
}
