//! Unsaved profile forms: what a user typed when their session expired is kept for a limited time,
//! so that signing in again loses nothing (WCAG 2.2 §2.2.5).
//!
//! A draft is encrypted in the ephemeral store, under the cookie of the browser that sent it, and
//! only shown to the same user. The form contains no secrets.

use std::time::Duration;

use doorward_domain::model::{FieldInput, UserId};
use doorward_domain::secret::{TokenHash, open, seal};
use doorward_domain::time::UnixSeconds;
use doorward_rules::profile::{Field, ProfileEdit};
use doorward_services::context::{Accounts, Core};
use doorward_store::ephemeral::Key;
use serde::{Deserialize, Serialize};

/// The lifetime of a draft, enough to find a password.
const TTL: Duration = Duration::from_mins(30);
/// Maximum size of a draft, in bytes.
const MAX_BYTES: usize = 16 * 1024;

/// A form that was not saved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    pub owner: UserId,
    pub edit: ProfileEdit,
    /// The version of the account that the form was based on.
    pub seen: Option<UnixSeconds>,
}

#[derive(Serialize, Deserialize)]
struct StoredDraft {
    owner: String,
    texts: Vec<(String, String)>,
    product_news: Option<bool>,
    newsletter: Option<bool>,
    fields: Vec<(String, String)>,
    seen: Option<UnixSeconds>,
}

impl StoredDraft {
    fn from_draft(draft: &Draft) -> Self {
        let texts = Field::ALL.iter().filter_map(|field| {
            let typed = draft.edit.typed(*field)?;
            Some((field.name().to_owned(), typed.to_owned()))
        });
        let fields = draft
            .edit
            .fields
            .iter()
            .filter_map(|(name, input)| match input {
                FieldInput::Text(typed) => Some((name.clone(), typed.clone())),
                FieldInput::Json(_) => None,
            });
        Self {
            owner: draft.owner.to_string(),
            texts: texts.collect(),
            fields: fields.collect(),
            product_news: draft.edit.product_news,
            newsletter: draft.edit.newsletter,
            seen: draft.seen,
        }
    }

    fn into_draft(self) -> Option<Draft> {
        let mut edit = ProfileEdit::default();
        for (name, typed) in self.texts {
            let field = Field::ALL.iter().find(|field| field.name() == name)?;
            edit = edit.with(*field, typed);
        }
        edit.product_news = self.product_news;
        edit.newsletter = self.newsletter;
        let typed = |(name, typed)| (name, FieldInput::Text(typed));
        edit.fields = self.fields.into_iter().map(typed).collect();
        Some(Draft {
            owner: UserId::parse(&self.owner)?,
            edit,
            seen: self.seen,
        })
    }
}

fn key(browser: &TokenHash) -> Key {
    Key::new("draft", browser.to_base64url())
}

/// Stores the form for this browser. If that fails, the form is lost.
pub async fn save(core: &Core, accounts: &Accounts, browser: &TokenHash, draft: &Draft) {
    let Ok(text) = serde_json::to_vec(&StoredDraft::from_draft(draft)) else {
        return;
    };
    if text.len() > MAX_BYTES {
        return;
    }
    let sealed = seal(
        accounts.draft_key.expose(),
        &text,
        browser.as_bytes(),
        &mut core.rng(),
    );
    if let Err(error) = core.ephemeral.put(&key(browser), &sealed, TTL).await {
        tracing::debug!(%error, "unsaved form cannot be stored");
    }
}

/// Returns the form that this browser sent, if it belongs to this user.
pub async fn find(
    core: &Core,
    accounts: &Accounts,
    browser: &TokenHash,
    owner: UserId,
) -> Option<Draft> {
    let sealed = core.ephemeral.get(&key(browser)).await.ok()??;
    let text = open(accounts.draft_key.expose(), &sealed, browser.as_bytes()).ok()?;
    let kept: StoredDraft = serde_json::from_slice(&text).ok()?;
    kept.into_draft().filter(|draft| draft.owner == owner)
}

pub async fn clear(core: &Core, browser: &TokenHash) {
    if let Err(error) = core.ephemeral.take(&key(browser)).await {
        tracing::debug!(%error, "saved form cannot be deleted");
    }
}
