//! Made-up domain events of a small shop, and a list of every personal value in them.

use std::collections::BTreeSet;

/// One event as its producer would send it.
pub(super) struct Event {
    /// The record key.
    pub(super) key: String,
    /// The record value.
    pub(super) value: String,
}

/// The events of one topic.
pub(super) struct Topic {
    /// The last words of the topics' names: `customer`, `order`, `ticket`.
    pub(super) name: &'static str,
    /// The events, in order.
    pub(super) events: Vec<Event>,
    /// How many of them are not valid JSON.
    pub(super) broken: usize,
}

/// Everything the demo plays.
pub(super) struct Shop {
    /// The three topics.
    pub(super) topics: Vec<Topic>,
    /// Every personal value that stands in them, each as it is spelled there.
    pub(super) planted: BTreeSet<String>,
}

const FIRST: &[&str] = &[
    "Katherine",
    "Dorothy",
    "Mateusz",
    "Aisha",
    "Lukas",
    "Sofia",
    "Ingrid",
    "Rahul",
    "Yukiko",
    "Olufemi",
    "Chloé",
    "Jürgen",
    "Svetlana",
    "Thandiwe",
    "Guadalupe",
    "Eamon",
];
const LAST: &[&str] = &[
    "Lovelace",
    "Vaughan",
    "Kowalczyk",
    "Rahman",
    "Brandt",
    "Marchetti",
    "Solberg",
    "Venkatesan",
    "Tanizaki",
    "Adeyemi",
    "Beauchamp",
    "Müllner",
    "Ivanova",
    "Mokoena",
    "Zaragoza",
    "O'Halloran",
];
const STREETS: &[&str] =
    &["Quarrywood Lane", "Bellweather Avenue", "Thistledown Road", "Lindenhof Straße", "Rue Vauquelin"];
const CITIES: &[(&str, &str)] = &[("Berlin", "DE"), ("Lyon", "FR"), ("Leeds", "GB"), ("Porto", "PT"), ("Boston", "US")];
const GOODS: &[(&str, &str)] = &[
    ("SKU-2041", "coffee grinder"),
    ("SKU-1177", "desk lamp"),
    ("SKU-3390", "running shoes"),
    ("SKU-8812", "notebook A5"),
];

struct Customer {
    id: String,
    first: &'static str,
    last: &'static str,
    email: String,
    phone: String,
    street: String,
}

/// A small generator (SplitMix64): the same shop every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    fn one<T: Copy>(&mut self, of: &[T], other: T) -> T {
        let at = self.next() % (of.len().max(1) as u64);
        usize::try_from(at).ok().and_then(|at| of.get(at)).copied().unwrap_or(other)
    }
}

impl Shop {
    /// Opens a shop with so many customers; each has two orders and every second one writes a ticket.
    pub(super) fn open(customers: u64) -> Self {
        let mut shop = Self { topics: Vec::new(), planted: BTreeSet::new() };
        let mut random = Random(2026);
        let people: Vec<Customer> = (0..customers).map(|number| shop.customer(number, &mut random)).collect();
        let topics = [
            ("customer", people.iter().map(|person| shop.profile(person, &mut random)).collect::<Vec<_>>()),
            ("order", people.iter().flat_map(|person| [person, person]).map(|p| shop.order(p, &mut random)).collect()),
            ("ticket", people.iter().step_by(2).map(|person| shop.ticket(person, &mut random)).collect()),
        ];
        for (name, mut events) in topics {
            // Every shop has a producer with a flaw: here it quotes like another language does.
            let mut broken = 0;
            for event in events.iter_mut().skip(400).step_by(701) {
                event.value = event.value.replacen(":\"", ":\"\\'", 1);
                broken += 1;
            }
            shop.topics.push(Topic { name, events, broken });
        }
        shop
    }

    fn plant(&mut self, value: &str) {
        self.planted.insert(value.to_owned());
    }

    fn customer(&mut self, number: u64, random: &mut Random) -> Customer {
        let (first, last) = (random.one(FIRST, "Katherine"), random.one(LAST, "Lovelace"));
        let ascii = |name: &str| name.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_lowercase();
        let email = format!("{}.{}{number}@mail.example.org", ascii(first), ascii(last));
        let phone = match number % 3 {
            0 => format!("+49 30 90{:06}", random.between(0, 999_999)),
            1 => format!("+44 20 7946 {:04}", random.between(0, 9999)),
            _ => format!("+1 212 555 {:04}", random.between(0, 9999)),
        };
        let street = format!("{} {}", random.between(1000, 9999), random.one(STREETS, "Quarrywood Lane"));
        for value in [first, last, &email, &phone, &street] {
            self.plant(value);
        }
        Customer { id: format!("c-{number:06}"), first, last, email, phone, street }
    }

    fn profile(&mut self, person: &Customer, random: &mut Random) -> Event {
        let Customer { id, first, last, email, phone, street } = person;
        let born = format!("{}-{:02}-{:02}", random.between(1931, 2007), random.between(1, 12), random.between(1, 28));
        self.plant(&born);
        let (city, country) = random.one(CITIES, ("Berlin", "DE"));
        let spent = random.between(0, 99_999);
        let value = format!(
            r#"{{"customer_id":"{id}","first_name":"{first}","last_name":"{last}","email":"{email}","phone":"{phone}","birth_date":"{born}","address":{{"street":"{street}","city":"{city}","country":"{country}"}},"newsletter":{},"lifetime_value":{}.{:02}0000000000000000}}"#,
            random.next().is_multiple_of(2),
            spent / 100,
            spent % 100,
        );
        Event { key: id.clone(), value }
    }

    fn order(&mut self, person: &Customer, random: &mut Random) -> Event {
        let Customer { id, email, .. } = person;
        let order = format!("o-{:08}", random.between(0, 99_999_999));
        let card = card_number(random);
        let address = format!("203.0.113.{}", random.between(1, 254));
        self.plant(&card);
        self.plant(&address);
        let (sku, name) = random.one(GOODS, ("SKU-2041", "coffee grinder"));
        let (count, cents) = (random.between(1, 4), random.between(199, 19_999));
        let value = format!(
            r#"{{"order_id":"{order}","customer_id":"{id}","customer_email":"{email}","placed_at":"2026-11-{:02}T{:02}:{:02}:00Z","client_ip":"{address}","card":{{"number":"{card}","brand":"visa"}},"items":[{{"sku":"{sku}","name":"{name}","count":{count},"price":{}.{:02}}}]}}"#,
            random.between(1, 28),
            random.between(0, 23),
            random.between(0, 59),
            cents / 100,
            cents % 100,
        );
        Event { key: order, value }
    }

    fn ticket(&mut self, person: &Customer, random: &mut Random) -> Event {
        let Customer { first, last, email, phone, street, .. } = person;
        let ticket = format!("t-{:07}", random.between(0, 9_999_999));
        let (_, goods) = random.one(GOODS, ("SKU-2041", "coffee grinder"));
        let text = match random.next() % 3 {
            0 => format!("Hi, the {goods} never arrived. Please call me on {phone}.\\nBest, {first} {last}"),
            1 => format!("{first} {last} here. Send the {goods} to {street} instead, and confirm to {email}"),
            _ => format!("wrong {goods} again!! my mail is {email}, ask for {first}"),
        };
        let value = format!(
            r#"{{"ticket_id":"{ticket}","customer_email":"{email}","subject":"{goods}","priority":"{}","text":"{text}"}}"#,
            random.one(&["low", "normal", "high"], "low"),
        );
        Event { key: ticket, value }
    }
}

/// A card number of 16 digits that passes the Luhn check, in groups of four.
fn card_number(random: &mut Random) -> String {
    let body = format!("4{:014}", random.between(0, 99_999_999_999_999));
    let sum: u64 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u64::from(digit - b'0') * if place % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    let number = format!("{body}{}", (10 - sum % 10) % 10);
    let groups: Vec<&str> = [0..4, 4..8, 8..12, 12..16].into_iter().filter_map(|range| number.get(range)).collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shop_is_the_same_every_time_and_mostly_valid() {
        let (one, two) = (Shop::open(1500), Shop::open(1500));
        for (a, b) in one.topics.iter().zip(&two.topics) {
            assert!(a.events.iter().zip(&b.events).all(|(a, b)| a.value == b.value));
            let broken =
                a.events.iter().filter(|e| serde_json::from_str::<serde_json::Value>(&e.value).is_err()).count();
            assert_eq!(broken, a.broken, "{}", a.name);
            assert!(broken > 0, "{}", a.name);
        }
    }

    #[test]
    fn every_planted_value_stands_in_some_event() {
        let shop = Shop::open(50);
        for planted in &shop.planted {
            let seen = shop.topics.iter().flat_map(|topic| &topic.events).any(|event| event.value.contains(planted));
            assert!(seen || FIRST.contains(&planted.as_str()) || LAST.contains(&planted.as_str()), "{planted}");
        }
    }
}
