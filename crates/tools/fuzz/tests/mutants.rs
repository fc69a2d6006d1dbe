//! Runs every target with its seeds and with mutants of them.
//!
//! `DOORWARD_FUZZ_SECONDS` is the time for each target, or `DOORWARD_FUZZ_INPUTS` the number of
//! inputs. `DOORWARD_FUZZ_SEED` selects the mutants. By default the same few thousand are used each
//! time.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use doorward_fuzz::mutate::{MutationRng, mutant};
use doorward_fuzz::{TARGETS, run_target, targets};

/// Default number of mutants.
const MUTANTS: u64 = 1000;
/// Maximum total size of a target's seeds in bytes.
const MOST_SEEDS: usize = 8 * 1024;

/// A guard that prints the input if the check panics.
struct Witness<'a>(&'a str, &'a [u8]);

impl Drop for Witness<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Self(name, input) = self;
            println!("the input of {name} is b\"{}\"", input.escape_ascii());
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

fn seeds(name: &str) -> Vec<Vec<u8>> {
    let directory = root().join("fuzz/seeds").join(name);
    let entries = std::fs::read_dir(&directory).unwrap_or_else(|_| panic!("{name} has no seeds"));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect()
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn attack(name: &str) {
    let pool = seeds(name);
    for input in &pool {
        let _witness = Witness(name, input);
        run_target(name, input);
    }
    let values = TARGETS
        .iter()
        .find(|target| target.name == name)
        .unwrap()
        .words;
    let mut chance = MutationRng::new(setting("DOORWARD_FUZZ_SEED").unwrap_or(1));
    let time = setting("DOORWARD_FUZZ_SECONDS").map(Duration::from_secs);
    let inputs = setting("DOORWARD_FUZZ_INPUTS").unwrap_or(MUTANTS);
    let start = Instant::now();
    let mut count = 0;
    while time.map_or(count < inputs, |time| start.elapsed() < time) {
        let input = mutant(&mut chance, &pool, values);
        let _witness = Witness(name, &input);
        run_target(name, &input);
        count += 1;
    }
    println!("{name}: {count} mutants of {} seeds", pool.len());
}

macro_rules! attacks {
    ($($name:ident),+ $(,)?) => {
        $(#[test]
        fn $name() {
            attack(stringify!($name));
        })+

        #[test]
        fn each_target_is_attacked_with_small_seeds() {
            let attacked = [$(stringify!($name)),+];
            assert_eq!(TARGETS.map(|target| target.name), attacked);
            for name in attacked {
                let seeds = seeds(name);
                assert!(seeds.len() >= 3, "{name} has {} seeds", seeds.len());
                assert!(seeds.iter().map(Vec::len).sum::<usize>() <= MOST_SEEDS, "{name}");
                let program = root().join(format!("fuzz/fuzz_targets/{name}.rs"));
                let text = std::fs::read_to_string(&program).unwrap();
                assert!(text.contains(&format!("run_target(\"{name}\", input)")), "{name}");
            }
        }
    };
}

attacks!(
    access_token,
    authorization_details,
    client_certificate,
    client_document,
    dpop,
    form,
    json,
    key_set,
    ldap_message,
    ldap_name,
    redirect_uri,
    registration,
    request_object,
    saml_message,
    saml_metadata,
    saml_query,
    scim_filter,
    scope,
);

type Matcher = fn(&str, &str) -> bool;

/// The oracle of redirect URIs is independent: mutants distinguish it from each of these mistakes.
#[test]
fn matcher_with_mistake_is_found_out() {
    let mistaken: [(&str, Matcher); 4] = [
        ("a prefix will do", |registered, presented| {
            presented.starts_with(registered)
        }),
        ("case does not count", str::eq_ignore_ascii_case),
        ("nothing but equality", |registered, presented| {
            registered == presented
        }),
        ("localhost is a literal", |registered, presented| {
            let literal = |uri: &str| uri.replace("localhost", "127.0.0.1");
            targets::redirect_uri::matches(&literal(registered), &literal(presented))
        }),
    ];
    let pool = seeds("redirect_uri");
    for (mistake, matches) in mistaken {
        let mut chance = MutationRng::new(1);
        let is_found = (0..20_000).any(|_| {
            let input = mutant(&mut chance, &pool, targets::redirect_uri::TARGET.words);
            let text = String::from_utf8_lossy(&input);
            let (registered, presented) = text.split_once('\n').unwrap_or((&text, &text));
            matches(registered, presented) != targets::redirect_uri::matches(registered, presented)
        });
        assert!(is_found, "{mistake}");
    }
}

/// Valid seeds are accepted, so that the checks after the acceptance are reached.
#[test]
fn second_reader_of_tokens_accepts_and_rejects() {
    let accepted = |input: &[u8]| {
        let mut parts = input[1..].splitn(2, |byte| *byte == b'\n');
        let (header, payload) = (parts.next().unwrap(), parts.next().unwrap_or_default());
        let token = doorward_fuzz::keys::rs256(header, payload);
        targets::access_token::accepts(&token).is_some()
    };
    let seeds = seeds("access_token");
    let signed = || seeds.iter().filter(|seed| seed.starts_with(b"s"));
    assert!(signed().filter(|seed| accepted(seed)).count() >= 2);
    assert!(signed().any(|seed| !accepted(seed)));
}
