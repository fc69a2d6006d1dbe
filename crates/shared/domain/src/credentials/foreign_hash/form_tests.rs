//! Sign-in verifies each form that the import accepts: a vector for each form, and no error for any
//! accepted text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use proptest::prelude::*;
use rstest::rstest;

use super::tests::{PASSWORD, check, matches};
use super::*;

/// Hashes of [`PASSWORD`], made by hashlib, argon2-cffi 25.1 and passlib 1.7.4, each with the form that
/// is stored.
const VECTORS: &[(&str, &str)] = &[
    // Outputs of other lengths: 16 bytes were Django's default until 2021 (argon2-cffi before 21.2).
    (
        "argon2$argon2i$v=19$m=512,t=2,p=2$YzI5dFpYTmhiSFEx$tcDB+P3wpEXyD1+6PuNCYA",
        "argon2i$v=19,m=512,t=2,p=2",
    ),
    (
        "$argon2id$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$sGgdqMCJiUiyy2YSyFVbGg",
        "argon2id$v=19,m=64,t=1,p=1",
    ),
    (
        "$argon2id$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$/0QhULYEwacZnEUEUZGH1alg5Us2VALc",
        "argon2id$v=19,m=64,t=1,p=1",
    ),
    (
        "$argon2id$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$L4W1gWtif3c+bstcMcqlJONnzDqO8CegIT3W+uKoHB0",
        "argon2id$v=19,m=64,t=1,p=1",
    ),
    (
        "$argon2id$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$s2gfCa4vvefJrArlVA4l9usy+pzp1FpcGINwhgpijy2CijaQFEeyQ/IxhDrbSpnbBttytV/9uMY+EEe++p0gdQ",
        "argon2id$v=19,m=64,t=1,p=1",
    ),
    (
        "$argon2i$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$jsedYZuzdbgdsSzcJQ0twQ",
        "argon2i$v=19,m=64,t=1,p=1",
    ),
    (
        "$argon2i$v=19$m=64,t=1,p=2$c2FsdHNhbHQ$geoVUoU2LK2EVk2siaWCvQ",
        "argon2i$v=19,m=64,t=1,p=2",
    ),
    (
        "$argon2i$v=16$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$2tGE8cNRcos8F2Fdajaf4cfu6i4Q70zMmWOmCWIFWM0",
        "argon2i$v=16,m=64,t=1,p=1",
    ),
    (
        "$argon2d$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AsmvVxVPfAnc5/fWWwhMaUyQThz3PkbO",
        "argon2d$v=19,m=64,t=1,p=1",
    ),
    (
        "{argon2}$argon2id$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$sGgdqMCJiUiyy2YSyFVbGg",
        "argon2id$v=19,m=64,t=1,p=1",
    ),
    (
        "{argon2@SpringSecurity_v5_8}$argon2id$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$sGgdqMCJiUiyy2YSyFVbGg",
        "argon2id$v=19,m=64,t=1,p=1",
    ),
    (
        "{ARGON2ID}$argon2id$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$sGgdqMCJiUiyy2YSyFVbGg",
        "argon2id$v=19,m=64,t=1,p=1",
    ),
    (
        "{ARGON2I}$argon2i$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$jsedYZuzdbgdsSzcJQ0twQ",
        "argon2i$v=19,m=64,t=1,p=1",
    ),
    (
        "3|$argon2id$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$L4W1gWtif3c+bstcMcqlJONnzDqO8CegIT3W+uKoHB0",
        "argon2id$v=19,m=64,t=1,p=1",
    ),
    (
        "2|$argon2i$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$jsedYZuzdbgdsSzcJQ0twQ",
        "argon2i$v=19,m=64,t=1,p=1",
    ),
    (
        "1|$2y$04$A0M453.jkAeJtsOOIXH.d.E7kw0v572hz.DVlvRFihxk3lBR/bQ4S",
        "bcrypt$v=2y,c=4",
    ),
    (
        "$2a$04$A0M453.jkAeJtsOOIXH.d.E7kw0v572hz.DVlvRFihxk3lBR/bQ4S",
        "bcrypt$v=2a,c=4",
    ),
    (
        "$2b$04$A0M453.jkAeJtsOOIXH.d.E7kw0v572hz.DVlvRFihxk3lBR/bQ4S",
        "bcrypt$v=2b,c=4",
    ),
    (
        "$2y$04$A0M453.jkAeJtsOOIXH.d.E7kw0v572hz.DVlvRFihxk3lBR/bQ4S",
        "bcrypt$v=2y,c=4",
    ),
    (
        "{bcrypt}$2a$04$A0M453.jkAeJtsOOIXH.d.E7kw0v572hz.DVlvRFihxk3lBR/bQ4S",
        "bcrypt$v=2a,c=4",
    ),
    (
        "{BLF-CRYPT}$2y$04$A0M453.jkAeJtsOOIXH.d.E7kw0v572hz.DVlvRFihxk3lBR/bQ4S",
        "bcrypt$v=2y,c=4",
    ),
    (
        "{CRYPT}$2y$04$A0M453.jkAeJtsOOIXH.d.E7kw0v572hz.DVlvRFihxk3lBR/bQ4S",
        "bcrypt$v=2y,c=4",
    ),
    (
        "$bcrypt-sha256$v=2,t=2b,r=4$A0M453.jkAeJtsOOIXH.d.$l4PAQVfZ0QACOpGiTzcjg/KMenKkGny",
        "bcrypt-hmac-sha256$v=2b,c=4",
    ),
    (
        "$bcrypt-sha256$2b,4$A0M453.jkAeJtsOOIXH.d.$bHVrLbBRtsltbXNbewo8QdL/8/sUjcC",
        "bcrypt-sha256-base64$v=2b,c=4",
    ),
    // Passlib writes `.` for `+`.
    (
        "$pbkdf2$1000$AAECAwQFBgcICQoLDA0ODw$HaNWgMoqckT.rdjMrX0XxS68qVw",
        "pbkdf2-sha1$i=1000",
    ),
    (
        "$pbkdf2-sha256$1000$.//.AAECAwQFBgcICQoLDA0ODw$1CA1yTEIP2kTSKlnQZxCnDhngbDM04hbjKf58xDtPks",
        "pbkdf2-sha256$i=1000",
    ),
    (
        "$pbkdf2-sha512$1000$AAECAwQFBgcICQoLDA0ODw$ZA2iJRWxbrDa7/CvqlrI12VOaSbmlRhPNGYYYsm0tOjjgjimyVNJTfSrw6TqhKOREKt393CkQK9vqkiifnWiSQ",
        "pbkdf2-sha512$i=1000",
    ),
    (
        "{PBKDF2}1000$AAECAwQFBgcICQoLDA0ODw$HaNWgMoqckT.rdjMrX0XxS68qVw",
        "pbkdf2-sha1$i=1000",
    ),
    (
        "{PBKDF2-SHA256}1000$AAECAwQFBgcICQoLDA0ODw$VrVVFC9l06r9lwjSM7.3.X7DO36uYtywnmEE.lVFjBA",
        "pbkdf2-sha256$i=1000",
    ),
    (
        "{PBKDF2-SHA512}1000$AAECAwQFBgcICQoLDA0ODw$ZA2iJRWxbrDa7/CvqlrI12VOaSbmlRhPNGYYYsm0tOjjgjimyVNJTfSrw6TqhKOREKt393CkQK9vqkiifnWiSQ",
        "pbkdf2-sha512$i=1000",
    ),
    (
        "$pbkdf2-sha1$i=1000,l=20$AAECAwQFBgcICQoLDA0ODw$HaNWgMoqckT+rdjMrX0XxS68qVw",
        "pbkdf2-sha1$i=1000",
    ),
    (
        "$pbkdf2-sha256$i=1000,l=32$AAECAwQFBgcICQoLDA0ODw$VrVVFC9l06r9lwjSM7+3+X7DO36uYtywnmEE+lVFjBA",
        "pbkdf2-sha256$i=1000",
    ),
    (
        "$pbkdf2-sha256$i=1000$AAECAwQFBgcICQoLDA0ODw$VrVVFC9l06r9lwjSM7+3+X7DO36uYtywnmEE+lVFjBA",
        "pbkdf2-sha256$i=1000",
    ),
    (
        "$pbkdf2-sha512$i=1000,l=64$AAECAwQFBgcICQoLDA0ODw$ZA2iJRWxbrDa7/CvqlrI12VOaSbmlRhPNGYYYsm0tOjjgjimyVNJTfSrw6TqhKOREKt393CkQK9vqkiifnWiSQ",
        "pbkdf2-sha512$i=1000",
    ),
    (
        "{pbkdf2}00010203040506070d85d9e5ac0b953ee2fedd65231b0bf825bb7d8f14c59e37da61c71761496d8a",
        "pbkdf2-sha1$i=185000",
    ),
    (
        "{pbkdf2@SpringSecurity_v5_8}000102030405060708090a0b0c0d0e0fc0d9fe7107989965794acbf5d64b3a516a6c997404ed8cdfc483984db6438b42",
        "pbkdf2-sha256$i=310000",
    ),
    (
        "{PBKDF2}$1$0102030405060708$1000$edcfeb1f02cf0be200fdeaa0bd70309fd80eee3c",
        "pbkdf2-sha1$i=1000",
    ),
    (
        "$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$zuBDa+fSMTsX8JFgpfbUB8wMwYhixmuKz6ugonIwfXA",
        "scrypt$ln=4,r=8,p=1",
    ),
    (
        "{scrypt}$e0801$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==$xWZv6AXiUPG9ZSlPHLlZrrgX1iidqdeiRdyZp+id9vQ=",
        "scrypt$ln=14,r=8,p=1",
    ),
    (
        "{scrypt@SpringSecurity_v5_8}$100801$AAECAwQFBgcICQoLDA0ODw==$EVsDFGFvB46OoPDCFsmB+dT3pMkRUGyYCPXh4LLJxnQ=",
        "scrypt$ln=16,r=8,p=1",
    ),
    (
        "$foreign1$pbkdf2-sha256$i=1000$AAECAwQFBgcICQoLDA0ODw$VrVVFC9l06r9lwjSM7+3+X7DO36uYtywnmEE+lVFjBA",
        "pbkdf2-sha256$i=1000",
    ),
    // Django; more in `tests.rs`.
    (
        "pbkdf2_sha1$1000$AAECAwQFBgcICQoL$mRs1FrhgHpPlRZyjHqbeE8DLXGI=",
        "pbkdf2-sha1$i=1000",
    ),
    (
        "pbkdf2_sha256$1000$AAECAwQFBgcICQoL$CO3d3OaQ4AAD+qykjDjgeq/f4Paya9lT1mX8YhE2ckM=",
        "pbkdf2-sha256$i=1000",
    ),
    (
        "pbkdf2_sha512$1000$AAECAwQFBgcICQoL$VQ3tAlnlpCO4+5X2s8KYEwvt3tlolti2YhmDkuWUPab5yI0K9oGFjDrZ6ryKdB1yOe4ITlFE0iLm9T2yqU76jQ==",
        "pbkdf2-sha512$i=1000",
    ),
    (
        "bcrypt$$2b$04$A0M453.jkAeJtsOOIXH.d.E7kw0v572hz.DVlvRFihxk3lBR/bQ4S",
        "bcrypt$v=2b,c=4",
    ),
    (
        "bcrypt_sha256$$2b$04$A0M453.jkAeJtsOOIXH.d.e9x4qp3IZb9Y5D7TFr9GauPr.4MrD4K",
        "bcrypt-sha256$v=2b,c=4",
    ),
    (
        "scrypt$16$AAECAwQFBgcICQoL$8$1$1C2yX/TWEDpc+RfwZwRseQDlboOv0SXXiQifp9z/u3pvOnFpSNhkkcwVZr6F/5d79oCTLPRSI7epEu/etZyO7w==",
        "scrypt$ln=4,r=8,p=1",
    ),
    (
        "md5$ZpekibST6K1IvZuuEIyDqE$91a08cd74254740ee7a4219daedb47aa",
        "md5$m=64,t=1,p=1",
    ),
    (
        "sha1$salt$0b4bde3e6a57832854bd61d49c209a57d6cb694c",
        "sha1$m=64,t=1,p=1",
    ),
];

#[test]
fn each_form_has_vector_that_verifies() {
    for (text, form) in VECTORS {
        let hash = ForeignHash::from_text(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let stored = check(hash);
        let expected = format!("$foreign1${form}$");
        assert_eq!(ForeignHash::form_of(&stored), Some(&*expected), "{text}");
    }
    let has_vector = |prefix: &str| {
        let mut heads = VECTORS
            .iter()
            .filter_map(|(text, _)| text.get(..prefix.len()));
        heads.any(|head| head.eq_ignore_ascii_case(prefix))
    };
    for (prefix, _) in prefixed::FORMS {
        assert!(has_vector(prefix), "no vector for {prefix}");
    }
    for (name, _) in django::ALGORITHMS {
        assert!(has_vector(&format!("{name}$")), "no vector for {name}");
    }
}

const SALT: &str = "AAECAwQFBgcICQoLDA0ODw==";
const ARGON2: &str = r#","additionalParameters":{"hashLength":["16"],"memory":["64"],"type":["id"],
    "version":["1.3"],"parallelism":["1"]}"#;

#[test]
fn each_algorithm_of_keycloak_has_vector_that_verifies() {
    let vectors = [
        ("pbkdf2", 1000, SALT, "HaNWgMoqckT+rdjMrX0XxS68qVw=", ""),
        (
            "pbkdf2-sha256",
            1000,
            SALT,
            "VrVVFC9l06r9lwjSM7+3+X7DO36uYtywnmEE+lVFjBA=",
            "",
        ),
        (
            "pbkdf2-sha512",
            1000,
            SALT,
            "ZA2iJRWxbrDa7/CvqlrI12VOaSbmlRhPNGYYYsm0tOjjgjimyVNJTfSrw6TqhKOREKt393CkQK9vqkiifnWiSQ==",
            "",
        ),
        ("argon2", 1, SALT, "sGgdqMCJiUiyy2YSyFVbGg==", ARGON2),
        // The add-on keycloak-bcrypt, with an empty salt.
        (
            "bcrypt",
            4,
            "",
            "$2y$04$A0M453.jkAeJtsOOIXH.d.E7kw0v572hz.DVlvRFihxk3lBR/bQ4S",
            "",
        ),
    ];
    for (algorithm, iterations, salt, value, parameters) in vectors {
        let secret = format!(r#"{{"value":"{value}","salt":"{salt}"}}"#);
        let credential =
            format!(r#"{{"hashIterations":{iterations},"algorithm":"{algorithm}"{parameters}}}"#);
        check(ForeignHash::from_keycloak(&secret, &credential).unwrap());
    }
    for name in keycloak::ALGORITHMS {
        let mut known = vectors.iter();
        assert!(known.any(|(one, ..)| *one == name), "no vector for {name}");
    }
}

/// The example of <https://github.com/firebase/scrypt>.
const FIREBASE: &str = "hash_config {
  algorithm: SCRYPT,
  base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==,
  base64_salt_separator: Bw==,
  rounds: 8,
  mem_cost: 14,
}";
const FIREBASE_HASH: &str =
    "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";

#[test]
fn firebase_hash_verifies_without_signer_key() {
    let config = FirebaseConfig::parse(FIREBASE).unwrap();
    let hash = ForeignHash::from_firebase(FIREBASE_HASH, "42xEC+ixf3L2lw==", &config).unwrap();
    let stored = hash.to_stored().unwrap();
    assert_eq!(
        ForeignHash::form_of(&stored),
        Some("$foreign1$scrypt-firebase$ln=14,r=8,p=1$")
    );
    for hash in [hash, ForeignHash::from_stored(&stored).unwrap()] {
        assert!(matches(&hash, "user1password"));
        assert!(!matches(&hash, PASSWORD));
    }
    // The other alphabet, without padding.
    let other = FIREBASE_HASH.replace('/', "_").replace('+', "-");
    let other = other.trim_end_matches('=');
    let hash = ForeignHash::from_firebase(other, "42xEC-ixf3L2lw", &config).unwrap();
    assert_eq!(hash.to_stored().unwrap(), stored);
    for (hash, salt, error) in [
        ("", "", ForeignHashError::Unusable),
        ("AAAA", "42xEC+ixf3L2lw==", ForeignHashError::Malformed),
        (FIREBASE_HASH, "*", ForeignHashError::Malformed),
    ] {
        let read = ForeignHash::from_firebase(hash, salt, &config);
        assert_eq!(read.unwrap_err(), error);
    }
}

#[rstest]
#[case::other_algorithm("SCRYPT", "BCRYPT", "algorithm")]
#[case::no_key("base64_signer_key", "x", "base64_signer_key is missing")]
#[case::damaged_key("jxspr8Ki", "jxspr8K!", "base64_signer_key is not base64")]
#[case::no_number("rounds: 8", "rounds: eight", "rounds")]
fn incomplete_firebase_config_is_named(
    #[case] from: &str,
    #[case] to: &str,
    #[case] expected: &str,
) {
    let error = FirebaseConfig::parse(&FIREBASE.replacen(from, to, 1)).unwrap_err();
    assert!(error.contains(expected), "{error}");
    assert!(!error.contains("jxspr8K"), "{error}");
}

#[rstest]
#[case("$6$rounds=5000$usesomesillystri$D4IrlXatmP7rx3P3", "sha512-crypt")]
#[case("$1$salt$hash", "md5-crypt")]
#[case("$P$984478476IagS59wHZvyQMArzfx58u.", "phpass")]
#[case("{SSHA}MTIzNA==", "SSHA")]
#[case("{noop}secret", "noop")]
#[case("{CRYPT}ab1Hv2Lg7ltQo", "crypt")]
#[case("{a secret}", "an unknown algorithm")]
#[case("awscognito", "an unknown algorithm")]
fn unsupported_form_is_named(#[case] text: &str, #[case] name: &str) {
    let error = ForeignHash::from_text(text).unwrap_err();
    assert_eq!(error, ForeignHashError::Unsupported(name.to_owned()));
}

#[rstest]
#[case::other_length("$pbkdf2-sha1$i=1000,l=32$AAECAwQFBgcICQoLDA0ODw$HaNWgMoqckT+rdjMrX0XxS68qVw")]
#[case::other_order("$pbkdf2-sha1$l=20,i=1000$AAECAwQFBgcICQoLDA0ODw$HaNWgMoqckT+rdjMrX0XxS68qVw")]
#[case::odd_digits("{pbkdf2}000102030405060")]
#[case::no_digits("{pbkdf2@SpringSecurity_v5_8}00zz")]
#[case::short_argon2_salt("$argon2id$v=19$m=64,t=1,p=1$AAECAw$sGgdqMCJiUiyy2YSyFVbGg")]
#[case::n_above_limit(
    "$scrypt$ln=16,r=1,p=1$AAECAwQFBgcICQoLDA0ODw$zuBDa+fSMTsX8JFgpfbUB8wMwYhixmuKz6ugonIwfXA"
)]
#[case::too_long(&"$".repeat(600))]
fn damaged_text_is_rejected(#[case] text: &str) {
    let error = ForeignHash::from_text(text).unwrap_err();
    assert_eq!(error, ForeignHashError::Malformed);
}

fn bytes(longest: usize) -> impl Strategy<Value = String> {
    let bytes = proptest::collection::vec(any::<u8>(), 1..longest);
    bytes.prop_map(|bytes| STANDARD_NO_PAD.encode(bytes))
}

prop_compose! {
    /// Generates texts in and around the limits.
    fn texts()(
        kind in 0..4_u8,
        algorithm in prop_oneof![Just("i"), Just("d"), Just("id")],
        version in prop_oneof![Just(16), Just(19)],
        (m, t, p) in (8..200_u32, 1..3_u32, 1..18_u32),
        (log_n, r) in (0..18_u32, 0..3_u32),
        salt in bytes(70),
        output in bytes(70),
        bcrypt in "[./A-Za-z0-9]{53}",
    ) -> String {
        match kind {
            0 => format!("$argon2{algorithm}$v={version}$m={m},t={t},p={p}${salt}${output}"),
            1 => format!("$pbkdf2-sha512$i={t}${salt}${output}"),
            2 => format!("$scrypt$ln={log_n},r={r},p={}${salt}${output}", p % 3),
            _ => format!("$2b$04${bcrypt}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn accepted_hash_is_verified_without_error(text in texts()) {
        if let Ok(hash) = ForeignHash::from_text(&text) {
            prop_assert_eq!(hash.verify(PASSWORD, &mut HashMemory::new()), Ok(false));
        }
    }

    #[test]
    fn arbitrary_text_is_read_or_rejected(text in "(\\{[a-zA-Z0-9@_-]{0,12}\\}|[123]\\||)[$a-z0-9,=./+]{0,60}") {
        let _ = ForeignHash::from_text(&text);
        let _ = FirebaseConfig::parse(&text);
    }
}
