//! Makes things that look like personal data and are none, from a fixed seed.

use super::random::Random;

/// One kind of thing.
pub struct Kind {
    pub name: &'static str,
    /// What it is, for the documentation.
    pub what: &'static str,
    /// One as a text.
    pub text: fn(&mut Random) -> String,
    /// One as a JSON number, where such things are numbers.
    pub number: Option<fn(&mut Random) -> String>,
}

/// 2001-09-09 to 2033-05-18: ten digits.
const SECONDS: (u64, u64) = (1_000_000_000, 1_999_999_999);
const BASE62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CROCKFORD: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

pub const KINDS: &[Kind] = &[
    Kind { name: "epoch_seconds", what: "Unix time in seconds", text: seconds, number: Some(seconds) },
    Kind { name: "epoch_millis", what: "Unix time in milliseconds", text: millis, number: Some(millis) },
    Kind { name: "epoch_micros", what: "Unix time in microseconds", text: micros, number: Some(micros) },
    Kind { name: "epoch_nanos", what: "Unix time in nanoseconds", text: nanos, number: Some(nanos) },
    Kind { name: "ean13", what: "EAN-13 with its check digit", text: ean13, number: Some(ean13) },
    Kind { name: "gtin", what: "EAN-8, UPC-A, GTIN-14 with check digits", text: gtin, number: Some(gtin_number) },
    Kind { name: "sku", what: "a shop's own article codes", text: sku, number: None },
    Kind {
        name: "order_number",
        what: "numbers of orders, as shops write them",
        text: order,
        number: Some(order_number),
    },
    Kind {
        name: "invoice_number",
        what: "numbers of invoices and payments",
        text: invoice,
        number: Some(invoice_number),
    },
    Kind {
        name: "tracking_number",
        what: "numbers of parcels: UPS, FedEx, USPS, DHL, S10",
        text: tracking,
        number: Some(tracking_number),
    },
    Kind { name: "snowflake", what: "Snowflake ids (64 bits)", text: snowflake, number: Some(snowflake) },
    Kind { name: "technical_id", what: "UUID, ULID, KSUID, ObjectId, nanoid", text: technical_id, number: None },
    Kind { name: "hash", what: "MD5, SHA-1, SHA-256, short commits, CRC", text: hash, number: None },
    Kind { name: "encoded", what: "random bytes in Base64 and hexadecimal, entity tags", text: encoded, number: None },
    Kind { name: "float", what: "random floats in full precision", text: float, number: Some(float) },
    Kind { name: "price", what: "amounts with and without currency", text: price, number: Some(price_number) },
    Kind { name: "coordinates", what: "latitude and longitude", text: coordinates, number: Some(coordinate) },
    Kind { name: "version", what: "versions of programs, three and four parts", text: version, number: None },
    Kind { name: "enum_word", what: "constants and states", text: enum_word, number: None },
    Kind { name: "timestamp", what: "dates, times and durations", text: timestamp, number: None },
    Kind { name: "counter", what: "whole numbers of any size", text: counter, number: Some(counter) },
    Kind { name: "isbn", what: "ISBN-10, ISBN-13, ISSN, with and without hyphens", text: isbn, number: None },
    Kind { name: "measure", what: "sizes, ranges, rates, ratios", text: measure, number: None },
    Kind { name: "part_number", what: "numbers of models, parts and series", text: part_number, number: None },
    Kind { name: "path", what: "files, paths, media types, topics", text: path, number: None },
    Kind { name: "user_agent", what: "browsers and client libraries", text: user_agent, number: None },
    Kind { name: "log_line", what: "lines of logs", text: log_line, number: None },
    Kind { name: "sentence", what: "sentences of shops with numbers in them", text: sentence, number: None },
];

fn seconds(random: &mut Random) -> String {
    random.between(SECONDS.0, SECONDS.1).to_string()
}

fn millis(random: &mut Random) -> String {
    random.between(SECONDS.0 * 1_000, SECONDS.1 * 1_000).to_string()
}

fn micros(random: &mut Random) -> String {
    random.between(SECONDS.0 * 1_000_000, SECONDS.1 * 1_000_000).to_string()
}

fn nanos(random: &mut Random) -> String {
    random.between(SECONDS.0 * 1_000_000_000, SECONDS.1 * 1_000_000_000).to_string()
}

/// Appends the check digit of GS1 (General Specifications, section 7.9.1): weights 3 and 1 from the right.
fn with_gs1_check(digits: &str) -> String {
    let weighted = |(at, c): (usize, char)| c.to_digit(10).unwrap() * if at % 2 == 0 { 3 } else { 1 };
    let sum: u32 = digits.chars().rev().enumerate().map(weighted).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

fn ean13(random: &mut Random) -> String {
    // Prefixes of member organisations; 4 is Germany's, 978 books'.
    let prefix = random.one_of(&[
        "30", "37", "400", "401", "405", "426", "450", "49", "50", "54", "57", "690", "76", "80", "84", "871", "978",
    ]);
    let rest = random.fill(&"#".repeat(12 - prefix.len()));
    with_gs1_check(&format!("{prefix}{rest}"))
}

fn gtin(random: &mut Random) -> String {
    let form = random.one_of(&["%######", "0##########", "1############", "%##########"]);
    let digits = random.fill(form);
    with_gs1_check(&digits)
}

fn gtin_number(random: &mut Random) -> String {
    let form = random.one_of(&["%######", "1############", "%##########"]);
    let digits = random.fill(form);
    with_gs1_check(&digits)
}

fn sku(random: &mut Random) -> String {
    let form = random.one_of(&[
        "@@-####",
        "@@@-##-@@",
        "@@@@####",
        "@##-###-@",
        "###-@@-###",
        "######-@@",
        "@@@-@@@-##",
        "@#-#####",
        "####-####",
        "SKU-######",
        "@@####-###",
        "%####.###",
        "@@@_###_@@",
        "########",
        "@@@@@-##-###",
    ]);
    let size = random.one_of(&["", "", "", "-XL", "-M", "-42", "/BLK"]);
    format!("{}{size}", random.fill(form))
}

fn order(random: &mut Random) -> String {
    let form = random.one_of(&[
        "ORD-2024-######",
        "1000#####",
        "#%##-####",
        "%##-#######-#######",
        "ORDER-########",
        "SO#######",
        "%#########",
        "20241###-####",
        "W%########",
        "#%#####",
        "PO-#####-@",
        "O-~~~~~~~~",
        "%######-%",
        "##########",
    ]);
    random.fill(form)
}

fn order_number(random: &mut Random) -> String {
    let form = random.one_of(&[
        "1000#####",
        "%#########",
        "%#######",
        "2024##########",
        "%########",
        "%###########",
        "%##############",
    ]);
    random.fill(form)
}

fn invoice(random: &mut Random) -> String {
    let form = random.one_of(&[
        "INV-2024-#####",
        "RE#######",
        "2024/#####",
        "TXN##########",
        "PAY-@@##########",
        "ch_*****&&&&&&&&&&&&&",
        "R-####-####",
        "IN%#####",
        "FA-2023-####",
        "%#######-##",
        "AUTH######",
        "###############",
        "CR/%###/##",
    ]);
    random.fill(form)
}

fn invoice_number(random: &mut Random) -> String {
    let form = random.one_of(&["2024#####", "%#########", "%##############", "9000######", "%###########"]);
    random.fill(form)
}

/// UPU S10 with its check digit (S10-12, weights 8 6 4 2 3 5 9 7), as `RR123456785DE`.
fn s10(random: &mut Random) -> String {
    let digits = random.fill("########");
    let weights = [8, 6, 4, 2, 3, 5, 9, 7];
    let sum: u32 = digits.chars().zip(weights).map(|(c, weight)| c.to_digit(10).unwrap() * weight).sum();
    let check = match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        digit => digit,
    };
    let (service, country) =
        (random.one_of(&["RR", "CP", "EE", "LX", "UA"]), random.one_of(&["DE", "CN", "US", "GB", "FR", "NL"]));
    format!("{service}{digits}{check}{country}")
}

fn tracking(random: &mut Random) -> String {
    match random.below(24) {
        0..=3 => random.fill("1Z******##########"),
        4..=6 => s10(random),
        7 | 8 => random.fill("JJD############"),
        9 | 10 => random.fill("TBA############"),
        11 | 12 => random.fill("%### #### ####"),
        13 => random.fill("94## #### #### #### #### ##"),
        _ => tracking_digits(random),
    }
}

fn tracking_digits(random: &mut Random) -> String {
    let form = random.one_of(&[
        "%###########",
        "%##############",
        "%#########",
        "00340434##########",
        "9400##################",
        "%#############",
        "%###################",
    ]);
    random.fill(form)
}

fn tracking_number(random: &mut Random) -> String {
    let form = random.one_of(&["%###########", "%##############", "%#########", "%#############"]);
    random.fill(form)
}

fn snowflake(random: &mut Random) -> String {
    // 41 bits of milliseconds since the service's own epoch, 10 of the machine, 12 counted.
    let age = random.between(31_536_000_000, 500_000_000_000);
    ((age << 22) | (random.next() & 0x3F_FFFF)).to_string()
}

fn technical_id(random: &mut Random) -> String {
    match random.below(8) {
        0 | 1 => random.fill("~~~~~~~~-~~~~-4~~~-a~~~-~~~~~~~~~~~~"),
        2 => random.fill("~~~~~~~~~~~~~~~~~~~~~~~~"),
        3 => format!("01H{}", random.string(CROCKFORD, 23)),
        4 => format!("2{}", random.string(BASE62, 26)),
        5 => random.string("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-", 21),
        6 => random.fill("~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~"),
        _ => format!("c{}", random.string("0123456789abcdefghijklmnopqrstuvwxyz", 24)),
    }
}

fn hash(random: &mut Random) -> String {
    let len = random.one_of(&[7, 8, 12, 32, 40, 64, 64, 128]);
    let hex = random.string("0123456789abcdef", len);
    match random.below(5) {
        0 => hex.to_uppercase(),
        1 => format!("sha256:{}", random.string("0123456789abcdef", 64)),
        _ => hex,
    }
}

fn encoded(random: &mut Random) -> String {
    let len = random.one_of(&[6, 8, 12, 16, 20, 24, 32, 48, 64]);
    let bytes: Vec<u8> = (0..len).map(|_| random.next().to_le_bytes()[0]).collect();
    match random.below(5) {
        0 => data_encoding::BASE64URL_NOPAD.encode(&bytes),
        1 => format!("W/\"{}\"", data_encoding::HEXLOWER.encode(&bytes)),
        2 => format!("\\x{}", data_encoding::HEXLOWER.encode(&bytes)),
        3 => data_encoding::BASE32.encode(&bytes),
        _ => data_encoding::BASE64.encode(&bytes),
    }
}

fn float(random: &mut Random) -> String {
    let scale = random.one_of(&[1.0, 1.0, 100.0, 10_000.0, 0.001, 1e9]);
    let value = random.unit() * scale;
    if random.below(3) == 0 { format!("-{value}") } else { value.to_string() }
}

fn price(random: &mut Random) -> String {
    let (whole, cents) = (random.between(0, 99_999), random.between(0, 99));
    match random.below(8) {
        0 => format!("${whole}.{cents:02}"),
        1 => format!("{whole},{cents:02} €"),
        2 => format!("{},{:03}.{cents:02}", whole % 900 + 1, random.between(0, 999)),
        3 => format!("EUR {}.{:03},{cents:02}", whole % 900 + 1, random.between(0, 999)),
        4 => format!("£{whole}"),
        5 => format!("{whole}.{cents:02} USD"),
        6 => format!("-{whole}.{cents:02}"),
        _ => format!("{whole}.{cents:02}"),
    }
}

fn price_number(random: &mut Random) -> String {
    let whole = random.between(0, 9_999_999);
    match random.below(4) {
        // In cents, as payment services count.
        0 => whole.to_string(),
        1 => format!("{whole}.{}", random.fill("##%")),
        2 => format!("-{}.{}", whole + 1, random.fill("#%")),
        _ => format!("{whole}.{}", random.fill("#%")),
    }
}

fn coordinate(random: &mut Random) -> String {
    let (degrees, sign) = (random.between(0, 179), random.one_of(&["", "", "-"]));
    let decimals = random.one_of(&[4, 5, 6, 7, 13, 15]);
    format!("{sign}{degrees}.{}%", "#".repeat(decimals))
        .replace('%', "")
        .chars()
        .map(|c| if c == '#' { char::from(random.one_of(b"0123456789")) } else { c })
        .collect()
}

fn coordinates(random: &mut Random) -> String {
    let (lat, long) = (random.between(0, 89), random.between(0, 179));
    match random.below(4) {
        0 => random.fill(&format!("{lat}.######, {long}.######")),
        1 => random.fill(&format!("-{lat}.######,{long}.######")),
        2 => random.fill(&format!("POINT({long}.##### {lat}.#####)")),
        _ => random.fill(&format!("{lat}.############")),
    }
}

fn version(random: &mut Random) -> String {
    let form = random.one_of(&[
        "%.#.#",
        "%.%#.#",
        "v%.#.%#",
        "%.#.#-rc.%",
        "%.#.#-SNAPSHOT",
        "%#.#.####",
        "20%#.%.#",
        "10.0.%####.####",
        "%.#.%####.#",
        "%.#.#+build.###",
        "4.0.30319.42000",
        "%#.0.%###.%##",
        "^%.#.#",
        "~> %.#",
        ">=%.#,<%",
        "r%####",
        "%.#.#.Final",
        "%.%.###.%###",
        "jdk-17.0.%+%",
    ]);
    random.fill(form)
}

fn enum_word(random: &mut Random) -> String {
    const WORDS: &[&str] = &[
        "pending",
        "shipped",
        "delivered",
        "active",
        "inactive",
        "cancelled",
        "in progress",
        "credit card",
        "gift card",
        "express",
        "standard",
        "gold",
        "silver",
        "platinum",
        "north",
        "south",
        "web",
        "mobile",
        "store",
        "retail",
        "wholesale",
        "monthly",
        "yearly",
        "high",
        "low",
        "payment received",
        "awaiting payment",
        "refund requested",
        "out of stock",
        "back order",
        "male",
        "female",
        "unknown",
        "other",
        "true",
        "large",
        "extra large",
        "black",
        "navy blue",
        "cotton",
        "percent",
        "fixed amount",
        "free shipping",
        "home delivery",
        "pick up",
    ];
    let word = random.one_of(WORDS);
    match random.below(5) {
        0 => word.to_uppercase().replace(' ', "_"),
        1 => word.replace(' ', "-"),
        2 => format!("{}_{}", word.replace(' ', "_"), random.below(10)),
        3 => word.split(' ').map(|part| part[..1].to_uppercase() + &part[1..]).collect(),
        _ => word.to_owned(),
    }
}

fn date(random: &mut Random) -> (u64, u64, u64) {
    (random.between(2010, 2026), random.between(1, 12), random.between(1, 28))
}

fn timestamp(random: &mut Random) -> String {
    let ((y, m, d), (h, min, s)) =
        (date(random), (random.between(0, 23), random.between(0, 59), random.between(0, 59)));
    match random.below(12) {
        0 => format!("{y}-{m:02}-{d:02}"),
        1 => format!("{y}-{m:02}-{d:02}T{h:02}:{min:02}:{s:02}Z"),
        2 => format!("{y}-{m:02}-{d:02}T{h:02}:{min:02}:{s:02}.{:06}+02:00", random.between(0, 999_999)),
        3 => format!("{y}-{m:02}-{d:02} {h:02}:{min:02}:{s:02}"),
        4 => format!("{d:02}.{m:02}.{y}"),
        5 => format!("{m:02}/{d:02}/{y}"),
        6 => format!("{y}{m:02}{d:02}"),
        7 => format!("{y}{m:02}{d:02}{h:02}{min:02}{s:02}"),
        8 => format!("PT{h}H{min}M{s}S"),
        9 => format!("{h:02}:{min:02}:{s:02}.{:03}", random.between(0, 999)),
        10 => format!("{min} {h} * * {}", m % 7),
        _ => format!("{y}-W{:02}", m * 4),
    }
}

fn counter(random: &mut Random) -> String {
    let digits = random.between(1, 12);
    random.between(0, 10_u64.pow(u32::try_from(digits).unwrap())).to_string()
}

fn isbn(random: &mut Random) -> String {
    match random.below(4) {
        0 => with_gs1_check(&random.fill("978#########")),
        1 => {
            let digits = random.fill("978#########");
            let whole = with_gs1_check(&digits);
            format!("{}-{}-{}-{}-{}", &whole[..3], &whole[3..4], &whole[4..8], &whole[8..12], &whole[12..])
        }
        2 => {
            // ISO 2108:2005, weights 10 to 2, modulo 11.
            let digits = random.fill("#########");
            let sum: u32 = digits.chars().zip((2..=10).rev()).map(|(c, weight)| c.to_digit(10).unwrap() * weight).sum();
            let check = match (11 - sum % 11) % 11 {
                10 => "X".to_owned(),
                digit => digit.to_string(),
            };
            if random.below(2) == 0 {
                format!("{digits}{check}")
            } else {
                format!("{}-{}-{}-{check}", &digits[..1], &digits[1..4], &digits[4..])
            }
        }
        _ => random.fill("####-###X").replace('X', random.one_of(&["X", "1", "5", "0"])),
    }
}

fn measure(random: &mut Random) -> String {
    let form = random.one_of(&[
        "%# x %# x %# cm",
        "%##x%##mm",
        "%##.# kg",
        "%# %",
        "%##-%## km",
        "%####x%###",
        "1:%####",
        "%.##e-##",
        "%#°C",
        "%## GB",
        "%#.#/10",
        "%###±%#",
        "%#/%#/%#",
        "%## kbit/s",
        "%###-%### Hz",
        "(%##) %##",
        "%##.###.###",
        "%## ### ###",
        "0.%###",
        "%# h %# min",
    ]);
    random.fill(form)
}

fn part_number(random: &mut Random) -> String {
    let form = random.one_of(&[
        "@@-####@@#",
        "@#@-#####",
        "##@####-##@",
        "@@@#####@",
        "%##-####-##",
        "@@@@-##@#-####",
        "S/N @@########",
        "####.###.##",
        "@@ #### #",
        "%##.%##-%#",
        "#### ### ###",
        "@-###-@",
        "*****-*****-*****-*****",
        "@@@@@@@@@###",
        "@@#######",
        "@########",
        "@@######@",
    ]);
    random.fill(form)
}

fn path(random: &mut Random) -> String {
    let form = random.one_of(&[
        "/api/v%/orders/%#####",
        "report-2024-##-1#.csv",
        "image_####.jpg",
        "application/vnd.api+json",
        "orders.v%.events",
        "s3-bucket/part-#####.parquet",
        "C:\\data\\batch_####\\out.log",
        "/var/log/app.%.gz",
        "com.example.order.OrderService",
        "~~~~~~~~.chunk.js",
        "icon@2x.png",
        "a/b/c#####-%.tar.gz",
        "backup_2024####_######.sql",
        "#/definitions/Order",
        "topic-%:partition-#",
        "feature/JIRA-####-fix-total",
        "scan_0001_####.pdf",
    ]);
    random.fill(form)
}

fn user_agent(random: &mut Random) -> String {
    let form = random.one_of(&[
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1##.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_# like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.# Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (X11; Linux x86_64; rv:1##.0) Gecko/20100101 Firefox/1##.0",
        "Mozilla/5.0 (Linux; Android 1#; SM-@###@) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1##.0.%###.%## Mobile Safari/537.36",
        "okhttp/4.%.#", "curl/8.%.0", "python-requests/2.%#.#", "PostmanRuntime/7.%#.#", "Apache-HttpClient/4.5.%# (Java/17.0.%)",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/1#.# Safari/605.1.15 Edg/1##.0.0.0",
    ]);
    random.fill(form)
}

fn log_line(random: &mut Random) -> String {
    let (y, m, d) = date(random);
    let at = format!("{y}-{m:02}-{d:02}T{}Z", random.fill("1#:2#:3#.###"));
    let form = random.one_of(&[
        "INFO [worker-#] c.e.order.OrderService - order %######## done in %## ms",
        "WARN retry % of 5 for job ~~~~~~~~~~~~~~~~ after 30s",
        "ERROR trace_id=~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ span_id=~~~~~~~~~~~~~~~~ status=50#",
        "DEBUG GET /api/v2/items/%#####?page=%&size=20 200 %###",
        "INFO pod orders-~~~~~~~~~-&&&&& restarted, exit code 13%",
        "INFO offset=%######### partition=%# lag=%#### topic=orders.v1",
        "WARN heap 8##M of 10##M used, gc took 0.0##s",
        "INFO batch %####### rows=%##### bytes=%######## checksum=~~~~~~~~",
        "ERROR at com.example.Cart.total(Cart.java:%##) code E-#####",
        "INFO job %#########: state RUNNING -> DONE (took 00:0#:##.###)",
        "DEBUG 0x~~~~~~~~~~~~~~~~ free=%######## tid=%####",
        "INFO payment %########### settled, amount %##.## EUR, ref ##########",
    ]);
    format!("{at} {}", random.fill(form))
}

fn sentence(random: &mut Random) -> String {
    let form = random.one_of(&[
        "Order %######### was shipped in % parcels.",
        "Only %# left, article @@-####.",
        "Save %# % on orders over %## EUR until 31.12.2025.",
        "Your voucher @@@@-####-@@@@ is worth %# EUR.",
        "Replaces model @@####, fits series %### and %###.",
        "Rated %.# of 5 by %#### buyers.",
        "Delivery takes %-% working days.",
        "The set of %# weighs %.## kg and holds %## litres.",
        "Release %.#.# closes tickets %#### and %####.",
        "The file has %######## rows and %# columns.",
        "Die Lieferung %######### kommt in % Paketen.",
        "La commande n° %######### a été expédiée.",
        "El pedido %######### contiene %# artículos.",
        "Sensor @@-### read %#.## at %#:##.",
        "Batch 2024-##-### passed, lot %#######.",
        "Store %### opens at 9:30 and closes at 20:00.",
        "Flight @@ %### leaves from gate @%#.",
        "Room %## on floor % seats %#.",
    ]);
    random.fill(form)
}
