//! Names in the form that roles and groups have here.

use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The maximum length of a role or group name.
pub const MAX: usize = 64;

/// Returns the name in lower case without accents, with `-` for every character other than ASCII
/// alphanumeric ones and those in `extra`; at most [`MAX`] characters.
pub fn slug(name: &str, extra: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let bare = name.trim().nfkd().filter(|c| !is_combining_mark(*c));
    for c in bare.flat_map(char::to_lowercase) {
        if c.is_ascii_lowercase() || c.is_ascii_digit() || extra.contains(c) {
            plain.push(c);
        } else if !plain.ends_with('-') {
            plain.push('-');
        }
    }
    plain.truncate(MAX);
    let plain = plain.trim_matches('-');
    if plain.is_empty() {
        format!("imported-{}", digest(name))
    } else {
        plain.to_owned()
    }
}

pub fn role(name: &str) -> String {
    slug(name, "_.:-")
}

pub fn group(name: &str) -> String {
    slug(name, "_-")
}

/// Returns the slug, then the slug with each number from 2.
pub fn numbered(slug: &str) -> impl Iterator<Item = String> {
    let numbered = (2..).map(move |number| {
        let end = format!("-{number}");
        let keep = slug.len().min(MAX - end.len());
        format!("{}{end}", &slug[..keep])
    });
    std::iter::once(slug.to_owned()).chain(numbered)
}

/// Returns the first free name: the slug, or the slug with a number.
pub fn free(slug: &str, is_taken: impl Fn(&str) -> bool) -> String {
    numbered(slug)
        .find(|name| !is_taken(name))
        .unwrap_or_else(|| slug.to_owned())
}

/// Returns six hexadecimal digits of the SHA-256 of a text.
pub fn digest(text: &str) -> String {
    let bytes = Sha256::digest(text.as_bytes());
    format!("{:02x}{:02x}{:02x}", bytes[0], bytes[1], bytes[2])
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Editors", "editors")]
    #[case("orders:orders:write", "orders:orders:write")]
    #[case("Café & Bar", "cafe-bar")]
    #[case("  Vertrieb / Süd ", "vertrieb-sud")]
    #[case("a.b_c-d", "a.b_c-d")]
    fn role_name_gets_slug(#[case] name: &str, #[case] expected: &str) {
        assert_eq!(role(name), expected);
    }

    #[test]
    fn name_without_usable_characters_gets_digest() {
        assert_eq!(role("経理"), format!("imported-{}", digest("経理")));
        assert_ne!(role("経理"), role("総務"));
        assert_eq!(role(&"x".repeat(150)).len(), MAX);
    }

    #[test]
    fn taken_name_gets_number() {
        let taken = ["staff", "staff-2"];
        assert_eq!(free("staff", |name| taken.contains(&name)), "staff-3");
        let long = "x".repeat(MAX);
        assert_eq!(free(&long, |name| name == long).len(), MAX);
    }
}
