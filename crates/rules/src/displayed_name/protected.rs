//! Names that only administrators give: those of this service and its staff.

use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

use super::NameError;

/// The product, whatever the name of the deployment.
const PRODUCT: &str = "Doorward";

/// Words for the staff of a service.
const STAFF: &[&str] = &[
    "abuse",
    "admin",
    "administration",
    "administrator",
    "administrators",
    "admins",
    "helpdesk",
    "hostmaster",
    "moderator",
    "noreply",
    "official",
    "operator",
    "postmaster",
    "root",
    "security",
    "staff",
    "superuser",
    "support",
    "sysadmin",
    "system",
    "webmaster",
];

/// Words that add nothing to a word for the staff: `the support team`.
const FILLERS: &[&str] = &[
    "account",
    "accounts",
    "and",
    "center",
    "centre",
    "chat",
    "department",
    "desk",
    "for",
    "help",
    "notice",
    "of",
    "our",
    "service",
    "services",
    "team",
    "the",
    "your",
];

/// The names that are protected in a deployment.
#[derive(Clone, Copy, Debug)]
pub struct ProtectedNames<'a> {
    pub site: &'a str,
}

impl ProtectedNames<'_> {
    /// Checks the name of an organization, or of a client that no administrator registered: it must
    /// not contain the name of this service, or consist of words for its staff.
    pub fn check_name(&self, name: &str) -> Result<(), NameError> {
        let is_staff = |word: &String| is_one_of(word, STAFF);
        self.check(name, |words| {
            let mut others = words.iter().filter(|word| !is_one_of(word, FILLERS));
            let only_staff = words.iter().any(is_staff) && others.all(is_staff);
            only_staff || is_staff(&words.concat())
        })
    }

    /// Checks a user name: no part of it may be the name of this service, or a word for the staff
    /// that the operator reserves.
    pub fn check_username(&self, name: &str, reserved: &[String]) -> Result<(), NameError> {
        let reserved: Vec<String> = reserved.iter().map(|name| look(name)).collect();
        let is_staff = |word: &String| is_one_of(word, STAFF) && reserved.contains(word);
        self.check(name, |words| {
            words.iter().any(is_staff) || is_staff(&words.concat())
        })
    }

    fn check(&self, name: &str, is_staff: impl Fn(&[String]) -> bool) -> Result<(), NameError> {
        let is_taken = readings(name).any(|reading| {
            let words = words(&reading);
            is_staff(&words) || self.names_service(&words)
        });
        (!is_taken).then_some(()).ok_or(NameError::Protected)
    }

    /// Returns true if consecutive words are the name of the product or the deployment, also without
    /// the spaces between them, or with digits at their ends.
    fn names_service(&self, words: &[String]) -> bool {
        [PRODUCT, self.site].into_iter().any(|own| {
            let own = look(own);
            if own.chars().count() < 3 {
                return false;
            }
            let starts = (0..words.len()).map(|start| &words[start..]);
            let mut runs = starts.flat_map(|rest| (1..=rest.len()).map(|end| &rest[..end]));
            runs.any(|run| run.concat() == own)
                || (own == look(PRODUCT) && words.concat().contains(&own))
        })
    }
}

/// Returns the form in which names that look alike are equal: their skeleton in lower case, without
/// spaces and punctuation (UTS 39 §4).
pub fn look(name: &str) -> String {
    words(&folded(name)).concat()
}

fn is_one_of(word: &str, known: &[&str]) -> bool {
    known.iter().any(|known| look(known) == word)
}

/// Returns the ways in which a name is read: with digits as the characters that they resemble, and
/// without digits at the ends of words. Each is compared as its skeleton.
fn readings(name: &str) -> impl Iterator<Item = String> {
    let plain = name.nfkc().collect::<String>();
    let spelled = |name: &str, one: char| {
        let letters = name.chars().map(|c| match c {
            '0' => 'o',
            '1' | '!' | '|' => one,
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            '8' => 'b',
            c => c,
        });
        letters.collect::<String>()
    };
    let split = words(&plain);
    let without = |cut: fn(&str) -> &str| {
        let left: Vec<&str> = split.iter().map(|word| cut(word)).collect();
        left.join(" ")
    };
    let bare = [
        without(|word| word.trim_start_matches(is_digit)),
        without(|word| word.trim_end_matches(is_digit)),
        without(|word| word.trim_matches(is_digit)),
    ];
    // An upper case i looks like a lower case L, which the skeleton of the typed form shows.
    let mut all = vec![skeleton(&plain).collect::<String>()];
    // Both together too: `adm1n2`.
    for name in bare.into_iter().chain([plain]) {
        all.extend([spelled(&name, 'i'), spelled(&name, 'l'), name]);
    }
    all.sort();
    all.dedup();
    all.into_iter().map(|name| folded(&name))
}

const fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// Returns the skeleton of a name in lower case. Both steps are repeated, because each may give
/// characters that the other changes.
fn folded(name: &str) -> String {
    let mut name = name.nfkc().collect::<String>();
    for _ in 0..2 {
        let lower = name.to_lowercase();
        name = skeleton(&lower).collect::<String>().to_lowercase();
    }
    // Accents do not distinguish a name from a protected one.
    name.nfd()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .collect()
}

fn words(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}
