//! How many values are left to be secret, and how many a kind of value has.

use super::super::BuildError;

/// Fewer values than this can be tried out: SP 800-38G Revision 1 (draft) asks for a million.
pub(super) const DOMAIN_MIN: u32 = 1_000_000;

/// Kinds whose values are few or short, with the shortest length in digits that they have, and why.
///
/// Cards are counted from 13 digits, since 12 are all but gone; a shorter one meets `on_small_domain`.
const KINDS: &[(&str, Size)] = &[
    ("CREDIT_CARD", Size::Digits(13)),
    ("US_SSN", Size::Digits(9)),
    ("NATIONAL_ID", Size::Digits(8)),
    ("TAX_ID", Size::Digits(8)),
    ("HEALTH_ID", Size::Digits(9)),
    ("BANK_ACCOUNT", Size::Digits(7)),
    ("BANK_ID", Size::Digits(8)),
    ("BUSINESS_ID", Size::Digits(8)),
    ("DRIVER_LICENSE", Size::Digits(7)),
    ("PASSPORT", Size::Digits(7)),
    ("PROFESSIONAL_ID", Size::Digits(6)),
    ("VEHICLE", Size::Digits(6)),
    ("PHONE_NUMBER", Size::Digits(7)),
    ("POSTAL_CODE", Size::Digits(5)),
    ("US_ZIP_CODE", Size::Digits(5)),
    ("ZIP", Size::Digits(5)),
    ("CVV", Size::Digits(3)),
    ("CVC", Size::Digits(3)),
    ("PIN", Size::Digits(4)),
    ("DATE_OF_BIRTH", Size::Values(45_000, "some 45,000 days of birth of living people")),
    ("DATE_TIME", Size::Values(75_000, "some 75,000 days in two centuries")),
    ("YEAR", Size::Values(200, "some 200 years")),
    ("AGE", Size::Values(120, "some 120 ages")),
    ("MONTH", Size::Values(12, "12 months")),
    ("EXPIRY", Size::Values(240, "some 240 months of expiry in twenty years")),
    ("SORT_CODE", Size::Values(100_000, "fewer than 100,000 sort codes in use")),
    ("LAST_FOUR", Size::Digits(4)),
];

/// Those of them that are written with letters as well; of all others a wide alphabet makes no more values.
const LETTERED: &[&str] = &[
    "BANK_ACCOUNT",
    "BANK_ID",
    "BUSINESS_ID",
    "DRIVER_LICENSE",
    "HEALTH_ID",
    "NATIONAL_ID",
    "PASSPORT",
    "TAX_ID",
    "VEHICLE",
];

/// How many digits a number has of which nothing is known but that it ends in a check digit: as most cards do.
const CHECKED: usize = 16;

/// Names of fields that say the same, whatever kind a policy gives them with `as:`: in lower case and without marks, by kind, with
/// blanks between them.
const FIELDS: &[(&str, &str)] = &[
    (
        "POSTAL_CODE",
        "zip zipcode zip5 uszip zipplus4 postalcode postcode postalzip plz postleitzahl codepostal \
         codigopostal códigopostal codicepostale codiceavviamentopostale cap cep eircode postnummer \
         postnr irsz kodpocztowy psc psč zip4 zipplusfour zipcode4 postindex postleitzahlen índicepostal индекс \
         почтовыйиндекс поштовийіндекс пощенскикод ταχυδρομικοςκωδικας ταχυδρομικόςκώδικας τκ 郵便番号 邮政编码 邮编 郵遞區號 \
         우편번호 מיקוד الرمزالبريدي پستیکد کدپستی पिनकोड postakodu irányítószám iranyitoszam codpoștal codpostal",
    ),
    (
        "CVV",
        "cvv cvv2 cvc cvc2 cav csc securitycode cardsecuritycode prüfziffer prufziffer kartenprüfnummer \
     cvn cardcode kodcvv cvvcode cvccode кодcvv セキュリティコード 安全码",
    ),
    ("PIN", "pin pincode pinnumber otp passcode geheimzahl codepin пинкод пин 暗証番号 密码 비밀번호 pincodigo"),
    (
        "DATE_OF_BIRTH",
        "birthdate dateofbirth datebirth birthday dob bornon birthdt dtbirth geburtsdatum geburtstag \
         geburtstagsdatum gebdatum datedenaissance datenaissance naissance fechanacimiento \
         fechadenacimiento nacimiento datanascita datadinascita dinascita nascita datanascimento \
         datadenascimento dtnascimento nascimento geboortedatum geboortedag dataurodzenia födelsedatum \
         fodelsedatum fødselsdato fodselsdato syntymäaika syntymaaika datumnarození datumnarozeni \
         doğumtarihi dogumtarihi bday birthdates датарождения датанародження \
         деньрождения ημερομηνιαγεννησης ημερομηνίαγέννησης 生年月日 誕生日 出生日期 生日 출생일 생년월일 생일 \
         تاريخالميلاد تاریختولد תאריךלידה जन्मतिथि जन्मतारीख วันเกิด ngàysinh ngaysinh tanggallahir tarikhlahir \
         születésidátum szuletesidatum datanașterii datanasterii",
    ),
    (
        "DATE_TIME",
        "date datum fecha dateday datumszeit dato дата ημερομηνια ημερομηνία 日付 日期 날짜 تاريخ תאריך तारीख \
         tanggal tarih päivämäärä paivamaara timestamp datetime createdat createdon updatedat updatedon modifiedat \
         modifiedon deletedat",
    ),
    ("MONTH", "month birthmonth monthofbirth monat geburtsmonat mois mes mese mês maand месяц 月 月份"),
    (
        "YEAR",
        "year birthyear yearofbirth geburtsjahr jahr jahrgang année annee anneenaissance anneedenaissance \
         annéedenaissance año añonacimiento annonascita anno anonascimento jaar geboortejaar år \
         yob birthyr yrofbirth годрождения год рікнародження 生年 出生年份 出生年 年份 출생연도 سنةالميلاد doğumyılı dogumyili",
    ),
    (
        "AGE",
        "age ageyears ageinyears alter lebensalter edad idade leeftijd età возраст вік \
     ηλικια ηλικία 年齢 年龄 年齡 나이 العمر גיל आयु उम्र umur usia yaş wiek věk vek ålder alder ikä",
    ),
    (
        "CREDIT_CARD",
        "cardnumber cardno creditcard creditcardnumber debitcardnumber pan kreditkarte kreditkartennummer \
         kartennummer numerocarte numérocarte ccnumber ccnum ccno ccn creditcardno creditcardnum cardnum \
         debitcard debitcardno paymentcardnumber primaryaccountnumber pannumber cardpan tarjeta numerotarjeta \
         númerotarjeta numerodetarjeta tarjetacredito tarjetadecredito cartebancaire cartebleue numerocartebancaire \
         cartadicredito numerocarta numerocartao numerodocartao cartao cartão kaartnummer kortnummer numerkarty \
         номеркарты карта カード番号 クレジットカード番号 银行卡号 信用卡号 卡号 카드번호 رقمالبطاقة",
    ),
    (
        "EXPIRY",
        "expiry expirydate expirymonth expiration expirationdate expdate cardexpiry validthru validuntil \
         ablaufdatum gültigbis gueltigbis exp expmonth expyear mmyy mmyyyy yymm yyyymm",
    ),
    ("SORT_CODE", "sortcode sortingcode banksortcode"),
    ("LAST_FOUR", "last4 lastfour last4digits lastfourdigits ssn4 ssnlast4 last4ssn cardlast4 panlast4"),
    ("US_SSN", "ssn socialsecuritynumber socialsecurityno"),
    (
        "PHONE_NUMBER",
        "phone phonenumber phoneno phonenum telephone telephonenumber tel telnumber mobile mobilenumber \
         mobilephone cellphone cellnumber fax faxnumber telefon telefonnummer telefonnr handy handynummer \
         rufnummer téléphone telephonemobile teléfono telefono celular телефон номертелефона τηλεφωνο τηλέφωνο \
         電話番号 电话 电话号码 手机 手机号 전화번호 هاتف מספרטלפון טלפון फोन",
    ),
];

/// Those of them that are a word of its own or the end of one in other languages: they count where they are the whole name, and
/// `market_cap` is no postal code.
const WHOLE: &[&str] =
    &["cap", "cep", "psc", "psč", "alter", "handy", "mes", "alder", "vek", "карта", "τκ", "ccn", "год", "wiek"];

/// What stands before such a word where it is another thing: `file_zip` is a file, and `cache_age` a time.
const OTHERWISE: &[(&str, &str)] = &[
    (
        "zip",
        "file archive backup log logs source output download upload export import bundle package gzip seven 7 is has",
    ),
    (
        "age",
        "page file cache session token password cert certificate log message queue index image snapshot backup data record \
         account max min key cookie lease job build commit",
    ),
    ("month", "per each this last next"),
    ("year", "per each fiscal this last next"),
    ("pin", "gpio board chip io header map push unit pull"),
    ("pan", "camera tilt audio stereo frying"),
    ("fax", "is has"),
    ("mobile", "is has"),
    ("otp", "is has use"),
    ("exp", "work job years player game min max"),
];

/// Last words that say nothing but that what is in front of them is written down here.
const HOLDERS: &[&str] = &["value", "code", "number"];

#[derive(Debug, Clone, Copy)]
enum Size {
    Digits(usize),
    Values(u32, &'static str),
}

/// What of a value does not take part.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Held {
    pub(super) first: usize,
    pub(super) last: usize,
    /// Whether a check digit follows from the others.
    pub(super) checked: bool,
}

impl Held {
    /// Tells how many characters do not take part.
    pub(super) fn len(self) -> usize {
        self.first + self.last + usize::from(self.checked)
    }

    /// Tells how many values are left of `len` characters, as a whole number or more.
    pub(super) fn domain(self, radix: u32, len: usize) -> u128 {
        let free = len.saturating_sub(self.len());
        u32::try_from(free).ok().and_then(|free| u128::from(radix).checked_pow(free)).unwrap_or(u128::MAX)
    }
}

/// Words of a field's name that may say together what it holds.
const WORDS_MAX: usize = 4;

/// Gives the kind that the last words of a field's name say, or of its name behind that of what it is in: `customerZip` is a ZIP
/// code, so are `billing_zip`, `zips` and `zip.value`, and `card.number` is one of a card.
fn of_field(name: &str) -> Option<&'static str> {
    let last = name.rsplit('.').next().filter(|last| last.len() < name.len());
    last.and_then(of_words).or_else(|| of_words(name)).or_else(|| held_by(name).and_then(of_words))
}

/// Gives what stands in front of a last word that only holds it.
fn held_by(name: &str) -> Option<&str> {
    HOLDERS.iter().find_map(|holder| {
        let (above, last) = name.split_at_checked(name.len().checked_sub(holder.len())?)?;
        let begins = above.ends_with(|c: char| !c.is_alphanumeric())
            || above.ends_with(char::is_lowercase) && last.starts_with(char::is_uppercase);
        (begins && last.eq_ignore_ascii_case(holder)).then_some(above)
    })
}

/// Gives the kind of a name in [`FIELDS`].
fn known(name: &str) -> Option<&'static str> {
    // Marks between letters are no letters.
    let is_it = |known: &str| known.chars().filter(|c| c.is_alphanumeric()).eq(name.chars());
    FIELDS.iter().find(|(_, names)| names.split_whitespace().any(is_it)).map(|(kind, _)| *kind)
}

fn of_words(name: &str) -> Option<&'static str> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in name.chars() {
        let begins = before.is_lowercase() && c.is_uppercase() || !before.is_alphanumeric();
        if c.is_alphanumeric() {
            match words.last_mut() {
                Some(word) if !begins => word.extend(c.to_lowercase()),
                _ => words.push(c.to_lowercase().to_string()),
            }
        }
        before = c;
    }
    let is_otherwise = |at: usize, end: &str| {
        let other = OTHERWISE.iter().find(|(word, _)| *word == end);
        let above = at.checked_sub(1).and_then(|above| words.get(above));
        other.zip(above).is_some_and(|((_, others), above)| others.split_whitespace().any(|other| other == above))
    };
    (words.len().saturating_sub(WORDS_MAX)..words.len()).find_map(|at| {
        let end = words.get(at..)?.concat();
        // Several are what one is; a word of other languages is none with an English ending.
        let one = end.strip_suffix('s').filter(|one| !WHOLE.contains(one));
        [Some(end.as_str()), one].into_iter().flatten().find_map(|end| {
            let counts = (at == 0 || !WHOLE.contains(&end)) && !is_otherwise(at, end);
            known(end).filter(|_| counts)
        })
    })
}

/// Refuses what can be tried out: the shortest values of a kind, in whatever words it is named, or of a field of that name, are
/// too few.
pub(super) fn check(kind: &str, field: Option<&str>, radix: u32, held: Held) -> Result<(), BuildError> {
    let of_kind = KINDS.iter().map(|(known, _)| *known).find(|known| *known == kind).or_else(|| of_field(kind));
    let said = [of_kind, field.and_then(of_field)];
    if held.checked && said == [None, None] {
        return check_size("a number with a check digit", Size::Digits(CHECKED), radix, held);
    }
    said.into_iter().flatten().try_for_each(|kind| check_kind(kind, radix, held))
}

fn check_kind(kind: &str, radix: u32, held: Held) -> Result<(), BuildError> {
    let Some((_, size)) = KINDS.iter().find(|(known, _)| *known == kind) else { return Ok(()) };
    check_size(kind, *size, if LETTERED.contains(&kind) { radix } else { radix.min(10) }, held)
}

fn check_size(kind: &str, size: Size, radix: u32, held: Held) -> Result<(), BuildError> {
    let (left, what) = match size {
        Size::Values(values, what) => (u128::from(values), what.to_owned()),
        Size::Digits(len) => {
            let left = held.domain(radix, len);
            let of = format!("{} of {len} characters are encrypted", len.saturating_sub(held.first + held.last));
            let checked = if held.checked { ", and one follows from the others" } else { "" };
            (left, format!("{left} values: {of}{checked}"))
        }
    };
    if left >= u128::from(DOMAIN_MIN) {
        return Ok(());
    }
    Err(BuildError {
        parameter: None,
        message: format!("`fpe` of {kind} leaves {what}; fewer than {DOMAIN_MIN} can be tried out").into(),
        help: Some("keep fewer characters, or use `tokenize`, `mask` or `generalize`".into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fields_last_words_say_what_it_holds() {
        for (name, kind) in [
            ("zip", Some("POSTAL_CODE")),
            ("customerZip", Some("POSTAL_CODE")),
            ("billing_postal-code", Some("POSTAL_CODE")),
            ("Social Security Number", Some("US_SSN")),
            ("SSN", Some("US_SSN")),
            ("cardExpiryDate", Some("EXPIRY")),
            ("home.phone", Some("PHONE_NUMBER")),
            ("otp", Some("PIN")),
            ("Geburtsdatum", Some("DATE_OF_BIRTH")),
            ("birth_year", Some("YEAR")),
            ("geburtsJahr", Some("YEAR")),
            ("model.year", Some("YEAR")),
            ("jahr", Some("YEAR")),
            ("Postleitzahl", Some("POSTAL_CODE")),
            ("kunden_plz", Some("POSTAL_CODE")),
            ("code postal", Some("POSTAL_CODE")),
            ("CAP", Some("POSTAL_CODE")),
            ("cep", Some("POSTAL_CODE")),
            ("Psč", Some("POSTAL_CODE")),
            ("alter", Some("AGE")),
            ("handy", Some("PHONE_NUMBER")),
            ("market_cap", None),
            ("marketCap", None),
            ("is_handy", None),
            ("password_alter", None),
            ("club_psc", None),
            ("card_csc", Some("CVV")),
            ("Födelsedatum", Some("DATE_OF_BIRTH")),
            ("exp", Some("EXPIRY")),
            ("card_exp", Some("EXPIRY")),
            ("mm_yy", Some("EXPIRY")),
            ("MM/YY", Some("EXPIRY")),
            ("work_exp", None),
            ("last4", Some("LAST_FOUR")),
            ("card_last_4", Some("LAST_FOUR")),
            ("ssnLast4", Some("LAST_FOUR")),
            ("ssn4", Some("LAST_FOUR")),
            ("sort_code", Some("SORT_CODE")),
            ("sortCode", Some("SORT_CODE")),
            ("created_at", Some("DATE_TIME")),
            ("eventTimestamp", Some("DATE_TIME")),
        ] {
            assert_eq!(of_field(name), kind, "{name}");
        }
    }

    #[test]
    fn names_in_other_scripts_and_behind_a_parent_say_it_too() {
        for (name, kind) in [
            ("датаРождения", Some("DATE_OF_BIRTH")),
            ("Дата рождения", Some("DATE_OF_BIRTH")),
            ("生年月日", Some("DATE_OF_BIRTH")),
            ("出生日期", Some("DATE_OF_BIRTH")),
            ("생년월일", Some("DATE_OF_BIRTH")),
            ("Ημερομηνία Γέννησης", Some("DATE_OF_BIRTH")),
            ("郵便番号", Some("POSTAL_CODE")),
            ("индекс", Some("POSTAL_CODE")),
            ("возраст", Some("AGE")),
            ("номер_карты", Some("CREDIT_CARD")),
            ("卡号", Some("CREDIT_CARD")),
            ("电话", Some("PHONE_NUMBER")),
            ("yob", Some("YEAR")),
            ("zip4", Some("POSTAL_CODE")),
            ("month", Some("MONTH")),
            ("birth_month", Some("MONTH")),
            ("card.number", Some("CREDIT_CARD")),
            ("payment.card.number", Some("CREDIT_CARD")),
            ("tarjeta", Some("CREDIT_CARD")),
            ("cc_number", Some("CREDIT_CARD")),
            ("pan", Some("CREDIT_CARD")),
            ("zip.code", Some("POSTAL_CODE")),
            ("address.zip", Some("POSTAL_CODE")),
            ("order.number", None),
            ("stats.cap", Some("POSTAL_CODE")),
            ("stats.marketCap", None),
            ("file_zip", None),
            ("ship_to_zip", Some("POSTAL_CODE")),
            ("billToZip", Some("POSTAL_CODE")),
            ("जन्म तिथि", Some("DATE_OF_BIRTH")),
            ("archive.zip", Some("POSTAL_CODE")),
            ("isMobile", None),
            ("page_age", None),
            ("cacheAge", None),
            ("customer_age", Some("AGE")),
            ("price_per_month", None),
            ("package", None),
            ("japan", None),
            ("spin", None),
            ("yearly", None),
            ("capital", None),
            ("zipper", None),
            ("mortgage", None),
            ("account", None),
            ("", None),
        ] {
            assert_eq!(of_field(name), kind, "{name}");
        }
    }

    #[test]
    fn several_and_what_holds_one_say_it_too() {
        for (name, kind) in [
            ("zips", Some("POSTAL_CODE")),
            ("zip_codes", Some("POSTAL_CODE")),
            ("dates", Some("DATE_TIME")),
            ("dobs", Some("DATE_OF_BIRTH")),
            ("customerPhones", Some("PHONE_NUMBER")),
            ("zip.value", Some("POSTAL_CODE")),
            ("zip_value", Some("POSTAL_CODE")),
            ("zipValue", Some("POSTAL_CODE")),
            ("dob.Value", Some("DATE_OF_BIRTH")),
            ("month.number", Some("MONTH")),
            ("value", None),
            ("country.code", None),
            ("devalue", None),
            ("file_zips", None),
            ("cacheAges", None),
            ("caps", None),
            ("mess", None),
            ("updates", None),
        ] {
            assert_eq!(of_field(name), kind, "{name}");
        }
    }

    #[test]
    fn every_name_says_its_own_kind() {
        for (kind, names) in FIELDS {
            for name in names.split_whitespace() {
                assert_eq!(of_field(name), Some(*kind), "{name}");
            }
        }
    }

    #[test]
    fn few_values_are_refused_by_a_fields_name() {
        let held = |last| Held { last, ..Held::default() };
        for (field, last, fits) in
            [("ssn", 0, true), ("ssn", 4, false), ("phone", 0, true), ("phone", 3, false), ("expiry_date", 0, false)]
        {
            assert_eq!(check("VALUE", Some(field), 10, held(last)).is_ok(), fits, "{field}, {last}");
        }
        // `as:` makes it another kind of value for the key, and no more values.
        for (kind, field, last) in [
            ("ACCOUNT", "year", 0),
            ("ACCOUNT", "postleitzahl", 0),
            ("ACCOUNT", "ssn", 4),
            ("BIRTH", "birth_date", 0),
            ("BIRTH", "生年月日", 0),
            ("MONTHS", "month", 0),
            ("CVV", "ssn", 0),
        ] {
            assert!(check(kind, Some(field), 10, held(last)).is_err(), "{kind}, {field}");
        }
        assert!(check("ACCOUNT", Some("ssn"), 10, held(0)).is_ok());
        // A wide alphabet makes no more ZIP codes.
        for (kind, field, radix, last) in [
            ("VALUE", Some("zip"), 36, 0),
            ("VALUE", Some("pin"), 36, 0),
            ("VALUE", Some("ssn"), 36, 4),
            ("POSTAL_CODE", None, 62, 0),
            ("VALUE", Some("sort_code"), 10, 0),
            ("VALUE", Some("last4"), 36, 0),
        ] {
            assert!(check(kind, field, radix, held(last)).is_err(), "{kind}, {field:?}");
        }
        assert!(check("PASSPORT", None, 36, held(2)).is_ok() && check("PASSPORT", None, 10, held(2)).is_err());
        // As a card's first six and last four digits with a check digit, however the field is called.
        let card = Held { first: 6, last: 4, checked: true };
        for field in ["card_number", "card.number", "tarjeta", "cc_number", "pan", "номерКарты"] {
            assert!(check("VALUE", Some(field), 10, card).is_err(), "{field}");
            assert!(check("VALUE", Some(field), 10, Held { last: 4, ..Held::default() }).is_ok(), "{field}");
        }
        for (kind, field) in [("VALUE", Some("x1")), ("VALUE", None), ("LOYALTY", None)] {
            assert!(check(kind, field, 10, card).is_err(), "{kind}, {field:?}");
            assert!(check(kind, field, 10, Held { first: 8, last: 0, ..card }).is_ok(), "{kind}, {field:?}");
            assert!(check(kind, field, 10, Held { checked: false, ..card }).is_ok(), "{kind}, {field:?}");
        }
    }

    #[test]
    fn kinds_in_other_words_are_the_same_kinds() {
        for (kind, first, last) in [
            ("ZIP_CODE", 0, 0),
            ("POSTCODE", 0, 0),
            ("DATE", 0, 0),
            ("BIRTH_DATE", 0, 0),
            ("PIN_CODE", 0, 0),
            ("CARD_EXPIRY", 0, 0),
            ("SSN", 0, 4),
            ("CARD_NUMBER", 6, 4),
        ] {
            assert!(check(kind, None, 10, Held { first, last, checked: first > 0 }).is_err(), "{kind}");
        }
        for kind in ["ACCOUNT", "BADGE", "CUSTOMER_ID", "ID", "VALUE", "IBAN_CODE", "SSN", "CARD_NUMBER"] {
            assert!(check(kind, None, 10, Held::default()).is_ok(), "{kind}");
        }
    }

    /// Whose values are few or short is said for every family that numbers are written with.
    #[test]
    fn families_of_short_numbers_have_a_size() {
        for family in
            ["BANK_ID", "BUSINESS_ID", "DRIVER_LICENSE", "HEALTH_ID", "PASSPORT", "PROFESSIONAL_ID", "VEHICLE"]
        {
            let last = |last| check(family, None, 10, Held { last, ..Held::default() });
            assert!(last(0).is_ok() && last(4).is_err(), "{family}");
        }
    }
}
