//! The clients of the libraries, and the values passed to the processes.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{Client, ClientId, ClientKind, ExchangeRights};
use doorward_domain::secret::TokenHash;
use doorward_protocol::authorize::ResponseMode;
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::token::GrantType;
use doorward_store::repo;
use doorward_testkit::{Stack, TestClient};
use serde_json::{Value, json};

use crate::registration::initial_token;
use crate::support_keys::TestKey;

const CALLBACK: &str = "https://rp.example/callback";
const POST_LOGOUT_URI: &str = "https://rp.example/bye";

/// The input of a client process, and the expected values.
pub struct Setup {
    /// The values passed to the process.
    pub told: Value,
    /// The subject of the user who signs in.
    pub subject: String,
}

impl Setup {
    /// Registers the clients.
    pub async fn register(stack: &Stack) -> Self {
        let key = TestKey::new("ES256", "rp");
        let db = stack.db().await;
        let alice = repo::users::find_by_identifier(db.read(), "alice").await;
        let subject = alice.unwrap().unwrap().id.to_string();
        let tx = db.begin_write().await.unwrap();
        for client in clients(stack, &key) {
            repo::clients::insert(&tx, &client).await.unwrap();
        }
        tx.commit().await.unwrap();
        db.close().await.unwrap();

        let seed = &stack.seed;
        let received = json!({
            "issuer": stack.issuer(),
            "audience": seed.audience,
            "api": stack.at_tasks("/api/tasks/"),
            "registration_token": initial_token(stack, 5).await,
            "clients": {
                "basic": with_secret("rp-basic"),
                "post": with_secret("rp-post"),
                "gateway": with_secret("rp-gateway"),
                "key": {
                    "id": "rp-key", "redirect_uri": CALLBACK, "kid": "rp", "jwk": key.private_jwk(),
                },
                // The secret of this client has every kind of character that needs encoding.
                "strange": seeded(&seed.web),
                "open": seeded(&seed.native),
                "device": seeded(&seed.device),
                "service": with_secret("rp-service"),
            },
        });
        Self {
            told: received,
            subject,
        }
    }

    /// Returns a text of [`Self::told`] by its JSON pointer.
    pub fn text(&self, pointer: &str) -> &str {
        let value = self.told.pointer(pointer).and_then(Value::as_str);
        value.unwrap_or_else(|| panic!("no {pointer}"))
    }
}

/// Returns a secret: like the server's, without characters that need encoding, except for the
/// client that sends it in the body.
fn secret(id: &str) -> String {
    match id {
        "rp-post" => format!("{id}-Wq0 9+x%2F:k=&/?~é_Zt7"),
        _ => format!("{id}_eJx7MkVYqZ3-pN0sT5uW8bLcRg2HfDa6"),
    }
}

fn with_secret(id: &str) -> Value {
    json!({
        "id": id, "secret": secret(id), "redirect_uri": CALLBACK, "post_logout_redirect_uri": POST_LOGOUT_URI,
    })
}

fn seeded(client: &TestClient) -> Value {
    json!({ "id": client.id, "secret": client.secret, "redirect_uri": client.redirect_uri })
}

fn clients(stack: &Stack, key: &TestKey) -> Vec<Client> {
    let client = |id: &str, grants: &[GrantType]| {
        let name = format!("The {id}");
        let id = ClientId::parse(id).unwrap();
        let secret_hash = Some(TokenHash::digest(&secret(id.as_str())));
        let own = ["openid", "profile", "email", "offline_access"];
        Client {
            secret_hash,
            redirect_uris: vec![CALLBACK.to_owned()],
            post_logout_redirect_uris: vec![POST_LOGOUT_URI.to_owned()],
            grant_types: grants.to_vec(),
            scopes: own
                .into_iter()
                .chain(["tasks:read", "tasks:write"])
                .collect(),
            response_modes: ResponseMode::ALL.to_vec(),
            ..Client::new(id, name, ClientKind::Confidential, stack.clock.now())
        }
    };
    let signs_in = [GrantType::AuthorizationCode, GrantType::RefreshToken];
    let audience = &stack.seed.audience;
    vec![
        client("rp-basic", &signs_in),
        Client {
            auth_method: ClientAuthMethod::ClientSecretPost.into(),
            ..client("rp-post", &signs_in)
        },
        Client {
            auth_method: ClientAuthMethod::PrivateKeyJwt.into(),
            secret_hash: None,
            jwks: Some(key.jwks()),
            ..client("rp-key", &signs_in)
        },
        Client {
            serves: vec![audience.clone()],
            exchange: ExchangeRights {
                audiences: vec![audience.clone()],
                impersonation: false,
            },
            ..client("rp-gateway", &[GrantType::TokenExchange])
        },
        client("rp-service", &[GrantType::ClientCredentials]),
    ]
}
