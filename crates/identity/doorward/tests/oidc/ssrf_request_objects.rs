//! The fetch of a request object for the tests against server-side request forgery, and the
//! differences between the fetches for clients.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{Client, LogoutUris};
use doorward_testkit::{Authorization, Credentials, Outcome, TestClient, UserAgent};
use serde_json::json;

use crate::ssrf_fetches::{Fetch, World, client_for};

const CALLBACK: &str = "https://app.example/callback";

impl Fetch {
    /// Returns the media type of the document.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::RequestObject => "application/oauth-authz-req+jwt",
            _ => "application/json",
        }
    }
}

impl World<'_> {
    /// Sets the address that the server fetches for this client.
    pub fn set_address(&self, fetch: Fetch, client: &mut Client, address: &str) {
        if fetch == Fetch::RequestObject {
            client.jwks = Some(self.key.jwks());
            client.request_uris = vec![address.to_owned()];
        } else {
            client.logout = LogoutUris {
                backchannel: Some(address.to_owned()),
                ..LogoutUris::default()
            };
        }
    }

    /// Returns a valid request object of the client for an address.
    pub fn request_object(&self, address: &str) -> String {
        let client = request_client(address);
        let now = self.stack.clock.now();
        let mut claims =
            json!({ "iss": client.id, "aud": self.stack.issuer(), "exp": now + 1800, "nbf": now });
        for (name, value) in Authorization::new(self.stack.issuer(), &client).pairs() {
            claims[name] = json!(value);
        }
        self.key.sign(None, &claims)
    }

    /// Starts a request with the `request_uri`; returns true if the sign-in page follows.
    pub async fn refer_to(&self, address: &str) -> bool {
        let request = Authorization::new(self.stack.issuer(), &request_client(address));
        let request = request.pushed_as(address);
        match request.start(&UserAgent::new()).await {
            Outcome::Page(page) => page.has("[name=password]"),
            Outcome::Client(_) => false,
        }
    }
}

fn request_client(address: &str) -> TestClient {
    TestClient {
        id: client_for(Fetch::RequestObject, address),
        secret: None,
        credentials: Credentials::Basic,
        redirect_uri: CALLBACK.to_owned(),
    }
}
