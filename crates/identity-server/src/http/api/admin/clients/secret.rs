//! A secret, as it is told once.

use doorward_domain::model::Client;
use serde::Serialize;
use utoipa::ToSchema;

use super::ClientView;
use crate::flow::admin::version;
use crate::http::api::admin::made;
use crate::http::api::admin::once::Made;

/// A new secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientSecret {
    /// Shown this once; the old one stops working at once.
    pub(super) client_secret: String,
}

/// A client that was just registered, with its secret.
pub(super) fn told(client: Client, secret: Option<String>) -> Made {
    let location = format!("/api/admin/clients/{}", client.id);
    let tag = version(&client);
    let mut view = ClientView::of(client);
    view.client_secret = secret;
    made(&view, location, Some(tag))
}
