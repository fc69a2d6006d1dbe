//! Passwords: the rules for new ones, and their hashes.
//!
//! Every rule and every hash uses the NFKC form (NIST SP 800-63B-4 §3.1.1.2), so that the same
//! password typed on two keyboards is the same password.

pub(in crate::credentials) mod argon;
mod common;
mod context;
pub(in crate::credentials) mod normal_form;
mod similarity;

#[cfg(test)]
mod tests;

pub use argon::{HashError, HashMemory, HashParams, dummy_phc, hash, needs_rehash, verify};
pub use context::{PasswordContext, UserAttribute};
use normal_form::{fold, normalize};
use zxcvbn::Score;
use zxcvbn::feedback::Warning;

/// The longest accepted password in code points, after NFKC.
pub const MAX_CODE_POINTS: usize = 256;
/// The longest accepted password in bytes of UTF-8, before and after NFKC.
pub const MAX_BYTES: usize = 1024;

/// The rules for a new password. There are no composition rules and no expiry (SP 800-63B-4
/// §3.1.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// The minimum number of code points.
    pub min_length: usize,
    /// The minimum zxcvbn score, from 0 (any password) to 4.
    pub min_score: u8,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            min_length: 15,
            min_score: 3,
        }
    }
}

doorward_protocol::words! {
    /// The pattern that makes a password easy to guess.
    pub enum Pattern {
        /// Rows or shapes on the keyboard, as in `qwertzuiop`.
        Keyboard = "keyboard",
        /// Repetition, as in `abcabcabc`.
        Repeats = "repeats",
        /// Sequences, as in `abcdef` or `6543`.
        Sequence = "sequence",
        /// Dates and years.
        Date = "date",
        /// A dictionary word, or a common password with changes.
        Word = "word",
        Name = "name",
    }
}

impl Pattern {
    const fn from_warning(warning: Warning) -> Self {
        match warning {
            Warning::StraightRowsOfKeysAreEasyToGuess
            | Warning::ShortKeyboardPatternsAreEasyToGuess => Self::Keyboard,
            Warning::RepeatsLikeAaaAreEasyToGuess
            | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => Self::Repeats,
            Warning::SequencesLikeAbcAreEasyToGuess => Self::Sequence,
            Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess => Self::Date,
            Warning::ThisIsATop10Password
            | Warning::ThisIsATop100Password
            | Warning::ThisIsACommonPassword
            | Warning::ThisIsSimilarToACommonlyUsedPassword
            | Warning::AWordByItselfIsEasyToGuess => Self::Word,
            Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
            | Warning::CommonNamesAndSurnamesAreEasyToGuess => Self::Name,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    #[error("the password needs at least {min} characters")]
    TooShort {
        /// The minimum number of code points.
        min: usize,
    },
    /// More than [`MAX_CODE_POINTS`] or [`MAX_BYTES`]; passwords are never truncated.
    #[error("the password is too long: at most {MAX_CODE_POINTS} characters and {MAX_BYTES} bytes")]
    TooLong,
    #[error("the password has nothing but digits")]
    NumericOnly,
    #[error("the password is one of the most common ones")]
    Common,
    /// The temporary or withdrawn password that is to be replaced.
    #[error("the password is the former one")]
    Temporary,
    #[error("the password is too similar to the {}", to.as_str())]
    TooSimilar { to: UserAttribute },
    #[error("the password is too easy to guess")]
    TooGuessable { pattern: Option<Pattern> },
}

impl PasswordError {
    /// Returns a stable name for translations and machine-readable errors.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooShort { .. } => "too_short",
            Self::TooLong => "too_long",
            Self::NumericOnly => "numeric_only",
            Self::Common => "common",
            Self::Temporary => "temporary",
            Self::TooSimilar { .. } => "too_similar",
            Self::TooGuessable { .. } => "too_guessable",
        }
    }
}

impl PasswordPolicy {
    /// Checks a new password and reports the first violated rule.
    ///
    /// Takes up to several milliseconds for long passwords.
    pub fn check(
        &self,
        password: &str,
        context: &PasswordContext<'_>,
    ) -> Result<(), PasswordError> {
        if password.len() > MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        let password = normalize(password);
        let length = password.chars().count();
        if length > MAX_CODE_POINTS || password.len() > MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        if length < self.min_length {
            return Err(PasswordError::TooShort {
                min: self.min_length,
            });
        }
        if password
            .chars()
            .all(|c| c.is_numeric() || c.is_whitespace())
        {
            return Err(PasswordError::NumericOnly);
        }
        let folded = fold(&password);
        if common::contains(&folded) {
            return Err(PasswordError::Common);
        }
        let context = similarity::collect_words(context);
        if let Some(word) = context.iter().find(|w| w.resembles(&folded)) {
            return Err(PasswordError::TooSimilar { to: word.kind });
        }
        let inputs: Vec<&str> = context.iter().map(|w| w.text.as_str()).collect();
        let entropy = zxcvbn::zxcvbn(&password, &inputs);
        let requested = Score::try_from(self.min_score).unwrap_or(Score::Four);
        if entropy.score() < requested {
            let warning = entropy
                .feedback()
                .and_then(zxcvbn::feedback::Feedback::warning);
            return Err(PasswordError::TooGuessable {
                pattern: warning.map(Pattern::from_warning),
            });
        }
        Ok(())
    }
}

/// Returns true if two typed passwords are equal after NFKC normalization.
pub fn is_same(item: &str, other: &str) -> bool {
    *normalize(item) == *normalize(other)
}
