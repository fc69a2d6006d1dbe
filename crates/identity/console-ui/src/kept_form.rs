//! A form that was sent without a recent authentication. It is kept while the administrator signs in again,
//! and fills in the page afterwards.

use std::time::Duration;

use doorward_domain::secret::seal;
use doorward_protocol::params::Params;
use doorward_services::error::ServerError;
use doorward_store::ephemeral::Key;
use serde_json::json;

use crate::also_as::STEP;
use crate::console::Console;

/// The time within which the administrator signs in.
const TTL: Duration = Duration::from_mins(10);
/// Maximum size of a kept form, in bytes.
const MAX: usize = 64 * 1024;
/// Fields that are not kept: those of each page, secrets, and keys, which can be private by mistake.
const LEFT_OUT: [&str; 4] = ["csrf", STEP, "client_secret", "jwks"];

/// Keeps the fields of a form for this page and this session. A larger form is not kept.
pub async fn keep(console: &Console<'_>, form: &Params) -> Result<(), ServerError> {
    let fields = form.iter().filter(|(name, _)| !LEFT_OUT.contains(name));
    let plain = json!(fields.collect::<Vec<_>>()).to_string();
    if plain.len() > MAX {
        return Ok(());
    }
    let (core, page) = (&console.page.context.core, console.page);
    let secret = page.web.pagination_key.expose();
    let sealed = seal(secret, plain.as_bytes(), &aad(console), &mut core.rng());
    Ok(core.ephemeral.put(&key(console), &sealed, TTL).await?)
}

/// Takes the form that was kept for this page; an empty one if none was, or if it cannot be read.
pub async fn take(console: &Console<'_>) -> Params {
    let core = &console.page.context.core;
    // What was typed is lost if the entries cannot be reached, and the page works all the same.
    let Ok(Some(sealed)) = core.ephemeral.get(&key(console)).await else {
        return Params::default();
    };
    let plain = console.page.web.pagination_key.open(&sealed, &aad(console));
    let fields = plain.ok().and_then(|plain| {
        let fields = serde_json::from_slice::<Vec<(String, String)>>(&plain);
        fields.ok()
    });
    let Some(fields) = fields else {
        return Params::default();
    };
    let _ = core.ephemeral.take(&key(console)).await;
    Params::from_pairs(fields)
}

/// Returns the key of the only form of a session.
fn key(console: &Console<'_>) -> Key {
    Key::new("kept-form", console.session())
}

fn aad(console: &Console<'_>) -> Vec<u8> {
    let session = console.session().to_string();
    let parts = json!(["kept-form", console.page.request.path(), session]);
    parts.to_string().into_bytes()
}
