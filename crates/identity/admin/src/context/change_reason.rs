//! The reason that an administrator gives for a change. The audit event contains it, and a user sees
//! it in the activity of their account.

use doorward_rules::displayed_name;

const MAX: usize = 200;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeReason(String);

impl ChangeReason {
    /// Parses a reason; an error states the accepted form.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let is_valid = (1..=MAX).contains(&text.chars().count());
        if !is_valid || displayed_name::check_text(text, false).is_err() {
            return Err("write 1 to 200 characters, no control or invisible characters");
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests;
