//! A form that was sent without a recent authentication. It is kept while the administrator signs in again,
//! and fills in the page afterwards.

use std::time::Duration;

use doorward_domain::model::SessionId;
use doorward_domain::secret::seal;
use doorward_protocol::params::Params;
use doorward_services::error::ServerError;
use doorward_store::ephemeral::Key;
use doorward_web::page::Page;
use serde_json::json;

/// Name of the field with the step of a form: nothing to continue, or a value of its page.
pub const STEP: &str = "step";
/// The time within which the administrator signs in.
const TTL: Duration = Duration::from_mins(10);
/// Maximum size of a kept form, in bytes.
const MAX: usize = 64 * 1024;
/// Fields that are not kept: those of each page, secrets, and keys, which can be private by mistake.
const LEFT_OUT: [&str; 4] = ["csrf", STEP, "client_secret", "jwks"];

/// Keeps the fields of a form for this page and this session. A larger form is not kept.
pub async fn keep(page: &Page, session: SessionId, form: &Params) -> Result<(), ServerError> {
    let fields = form.iter().filter(|(name, _)| !LEFT_OUT.contains(name));
    let plain = json!(fields.collect::<Vec<_>>()).to_string();
    if plain.len() > MAX {
        return Ok(());
    }
    let core = &page.context.core;
    let secret = page.web.pagination_key.expose();
    let sealed = seal(
        secret,
        plain.as_bytes(),
        &aad(page, session),
        &mut core.rng(),
    );
    Ok(core.ephemeral.put(&key(session), &sealed, TTL).await?)
}

/// Takes the form that was kept for this page; an empty one if none was, or if it cannot be read.
pub async fn take(page: &Page, session: SessionId) -> Params {
    let core = &page.context.core;
    // What was typed is lost if the entries cannot be reached, and the page works all the same.
    let Ok(Some(sealed)) = core.ephemeral.get(&key(session)).await else {
        return Params::default();
    };
    let plain = page.web.pagination_key.open(&sealed, &aad(page, session));
    let fields = plain.ok().and_then(|plain| {
        let fields = serde_json::from_slice::<Vec<(String, String)>>(&plain);
        fields.ok()
    });
    let Some(fields) = fields else {
        return Params::default();
    };
    let _ = core.ephemeral.take(&key(session)).await;
    Params::from_pairs(fields)
}

/// Returns the key of the only form of a session.
fn key(session: SessionId) -> Key {
    Key::new("kept-form", session)
}

fn aad(page: &Page, session: SessionId) -> Vec<u8> {
    let parts = json!(["kept-form", page.request.path(), session.to_string()]);
    parts.to_string().into_bytes()
}
