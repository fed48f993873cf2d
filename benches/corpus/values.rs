//! Personal values, with check digits where the real ones have them.

use super::Random;

const FIRST: &[&str] = &[
    "James", "Mary", "Robert", "Linda", "Anna", "Lukas", "Sofia", "Mateo", "Chloe", "Soren", "Igor", "Olga", "Wei",
    "Aisha", "Omar", "Priya", "Rahul", "Yuki",
];
const LAST: &[&str] = &[
    "Smith", "Johnson", "Garcia", "Miller", "Schmidt", "Dubois", "Rossi", "Novak", "Ivanov", "Tanaka", "Kim", "Nguyen",
    "Silva", "Hansen", "Singh", "Patel", "Okafor", "Cohen",
];
const DOMAINS: &[&str] = &["example.com", "example.org", "mail.example.net", "corp.example.co.uk", "post.example.de"];
const WORD: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// A personal value of a kind drawn with the weights of a shop's data: mail and phones lead.
pub fn personal(random: &mut Random) -> String {
    let kinds: &[(u64, fn(&mut Random) -> String)] = &[
        (26, email),
        (14, phone),
        (9, card),
        (12, ipv4),
        (7, name),
        (7, street),
        (5, iban),
        (4, ssn),
        (2, jwt),
        (1, ipv6),
        (1, mac),
        (1, |random| format!("AKIA{}", random.chars("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16))),
        (1, |random| format!("ghp_{}", random.chars(&WORD[..62], 36))),
        (2, nino),
        (1, pesel),
        (1, cpf),
        (1, dni),
        (1, nhs),
        (2, postcode),
        (1, |random| format!("0x{}", random.hex(40))),
        (1, |random| format!("{}P{}{}{}", random.chars(UPPER, 3), random.chars(UPPER, 1), random.digits(4), "K")),
        (1, |random| format!("password={}", random.chars(WORD, 12))),
        (1, login_url),
    ];
    random.personal += 1;
    let total: u64 = kinds.iter().map(|(weight, _)| weight).sum();
    let mut draw = random.next() % total;
    for (weight, make) in kinds {
        if draw < *weight {
            return make(random);
        }
        draw -= weight;
    }
    email(random)
}

fn email(random: &mut Random) -> String {
    let (first, last) = (random.one(FIRST).to_lowercase(), random.one(LAST).to_lowercase());
    format!("{first}.{last}{}@{}", random.between(1, 99), random.one(DOMAINS))
}

fn phone(random: &mut Random) -> String {
    match random.next() % 4 {
        3 => {
            let pair = |random: &mut Random| random.between(10, 99);
            format!("+33 6 {} {} {} {}", pair(random), pair(random), pair(random), pair(random))
        }
        0 => format!("+1 {} {} {}", random.between(201, 989), random.between(200, 999), random.between(1000, 9999)),
        1 => format!("+49 {} {}", random.between(150, 179), random.between(1_000_000, 9_999_999)),
        _ => format!("({}) {}-{}", random.between(201, 989), random.between(200, 999), random.between(1000, 9999)),
    }
}

fn card(random: &mut Random) -> String {
    let prefix = random.one(&["4", "51", "55", "2221", "34", "6011"]);
    let length = if prefix == "34" { 15 } else { 16 };
    let body = format!("{prefix}{}", random.digits(length - 1 - prefix.len()));
    let number = format!("{body}{}", luhn_digit(&body));
    if length == 16 && random.percent(40) { grouped(&number) } else { number }
}

fn luhn_digit(body: &str) -> u32 {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0') * if place % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    (10 - sum % 10) % 10
}

fn iban(random: &mut Random) -> String {
    let (country, body) = match random.next() % 5 {
        0 => ("DE", random.digits(18)),
        1 => ("NL", format!("ABNA{}", random.digits(10))),
        2 => ("FR", random.digits(23)),
        3 => ("GB", format!("{}{}", random.chars(UPPER, 4), random.digits(14))),
        _ => ("ES", random.digits(20)),
    };
    let remainder = format!("{body}{country}00").bytes().fold(0u64, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u64::from(byte - b'0')) % 97,
        _ => (rest * 100 + u64::from(byte - b'A') + 10) % 97,
    });
    let number = format!("{country}{:02}{body}", 98 - remainder);
    if random.percent(30) { grouped(&number) } else { number }
}

fn grouped(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(4).map(|chunk| chunk.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn ssn(random: &mut Random) -> String {
    format!("{}-{}-{}", random.between(100, 665), random.between(10, 99), random.between(1000, 9999))
}

fn ipv4(random: &mut Random) -> String {
    let part = |random: &mut Random| random.between(1, 254).to_string();
    [part(random), part(random), part(random), part(random)].join(".")
}

fn ipv6(random: &mut Random) -> String {
    (0..8).map(|_| format!("{:x}", random.between(1, 65535))).collect::<Vec<_>>().join(":")
}

fn mac(random: &mut Random) -> String {
    (0..6).map(|_| random.hex(2)).collect::<Vec<_>>().join(":")
}

fn street(random: &mut Random) -> String {
    let name = random.one(&["Maple", "Oak", "Park", "Lake", "Hill", "Church", "Mill"]);
    let kind = random.one(&["Street", "Avenue", "Road", "Lane", "Drive"]);
    format!("{} {name} {kind}", random.between(1, 9999))
}

fn name(random: &mut Random) -> String {
    format!("{}. {} {}", random.one(&["Mr", "Mrs", "Ms", "Dr"]), random.one(FIRST), random.one(LAST))
}

fn nino(random: &mut Random) -> String {
    let prefix = random.chars("ABCEGHJKLMNPRSTWXYZ", 2);
    format!("{prefix}{}{}", random.digits(6), random.chars("ABCD", 1))
}

fn pesel(random: &mut Random) -> String {
    let body = random.digits(10);
    let weights = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3];
    let sum: u32 = body.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

fn cpf(random: &mut Random) -> String {
    let mut number = random.digits(9);
    for _ in 0..2 {
        let places = number.len() as u32 + 1;
        let digits = number.bytes().zip(0..).map(|(digit, at)| u32::from(digit - b'0') * (places - at));
        let check = digits.sum::<u32>() * 10 % 11 % 10;
        number += &check.to_string();
    }
    format!("{}.{}.{}-{}", &number[..3], &number[3..6], &number[6..9], &number[9..])
}

fn dni(random: &mut Random) -> String {
    let number = random.between(10_000_000, 99_999_999);
    format!("{number}{}", char::from(b"TRWAGMYFPDXBNJZSQVHLCKE"[(number % 23) as usize]))
}

fn postcode(random: &mut Random) -> String {
    let area = random.one(&["SW", "NW", "M", "LS", "B", "EH"]);
    format!("{area}{} {}{}", random.between(1, 9), random.between(1, 9), random.chars("ABDEFGHJLNPQRSTU", 2))
}

fn jwt(random: &mut Random) -> String {
    format!("eyJ{}.eyJ{}.{}", random.chars(WORD, 33), random.chars(WORD, 80), random.chars(WORD, 43))
}

fn nhs(random: &mut Random) -> String {
    loop {
        let body = random.digits(9);
        let sum: u32 =
            body.bytes().enumerate().map(|(place, digit)| u32::from(digit - b'0') * (10 - place as u32)).sum();
        let check = (11 - sum % 11) % 11;
        if check < 10 {
            return format!("{} {} {}{check}", &body[..3], &body[3..6], &body[6..]);
        }
    }
}

fn login_url(random: &mut Random) -> String {
    let user = random.one(FIRST).to_lowercase();
    format!("https://{user}:{}@{}/login", random.chars(WORD, 10), random.one(DOMAINS))
}
