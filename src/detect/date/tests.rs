use super::*;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

fn check(text: &str, expected: &[&str]) {
    let mut found = Vec::new();
    search(text, Names::Possible, |span, form| {
        let name = FORMS.iter().find(|(_, other)| *other == form).unwrap().0;
        found.push(format!("{name}: {}", span.of(text)));
    });
    assert_eq!(found, expected, "{text}");
}

/// The whole text is one finding of that form.
fn whole(form: &str, texts: &[&str]) {
    for text in texts {
        check(text, &[&format!("{form}: {text}")]);
        let inside = format!("x ({text}), y");
        check(&inside, &[&format!("{form}: {text}")]);
    }
}

#[test]
fn dates_in_digits() {
    whole(
        "date",
        &["2024-03-09", "2024/3/9", "2024.03.09", "9.3.2024", "09/03/2024", "12-31-2024", "31-12-2024", "9. 3. 2024"],
    );
    whole("date", &["2024年3月9日", "2024년 3월 9일", "2024년3월9일", "9 d’octubre 2024", "2024. 03. 09"]);
    whole("date with a short year", &["09/03/24", "9.3.24", "31-12-85"]);
    whole("date without separators", &["20240309", "19850412"]);
    whole("month and year in digits", &["03/2024", "2024-03"]);
    whole("year", &["2024", "1985", "1990s"]);
}

#[test]
fn dates_with_names_in_seven_languages() {
    whole(
        "date",
        &[
            "9 March 2024",
            "9th of March 2024",
            "March 9, 2024",
            "March 9th 2024",
            "Mar. 9, 2024",
            "09-Mar-2024",
            "09/Mar/2024",
        ],
    );
    whole("date", &["9. März 2024", "9. Dezember 1999", "9. Okt. 2024"]);
    whole("date", &["9 février 2024", "1er mars 2024", "9 août 2024", "9 mai 2024"]);
    whole(
        "date",
        &["9 de marzo de 2024", "9 de setiembre del 2024", "9 marzo 2024", "1º de março de 2024", "9 gennaio 2024"],
    );
    whole("date", &["9 maart 2024", "9 mei 2024", "2024-Mar-09", "2024 March 9"]);
    whole("date", &["9-12 March 2024", "9 to 12 March 2024", "9.–12. März 2024", "9 al 12 de marzo de 2024"]);
    whole(
        "date",
        &[
            "Saturday, 9 March 2024",
            "Sat, 09 Mar 2024",
            "Samstag, den 9. März 2024",
            "samedi 9 mars 2024",
            "sábado, 9 de marzo de 2024",
            "Sat 3/9/2024",
        ],
    );
    whole("date with a short year", &["09-Mar-24", "9 March '24", "9 Mar 24"]);
    whole("month and year", &["March 2024", "März 2024", "marzo de 2024", "Mar '24", "2024年3月"]);
    whole("day and month", &["9 March", "March 9", "March 9th", "9. März", "9 de marzo", "9 maart", "May 9"]);
    whole("day of the week", &["Monday", "Mittwoch", "jeudi", "miércoles", "giovedì", "donderdag"]);
}

#[test]
fn times() {
    whole(
        "time",
        &[
            "10:15",
            "10:15:30",
            "23:59:59.999",
            "10:15 pm",
            "10:15 p.m.",
            "10am",
            "10 AM",
            "10.30 Uhr",
            "10 Uhr",
            "10h30",
        ],
    );
    whole("time", &["10:15 UTC", "10:15Z", "10:15:00+02:00", "10:15 CET", "10:15 GMT+2"]);
    whole(
        "date and time",
        &[
            "2024-03-09T10:11:12Z",
            "2024-03-09T10:11:12.123456+01:00",
            "2024-03-09 10:11",
            "2024-03-09T10:11:12+01:00[Europe/Berlin]",
            "20240309T101112Z",
            "Sat, 09 Mar 2024 10:11:12 +0000",
            "Sat Mar  9 10:11:12 2024",
            "09/Mar/2024:10:11:12 +0000",
            "9.3.2024, 10:11 Uhr",
            "March 9, 2024 at 10:11 am",
            "9. März 2024 um 10 Uhr",
            "9 mars 2024 à 10h30",
            "3/9/2024 10:11:12 PM",
        ],
    );
}

#[test]
fn what_is_no_date() {
    for text in [
        "2024-13-09",
        "2024-02-30",
        "31/02/2024x",
        "45:10",
        "1.2.3",
        "10.12.20.24",
        "v1.2.2024.1",
        "0.2024",
        "$2024",
        "12345",
        "2200",
        "3.14",
        "1/2",
        "may be",
        "march on",
        "9 may be",
        "the mar",
        "abc2024-03-09",
        "2024-03-09x",
        "123-2024-03-09",
        "25:00x",
        "12,2024",
        "+2024",
        "99/99/9999",
        "sunny",
        "set 9",
        "room 12",
    ] {
        let mut found = Vec::new();
        search(text, Names::Possible, |span, form| found.push((span.of(text), form)));
        let full = found.iter().filter(|(_, form)| !matches!(form, Form::Year | Form::NumericMonth));
        assert_eq!(full.count(), 0, "{text}: {found:?}");
    }
}

#[test]
fn ranges_of_dates_are_found_in_both_parts() {
    check("2024-03-09/2024-03-12", &["date: 2024-03-09", "date: 2024-03-12"]);
    check("9 March to 12 March 2024", &["day and month: 9 March", "date: 12 March 2024"]);
    check("from 1.3.2024 - 9.3.2024.", &["date: 1.3.2024", "date: 9.3.2024"]);
    check("am 9. Okt.2024, um", &["date: 9. Okt.2024"]);
    check("March 9 - 10:15", &["date and time: March 9 - 10:15"]);
    check("We met on March 9. Then", &["day and month: March 9"]);
    check("na quinta-feira vou", &["day of the week: quinta-feira"]);
    check("1990-1995", &["year: 1990", "year: 1995"]);
    check("10:15 - 11:45", &["time: 10:15", "time: 11:45"]);
}

/// Every day of some years, in the orders of several languages, is found whole: the calendar is jiff's.
#[test]
fn every_day_is_found() {
    let months = [
        "January",
        "Februar",
        "mars",
        "abril",
        "maggio",
        "junho",
        "juli",
        "August",
        "septembre",
        "octubre",
        "novembre",
        "dezembro",
    ];
    let mut day = jiff::civil::date(1999, 12, 28);
    for _ in 0..800 {
        let (year, month, date) = (day.year(), day.month(), day.day());
        let name = months[usize::try_from(month).unwrap() - 1];
        for text in [
            format!("{year}-{month:02}-{date:02}"),
            format!("{date}.{month}.{year}"),
            format!("{month}/{date}/{year}"),
            format!("{date} {name} {year}"),
            format!("{name} {date}, {year}"),
            format!("{date}. {name} {year}"),
        ] {
            check(&format!("on {text}, then"), &[&format!("date: {text}")]);
        }
        day = day.tomorrow().unwrap();
    }
    for text in ["2023-02-29", "31.4.2024", "30 février 2024", "0.1.2024", "2024-00-10"] {
        let mut found = 0;
        search(text, Names::Possible, |_, form| found += u32::from(form == Form::Date));
        assert_eq!(found, 0, "{text}");
    }
}

/// What is known at a glance to be a moment is one.
#[test]
fn timestamps_are_moments() {
    let text =
        "(19|20|1[0-9])[0-9]{2}-(0[1-9]|1[0-9])-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,10})?[Zz]?";
    let mut runner = TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4096) });
    let counted = std::cell::Cell::new(0);
    let result = runner.run(&text, |text| {
        if is_timestamp(text.as_bytes()) {
            counted.set(counted.get() + 1);
            let mut found = Vec::new();
            search(&text, Names::None, |span, form| found.push((span, form)));
            prop_assert_eq!(found, vec![(Span::new(0, text.len()), Form::Moment)], "{}", text);
        }
        Ok(())
    });
    result.unwrap();
    assert!(counted.get() > 100, "{}", counted.get());
}
