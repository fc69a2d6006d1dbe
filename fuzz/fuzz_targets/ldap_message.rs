//! libFuzzer on this target.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| doorward_fuzz::run_target("ldap_message", input));
