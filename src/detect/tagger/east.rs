//! Addresses of Japan, China, Taiwan and Korea in their own scripts, where the largest part comes first: `東京都渋谷区神宮前1-2-3`,
//! `台北市信義區信義路五段7號`, `서울특별시 강남구 테헤란로 152`.
//!
//! They have neither case nor, mostly, spaces: letters are read, not tokens. What a part is, its last letter tells (`市`, `路`,
//! `구`); an address is two parts at least and a number that stands where a house's does. Each look is bounded.

mod han;
mod hangul;

use crate::model::Span;

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
            _ if han::is_level(letter) => han::read(text, floor, at),
            '시' | '도' | '군' | '구' => hangul::read(text, floor, at + letter.len_utf8()),
            _ => None,
        };
        if let Some(span) = whole {
            floor = span.end;
            found(span);
        }
    }
}

const fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit() || matches!(letter, '０'..='９')
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    const PARTS: &[&str] = &[
        "東京都渋谷区神宮前",
        "台北市信義區信義路五段",
        "서울특별시 강남구 테헤란로 ",
        "区",
        "路",
        "1-2-3",
        "7號",
        "152",
        "3人",
        "〒150-0001 ",
        "에서 ",
        "、",
        "\n",
    ];

    proptest! {
        /// Findings come in order, apart, on character boundaries; each holds a number and is found again by itself.
        #[test]
        fn addresses_are_apart_and_whole(parts in prop::collection::vec(prop::sample::select(PARTS), 0..24)) {
            let text = parts.concat();
            let (mut end, mut all) = (0, Vec::new());
            addresses(&text, |span| all.push(span));
            for span in all {
                let own = text.get(span.start..span.end).unwrap();
                prop_assert!(span.start >= end && span.end > span.start && own.contains(is_counting));
                prop_assert!(shows(own));
                end = span.end;
            }
        }

        /// What is said before an address and after it changes nothing of it.
        #[test]
        fn what_is_said_around_an_address_is_none_of_it(
            address in prop::sample::select(vec!["東京都渋谷区神宮前1-2-3", "台北市信義區信義路五段7號", "서울특별시 강남구 테헤란로 152"]),
            (before, after) in ("[a-zA-Z.]{0,12}", "[a-zA-Z.]{0,12}"),
        ) {
            let text = format!("{before} {address}, {after}");
            let mut found = Vec::new();
            addresses(&text, |span| found.push(span.of(&text)));
            prop_assert_eq!(found, [address]);
        }
    }

    fn is_counting(sign: char) -> bool {
        is_digit(sign) || "〇零一二三四五六七八九十百".contains(sign)
    }
}
