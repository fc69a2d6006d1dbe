use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rstest::rstest;
use unicode_normalization::UnicodeNormalization as _;

use super::*;

const MONA: PasswordContext<'static> = PasswordContext {
    username: "mona.maier",
    email: "mona.m@lighthouse.example",
    names: &["Mona", "Maier-Grünwald"],
    site: "Doorward",
};

/// A policy with twelve characters, for deployments that require a second factor of all users.
const TWELVE: PasswordPolicy = PasswordPolicy {
    min_length: 12,
    min_score: 3,
};

fn check(password: &str) -> Result<(), PasswordError> {
    TWELVE.check(password, &MONA)
}

#[test]
fn minimum_length_is_fifteen_by_default() {
    let policy = PasswordPolicy::default();
    assert_eq!(policy.min_score, TWELVE.min_score);
    let short = policy.check("v9#Lq2!xTz7w4e", &MONA);
    assert_eq!(short, Err(PasswordError::TooShort { min: 15 }));
    assert_eq!(policy.check("v9#Lq2!xTz7w4eK", &MONA), Ok(()));
}

#[rstest]
#[case::words("gravel otter violin lamp")]
#[case::random("v9#Lq2!xTz7w")]
#[case::spaces_inside("seven blue   kettles sing")]
#[case::emoji("tin 🦊 under 🌧 bridge 42")]
#[case::another_script("сорок три жёлтых трамвая")]
#[case::a_very_short_name_inside("bobsleigh riding in Norway")]
#[case::the_mail_domain_inside("a lighthouse for whales, twice")]
fn strong_passwords_are_accepted(#[case] password: &str) {
    assert_eq!(check(password), Ok(()));
}

#[rstest]
#[case::eleven("v9#Lq2!xTz7", PasswordError::TooShort { min: 12 })]
#[case::empty("", PasswordError::TooShort { min: 12 })]
#[case::eleven_emoji("🦊🌧🌉🧵🧭🪵🥁🎻🧊🪜🪁", PasswordError::TooShort { min: 12 })]
#[case::twelve_that_compose_to_six("e\u{301}a\u{308}o\u{308}u\u{308}n\u{303}i\u{300}", PasswordError::TooShort { min: 12 })]
#[case::digits("314159265358979", PasswordError::NumericOnly)]
#[case::spaced_digits("3141 5926 5358 97", PasswordError::NumericOnly)]
#[case::full_width_digits("３１４１５９２６５３５８９７", PasswordError::NumericOnly)]
#[case::arabic_digits("٣١٤١٥٩٢٦٥٣٥٨٩٧", PasswordError::NumericOnly)]
#[case::common("qwertyuiop123", PasswordError::Common)]
#[case::common_in_capitals("QwertyUiop123", PasswordError::Common)]
#[case::common_in_full_width("ｑｗｅｒｔｙｕｉｏｐ１２３", PasswordError::Common)]
#[case::famous("correct horse battery staple", PasswordError::Common)]
#[case::user_name("mona.maier 2026!", PasswordError::TooSimilar { to: UserAttribute::Username })]
#[case::user_name_in_capitals("xx MONA.MAIER xx", PasswordError::TooSimilar { to: UserAttribute::Username })]
#[case::user_name_shuffled("reiam.anom.mo", PasswordError::TooSimilar { to: UserAttribute::Username })]
#[case::local_part("hello mona.m, hello", PasswordError::TooSimilar { to: UserAttribute::Email })]
#[case::address("mona.m@lighthouse.example", PasswordError::TooSimilar { to: UserAttribute::Email })]
#[case::part_of_the_address("m@lighthouse.example", PasswordError::TooSimilar { to: UserAttribute::Email })]
#[case::mail_domain("lighthouse12", PasswordError::TooSimilar { to: UserAttribute::Email })]
#[case::name_decomposed("xk Maier-Gru\u{308}nwald 7", PasswordError::TooSimilar { to: UserAttribute::Name })]
#[case::site("my doorward login", PasswordError::TooSimilar { to: UserAttribute::Site })]
#[case::keyboard("asdfghjkl;'asd", PasswordError::TooGuessable { pattern: Some(Pattern::Keyboard) })]
#[case::repeats("zxzxzxzxzxzxzx", PasswordError::TooGuessable { pattern: Some(Pattern::Repeats) })]
#[case::sequence("hijklmnopqrstuv", PasswordError::TooGuessable { pattern: Some(Pattern::Sequence) })]
fn weak_passwords_are_rejected_with_reason(#[case] password: &str, #[case] problem: PasswordError) {
    assert_eq!(check(password), Err(problem));
}

#[rstest]
#[case(256, Ok(()))]
#[case(257, Err(PasswordError::TooLong))]
#[case(5_000_000, Err(PasswordError::TooLong))]
fn upper_limit_counts_code_points(#[case] n: usize, #[case] result: Result<(), PasswordError>) {
    let password: String = "Vq7 lamp; otter? ".chars().cycle().take(n).collect();
    assert_eq!(check(&password), result);
}

#[rstest]
#[case::at_the_limit("🦊", 256, Ok(()))]
#[case::expands_to_18_code_points_each("\u{fdfa}", 60, Err(PasswordError::TooLong))]
fn upper_limit_applies_after_normalization(
    #[case] piece: &str,
    #[case] n: usize,
    #[case] result: Result<(), PasswordError>,
) {
    let policy = PasswordPolicy {
        min_score: 0,
        ..PasswordPolicy::default()
    };
    assert_eq!(policy.check(&piece.repeat(n), &MONA), result);
}

#[test]
fn policy_is_configurable() {
    let policy = PasswordPolicy {
        min_length: 8,
        min_score: 0,
    };
    assert_eq!(policy.check("zxzxzxzxzx!", &MONA), Ok(()));
    assert_eq!(
        policy.check("zxzxzx!", &MONA),
        Err(PasswordError::TooShort { min: 8 })
    );
    let strict = PasswordPolicy {
        min_length: 15,
        min_score: 4,
    };
    assert_eq!(
        strict.check("v9#Lq2!xTz7w", &MONA),
        Err(PasswordError::TooShort { min: 15 })
    );
}

#[test]
fn without_context_password_is_not_similar() {
    let nobody = PasswordContext::default();
    assert_eq!(
        PasswordPolicy::default().check("gravel otter violin lamp", &nobody),
        Ok(())
    );
}

#[test]
fn list_contains_common_and_no_random_passwords() {
    for word in [
        "password1234",
        "qwertyuiopasdf",
        "1q2w3e4r5t6y7u8i",
        "administrator",
        "12345678",
    ] {
        assert!(common::contains(word), "{word}");
    }
    let mut rng = StdRng::seed_from_u64(3);
    let tokens = (0..20_000).map(|_| crate::secret::OpaqueToken::generate(&mut rng));
    let taken = tokens
        .filter(|token| common::contains(token.expose()))
        .count();
    assert!(taken <= 3, "{taken} of 20,000, where 0.3 are expected");
}

#[test]
fn hostile_passwords_are_checked_quickly() {
    let policy = PasswordPolicy::default();
    let long = [
        "a1".repeat(128),
        "p4ssw0rd".repeat(32),
        "qwertz19991231".repeat(18),
        "@4e3i1!o0s5$".repeat(21),
    ];
    for password in long {
        let started = std::time::Instant::now();
        let result = policy.check(&password, &MONA);
        assert!(
            started.elapsed().as_secs() < 5,
            "{result:?} for {password} took too long"
        );
    }
}

const CHEAP: HashParams = HashParams { m: 64, t: 1, p: 1 };

fn make(password: &str, params: &HashParams) -> String {
    hash(
        password,
        params,
        &mut HashMemory::new(),
        &mut StdRng::seed_from_u64(5),
    )
    .unwrap()
}

#[test]
fn hash_is_phc_string_with_parameters_and_fresh_salt() {
    let mut rng = StdRng::seed_from_u64(5);
    let mut memory = HashMemory::new();
    let params = HashParams::default();
    let first = hash("pässword", &params, &mut memory, &mut rng).unwrap();
    let second = hash("pässword", &params, &mut memory, &mut rng).unwrap();
    assert!(
        first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{first}"
    );
    assert_ne!(first, second);
    assert_eq!(verify(&first, "pässword", &mut memory), Ok(true));
    assert_eq!(verify(&first, "password", &mut memory), Ok(false));
    assert_eq!(
        memory.allocated_bytes(),
        params.m as usize * 1024,
        "the memory is kept"
    );
}

#[rstest]
#[case::composed("Zo\u{eb} \u{212b}ngstr\u{f6}m")]
#[case::decomposed("Zoe\u{308} A\u{30a}ngstro\u{308}m")]
#[case::compatibility("\u{ff3a}o\u{eb} \u{c5}ngstr\u{f6}m")]
fn each_spelling_of_password_verifies(#[case] typed: &str) {
    let phc = make("Zoë Ångström", &CHEAP);
    assert_eq!(verify(&phc, typed, &mut HashMemory::new()), Ok(true));
}

#[test]
fn long_password_is_not_truncated() {
    let long = "x".repeat(1024);
    let phc = make(&long, &CHEAP);
    let mut memory = HashMemory::new();
    assert_eq!(verify(&phc, &long, &mut memory), Ok(true));
    assert_eq!(verify(&phc, &long[..1023], &mut memory), Ok(false));
    assert_eq!(
        verify(&make("a\0b", &CHEAP), "a\0c", &mut memory),
        Ok(false)
    );
}

#[test]
fn reference_implementations_hash_verifies() {
    // phc-winner-argon2: printf password | argon2 somesalt -id -t 2 -m 16 -p 1 -l 24 -e
    let phc =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    let mut memory = HashMemory::new();
    assert_eq!(verify(phc, "password", &mut memory), Ok(true));
    assert_eq!(verify(phc, "Password", &mut memory), Ok(false));
    assert!(needs_rehash(phc, &HashParams::default()));
    memory.shrink_to(&CHEAP);
    assert_eq!(memory.allocated_bytes(), CHEAP.m as usize * 1024);
}

#[rstest]
#[case::same(CHEAP, false)]
#[case::memory(HashParams { m: 128, ..CHEAP }, true)]
#[case::passes(HashParams { t: 2, ..CHEAP }, true)]
#[case::lanes(HashParams { p: 2, ..CHEAP }, true)]
fn changed_parameters_require_rehash(#[case] today: HashParams, #[case] expected: bool) {
    assert_eq!(needs_rehash(&make("x", &CHEAP), &today), expected);
}

#[rstest]
#[case::empty("", HashError::Malformed)]
#[case::words("not a hash", HashError::Malformed)]
#[case::no_output("$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ", HashError::Malformed)]
#[case::bcrypt(
    "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
    HashError::Malformed
)]
#[case::scrypt(
    "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E",
    HashError::Unsupported
)]
#[case::memory_bomb(
    "$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    HashError::TooExpensive
)]
#[case::time_bomb(
    "$argon2id$v=19$m=64,t=1000000,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    HashError::TooExpensive
)]
#[case::tiny_output(
    "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMa",
    HashError::Unsupported
)]
fn unusable_stored_hashes_are_errors_not_matches(#[case] phc: &str, #[case] error: HashError) {
    assert_eq!(verify(phc, "x", &mut HashMemory::new()), Err(error));
}

#[test]
fn dummy_hash_costs_same_work_and_never_matches() {
    let dummy = dummy_phc(&CHEAP).unwrap();
    assert!(!needs_rehash(&dummy, &CHEAP));
    assert_eq!(dummy.len(), make("x", &CHEAP).len());
    for password in ["", "x", "password"] {
        assert_eq!(verify(&dummy, password, &mut HashMemory::new()), Ok(false));
    }
    let absurd = HashParams {
        m: 1 << 30,
        ..CHEAP
    };
    assert_eq!(dummy_phc(&absurd), Err(HashError::TooExpensive));
    assert_eq!(
        dummy_phc(&HashParams { p: 0, ..CHEAP }),
        Err(HashError::Parameters)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn all_normal_forms_verify(password in "\\PC{0,40}") {
        let phc = make(&password, &CHEAP);
        let spellings: [String; 4] = [
            password.nfc().collect(),
            password.nfd().collect(),
            password.nfkc().collect(),
            password.nfkd().collect(),
        ];
        let mut memory = HashMemory::new();
        for spelling in spellings {
            prop_assert_eq!(verify(&phc, &spelling, &mut memory), Ok(true));
            prop_assert!(is_same(&password, &spelling));
            prop_assert!(!is_same(&password, &(spelling + "x")));
        }
    }

    #[test]
    fn policy_never_panics(password: String, username: String, email: String, name: String) {
        let words = PasswordContext { username: &username, email: &email, names: &[&name], site: "" };
        let policy = PasswordPolicy { min_length: 1, min_score: 0 };
        if policy.check(&password, &words).is_ok() {
            prop_assert!(!password.is_empty());
        }
    }

    #[test]
    fn foreign_phc_strings_never_panic(text: String) {
        prop_assert!(verify(&text, "x", &mut HashMemory::new()).is_err());
    }
}
