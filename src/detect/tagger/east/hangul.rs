//! Addresses of Korea: `서울특별시 강남구 테헤란로 152`.

use super::{back, is_digit, is_gap, is_hyphen, letter, skip, with_code};
use crate::model::Span;

/// Reads an address of Korea from behind the first word of it on: `서울특별시`, `경기도`.
pub(super) fn read(text: &str, floor: usize, end: usize) -> Option<Span> {
    /// Letters of a word that stands for itself: `다시` is again, `서로` each other.
    const LETTERS_MIN: usize = 3;
    /// Districts and streets before the number.
    const WORDS_MAX: usize = 5;
    let start = back(text, floor, end, 8, |sign| matches!(sign as u32, 0xAC00..=0xD7A3));
    let letters = |word: &str| word.chars().count();
    if letters(text.get(start..end)?) < LETTERS_MIN {
        return None;
    }
    // `서울 강남구`
    let gap = back(text, floor, start, 1, is_gap);
    let before = text.get(floor..gap).unwrap_or_default();
    let region = REGIONS.iter().find(|region| gap < start && before.ends_with(**region));
    let start = region.map_or(start, |region| gap - region.len());
    let (mut levels, mut here) = (1 + usize::from(region.is_some()), end);
    let mut street = None;
    for _ in 0..WORDS_MAX {
        let next = skip(text, here, 1, is_gap);
        let word = word(text, next);
        if next == here || word.is_empty() {
            return None;
        }
        let last = word.chars().next_back()?;
        here = next + word.len();
        if word.starts_with(is_digit) {
            let long = levels >= 2 || street.is_some_and(|letters| letters >= LETTERS_MIN);
            street.filter(|_| long)?;
            let digits = skip(text, next, 9, |sign| is_digit(sign) || is_hyphen(sign));
            let behind = text.get(digits..here)?;
            // `3개` counts.
            let counts = behind.starts_with(['개', '명', '원', '년', '월', '일', '시', '분', '회', '건']);
            let mut whole = skip(text, digits, 2, |sign| matches!(sign, '번' | '지' | '길'));
            // `역삼로 12길 5`
            let lane = skip(text, whole, 1, is_gap);
            let house = skip(text, lane, 9, |sign| is_digit(sign) || is_hyphen(sign));
            whole =
                if text.get(digits..whole).is_some_and(|end| end.ends_with('길')) { house.max(whole) } else { whole };
            whole = rooms(text, whole);
            return (!counts).then(|| with_code(text, floor, start, whole));
        }
        match last {
            '시' | '군' | '구' if street.is_none() => levels += 1,
            '읍' | '면' | '동' | '리' | '로' | '길' | '가' => street = Some(letters(word)),
            _ => return None,
        }
    }
    None
}

/// A word of Hangul from a place to the next space, without what is no letter or digit.
fn word(text: &str, at: usize) -> &str {
    /// Letters of a word.
    const WORD_MAX: usize = 16;
    let end = skip(text, at, WORD_MAX, |sign| sign.is_alphanumeric() || is_hyphen(sign));
    text.get(at..end).unwrap_or_default()
}

/// Cities and provinces of Korea in short.
const REGIONS: [&str; 17] = [
    "서울", "부산", "대구", "인천", "광주", "대전", "울산", "세종", "경기", "강원", "충북", "충남", "전북", "전남",
    "경북", "경남", "제주",
];

/// Reads floors and flats, and the building that they are in: `강남파이낸스센터 5층`, `101동 202호`, `(역삼동)`.
fn rooms(text: &str, mut end: usize) -> usize {
    /// Words behind the house.
    const WORDS_MAX: usize = 4;
    let mut whole = end;
    for _ in 0..WORDS_MAX {
        let mut next = skip(text, end, 2, |sign| is_gap(sign) || sign == ',');
        let open = letter(text, next).is_some_and(|(sign, _)| sign == '(');
        // What is said in between is no part of it.
        if open && end != whole {
            break;
        }
        next += usize::from(open);
        let word = word(text, next);
        if word.is_empty() || (next == end && !open) {
            break;
        }
        end = next + word.len();
        if open {
            let closed = letter(text, end).is_some_and(|(sign, _)| sign == ')');
            if !closed {
                break;
            }
            (end, whole) = (end + 1, end + 1);
            continue;
        }
        if word.starts_with(is_digit) && word.ends_with(['층', '호', '동', 'F']) {
            whole = end;
        }
    }
    whole
}
