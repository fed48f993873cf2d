#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| privet_fuzz::tagger(data));
