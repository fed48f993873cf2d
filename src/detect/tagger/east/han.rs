//! Addresses of Japan, China and Taiwan: `東京都渋谷区神宮前1-2-3`, `台北市信義區信義路五段7號`.

use super::{back, is_digit, is_gap, is_hyphen, letter, skip, with_code};
use crate::model::Span;

/// Letters of the name of one part.
const NAME_MAX: usize = 12;
/// Letters of one look.
const LOOK_MAX: usize = 64;

/// Reads an address from the last letter of its first part on.
pub(super) fn read(text: &str, floor: usize, at: usize) -> Option<Span> {
    /// Letters of the name of a prefecture, province or town.
    const FIRST_MAX: usize = 7;
    let start = back(text, floor, at, FIRST_MAX, |letter| is_name(letter) && !is_said(letter));
    // `所沢市`: a town's name has two letters.
    let short = text.get(start..at).is_some_and(|name| name.chars().count() == 1);
    let start = if short { back(text, floor, start, 1, is_name) } else { start };
    let (_, mut here) = letter(text, at)?;
    let (mut levels, mut streets, mut since) = (usize::from(start < at), 0, 0);
    for _ in 0..LOOK_MAX {
        let (sign, next) = letter(text, here)?;
        // `七號`, `7號`, `1-9-1`
        let spelled = is_numeral(sign)
            && letter(text, skip(text, here, 4, is_numeral)).is_some_and(|(sign, _)| matches!(sign, '号' | '號'));
        if is_digit(sign) || spelled {
            let enough = levels > 0 && levels + streets >= 2;
            let house = house(text, here).filter(|_| enough);
            // `五段7號` goes on behind a lane's own number
            match house {
                Some(House::Lane(end)) => (here, streets, since) = (end, streets + 1, 0),
                Some(House::End(end)) => return Some(with_code(text, floor, start, flats(text, end))),
                None => return None,
            }
            continue;
        }
        match sign {
            _ if is_level(sign) && since > 0 && levels > 0 => (levels, since) = (levels + 1, 0),
            _ if is_street(sign) && since > 0 => (streets, since) = (streets + 1, 0),
            _ if is_name(sign) => since += 1,
            _ if is_gap(sign) && since == 0 => {}
            _ => return None,
        }
        if since > NAME_MAX {
            return None;
        }
        here = next;
    }
    None
}

/// What a number is.
enum House {
    /// A lane's or section's: the house comes behind.
    Lane(usize),
    /// The house's.
    End(usize),
}

/// Reads the number of a house: `1-2-3`, `1丁目2番3号`, `88号`, `7之2號`, `88` before a space or an end.
fn house(text: &str, at: usize) -> Option<House> {
    /// Numbers of one house, and digits of each.
    const NUMBERS_MAX: usize = 5;
    const DIGITS_MAX: usize = 5;
    let (mut end, mut told, mut counted) = (at, false, false);
    for _ in 0..NUMBERS_MAX {
        let digits = skip(text, end, DIGITS_MAX, |sign| is_digit(sign) || is_numeral(sign));
        if digits == end {
            break;
        }
        end = digits;
        match letter(text, end) {
            Some((sign, next)) if is_street(sign) => return Some(House::Lane(next)),
            Some((sign, next)) if is_hyphen(sign) || matches!(sign, 'の' | '之') => {
                let goes_on = letter(text, next).is_some_and(|(sign, _)| is_digit(sign) || is_numeral(sign));
                if !goes_on {
                    break;
                }
                (end, told) = (next, true);
            }
            Some((sign, _)) if is_counted(sign) => {
                (end, counted) = (skip(text, end, 2, is_counted), true);
            }
            _ => break,
        }
    }
    // A number that counts has its word behind it: `3人`.
    let stands = letter(text, end).is_none_or(|(sign, _)| !is_name(sign) && !sign.is_alphanumeric());
    // `3号线` is a line of trains.
    let line = letter(text, end).is_some_and(|(sign, _)| matches!(sign, '线' | '線'));
    let fits = stands || (counted && !line) || (told && !is_date(text.get(at..end).unwrap_or_default()));
    (end > at && fits && !is_date(text.get(at..end).unwrap_or_default())).then_some(House::End(end))
}

/// `2024-06-01`
fn is_date(numbers: &str) -> bool {
    let mut parts = numbers.split(is_hyphen);
    let year = parts.next().is_some_and(|year| year.len() == 4 && (year.starts_with("19") || year.starts_with("20")));
    let [month, day] = [parts.next(), parts.next()].map(|part| part.is_some_and(|part| part.len() == 2));
    year && month && day && parts.next().is_none()
}

/// Reads floors, rooms and the building they are in: `神宮ビル5階`, `5樓`, `2单元301室`.
fn flats(text: &str, mut end: usize) -> usize {
    /// Parts behind the house.
    const PARTS_MAX: usize = 4;
    for _ in 0..PARTS_MAX {
        let from = skip(text, end, 2, |sign| is_gap(sign) || matches!(sign, ',' | '，' | '、'));
        let named = |sign| is_name(sign) && !is_counted(sign) || sign.is_ascii_alphabetic();
        // `神宮ビル5階`, and `五樓`, of which the number is a letter of names, too.
        let whole = flat(text, skip(text, from, NAME_MAX, named));
        let Some(unit) =
            whole.or_else(|| flat(text, skip(text, from, NAME_MAX, |sign| named(sign) && !is_numeral(sign))))
        else {
            break;
        };
        end = unit;
    }
    end
}

/// Reads a number and what it counts, behind a name.
fn flat(text: &str, name: usize) -> Option<usize> {
    let digits = skip(text, name, 5, |sign| is_digit(sign) || is_numeral(sign));
    let unit = skip(text, digits, 2, |sign| is_counted(sign) || matches!(sign, '单' | '元'));
    (digits > name && unit > digits).then_some(unit)
}

/// A prefecture, province, town, district or village.
pub(super) const fn is_level(letter: char) -> bool {
    matches!(
        letter,
        '都' | '道'
            | '府'
            | '県'
            | '市'
            | '区'
            | '區'
            | '郡'
            | '町'
            | '村'
            | '县'
            | '縣'
            | '省'
            | '鎮'
            | '镇'
            | '鄉'
            | '乡'
    )
}

/// A street, lane or section.
const fn is_street(letter: char) -> bool {
    matches!(letter, '路' | '街' | '巷' | '弄' | '段' | '道')
}

/// What stands behind the number of a house, a block or a floor.
const fn is_counted(letter: char) -> bool {
    matches!(
        letter,
        '号' | '號'
            | '番'
            | '丁'
            | '目'
            | '地'
            | '楼'
            | '樓'
            | '层'
            | '層'
            | '階'
            | '室'
            | '栋'
            | '棟'
            | '幢'
            | '座'
            | 'F'
    )
}

/// A letter of a name: signs of Han and kana.
const fn is_name(letter: char) -> bool {
    matches!(letter as u32, 0x3005..=0x3007 | 0x3041..=0x3096 | 0x30A1..=0x30FC | 0x3400..=0x9FFF | 0xF900..=0xFAFF)
}

/// What is said right before an address, and ends no town's name: `送到`, `お届け先は`, `住所`.
const fn is_said(letter: char) -> bool {
    matches!(
        letter,
        '到' | '在'
            | '至'
            | '于'
            | '於'
            | '往'
            | '寄'
            | '送'
            | '住'
            | '是'
            | '的'
            | '址'
            | '所'
            | 'は'
            | 'を'
            | 'に'
            | 'で'
            | 'へ'
            | 'と'
            | 'が'
            | 'の'
    )
}

const fn is_numeral(letter: char) -> bool {
    matches!(letter, '〇' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百')
}
