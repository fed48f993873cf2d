//! German tax numbers: office, district and number as each state writes them, or in the form for all states.

/// How the form for all states begins: the state, and a part of the office.
const STATES: [&[u32]; 16] = [
    &[1, 0],
    &[1, 1],
    &[2, 1],
    &[2, 2],
    &[2, 3],
    &[2, 4],
    &[2, 6],
    &[2, 7],
    &[2, 8],
    &[3, 0],
    &[3, 1],
    &[3, 2],
    &[4, 0],
    &[4, 1],
    &[5],
    &[9],
];

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    match digits.len() {
        10 | 11 => digits.iter().any(|digit| *digit > 0),
        13 => digits.get(4) == Some(&0) && STATES.iter().any(|state| digits.starts_with(state)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    /// ELSTER, "Prüfung der Steuer- und Steueridentifikationsnummer": the sixteen examples, one of each state.
    #[test]
    fn examples_of_the_states() {
        for text in [
            "93815/08152 2893081508152",
            "181/815/08155 9181081508155",
            "21/815/08150 1121081508150",
            "048/815/08155 3048081508155",
            "75 815 08152 2475081508152",
            "02/815/08156 2202081508156",
            "013 815 08153 2613081508153",
            "079/815/08151 4079081508151",
            "24/815/08151 2324081508151",
            "133/8150/8159 5133081508159",
            "22/815/0815/4 2722081508154",
            "010/815/08182 1010081508182",
            "201/123/12340 3201012312340",
            "101/815/08154 3101081508154",
            "29 815 08158 2129081508158",
            "151/815/08156 4151081508156",
        ] {
            let (of_the_state, of_all) = text.rsplit_once(' ').unwrap();
            assert!(super::accepts(of_the_state) && super::accepts(of_all), "{text}");
        }
        for text in ["2893181508152", "6893081508152", "000/000/00000", "181/815/081", "181815081556"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
