//! Six kinds of event: order, payment, profile, ticket, page view, log line.

use super::{Density, Random, values::personal};
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
pub fn event(random: &mut Random, density: Density) -> Value {
    let kind = random.next() % 100;
    let mut maker = Maker { random, density };
    match kind {
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
    density: Density,
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
        if self.random.percent(self.density.percent()) { personal(self.random) } else { value }
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
        if self.random.percent(self.density.percent()) {
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
                let product = self.one(PRODUCTS);
                let sku = format!("SKU-{}-{}", self.one(&["AB", "KX", "ZZ"]), self.number(1000, 9999));
                json!({"sku": sku, "name": self.open(product), "qty": self.number(1, 4), "price": self.money(20_000)})
            })
            .collect();
        let (id, customer) = (self.order_id(), format!("cus_{}", self.random.chars(TOKEN, 14)));
        let carrier = self.one(&["DHL", "UPS", "FedEx"]);
        let tracking = format!("trk{}x", self.random.digits(8));
        let body = json!({
            "order_id": self.open(id), "customer_ref": self.open(customer), "currency": self.one(&["EUR", "USD"]),
            "total": self.money(90_000), "items": items,
            "shipping": {"carrier": self.open(carrier), "tracking": self.open(tracking), "note": self.text(3, 12)},
        });
        self.base("order.created", "order", body)
    }

    fn payment(&mut self) -> Value {
        let (id, order) = (format!("pay_{}", self.random.chars(TOKEN, 18)), self.order_id());
        let (auth, device) = (self.random.hex(6), self.random.hex(16));
        let reference = format!("r{}", self.random.digits(9));
        let body = json!({
            "payment_id": self.open(id), "order_id": self.open(order), "amount_minor": self.number(100, 999_999),
            "method": self.open("card".to_owned()), "instrument": self.open("saved method".to_owned()),
            "processor": {"name": self.open("procA".to_owned()), "auth_code": self.open(auth), "rrn": self.open(reference)},
            "risk": {"score": self.number(0, 999) as f64 / 1000.0, "device": self.open(device)},
            "captured": self.random.percent(50), "ts_ms": 1_760_000_000_000 + self.number(0, 10_000_000_000),
        });
        self.base("payment.authorized", "payment", body)
    }

    fn profile(&mut self) -> Value {
        let handle = format!("{}_{}", self.random.one(WORDS), self.number(1, 999));
        let city = self.one(&["Berlin", "Paris", "Austin", "Kraków", "São Paulo"]);
        let body = json!({
            "id": self.number(1_000_000, 100_000_000), "handle": self.open(handle),
            "contact": {"primary": self.open("unset".to_owned()), "secondary": self.open("unset".to_owned())},
            "location": {"city": self.open(city), "line1": self.open("n/a".to_owned())},
            "locale": self.one(&["en-US", "de-DE", "fr-FR"]), "bio": self.text(5, 20),
        });
        self.base("user.profile.updated", "user", body)
    }

    fn ticket(&mut self) -> Value {
        let (author, order) = (format!("agent {}", self.number(1, 200)), self.order_id());
        let body = json!({
            "id": self.number(100_000, 1_000_000), "subject": self.text(4, 8), "priority": self.one(&["low", "high"]),
            "body": self.text(25, 70), "author": self.open(author), "ref": self.open(order),
        });
        self.base("ticket.message", "ticket", body)
    }

    fn page(&mut self) -> Value {
        let url = format!("https://shop.example.com/c/{}/{}", self.random.one(WORDS), self.number(1, 9999));
        let (session, anonymous) = (self.random.hex(32), format!("a{}", self.random.chars(TOKEN, 20)));
        let body = json!({
            "url": self.open(url), "referrer": self.open("direct".to_owned()), "sid": self.open(session),
            "anon": self.open(anonymous), "w": self.number(320, 2560), "dwell_ms": self.number(10, 90_000),
            "ua": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
        });
        self.base("page.view", "page", body)
    }

    fn log(&mut self) -> Value {
        let level = self.one(&["INFO", "WARN", "ERROR", "DEBUG"]);
        let mut message =
            format!("{level} [http-{}] req={} {}", self.number(1, 64), self.random.hex(16), self.words(5, 14));
        message += &format!(" took {}ms", self.number(1, 4000));
        if level == "ERROR" {
            message += &format!("\n\tat com.example.Handler.process(Handler.java:{})", self.number(10, 900));
        }
        if self.random.percent(self.density.percent()) {
            message += &format!(" client={}", personal(self.random));
        }
        let (trace, span) = (self.random.hex(32), self.random.hex(16));
        let host = format!("node-{}", self.random.hex(5));
        let body = json!({
            "level": level, "logger": "com.example.checkout", "message": message, "host": self.open(host),
            "trace_id": self.open(trace), "span_id": self.open(span),
        });
        self.base("app.log", "log", body)
    }
}
