//! Identities of mobile subscribers: 14 or 15 digits that begin with an assigned mobile country code.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    (14..=15).contains(&digits.len()) && is_assigned(super::number(digits.get(..3).unwrap_or_default()))
}

/// Mobile country codes: ITU-T E.212, annex to ITU Operational Bulletin 1162, and the test network 001.
const fn is_assigned(code: u32) -> bool {
    matches!(code,
        1 | 202 | 204 | 206 | 208 | 212..=214 | 216 | 218..=222 | 226 | 228 | 230..=232 | 234 | 235 | 238 | 240 | 242
        | 244 | 246..=248 | 250 | 255 | 257 | 259 | 260 | 262 | 266 | 268 | 270 | 272 | 274 | 276 | 278 | 280
        | 282..=284 | 286 | 288..=290 | 292..=295 | 297 | 302 | 308 | 310..=314 | 316 | 330 | 334 | 338 | 340 | 342
        | 344 | 346 | 348 | 350 | 352 | 354 | 356 | 358 | 360 | 362..=366 | 368 | 370 | 372 | 374 | 376 | 400..=402
        | 404 | 405 | 410 | 412..=422 | 424..=429 | 432 | 434 | 436..=438 | 440 | 441 | 450 | 452 | 454..=457 | 460
        | 466 | 467 | 470 | 472 | 502 | 505 | 510 | 514 | 515 | 520 | 525 | 528 | 530 | 536 | 537 | 539..=555
        | 602..=643 | 645..=655 | 657..=659 | 702 | 704 | 706 | 708 | 710 | 712 | 714 | 716 | 722 | 724 | 730 | 732
        | 734 | 736 | 738 | 740 | 742 | 744 | 746 | 748 | 750 | 901 | 902 | 991 | 995 | 999)
}

#[cfg(test)]
mod tests {
    /// ITU-T E.212, section 4: three digits of country, two or three of network, the rest the subscriber.
    #[test]
    fn country_codes() {
        for text in ["310150123456789", "262011234567890", "46000123456789", "460001234567890"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["123456789012345", "3101501234567", "3101501234567890"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
