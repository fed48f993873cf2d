//! Business identifier codes: 8 or 11 characters with the code of a country (ISO 9362).

pub(super) fn accepts(text: &str) -> bool {
    let compact: String = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let (Some(party), Some(country)) = (compact.get(..4), compact.get(4..6)) else { return false };
    matches!(compact.len(), 8 | 11)
        && party.bytes().all(|byte| byte.is_ascii_alphabetic())
        && COUNTRIES.split(' ').any(|known| known == country)
}

/// ISO 3166-1 alpha-2, and XK for Kosovo.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR \
     BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET \
     FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ \
     IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML \
     MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS \
     PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL \
     TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

#[cfg(test)]
mod tests {
    /// Codes that banks publish: Deutsche Bank, Barclays, BNP Paribas.
    #[test]
    fn published_codes() {
        for text in ["DEUTDEFF", "DEUTDEFF500", "BARCGB22XXX", "BNPAFRPP", "deutdeff"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["DEUTXXFF", "DEUTDEF", "DEUTDEFF5", "D1UTDEFF"] {
            assert!(!super::accepts(text), "{text}");
        }
        assert_eq!(super::COUNTRIES.split(' ').count(), 250);
    }
}
