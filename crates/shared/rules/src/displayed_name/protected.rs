//! Names that only administrators give: those of this service and its staff.

use doorward_protocol::displayed_text::{Ends, PRODUCT, folded, look, spelled, words};
use unicode_normalization::UnicodeNormalization;

use super::NameError;

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

fn is_one_of(word: &str, known: &[&str]) -> bool {
    known.iter().any(|known| look(known) == word)
}

/// Returns the ways in which a name is read: with and without digits at the ends of words, and with
/// symbols there as characters of the alphabet. Each is spelled as [`look`] spells it.
fn readings(name: &str) -> impl Iterator<Item = String> {
    let plain = name.nfkc().collect::<String>();
    let split = words(&plain);
    let without = |cut: fn(&str) -> &str| {
        let left: Vec<&str> = split.iter().map(|word| cut(word)).collect();
        left.join(" ")
    };
    let mut all = vec![
        without(|word| word.trim_start_matches(is_digit)),
        without(|word| word.trim_end_matches(is_digit)),
        without(|word| word.trim_matches(is_digit)),
        plain,
    ];
    all.sort();
    all.dedup();
    all.into_iter().flat_map(|name| {
        let folded = folded(&name);
        [Ends::Punctuation, Ends::Letters].map(|ends| spelled(&folded, ends))
    })
}

const fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}
