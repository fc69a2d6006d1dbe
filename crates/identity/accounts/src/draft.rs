//! Unsaved profile forms: what a user typed when their session expired is kept for a limited time,
//! so that signing in again loses nothing (WCAG 2.2 §2.2.5).
//!
//! A draft is encrypted in the ephemeral store, under the cookie of the browser that sent it, and
//! only shown to the same user. The form contains no secrets.

use std::time::Duration;

use doorward_domain::secret::seal;
use doorward_store::ephemeral::Key;

use crate::prelude::*;

/// The lifetime of a draft, enough to find a password.
const TTL: Duration = Duration::from_mins(30);
/// Maximum size of a draft, in bytes.
const MAX_BYTES: usize = 16 * 1024;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Draft {
    pub owner: UserId,
    pub edit: ProfileEdit,
    /// The version of the account that the form was based on.
    pub seen: Option<UnixSeconds>,
}

fn key(browser: &TokenHash) -> Key {
    Key::new("draft", browser.to_base64url())
}

/// Stores the form for this browser. If that fails, the form is lost.
#[boxed(?Send)]
pub async fn save(context: &Context, browser: &TokenHash, draft: &Draft) {
    let Context { core, accounts, .. } = context;
    let Ok(text) = serde_json::to_vec(draft) else {
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
#[boxed(?Send)]
pub async fn find(context: &Context, browser: &TokenHash, owner: UserId) -> Option<Draft> {
    let Context { core, accounts, .. } = context;
    let sealed = core.ephemeral.get(&key(browser)).await.ok()??;
    let text = accounts.draft_key.open(&sealed, browser.as_bytes()).ok()?;
    let kept: Draft = serde_json::from_slice(&text).ok()?;
    (kept.owner == owner).then_some(kept)
}

#[boxed(?Send)]
pub async fn clear(core: &Core, browser: &TokenHash) {
    if let Err(error) = core.ephemeral.take(&key(browser)).await {
        tracing::debug!(%error, "saved form cannot be deleted");
    }
}
