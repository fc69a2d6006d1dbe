//! The `prompt` parameter (OIDC Core §3.1.2.1).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::OAuthError;

crate::words! {
    /// A value of `prompt`.
    pub enum Prompt {
        /// No page may be shown.
        None = "none",
        /// The user must sign in again.
        Login = "login",
        /// The user must be asked for consent again.
        Consent = "consent",
        /// The user must choose an account.
        SelectAccount = "select_account",
    }
}

/// The set of requested prompts; empty if the parameter is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PromptSet(Vec<Prompt>);

impl PromptSet {
    /// Parses the space-separated parameter; ignores unknown values.
    ///
    /// # Errors
    /// Returns `invalid_request` for `none` together with any other value (OIDC Core §3.1.2.1).
    pub fn parse(text: &str) -> Result<Self, OAuthError> {
        let mut set = Self::default();
        let words = || text.split(' ').filter(|word| !word.is_empty());
        for word in words() {
            if let Some(prompt) = Prompt::parse(word).filter(|prompt| !set.contains(*prompt)) {
                set.0.push(prompt);
            }
        }
        if set.contains(Prompt::None) && words().any(|word| word != Prompt::None.as_str()) {
            return Err(OAuthError::invalid_request(
                "'prompt=none' excludes every other prompt",
            ));
        }
        Ok(set)
    }

    /// Returns true if this prompt was requested.
    pub fn contains(&self, prompt: Prompt) -> bool {
        self.0.contains(&prompt)
    }

    /// Returns true if no prompt was requested.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for PromptSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, prompt) in self.0.iter().enumerate() {
            f.write_str(if i == 0 { "" } else { " " })?;
            f.write_str(prompt.as_str())?;
        }
        Ok(())
    }
}

impl Serialize for PromptSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PromptSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
