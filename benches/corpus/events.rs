//! Seven kinds of event: order, payment, profile, ticket, page view, log line, and a row of identifiers.

use super::{Corpus, Random, values::personal};
use serde_json::{Value, json};

const WORDS: &[&str] = &[
    "the",
    "order",
    "was",
    "delivered",
    "late",
    "and",
    "package",
    "box",
    "damaged",
    "please",
    "check",
    "status",
    "again",
    "customer",
    "asked",
    "about",
    "refund",
    "policy",
    "product",
    "size",
    "color",
    "return",
    "label",
    "warehouse",
    "shipping",
    "delay",
    "item",
    "missing",
    "invoice",
    "copy",
    "thanks",
    "for",
    "quick",
    "reply",
    "page",
    "does",
    "not",
    "load",
    "after",
    "update",
    "mobile",
    "app",
    "crashes",
    "when",
    "opening",
    "cart",
    "payment",
    "declined",
    "by",
    "bank",
    "support",
    "team",
    "will",
    "review",
    "request",
    "within",
    "two",
    "business",
    "days",
];
const FOREIGN: &[&str] = &[
    "Paket wurde beschädigt geliefert, bitte prüfen",
    "la commande n'est pas arrivée à temps, merci de vérifier",
    "заказ не доставлен, прошу проверить статус",
    "注文がまだ届いていません、確認をお願いします",
];
const SERVICES: &[&str] = &["checkout-service", "payment-gateway", "profile-api", "support-desk", "web-tracker"];
const PRODUCTS: &[&str] = &["Wireless Mouse", "Desk Lamp", "Running Shoes", "Coffee Grinder", "USB-C Cable 2m"];
const TOKEN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

/// One event.
pub fn event(random: &mut Random, corpus: Corpus) -> Value {
    let kind = random.next() % 100;
    let mut maker = Maker { random, corpus };
    match kind {
        _ if corpus == Corpus::Shapes && !kind.is_multiple_of(4) => maker.references(),
        0..24 => maker.order(),
        24..42 => maker.payment(),
        42..56 => maker.profile(),
        56..68 => maker.ticket(),
        68..86 => maker.page(),
        _ => maker.log(),
    }
}

struct Maker<'a> {
    random: &'a mut Random,
    corpus: Corpus,
}

impl Maker<'_> {
    fn number(&mut self, low: u64, high: u64) -> u64 {
        self.random.between(low, high)
    }

    fn one(&mut self, of: &[&str]) -> String {
        self.random.one(of).to_owned()
    }

    /// An open string field: `value`, or a personal one.
    fn open(&mut self, value: String) -> String {
        if self.random.percent(self.corpus.percent()) { personal(self.random) } else { value }
    }

    fn words(&mut self, low: u64, high: u64) -> String {
        let count = self.random.between(low, high);
        (0..count).map(|_| self.random.one(WORDS)).collect::<Vec<_>>().join(" ")
    }

    /// Free text, with a personal value or two among the words.
    fn text(&mut self, low: u64, high: u64) -> String {
        let mut text = self.words(low, high) + ".";
        if self.random.percent(12) {
            text = format!("{text} {}.", self.random.one(FOREIGN));
        }
        if self.random.percent(15) {
            text = format!("{text}\n{}", self.words(4, 10));
        }
        if self.random.percent(5) {
            text = format!("{text} \"{}\"", self.words(3, 3));
        }
        if self.random.percent(self.corpus.percent()) {
            for _ in 0..if self.random.percent(70) { 1 } else { 2 } {
                let spaces: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
                let at = spaces.get((self.random.next() % (spaces.len() as u64 + 1)) as usize).copied();
                text.insert_str(at.unwrap_or(text.len()), &format!(" {}", personal(self.random)));
            }
        }
        text
    }

    fn uuid(&mut self) -> String {
        let hex = self.random.hex(32);
        format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
    }

    fn time(&mut self) -> String {
        let (month, day, hour) = (self.number(1, 12), self.number(1, 28), self.number(0, 23));
        format!(
            "2026-{month:02}-{day:02}T{hour:02}:{:02}:{:02}.{:03}Z",
            self.number(0, 59),
            self.number(0, 59),
            self.number(0, 999)
        )
    }

    fn money(&mut self, high: u64) -> f64 {
        self.number(100, high) as f64 / 100.0
    }

    fn order_id(&mut self) -> String {
        format!("ORD-2026-{:07}", self.number(0, 9_999_999))
    }

    /// An open field with one of these values, or a personal one.
    fn open_one(&mut self, of: &[&str]) -> String {
        let value = self.one(of);
        self.open(value)
    }

    fn base(&mut self, kind: &str, name: &str, body: Value) -> Value {
        let mut event = json!({
            "event_id": self.uuid(), "type": kind, "ts": self.time(), "source": self.one(SERVICES),
            "tenant": self.one(&["acme-eu", "globex-us", "initech-apac"]), "v": self.number(1, 4),
        });
        event[name] = body;
        event
    }

    fn order(&mut self) -> Value {
        let items: Vec<Value> = (0..self.number(1, 3))
            .map(|_| {
                let sku = format!("SKU-{}-{}", self.one(&["AB", "KX", "ZZ", "QP"]), self.number(1000, 9999));
                let name = self.open_one(PRODUCTS);
                json!({"sku": sku, "name": name, "qty": self.number(1, 4), "price": self.money(20_000)})
            })
            .collect();
        let (id, customer) = (self.order_id(), format!("cus_{}", self.random.chars(TOKEN, 14)));
        let tracking = format!("trk{}{}", self.random.digits(8), self.one(&["x", "y", "z", "q"]));
        let body = json!({
            "order_id": self.open(id), "customer_ref": self.open(customer), "currency": self.one(&["EUR", "USD", "GBP"]),
            "total": self.money(90_000), "items": items,
            "shipping": {
                "carrier": self.open_one(&["DHL", "UPS", "FedEx", "DPD"]),
                "method": self.open_one(&["standard", "express", "pickup"]),
                "tracking": self.open(tracking), "note": self.text(3, 12),
            },
            "channel": self.open_one(&["web", "ios", "android"]),
        });
        self.base("order.created", "order", body)
    }

    fn payment(&mut self) -> Value {
        let (id, order) = (format!("pay_{}", self.random.chars(TOKEN, 18)), self.order_id());
        let (auth, device) = (self.random.hex(6), self.random.hex(16));
        let reference = format!("r{}", self.random.digits(9));
        let descriptor = format!("{} purchase", self.one(PRODUCTS));
        let body = json!({
            "payment_id": self.open(id), "order_id": self.open(order), "amount_minor": self.number(100, 999_999),
            "currency": self.one(&["EUR", "USD", "GBP"]), "method": self.open_one(&["card", "sepa", "wallet"]),
            "instrument": self.open_one(&["visa ending", "saved method", "wallet balance"]),
            "processor": {
                "name": self.open_one(&["procA", "procB"]), "auth_code": self.open(auth), "rrn": self.open(reference),
                "response": self.open_one(&["approved", "soft_decline", "review"]),
            },
            "risk": {
                "score": self.number(0, 999) as f64 / 1000.0, "device": self.open(device),
                "origin": self.open_one(&["internal", "partner", "direct"]),
            },
            "descriptor": self.open(descriptor), "captured": self.random.percent(50),
            "ts_ms": 1_760_000_000_000 + self.number(0, 10_000_000_000),
        });
        self.base("payment.authorized", "payment", body)
    }

    fn profile(&mut self) -> Value {
        let handle = format!("{}_{}", self.random.one(WORDS), self.number(1, 999));
        let flags: Vec<String> = (0..self.number(0, 3)).map(|_| self.one(&["beta", "vip", "trial"])).collect();
        let body = json!({
            "id": self.number(1_000_000, 100_000_000), "handle": self.open(handle),
            "contact": {
                "primary": self.open("unset".to_owned()), "secondary": self.open("unset".to_owned()),
                "preferred": self.open_one(&["push", "none", "in-app"]),
            },
            "location": {
                "city": self.open_one(&["Berlin", "Paris", "Austin", "Kraków", "São Paulo"]),
                "line1": self.open("n/a".to_owned()), "region": self.open_one(&["EU", "US", "APAC"]),
            },
            "locale": self.one(&["en-US", "de-DE", "fr-FR"]), "tz": self.one(&["UTC", "Europe/Berlin"]),
            "bio": self.text(5, 20), "flags": flags,
        });
        let mut event = self.base("user.profile.updated", "user", body);
        event["changed"] = json!([self.one(&["contact.primary", "bio", "location.city"])]);
        event
    }

    fn ticket(&mut self) -> Value {
        let (author, order) = (format!("agent {}", self.number(1, 200)), self.order_id());
        let tags: Vec<String> = (0..self.number(1, 3)).map(|_| self.one(&["billing", "delivery", "bug"])).collect();
        let body = json!({
            "id": self.number(100_000, 1_000_000), "subject": self.text(4, 8),
            "priority": self.one(&["low", "normal", "high"]), "body": self.text(25, 70),
            "author": self.open(author), "tags": tags, "ref": self.open(order),
        });
        self.base("ticket.message", "ticket", body)
    }

    fn page(&mut self) -> Value {
        let (word, other) = (self.one(WORDS), self.one(WORDS));
        let url =
            format!("https://shop.example.com/c/{word}/{}?ref={other}&s={}", self.number(1, 9999), self.random.hex(8));
        let referrer = match self.number(0, 2) {
            0 => format!("https://search.example.com/?q={}", self.one(WORDS)),
            1 => "direct".to_owned(),
            _ => format!("https://news.example.org/a/{}", self.number(1, 9999)),
        };
        let title = format!("{} | Example Shop", self.one(PRODUCTS));
        let body = json!({"url": self.open(url), "referrer": self.open(referrer), "title": self.open(title)});
        let (session, anonymous) = (self.random.hex(32), format!("a{}", self.random.chars(TOKEN, 20)));
        let client = format!("edge-{}", self.number(1, 40));
        let agent = format!(
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.{}.{} Safari/537.36",
            self.number(100, 140),
            self.number(1000, 9999),
            self.number(10, 200)
        );
        let session = json!({
            "sid": self.open(session), "anon": self.open(anonymous), "ua": agent, "client": self.open(client),
            "w": self.number(320, 2560), "h": self.number(480, 1600), "dwell_ms": self.number(10, 90_000),
        });
        let mut event = self.base("page.view", "page", body);
        event["session"] = session;
        event
    }

    fn log(&mut self) -> Value {
        let level = self.one(&["INFO", "WARN", "ERROR", "DEBUG"]);
        let part = self.one(&["http", "db", "worker"]);
        let mut message =
            format!("{level} [{part}-{}] req={} {}", self.number(1, 64), self.random.hex(16), self.words(5, 14));
        message += &format!(" took {}ms status={}", self.number(1, 4000), self.one(&["200", "201", "404", "500"]));
        if level == "ERROR" {
            let (word, line) = (self.one(WORDS), self.number(10, 900));
            message += &format!("\n\tat com.example.{word}.Handler.process(Handler.java:{line})");
            message += &format!("\n\tat java.base/java.lang.Thread.run(Thread.java:{})", self.number(10, 900));
        }
        if self.random.percent(self.corpus.percent()) {
            message += &format!(" {}={}", self.one(&["user", "client", "from", "contact"]), personal(self.random));
        }
        let (trace, span) = (self.random.hex(32), self.random.hex(16));
        let host = format!("ip-node-{}", self.random.hex(5));
        let pod = format!("{}-{}-{}", self.one(SERVICES), self.random.hex(9), self.random.hex(5));
        let body = json!({
            "level": level, "logger": format!("com.example.{}", self.one(WORDS)), "message": message,
            "thread": format!("pool-{}-thread-{}", self.number(1, 9), self.number(1, 64)), "host": self.open(host),
            "trace_id": self.open(trace), "span_id": self.open(span), "k8s": {"ns": "prod", "pod": pod},
        });
        self.base("app.log", "log", body)
    }

    /// Identifiers of letters and digits in any order.
    fn references(&mut self) -> Value {
        let references: Vec<String> = (0..18)
            .map(|_| {
                let length = self.number(10, 24) as usize;
                let reference = self.random.chars(TOKEN, length);
                self.open(reference)
            })
            .collect();
        self.base("import.row", "references", json!(references))
    }
}
