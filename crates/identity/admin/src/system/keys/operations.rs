//! Operations of signing keys. A key has no version: it changes only once, when it is retired.

use doorward_domain::secret::MasterKey;
use doorward_services::context::Context;
use doorward_services::context::settings::rotation_policy;
use doorward_services::view;

use super::{KeyRecord, KeyState, Keys, Retirement, SigningAlg, get, list, retire, rotate};
use crate::deployment::Part;
use crate::found::FoundPage;
use crate::json_member::OneOf;
use crate::operation::{Again, Operation, Shown};
use crate::prelude::*;

crate::entries! { LIST: List, SHOW: Show, ROTATE: Rotate, RETIRE: Retire }

crate::targets! { {} => List }

crate::targets! {
    {
        /// Key ID (`kid`).
        #[schema(format = "base64url")]
        kid
    } => Show
}

type Algorithms = OneOf<SigningAlg>;

view! {
    /// A signing key. Its private half is never shown.
    pub KeyView(key: KeyRecord, state: KeyState) {
        /// Key ID, the `kid` in the headers of tokens.
        kid: String = key.kid;
        /// Algorithm, the only one that it signs with.
        algorithm: &'static str = key.algorithm.as_str();
        /// `signing`, `waiting`, `retired` or `gone`.
        state: &'static str = state.as_str();
        /// Time from which it signs (RFC 3339).
        active_at: Time = key.active_at;
        /// Time of creation (RFC 3339).
        created_at: Time = key.created_at;
        /// Time of retirement (RFC 3339).
        retired_at?: Time = key.retired_at;
    }
}

/// Returns the holder of the keys; that of a command has no active ring.
pub fn ring<'a>(context: &AdminContext<'a>) -> Result<Part<'a, Keys>> {
    let policy = rotation_policy(context.config()?);
    let algorithms = context.settings.clients.algorithms.to_vec();
    let random = context.random.clone();
    let make = |master: &MasterKey| Keys::new(master.clone(), policy, algorithms, random);
    let of_server = |server: &'a Context| &server.issuing.keys;
    Ok(context.deployment.part(of_server, make)?)
}

impl Operation for List {
    const TITLE: &'static str = "List the signing keys and their states, the newest first";
    const CALL: &'static str = "GET keys paged";
    const COMMAND: &'static str = "key list";
    const TABLE: &'static str = "kid algorithm state active_at retired_at";
    type Done = FoundPage<KeyView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let found = list(context, &rotation_policy(context.config()?)).await?;
        let newest_first = |(key, _): &(KeyRecord, KeyState)| {
            format!("{:019}{}", i64::MAX - key.active_at, key.kid)
        };
        let page = FoundPage::of_whole(found, &context.page, newest_first);
        Ok(page.map(|(key, state)| KeyView::new(key, state)))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show a signing key";
    const CALL: &'static str = "GET keys/{kid}";
    const COMMAND: &'static str = "key show KID";
    type Done = Shown<KeyView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let policy = rotation_policy(context.config()?);
        let (key, state) = get(context, &policy, &self.kid).await?;
        Ok(Shown::unversioned(KeyView::new(key, state)))
    }
}

/// A signing key to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSigningKey)]
pub struct Rotate {
    /// Algorithm of the key; RS256 if omitted.
    #[serde(default)]
    #[schema(inline, value_type = Algorithms)]
    algorithm: SigningAlg,
}

impl Operation for Rotate {
    const TITLE: &'static str = "Create a signing key; it is published now, and signs after \
                                 `keys.publish_lead`";
    const TEXT: &'static str = "Then every verifier can have it. While a new key of its algorithm \
                                waits, another one is rejected with 409.";
    const CALL: &'static str = "POST keys/rotate once";
    const COMMAND: &'static str = "key rotate";
    const DONE: &'static str = "The key {kid} is published now and signs from {active_at}.";
    type Done = Shown<KeyView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let ring = ring(context)?;
        let (key, state) = rotate(context, &ring, self.algorithm).await?;
        Ok(Shown::unversioned(KeyView::new(key, state)))
    }

    fn again() -> Option<Again> {
        Some(Again::new("keys:write", &SHOW))
    }
}

/// The retirement of a key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KeyEnd)]
pub struct Retire {
    /// Key ID (`kid`).
    #[schema(format = "base64url")]
    kid: String,
    /// True withdraws a key whose private part may be compromised: its tokens are no longer accepted.
    /// Otherwise it stays in the JWKS until its last token has expired.
    #[serde(default)]
    compromised: bool,
}

impl Operation for Retire {
    const TITLE: &'static str = "Stop a key from signing immediately";
    const TEXT: &'static str = "The next key takes over at once, or a new one is created.";
    const CALL: &'static str = "POST keys/{kid}/retire";
    const COMMAND: &'static str = "key retire KID";
    const DONE: &'static str = "The key {kid} no longer signs.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        let how = if self.compromised {
            Retirement::Withdrawn
        } else {
            Retirement::Published
        };
        let server = context.deployment.server();
        let ring = server.map(|server| &server.issuing.keys);
        retire(context, ring, &self.kid, how).await
    }
}
