//! Addresses of Japan, China, Taiwan and Korea in their own scripts, where the largest part comes first: `東京都渋谷区神宮前1-2-3`,
//! `台北市信義區信義路五段7號`, `서울특별시 강남구 테헤란로 152`.
//!
//! They have neither case nor, mostly, spaces: letters are read, not tokens. What a part is, its last letter tells (`市`, `路`,
//! `구`); an address is two parts at least and a number that stands where a house's does. Each look is bounded.

use crate::model::Span;

/// Letters of the name of one part.
const NAME_MAX: usize = 12;
/// Letters of one look.
const LOOK_MAX: usize = 64;

/// Tells whether a text has such an address.
pub(super) fn shows(text: &str) -> bool {
    let mut any = false;
    if may_be(text) {
        addresses(text, |_| any = true);
    }
    any
}

/// Tells at a glance whether signs of Han or Hangul can be in a text.
pub(super) fn may_be(text: &str) -> bool {
    !text.is_ascii() && text.bytes().any(|byte| matches!(byte, 0xE3..=0xED))
}

/// Finds the addresses of a text, in order.
pub(super) fn addresses(text: &str, mut found: impl FnMut(Span)) {
    let mut floor = 0;
    for (at, letter) in text.char_indices() {
        if at < floor {
            continue;
        }
        let whole = match letter {
            '道' if !text.get(..at).is_some_and(|before| before.ends_with("北海")) => None,
            _ if is_level(letter) => han(text, floor, at),
            '시' | '도' | '군' | '구' => hangul(text, floor, at + letter.len_utf8()),
            _ => None,
        };
        if let Some(span) = whole {
            floor = span.end;
            found(span);
        }
    }
}

/// A prefecture, province, town, district or village.
const fn is_level(letter: char) -> bool {
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

const fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit() || matches!(letter, '０'..='９')
}

const fn is_numeral(letter: char) -> bool {
    matches!(letter, '〇' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百')
}

const fn is_hyphen(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FF0D}' | '\u{30FC}')
}

/// A space or the end of one line.
const fn is_gap(letter: char) -> bool {
    matches!(letter, ' ' | '\u{3000}' | '\n' | '\r' | '\t')
}

/// The letter at a place, and where the next one is.
fn letter(text: &str, at: usize) -> Option<(char, usize)> {
    let letter = text.get(at..)?.chars().next()?;
    Some((letter, at + letter.len_utf8()))
}

/// Steps over letters that fit, so many at most.
fn skip(text: &str, at: usize, most: usize, fits: impl Fn(char) -> bool) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.chars().take(most).take_while(|letter| fits(*letter)).map(char::len_utf8).sum::<usize>()
}

/// Steps back over letters that fit, so many at most.
fn back(text: &str, floor: usize, at: usize, most: usize, fits: impl Fn(char) -> bool) -> usize {
    let before = text.get(floor..at).unwrap_or_default();
    at - before.chars().rev().take(most).take_while(|letter| fits(*letter)).map(char::len_utf8).sum::<usize>()
}

/// Reads an address from the last letter of its first part on.
fn han(text: &str, floor: usize, at: usize) -> Option<Span> {
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

/// Takes in the code of the post before an address, and that behind it.
fn with_code(text: &str, floor: usize, start: usize, end: usize) -> Span {
    let gap = back(text, floor, start, 2, is_gap);
    let code = back(text, floor, gap, 9, |sign| is_digit(sign) || is_hyphen(sign));
    let digits = text.get(code..gap).unwrap_or_default().chars().filter(|sign| is_digit(*sign)).count();
    // A code begins a word; one above the address stands in a line of its own, or has its sign.
    let before = text.get(..code).unwrap_or_default().chars().next_back();
    let crosses = text.get(gap..start).is_some_and(|gap| gap.contains('\n'));
    let begins = match before {
        Some('〒' | '\n') | None => true,
        Some(sign) => !crosses && !sign.is_alphanumeric() && !is_hyphen(sign),
    };
    let coded = begins && matches!(digits, 3 | 5 | 6 | 7);
    let mut first = if coded { code } else { start };
    if first < start {
        first = back(text, floor, first, 1, |sign| sign == '〒');
    }
    let behind = skip(text, end, 1, is_gap);
    let digits = skip(text, behind, 7, is_digit);
    // Six digits alone are a code of China.
    let last = if digits - behind == 6 && behind > end { digits } else { end };
    Span::new(first, last)
}

/// A word of Hangul from a place to the next space, without what is no letter or digit.
fn word(text: &str, at: usize) -> &str {
    /// Letters of a word.
    const WORD_MAX: usize = 16;
    let end = skip(text, at, WORD_MAX, |sign| sign.is_alphanumeric() || is_hyphen(sign));
    text.get(at..end).unwrap_or_default()
}

/// Reads an address of Korea from behind the first word of it on: `서울특별시`, `경기도`.
fn hangul(text: &str, floor: usize, end: usize) -> Option<Span> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(marked: &str) {
        let text: String = marked.chars().filter(|c| !"[]".contains(*c)).collect();
        let expected: Vec<&str> = marked.split('[').skip(1).filter_map(|part| part.split(']').next()).collect();
        let mut found = Vec::new();
        addresses(&text, |span| found.push(span.of(&text)));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn addresses_are_found_from_their_code_to_their_floor() {
        for marked in [
            "[〒150-0001\n東京都渋谷区神宮前1-2-3]",
            "[〒150-0001 東京都渋谷区神宮前1丁目2番3号 神宮ビル5階]",
            "[東京都千代田区丸の内1-9-1]",
            "お届け先は[東京都渋谷区神宮前１－２－３]です。",
            "[北海道札幌市中央区北一条西2丁目]",
            "[台北市信義區信義路五段7號]",
            "[台北市信義區信義路五段七號]",
            "[台北市信義區信義路五段7號 五樓]",
            "[所沢市北区緑町1-2-3]",
            "A123456 [台北市信義區信義路五段7號]と[東京都渋谷区神宮前1-2-3]",
            "Shibuya-ku, Tokyo 150-0001\n[東京都渋谷区神宮前1-2-3]",
            "[110台北市信義區信義路五段7號5樓]",
            "[新北市板橋區中山路一段161巷5弄7號]",
            "请送到[北京市朝阳区建国路88号]。",
            "[上海市浦东新区世纪大道100号20楼]",
            "[广东省深圳市南山区科技路10号2栋301室 518057]",
            "[서울특별시 강남구 테헤란로 152]",
            "[서울특별시 강남구 테헤란로 152\n강남파이낸스센터 5층]",
            "[06236 서울특별시 강남구 테헤란로 152]",
            "[부산광역시 해운대구 우동 1408]",
            "[서울 강남구 역삼로 12길 5]",
            "[서울 종로구 종로 1]",
            "주소는 [경기도 성남시 분당구 판교역로 166]입니다",
            "[서울특별시 마포구 월드컵로 21, 101동 202호 (서교동)]",
        ] {
            check(marked);
        }
    }

    #[test]
    fn towns_numbers_and_counts_are_none() {
        for text in [
            "",
            "東京都知事選2024年6月",
            "東京都渋谷区 2024-06-01",
            "上海市浦东新区3号线",
            "第3号議案 2024年5月",
            "商品番号 123-456",
            "市区町村3件",
            "上海市浦东新区有3家公司",
            "世田谷区在住の3人",
            "주문 번호 12345",
            "다시 서로 3번 확인",
            "서울특별시 강남구 사람 3명",
            "道路 12",
        ] {
            check(text);
        }
    }
}
