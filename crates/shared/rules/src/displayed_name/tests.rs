use doorward_protocol::registration::ClientMetadata;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;
use rstest::rstest;

use super::*;
use crate::client_registration::{self, RegistrationPolicy};
use crate::{passkey, profile};
use doorward_domain::model::{GivenScopes, PkcePolicy};

/// Names that a user or a client must not choose, with the reason.
pub const BAD: &[(&str, NameError)] = &[
    ("", NameError::Missing),
    (" \t\u{3000}", NameError::Missing),
    ("\u{3164}", NameError::Hidden),
    ("\u{ffa0}", NameError::Hidden),
    ("\u{115f}\u{1160}", NameError::Hidden),
    ("\u{2800}", NameError::Hidden),
    ("a\u{202e}b", NameError::Hidden),
    ("a\u{202a}b", NameError::Hidden),
    ("a\u{2066}b\u{2069}", NameError::Hidden),
    ("a\u{200e}", NameError::Hidden),
    ("a\u{200f}", NameError::Hidden),
    ("a\u{61c}", NameError::Hidden),
    ("a\u{200b}b", NameError::Hidden),
    ("a\u{200c}b", NameError::Hidden),
    ("a\u{200d}b", NameError::Hidden),
    ("\u{200d}", NameError::Hidden),
    ("a\u{2060}b", NameError::Hidden),
    ("a\u{2063}b", NameError::Hidden),
    ("a\u{feff}b", NameError::Hidden),
    ("a\u{ad}b", NameError::Hidden),
    ("a\u{34f}b", NameError::Hidden),
    ("a\u{180e}b", NameError::Hidden),
    ("a\u{e0041}b", NameError::Hidden),
    ("a\u{e0001}b", NameError::Hidden),
    ("🏴\u{e0067}\u{e0062}\u{e007f}", NameError::Hidden),
    ("a\u{fe0f}b", NameError::Hidden),
    ("a\u{e0100}", NameError::Hidden),
    ("a\u{17b4}", NameError::Hidden),
    ("a\nb", NameError::Hidden),
    ("a\r\nb", NameError::Hidden),
    ("a\0b", NameError::Hidden),
    ("a\u{85}b", NameError::Hidden),
    ("a\u{2028}b", NameError::Hidden),
    ("a\u{fffc}b", NameError::Hidden),
    ("a\u{e000}b", NameError::Hidden),
    ("a\u{ffff}b", NameError::Hidden),
    ("a\u{10ffff}b", NameError::Hidden),
    ("\u{301}a", NameError::Marks),
    ("a \u{301}b", NameError::Marks),
    (
        "z\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}",
        NameError::Marks,
    ),
    ("D\u{430}vid", NameError::Scripts),
    ("D\u{43e}\u{43e}r", NameError::Scripts),
    ("G\u{3bf}\u{3bf}gle", NameError::Scripts),
    ("G\u{585}ogle", NameError::Scripts),
    ("My \u{410}pple", NameError::Scripts),
    ("p\u{430}y-pal", NameError::Scripts),
];

/// Names in all scripts that everyone may choose.
pub const GOOD: &[&str] = &[
    "Alice",
    "Zoë O'Brien-Müller",
    "Zoe\u{308}",
    "Jean‑Luc d’Arc",
    "Łukasz Żółć",
    "İpek",
    "Nguyễn Thị Ánh",
    "Nguye\u{302}\u{303}n",
    "Σωκράτης",
    "Анна Иванова",
    "Anna Иванова",
    "דוד בן־גוריון",
    "דָּוִד",
    "محمد بن سلمان",
    "مُحَمَّد",
    "می\u{200c}خواهم",
    "สมชาย ใจดี",
    "กิตติ์",
    "हिन्दी",
    "क्\u{200d}ष",
    "അവന്\u{200d}",
    "অনির্বাণ",
    "র\u{200d}্যাব",
    "ශ්\u{200d}රී ලංකා",
    "မြန်မာ",
    "བསྟན་འཛིན",
    "ខ្មែរ",
    "김철수",
    "王小明",
    "葛\u{e0100}城",
    "田中さん",
    "Tanakaさん",
    "Annaの iPhone",
    "Anna의iPhone",
    "iPhoneของแม่",
    "Pixel 7 (work)",
    "Firefox on Linux, 2026",
    "Grüße 👋🏽",
    "👩🏽\u{200d}🚀 Mae",
    "I ❤\u{fe0f} tea",
    "Team 1\u{fe0f}\u{20e3}",
    "Acme GmbH & Co. KG",
    "Acme Security",
    "Ⅳ Chapter",
    "C++ / C# tools",
    "ＡＬＩＣＥ",
];

#[test]
fn bad_names_are_rejected_with_cause() {
    for (name, expected) in BAD {
        let found = check(name, 100);
        assert_eq!(found.as_ref().err(), Some(expected), "{name:?}");
        let administered = check_administered(name, 100);
        let is_free = *expected == NameError::Scripts;
        assert_eq!(administered.is_ok(), is_free, "{name:?}");
    }
}

#[test]
fn good_names_are_accepted_unchanged() {
    for name in GOOD {
        assert_eq!(check(name, 100).as_deref(), Ok(*name), "{name:?}");
        assert_eq!(without_hidden(name), *name, "{name:?}");
    }
    assert_eq!(check("  Alice\t", 100).as_deref(), Ok("Alice"));
}

#[test]
fn heaps_of_any_mark_are_rejected() {
    for mark in [
        '\u{301}', '\u{323}', '\u{489}', '\u{20dd}', '\u{e35}', '\u{93f}', '\u{fe20}',
    ] {
        let name = format!("a{}", mark.to_string().repeat(90));
        assert_eq!(check(&name, 100), Err(NameError::Marks), "{mark:?}");
        assert!(without_hidden(&name).chars().count() < 12, "{mark:?}");
    }
}

#[test]
fn length_is_in_characters() {
    assert!(check(&"王".repeat(100), 100).is_ok());
    assert_eq!(
        check(&"王".repeat(101), 100),
        Err(NameError::TooLong { max: 100 })
    );
}

#[test]
fn lines_are_for_texts_of_several_lines() {
    assert_eq!(check_text("a\nb", true), Ok(()));
    assert_eq!(check_text("a\nb", false), Err(NameError::Hidden));
    assert_eq!(check_text("a\tb", true), Err(NameError::Hidden));
}

#[test]
fn stored_names_are_shown_without_hidden_characters() {
    for (name, cause) in BAD {
        let shown = without_hidden(name);
        assert_eq!(
            check_text(&shown, false).is_ok(),
            *cause != NameError::Marks,
            "{name:?}"
        );
    }
    assert_eq!(without_hidden("moc.\u{202e}elpmaxe\n!"), "moc.elpmaxe !");
}

fn reserved() -> Vec<String> {
    let names = ["Admin", "Support", "security", "official", "root", "system"];
    names.map(str::to_owned).to_vec()
}

#[rstest]
#[case::product("Doorward")]
#[case::case("DOORWARD")]
#[case::zero("D00rward")]
#[case::cyrillic("D\u{43e}\u{43e}rward")]
#[case::all_like("Ｄｏｏｒｗａｒｄ")]
#[case::accents("Dóórwárd")]
#[case::spaces("Door ward")]
#[case::dots("D.o.o.r.w.a.r.d")]
#[case::prefix("My Doorward")]
#[case::suffix("Doorward Login")]
#[case::inside("mydoorwardapp")]
#[case::digits("doorward2")]
#[case::mathematical("\u{1d403}oorward")]
#[case::site("Acme ID")]
#[case::site_joined("acmeid")]
#[case::site_like("A\u{441}me ID")]
#[case::site_team("Acme ID Team")]
#[case::admin("Admin")]
#[case::leet("4dm1n")]
#[case::support("Support")]
#[case::support_team("The Support Team")]
#[case::spelled("s u p p o r t")]
#[case::security("Account Security")]
#[case::official("Official Support")]
#[case::numbered("Support 24")]
#[case::leet_and_numbered("5upp0rt 24")]
#[case::leet_with_number("Adm1n2")]
fn protected_names(#[case] name: &str) {
    let own = ProtectedNames { site: "Acme ID" };
    assert_eq!(own.check_name(name), Err(NameError::Protected), "{name:?}");
    let username = name.replace(' ', "_");
    assert!(
        own.check_username(&username, &reserved()).is_err(),
        "{username:?}"
    );
}

#[rstest]
#[case("adm1n")]
#[case("doorward_")]
#[case("_doorward")]
#[case("support-team")]
#[case("acme.support")]
#[case("admin2")]
#[case("2admin")]
#[case("real.admin")]
#[case("secur1ty")]
#[case("supp0rt")]
#[case("acme-id")]
#[case("adm1n2")]
#[case("2adm1n")]
#[case("4dm1n1")]
#[case("supp0rt24")]
#[case("d00rward1")]
fn protected_user_names(#[case] name: &str) {
    let own = ProtectedNames { site: "Acme ID" };
    assert_eq!(
        own.check_username(name, &reserved()),
        Err(NameError::Protected)
    );
    // The operator decides about words, never about the name of the service.
    let is_own = name.contains("rward") || name.contains("acme");
    let unreserved = own.check_username(name, &[]);
    assert_eq!(unreserved.is_err(), is_own && name != "acme.support");
}

#[rstest]
#[case("Acme")]
#[case("Acme Security")]
#[case("Support Vector Machines Inc")]
#[case("Root & Branch")]
#[case("Ward & Door")]
#[case("Photo Book")]
#[case("Claude Code")]
#[case("Help")]
#[case("Team")]
#[case("Андрей")]
#[case("王小明")]
fn other_names_are_free(#[case] name: &str) {
    let own = ProtectedNames { site: "Acme ID" };
    assert_eq!(own.check_name(name), Ok(()));
    let short = ProtectedNames { site: "ID" };
    assert_eq!(short.check_name(name), Ok(()));
}

#[rstest]
#[case("alice")]
#[case("administratorin")]
#[case("rooted")]
#[case("supporter")]
#[case("acme")]
#[case("id")]
#[case("mallory")]
#[case("иван7")]
fn other_user_names_are_free(#[case] name: &str) {
    let own = ProtectedNames { site: "Acme ID" };
    assert_eq!(own.check_username(name, &reserved()), Ok(()));
}

#[test]
fn names_that_look_alike_are_equal() {
    for name in [
        "Photo Book",
        "photo-book",
        "PHOTO  BOOK",
        "Ph\u{43e}to Book",
        "Ｐhoto Book",
    ] {
        assert_eq!(look(name), look("Photo Book"), "{name:?}");
    }
    for (name, other) in [
        ("Adm1n app", "Admin app"),
        ("Admin app", "Adm1n app"),
        ("Adm!n app", "Admin app"),
        ("AdmIn 4pp", "Admin app"),
        ("B1ll1ng", "Billing"),
        ("Bi11ing", "Billing"),
        ("\u{2460}nventory", "Inventory"),
        ("Pay$", "Pays"),
        ("P@ys!", "Pays"),
        ("5t0r3", "Store"),
        ("|nventory", "Inventory"),
        ("App \u{661}", "App 1"),
    ] {
        assert!(
            looks(name).contains(&look(other)),
            "{name:?}: {:?}",
            looks(name)
        );
    }
    for (name, other) in [
        ("Photo Books", "Photo Book"),
        ("Photo Book 6", "Photo Book 7"),
        ("Photo Book", "Photo Book 2"),
        ("Inventory", "Invoices"),
    ] {
        assert!(!looks(name).contains(&look(other)), "{name:?}");
    }
}

/// Returns true if an input accepts this name.
type Accepts = fn(&str) -> bool;

/// Each input of a user or a client, as the rule of its field reads it; true if it is accepted.
const INPUTS: &[(&str, Accepts)] = &[
    ("given name", |name| reads(profile::Field::GivenName, name)),
    ("middle name", |name| {
        reads(profile::Field::MiddleName, name)
    }),
    ("family name", |name| {
        reads(profile::Field::FamilyName, name)
    }),
    ("nickname", |name| reads(profile::Field::Nickname, name)),
    ("passkey", |name| passkey::clean_name(name).is_some()),
    ("client", |name| registers("client_name", name)),
    ("client in a language", |name| {
        registers("client_name#de", name)
    }),
];

fn reads(field: profile::Field, name: &str) -> bool {
    profile::read(field, name, 1_800_000_000).is_ok_and(|stored| !stored.is_empty())
}

fn registers(member: &str, name: &str) -> bool {
    let mut body = serde_json::json!({ "redirect_uris": ["https://app.example/cb"] });
    body[member] = name.into();
    let Ok(request) = ClientMetadata::parse(body.to_string().as_bytes()) else {
        return false;
    };
    let policy = RegistrationPolicy {
        redirect_hosts: Vec::new(),
        redirect_schemes: Vec::new(),
        scopes: Scope::default(),
        grant_types: vec![GrantType::AuthorizationCode],
        pkce: PkcePolicy::Required,
    };
    client_registration::resolve(&request, &policy, &GivenScopes::default(), &[]).is_ok()
}

#[test]
fn each_input_accepts_same_names() {
    for (input, accepts) in INPUTS {
        for name in GOOD {
            assert!(accepts(name), "{input}: {name:?}");
        }
        for (name, cause) in BAD {
            // The host of the redirect URI is the name of a client without one, and a passkey
            // gets one space for each run of white space.
            let is_blank = *cause == NameError::Missing && *input == "client";
            let is_space = *input == "passkey" && name.split_whitespace().count() > 1;
            assert!(!accepts(name) || is_blank || is_space, "{input}: {name:?}");
        }
    }
}
