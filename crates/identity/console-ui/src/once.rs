//! Forms that create something once, although two clicks send a form twice.
//!
//! The form contains a random value, or the version of an object that the creation changes. So a
//! second request with the same fields is a repeat. It leads to the object that the first one created,
//! and shows no secret again.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::rt::time::sleep;
use doorward_admin::idempotency::{IdempotentRequest, StoredResponse};
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_domain::secret::OpaqueToken;
use doorward_protocol::params::Params;
use doorward_store::repo::idempotency::IdempotencyState;
use serde_json::json;

use crate::console::Console;

/// The hidden fields of which one makes a form unique.
const FIELDS: [&str; 2] = ["once", "version"];
/// The notices about a repeat; the second is about a secret.
pub const NOTICES: [&str; 2] = ["console-no-change", "console-shown-once"];
/// The time between two attempts to read the response of a request in progress.
const INTERVAL: Duration = Duration::from_millis(100);
const MAX_ATTEMPTS: usize = 50;

pub fn key(console: &Console<'_>) -> String {
    let random = OpaqueToken::generate(&mut console.page.context.core.rng());
    random.expose().to_owned()
}

pub enum Created<T> {
    Now(T),
    Before(StoredResponse),
}

/// Creates something once for each form. A repeat waits for the first request.
pub async fn create<T>(
    console: &Console<'_>,
    form: &Params,
    work: impl AsyncFnOnce(AdminContext<'_>) -> Result<T, AdminError>,
) -> Result<Created<T>, AdminError> {
    let context = console.context_with_version(form);
    let Some(once) = request(console, form) else {
        return work(context).await.map(Created::Now);
    };
    for _ in 0..MAX_ATTEMPTS {
        match once.begin(context.db).await? {
            IdempotencyState::New => return once.run(context, work).await.map(Created::Now),
            IdempotencyState::Done(sealed) => return once.read(&sealed).map(Created::Before),
            IdempotencyState::Running | IdempotencyState::Other => sleep(INTERVAL).await,
        }
    }
    Err(AdminError::Overtaken)
}

/// Returns the request of a form; `None` for a form without a unique field.
fn request(console: &Console<'_>, form: &Params) -> Option<IdempotentRequest> {
    let is_unique = |name| form.optional(name).is_ok_and(|value| value.is_some());
    if !FIELDS.into_iter().any(is_unique) {
        return None;
    }
    let path = console.page.request.path();
    let fields: Vec<(&str, &str)> = form.iter().filter(|(name, _)| *name != "csrf").collect();
    Some(IdempotentRequest::new(
        console.page.web.once_key.clone(),
        console.id(),
        console.org(),
        None,
        &json!([path, fields]).to_string(),
        console.now(),
    ))
}

/// Leads to this path after a repeat.
pub fn repeat(console: &Console<'_>, path: &str, stored: &StoredResponse) -> HttpResponse {
    let notice = NOTICES[usize::from(stored.secret.is_some())];
    console.page.see_other(&format!("{path}?done={notice}"))
}
