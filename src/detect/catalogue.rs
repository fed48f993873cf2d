//! The built-in recognizers: every example of every file, alone and among all; the catalogue in `docs/`.

use std::fmt::Write as _;
use std::time::Instant;

use expect_test::expect_file;

use super::document::{self, Declaration};
use super::examples::{self, scan};
use super::load::{self, Maker, SourceFile};
use super::naive::on_processor;
use super::{
    Certain, DefaultUse, DetectScratch, EntityMask, FieldHint, Level, RecognizerSet, TextKind, compile, strength,
};
use crate::model::{Finding, Score};

fn declarations() -> Vec<(SourceFile, Declaration)> {
    let mut errors = Vec::new();
    let files = load::builtin().into_iter();
    let read = files.map(|file| (document::read(&file, &mut errors), file));
    let read = read.map(|(declaration, file)| (file, declaration.expect("a sound file"))).collect();
    assert!(errors.is_empty(), "{errors:?}");
    read
}

/// What remains without a policy of all findings at or above the threshold, as `ENTITY text`, overlaps resolved.
fn resolved(set: &RecognizerSet, text: &str, kind: TextKind, field: &str) -> Vec<String> {
    examples::resolved(set, text, kind, field, "")
}

#[test]
fn every_example_holds_alone_and_among_all() {
    let tested = RecognizerSet::test(None).unwrap();
    let failures: Vec<String> = tested.failures.iter().map(ToString::to_string).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(tested.recognizers >= 24 && tested.examples >= 2 * tested.recognizers);
}

/// A directory's examples are run with the built-in ones, and one that does not hold is told with its place.
#[test]
fn examples_of_a_directory_are_run() {
    let directory = tempfile::tempdir().unwrap();
    let write = |text: &str| std::fs::write(directory.path().join("crew.yaml"), text).unwrap();
    write(SOUND);
    assert_eq!(RecognizerSet::test(Some(directory.path())).unwrap().failures, []);
    write(&SOUND.replace("CR-1234,", "CR-12349,"));
    let failures = RecognizerSet::test(Some(directory.path())).unwrap().failures;
    let told: Vec<String> = failures.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().all(|one| one.contains("crew.yaml:11: the example does not hold")), "{told:?}");
    write("id: crew");
    assert!(RecognizerSet::test(Some(directory.path())).is_err());
}

#[test]
fn the_catalogue_in_docs_lists_every_recognizer() {
    let mut text = String::from(include_str!("catalogue_head.md"));
    let mut rows: Vec<Declaration> = declarations().into_iter().map(|(_, declaration)| declaration).collect();
    rows.sort_by(|a, b| (a.entity.as_str(), &a.id).cmp(&(b.entity.as_str(), &b.id)));
    for row in &rows {
        let default = match row.default {
            DefaultUse::Change => "change",
            DefaultUse::Report => "report",
            DefaultUse::Off => "off",
        };
        let country = row.country.map_or_else(|| "–".to_owned(), |country| country.to_string());
        let names: Vec<&str> = row.validators.iter().map(|validator| validator.name).collect();
        let mut validators = if names.is_empty() { "–".to_owned() } else { format!("`{}`", names.join("`, `")) };
        if let document::Way::Patterns(patterns) = &row.way {
            let certain = patterns.iter().filter(|pattern| pattern.certain == Some(Certain::Yes));
            let certain: Vec<&str> = certain.map(|pattern| pattern.name.as_str()).collect();
            if !certain.is_empty() {
                let _ = write!(validators, ", certain {}", certain.join(", "));
            }
        }
        let sources: Vec<String> =
            row.references.iter().enumerate().map(|(at, url)| format!("[{}]({url})", at + 1)).collect();
        let _ = writeln!(
            text,
            "| `{}` | `{}` | {} | {} | {country} | {default} | {validators} | {} |",
            row.entity,
            row.id,
            row.title,
            row.family,
            sources.join(" ")
        );
    }
    text.push_str("\n## Validators\n\nThe share is that of random strings of the validator's own form.\n\n");
    text.push_str("| validator | follows | lets through |\n|---|---|---|\n");
    for validator in super::validate::VALIDATORS {
        let _ = writeln!(text, "| `{}` | {} | {} |", validator.name, validator.source, validator.measured());
    }
    // UPDATE_EXPECT=1 writes the file anew.
    expect_file!["../../docs/recognizers.md"].assert_eq(&text);
}

/// What is asked of a user's pattern when it is loaded holds of every built-in one.
#[test]
fn no_pattern_claims_more_than_it_may() {
    for (file, declaration) in declarations() {
        let document::Way::Patterns(patterns) = &declaration.way else { continue };
        for pattern in patterns {
            let line = pattern.lines.key("regex");
            assert_eq!(strength::check(pattern, &declaration), Ok(()), "{}:{line}", file.name);
        }
    }
}

/// A pass is certain where form and check are rare together, and nowhere else: measured for each pattern.
#[test]
fn what_is_certain_is_measured() {
    let mut wrong = String::new();
    for (file, declaration) in declarations() {
        let document::Way::Patterns(patterns) = &declaration.way else { continue };
        for pattern in patterns {
            let hir = strength::parse(&pattern.regex).unwrap();
            let eligible = !declaration.validators.is_empty();
            let measured = eligible.then(|| strength::measure(&hir, &declaration.validators, 10_000));
            let certain = measured.is_some_and(|measured| measured.is_certain());
            // Where it could be, the file says whether it is: a date that exists need not be one of birth.
            if certain != pattern.certain.is_some() {
                let (share, form) = measured.map_or((1.0, 1.0), |one| (one.share(), one.form.share));
                let _ = writeln!(
                    wrong,
                    "{}:{}: `certain` is {:?}, may it be? {certain}: {share:.5} of its strings pass, its form is 1 in {:.0}",
                    file.name,
                    pattern.lines.key("regex"),
                    pattern.certain,
                    1.0 / form
                );
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn what_is_promised_is_there() {
    let set = RecognizerSet::builtin();
    let names = |wanted| {
        let rows = set.entities().iter().filter(|info| info.default == wanted && info.level == Level::Type);
        let mut names: Vec<&str> = rows.map(|info| info.entity.as_str()).collect();
        names.sort_unstable();
        names.join(" ")
    };
    assert_eq!(
        names(DefaultUse::Change),
        "AE_EMIRATES_ID API_KEY AR_CBU AR_CUIT AR_DNI AT_SVNR AU_MEDICARE AU_TFN BE_NN BG_EGN BR_CPF CA_SIN \
         CH_AHV CL_RUT CN_RIC CONNECTION_STRING CREDIT_CARD CRYPTO CY_TIC CZ_RODNE_CISLO DATE_OF_BIRTH \
         DE_FUEHRERSCHEIN DE_HEALTH_INSURANCE DE_ID_CARD DE_LANR DE_PASSPORT DE_SOCIAL_SECURITY DE_TAX_ID \
         DE_TAX_NUMBER DK_CPR DO_CEDULA EC_CEDULA EE_ISIKUKOOD EMAIL_ADDRESS ES_CCC ES_NIE ES_NIF \
         ES_PASSPORT FI_PERSONAL_IDENTITY_CODE FR_NIF FR_NIR GR_AMKA HK_HKID HR_OIB HU_SZEMELYI_AZONOSITO \
         IBAN_CODE ID_NIK IE_PPSN IL_IDNR IMEI IMSI IN_AADHAAR IN_PAN IN_PASSPORT IN_VOTER IP_ADDRESS \
         IS_KENNITALA IT_DRIVER_LICENSE IT_FISCAL_CODE IT_IDENTITY_CARD IT_PASSPORT JP_MY_NUMBER JWT \
         KR_DRIVER_LICENSE KR_FRN KR_PASSPORT KR_RRN KR_RRN_2020 LOCATION LT_ASMENS_KODAS LU_MATRICULE \
         LV_PERSONAS_KODS MAC_ADDRESS MEDICAL_LICENSE MT_ID_CARD MX_CURP MY_NRIC NG_NIN NL_BSN \
         NO_FODSELSNUMMER NZ_IRD PASSWORD PERSON PE_DNI PHONE_NUMBER PH_PASSPORT PH_TIN PH_UMID PK_CNIC \
         PL_PESEL PRIVATE_KEY PT_CC PT_NIF RO_CNP RS_JMBG RU_INN SE_PERSONNUMMER SG_NRIC_FIN SI_EMSO \
         SK_RODNE_CISLO STREET_ADDRESS TH_TNIN TR_NATIONAL_ID TW_NATIONAL_ID UA_RNTRC UK_DRIVING_LICENCE \
         UK_NHS UK_NINO UK_PASSPORT UK_UTR USERNAME US_BANK_NUMBER US_DRIVER_LICENSE \
         US_HEALTH_INSURANCE_MEMBER_ID US_ITIN US_MBI US_PASSPORT US_SSN VE_CEDULA VE_RIF ZA_DRIVER_LICENSE \
         ZA_ID_NUMBER ZA_INCOME_TAX_NUMBER ZA_PASSPORT ZA_TRAFFIC_REGISTER_NUMBER"
    );
    assert_eq!(
        names(DefaultUse::Report),
        "ABA_ROUTING_NUMBER AGE AU_ABN AU_ACN BIC BR_CNPJ CA_POSTAL_CODE CO_NIT DATE_TIME DE_BSNR \
         DE_HANDELSREGISTER DE_KFZ DE_PLZ DE_VAT_ID EU_VAT FR_SIREN FR_SIRET GEO_COORDINATES IN_GSTIN \
         IN_VEHICLE_REGISTRATION IT_VAT_CODE KR_BRN LEI NG_VEHICLE_REGISTRATION NRP ORGANIZATION PL_NIP POSTAL_CODE \
         RS_PIB SE_ORGANISATIONSNUMMER SG_UEN TITLE TR_LICENSE_PLATE UK_POSTCODE UK_VEHICLE_REGISTRATION URL \
         US_CLAIM_NUMBER US_EIN US_NPI US_PRESCRIPTION_NUMBER US_PRIOR_AUTHORIZATION_NUMBER \
         US_PROVIDER_TAX_ID US_REFERRAL_NUMBER UUID VIN ZA_COMPANY_REGISTRATION ZA_LICENSE_PLATE \
         ZA_VAT_NUMBER ZIP_CODE"
    );
    assert_eq!(names(DefaultUse::Off), "PH_MOBILE_NUMBER TR_PHONE_NUMBER ZA_MOBILE_NUMBER ZA_TELEPHONE_NUMBER");
}

/// Compiling is part of every start. The bound is loose, because tests are built with little optimization.
#[test]
fn compiling_is_quick() {
    let (start, before) = (Instant::now(), on_processor());
    compile::compile(&load::builtin()).unwrap();
    let took = on_processor().zip(before).map_or_else(|| start.elapsed(), |(after, before)| after - before);
    assert!(took.as_millis() < 3000, "{took:?}");
}

#[test]
fn numbers_are_found_only_whole_and_plain() {
    let set = RecognizerSet::builtin();
    let check = |text: &str, field: &str, expected: &[&str]| {
        assert_eq!(resolved(&set, text, TextKind::Number, field), expected, "{field} {text}");
    };
    check("4111111111111111", "x", &[]);
    check("4111111111111111", "card_no", &["CREDIT_CARD 4111111111111111"]);
    check("536904399", "employee.ssn", &["US_SSN 536904399"]);
    check("6705550187", "phone", &["PHONE_NUMBER 6705550187"]);
    check("6705550187", "phone.digits", &["PHONE_NUMBER 6705550187"]);
    check("19850412", "dob", &["DATE_OF_BIRTH 19850412"]);
    for text in
        ["4111111111111112", "4111111111111111.0", "-4111111111111111", "4111111111111111e0", "0.4111111111111111"]
    {
        check(text, "x", &[]);
    }
    // Epochs in seconds, milliseconds, microseconds and nanoseconds; prices, coordinates, counters.
    for text in
        ["1732406400", "1732406400123", "1732406400123456", "1732406400123456789", "3399.99", "52.5200066", "42"]
    {
        check(text, "x", &[]);
    }
}

#[test]
fn keys_are_read_as_text_and_never_typed() {
    let set = RecognizerSet::builtin();
    assert_eq!(resolved(&set, "bob@corp.com", TextKind::Key, "x"), ["EMAIL_ADDRESS bob@corp.com"]);
    assert_eq!(resolved(&set, "home", TextKind::Key, "phone"), [""; 0]);
}

#[test]
fn a_typed_field_is_found_whole_but_for_placeholders() {
    let set = RecognizerSet::builtin();
    let by_name = |text: &str| {
        let found = scan(&set, text, TextKind::Text, "customer.ssn");
        found
            .iter()
            .any(|one| one.pattern == Finding::BY_FIELD_NAME && one.score == Score::ONE && one.span.len() == text.len())
    };
    for text in ["000-00-0000", "secret", "5", "見本"] {
        assert!(by_name(text), "{text}");
    }
    for text in ["", " ", "-", "n/a", "Unset", "NULL", "***"] {
        assert!(!by_name(text), "{text}");
    }
}

#[test]
fn a_finding_of_the_same_family_stands_between_a_word_and_the_next() {
    let set = RecognizerSet::builtin();
    let check =
        |text: &str, expected: &[&str]| assert_eq!(resolved(&set, text, TextKind::Text, ""), expected, "{text}");
    check("phone 670-555-0187", &["PHONE_NUMBER 670-555-0187"]);
    check("phone 670-555-0187 gate 670-555-0199", &["PHONE_NUMBER 670-555-0187"]);
    check("phones 670-555-0187; 670-555-0199", &["PHONE_NUMBER 670-555-0187", "PHONE_NUMBER 670-555-0199"]);
}

#[test]
fn a_mask_bounds_what_is_returned() {
    let set = RecognizerSet::builtin();
    let text = "ssn 536-90-4399, bob@corp.com, 2024-01-01 and 536904399";
    let ssn = set.entity_index("US_SSN").unwrap();
    let mut found = Vec::new();
    let mut scratch = DetectScratch::default();
    for (floor, count) in [(0, 2), (400, 1), (850, 1), (851, 0)] {
        let mut mask = EntityMask::new();
        mask.insert_from(ssn, Score::from_thousandths(floor));
        found.clear();
        set.scan(text, TextKind::Text, &FieldHint::default(), &mask, &mut scratch, &mut found);
        assert_eq!(found.len(), count, "{floor}");
        assert!(found.iter().all(|one| one.entity == ssn && one.score.thousandths() >= floor));
    }
}

fn errors(text: &str) -> Vec<String> {
    let mut files = load::builtin();
    files.push(SourceFile { maker: Maker::User, name: "x.yaml".to_owned(), text: text.to_owned() });
    let errors = compile::compile(&files).err().unwrap_or_default();
    errors.iter().map(ToString::to_string).collect()
}

/// A sound file of a user.
const SOUND: &str = "\
id: crew
entity: CREW_ID
family: CREW_ID
title: Number of a crew member
default: change
references: [https://example.org/crew]
patterns:
  - {name: form, score: 0.5, regex: 'CR-\\d{5}'}
examples:
  match: [{text: 'by CR-12345', finds: CR-12345}]
  no_match: [{text: CR-1234, because: a digit is missing}]
";

#[test]
fn a_sound_file_of_a_user_loads() {
    assert_eq!(errors(SOUND), [""; 0]);
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("inside")).unwrap();
    std::fs::write(directory.path().join("inside/crew.yaml"), SOUND).unwrap();
    let set = RecognizerSet::with_directory(directory.path()).unwrap();
    assert_eq!(resolved(&set, "by CR-12345 now", TextKind::Text, ""), ["CREW_ID CR-12345"]);
    assert_ne!(set.identity(), RecognizerSet::builtin().identity());
    assert!(RecognizerSet::with_directory(&directory.path().join("missing")).is_err());
}

#[test]
fn a_scratch_serves_one_set_after_another() {
    let files = [SourceFile { maker: Maker::User, name: "x.yaml".to_owned(), text: SOUND.to_owned() }];
    let small = compile::compile(&files).unwrap();
    let whole = RecognizerSet::builtin();
    let mut scratch = DetectScratch::default();
    for (set, expected) in [(&small, 1), (&*whole, 0), (&small, 1)] {
        let mut found = Vec::new();
        let mask = EntityMask::all(set);
        set.scan("CR-12345", TextKind::Text, &FieldHint::default(), &mask, &mut scratch, &mut found);
        let crew = found.iter().filter(|one| set.entity(one.entity).entity.as_str() == "CREW_ID");
        assert_eq!(crew.count(), expected);
    }
}

#[test]
fn faults_are_told_all_at_once_with_their_lines() {
    let text = SOUND
        .replace("CREW_ID\nfamily", "crew\nfamily")
        .replace("default: change", "default: perhaps")
        .replace("[https://example.org/crew]", "[]")
        .replace("score: 0.5", "score: 1.5")
        .replace("title", "titel");
    let errors = errors(&text);
    for (place, part) in [
        ("x.yaml:4", "unknown key `titel`"),
        ("x.yaml:1", "`title` is missing"),
        ("x.yaml:2", "entity: a name is upper-case"),
        ("x.yaml:5", "default: is change, report or off"),
        ("x.yaml:6", "references: at least one source"),
        ("x.yaml:8", "score: is a number from 0 to 1"),
    ] {
        assert!(errors.iter().any(|error| error.starts_with(place) && error.contains(part)), "{part}: {errors:#?}");
    }
}

#[test]
fn what_does_not_load() {
    let check = |from: &str, to: &str, part: &str| {
        assert!(SOUND.contains(from), "{from}");
        let errors = errors(&SOUND.replace(from, to));
        assert!(errors.len() == 1 && errors[0].contains(part), "{part}: {errors:#?}");
    };
    check("id: crew", "id: us_ssn", "id `us_ssn` is taken by us/us_ssn.yaml");
    check("id: crew", "id: Crew", "an id is lower-case");
    check("CREW_ID\nfamily: CREW_ID", "US_SSN\nfamily: CREW_ID", "US_SSN is of family NATIONAL_ID already");
    check("CR-\\d{5}", "(?:CR)?", "can match nothing");
    check("CR-\\d{5}", "\\bCR-\\d{5}", "no anchors");
    check("CR-\\d{5}", "CR-(\\d{5}", "unclosed group");
    check("CR-\\d{5}", "(?:[a-z]{900}){900}", "");
    check("patterns:", "validators: [crew]\npatterns:", "unknown validator `crew`");
    check("patterns:", "field_names: [ssn]\npatterns:", "`ssn` is taken by `us_ssn`; only recognizers of one family");
    check("family: CREW_ID", "family: US_SSN", "family US_SSN has the name of an entity type of family NATIONAL_ID");

    check("patterns:", "context: {words: [number]}\npatterns:", "`number` says nothing alone");
    check("  no_match: [{text: CR-1234, because: a digit is missing}]\n", "", "at least one `no_match`");
    check("patterns:\n  - {name: form, score: 0.5, regex: 'CR-\\d{5}'}\n", "", "nothing to find by");
    check("finds: CR-12345", "finds: CR-99999", "is no part of the text");
    check("score: 0.5,", "score: 0.5, max_length: 99999,", "max_length");
    let long = format!("CR-{}", "x".repeat(5000));
    check("CR-\\d{5}", &long, "more than 4096 bytes");
    check("id: crew", "id: crew\nid: crew", "");
    check("id: crew", "id: [crew", "");
}

#[test]
fn faults_are_told_at_the_lines_of_their_keys() {
    let block = SOUND.replace(
        "  - {name: form, score: 0.5, regex: 'CR-\\d{5}'}\n",
        "  - name: form\n    score: 0.5\n    boundary: word\n    regex: 'CR-\\d{5}'\nfield_names:\n  - crew_id\n  - crew_no\n",
    );
    assert_eq!(errors(&block), [""; 0]);
    for (from, to, start) in [
        ("CR-\\d{5}'\nf", "CR-(\\d{5}'\nf", "x.yaml:11: regex: "),
        ("regex: 'CR-\\d{5}'", "regex: '\\d{5}'", "x.yaml:9: score: "),
        ("score: 0.5", "score: 5", "x.yaml:9: score: is a number"),
        ("boundary: word", "boundary: words", "x.yaml:10: boundary: "),
        ("score: 0.5", "score: 0.5\n    certain: true", "x.yaml:10: certain: "),
        ("score: 0.5", "score: 0.5\n    look_around: '('", "x.yaml:10: look_around: "),
        ("  - crew_no", "  - ssn", "x.yaml:14: field name `ssn` is taken"),
        ("id: crew\nentity: CREW_ID", "entity: CREW_ID\nid: us_ssn", "x.yaml:2: id `us_ssn` is taken"),
    ] {
        assert!(block.contains(from), "{from}");
        let errors = errors(&block.replace(from, to));
        assert!(errors.len() == 1 && errors[0].starts_with(start), "{start}: {errors:#?}");
    }
    // Without a field name either, what is wrong with the only pattern is all that is wrong.
    let errors = errors(&SOUND.replace("score: 0.5", "score: 5"));
    assert!(errors.len() == 1 && errors[0].starts_with("x.yaml:8: score: "), "{errors:#?}");
}

#[test]
fn files_whose_examples_do_not_hold_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("crew.yml");
    let errors = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let errors = RecognizerSet::with_directory(directory.path()).err().unwrap_or_default();
        errors.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(errors(SOUND), [""; 0]);
    for (from, to, line) in
        [("by CR-12345', finds: CR-12345", "by CR-12345', finds: CR-1234", 10), ("CR-1234,", "CR-12340,", 11)]
    {
        assert!(SOUND.contains(from), "{from}");
        let told = errors(&SOUND.replace(from, to));
        let start = format!("{}:{line}: the example does not hold", file.display());
        assert!(!told.is_empty() && told.iter().all(|one| one.starts_with(&start)), "{start}: {told:#?}");
    }
}

/// What is longer than a pattern's `max_length` is found to its end all the same.
#[test]
fn a_cut_match_reaches_to_the_end_of_its_word() {
    let set = RecognizerSet::builtin();
    let url = format!("https://example.org/{}?key=é", "a".repeat(5000));
    let found = scan(&set, &format!("see {url} now"), TextKind::Text, "");
    assert!(found.iter().any(|one| one.span.len() == url.len()));
}

#[test]
fn look_around_confirms_and_its_limit_finds_the_window() {
    let set = |look: &str| {
        let text = SOUND.replace("regex: 'CR-\\d{5}'", &format!("regex: '[a-z]+', look_around: '{look}'"));
        let text = text.replace("by CR-12345', finds: CR-12345", "xab', finds: xab");
        compile::compile(&[SourceFile { maker: Maker::User, name: "x.yaml".to_owned(), text }]).unwrap()
    };
    assert_eq!(resolved(&set("(?<=x:)[a-z]+"), "x:ab y:cd", TextKind::Text, ""), ["CREW_ID ab"]);
    // Catastrophic backtracking: the window counts as found.
    let text = format!("{}!", "a".repeat(100));
    let found = resolved(&set("(?:a(?=a)|aa(?=a))+b"), &text, TextKind::Text, "");
    assert_eq!(found, [format!("CREW_ID {text}")]);
}
