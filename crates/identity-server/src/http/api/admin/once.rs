//! `Idempotency-Key`: a creation that is sent again is answered again, not done again
//! (draft-ietf-httpapi-idempotency-key-header-07).

use actix_web::HttpResponse;
use doorward_domain::secret::{TokenHash, open, seal};
use doorward_store::repo;
use doorward_store::repo::idempotency::{Begin, Row};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Admin, created};
use crate::fault::Fault;
use crate::flow::admin::AdminError;
use crate::http::api::problem::{FieldError, Kind, Problem};

/// Something that was made, as it is told, and told again.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Made {
    pub body: Value,
    pub location: String,
    pub version: Option<String>,
}

/// After this time in seconds a creation that never ended may be tried again.
const STUCK: i64 = 60;
const MAX_KEY: usize = 255;

/// Creates something, once for each key of this administrator. Without a key, as often as asked.
pub(super) async fn create(
    admin: &Admin,
    body: &impl Serialize,
    work: impl AsyncFnOnce() -> Result<Made, AdminError>,
) -> Result<HttpResponse, Problem> {
    let Some(key) = key(admin)? else {
        let made = admin.told(work().await).await?;
        return Ok(created(&made));
    };
    let row = row(admin, &key, body);
    match begin(admin, &row).await? {
        Begin::New => {}
        Begin::Running => {
            let detail = "The first request with this key is not done yet.";
            return Err(Problem::new(Kind::InProgress, detail));
        }
        Begin::Other => {
            let detail = "This key came with another request before.";
            return Err(Problem::new(Kind::KeyReused, detail));
        }
        Begin::Done(sealed) => return again(admin, &row, &sealed),
    }
    match work().await {
        Ok(made) => {
            let sealed = sealed(admin, &row, &made);
            let state = &admin.call.state;
            let tx = state.db.begin_write().await.map_err(Fault::from)?;
            let finished = repo::idempotency::finish(&tx, &row.key, &sealed).await;
            finished.map_err(Fault::from)?;
            tx.commit().await.map_err(Fault::from)?;
            Ok(created(&made))
        }
        Err(error) => {
            // Nothing was made: the same key may be tried again.
            let state = &admin.call.state;
            let tx = state.db.begin_write().await.map_err(Fault::from)?;
            let removed = repo::idempotency::remove(&tx, &row.key).await;
            removed.map_err(Fault::from)?;
            tx.commit().await.map_err(Fault::from)?;
            Err(admin
                .told::<Made>(Err(error))
                .await
                .err()
                .unwrap_or_else(Problem::not_found))
        }
    }
}

fn key(admin: &Admin) -> Result<Option<String>, Problem> {
    let mut fields = admin.call.request().headers().get_all("idempotency-key");
    let key = match (fields.next(), fields.next()) {
        (None, _) => return Ok(None),
        (Some(one), None) => one.to_str().ok(),
        _ => None,
    };
    let key = key.map(|text| text.trim_matches('"'));
    let good = |text: &&str| (1..=MAX_KEY).contains(&text.len());
    key.filter(good)
        .map(|text| Some(text.to_owned()))
        .ok_or_else(|| {
            let detail = "Send one key of 1 to 255 visible characters.";
            let error = FieldError::parameter("Idempotency-Key", "invalid", detail);
            Problem::invalid(vec![error])
        })
}

fn row(admin: &Admin, key: &str, body: &impl Serialize) -> Row {
    let request = admin.call.request();
    let body = serde_json::to_value(body).unwrap_or_default();
    let asked = json!([request.path(), body]).to_string();
    // Keyed, so that the hash of a body with a password in it tells nothing without the key.
    let secret = TokenHash::from_slice(admin.call.state.pagination_key())
        .map(|key| key.to_base64url())
        .unwrap_or_default();
    Row {
        key: TokenHash::of(&json!(["key", admin.id(), key]).to_string()),
        fingerprint: TokenHash::of(&json!(["body", secret, asked]).to_string()),
        created_at: admin.call.state.now(),
    }
}

async fn begin(admin: &Admin, row: &Row) -> Result<Begin, Fault> {
    let tx = admin.call.state.db.begin_write().await?;
    let begun = repo::idempotency::begin(&tx, row, row.created_at - STUCK).await?;
    tx.commit().await?;
    Ok(begun)
}

fn sealed(admin: &Admin, row: &Row, made: &Made) -> Vec<u8> {
    let plain = serde_json::to_vec(made).unwrap_or_default();
    let secret = admin.call.state.pagination_key();
    seal(secret, &plain, row.key.as_bytes(), &mut rand::rng())
}

fn again(admin: &Admin, row: &Row, sealed: &[u8]) -> Result<HttpResponse, Problem> {
    let broken = || Fault::Internal("a kept answer does not open".to_owned());
    let secret = admin.call.state.pagination_key();
    let plain = open(secret, sealed, row.key.as_bytes()).map_err(|_| broken())?;
    let made: Made = serde_json::from_slice(&plain).map_err(|_| broken())?;
    Ok(created(&made))
}
