//! Names that stand where the model sees little: at the start of a sentence, in questions, lists, beds and rows of numbers.

use super::behaviour::check;
use super::names::persons;
use privet::format::Text;

#[test]
fn who_does_something_is_found_at_the_start_of_a_sentence_and_in_questions() {
    persons(&[
        "[Mia] has not paid yet.",
        "Did [Mia] call you back?",
        "Is [Mia] in the office today?",
        "cc [Mia] on this please",
        "[Mia]'s mother called about the homework.",
        "[Mia] and I went shopping.",
        "[Mia Otto] was here today.",
        "[Otto] was late again.",
        "[Elke] is on holiday until Monday.",
        "[Otto] kommt heute nicht zur Arbeit.",
        "[Ella] has not paid yet.",
        "[Uma Thurman] was there.",
        "Has [Ray Pope] paid?",
        "Has [Sunil Walker] paid?",
        "Has [Becker] signed the lease yet?",
        "The contract with [Babic] expires in May.",
        "[Becker] speaking, how can I help?",
        "[Sarah J.] said ok",
        "[Priya S.] paid the bill yesterday.",
        "[Anna K.] left. [Tom B.] stayed.",
        "The letter from [Becker] arrived yesterday.",
        "[Jack] & [Tom] are engaged.",
        "Add my son [Max Frost].",
        "Die Familie [Hoffmann] zieht aus.",
        "Die Patientin [Goldberg] wurde entlassen.",
        "[Albright, Sarah]: 3 nights, paid",
        "2. [Albright, Sarah]",
        "Bed 2 Mr [Noble] 67M, Bed 3 Mrs [Okafor] 82F",
        "Bay 4 Mrs [Okafor] 82F awaiting scan",
        "Seat 12 Ms [Okafor] 1 bag",
        "Paid Otto 20, Mia 15, [Sunil] 30.",
    ]);
}

#[test]
fn towns_are_found_in_questions_and_by_what_is_near() {
    check(&Text, "Is Cambridge far from here?", "Is <LOCATION> far from here?");
    check(&Text, "Near Leeds there is a lake.", "Near <LOCATION> there is a lake.");
}

#[test]
fn words_that_only_look_so_are_nobody() {
    persons(&[
        "It has not paid yet.",
        "Has anybody signed the lease yet?",
        "May is a warm month, and March was not.",
        "Then the cooper made a barrel.",
        "Der Antrag auf Verlängerung der Aufenthaltserlaubnis wurde abgelehnt.",
    ]);
}

#[test]
fn paths_doses_and_rows_of_numbers_are_no_address() {
    for text in [
        "Use POST /v1/anonymize",
        "Customer: Yes. F-R-O-S-T.",
        "Model A100, driver 535, CUDA 12, Torch 2.1.",
        "Na 140, K 4.1, Cl 100, Cr 80, Hb 12, Plt 250.",
        "Aspirin 75 mg OD, Clopidogrel 75 mg OD",
        "The Apgar score was 9; Glasgow scale 15.",
        "base32 (RFC 4648)",
    ] {
        check(&Text, text, text);
    }
}

#[test]
fn who_lives_there_is_found_without_a_comma_and_before_it() {
    for (text, expected) in [
        ("Name/Address: Sarah Pargeter 12 High Street Leeds", "Name/Address: <PERSON> <STREET_ADDRESS>"),
        ("Mrs Pargeter 12 High Street Leeds LS1 4DY", "Mrs <PERSON> <STREET_ADDRESS>"),
        ("Collect from Tom, 12 High Street, Leeds.", "Collect from <PERSON>, <STREET_ADDRESS>."),
        ("Rothschild Blvd 22, Tel Aviv", "<STREET_ADDRESS>"),
        ("Suite 5, Mrs Park, 12 High Street, Leeds", "<STREET_ADDRESS>, Mrs <PERSON>, <STREET_ADDRESS>"),
    ] {
        check(&Text, text, expected);
    }
}
