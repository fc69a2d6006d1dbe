//! Tokens by which the provider reports events: sign-outs and signals.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::shape::{change, sign};
use super::{CLIENT_ID, Misbehavior, Upstream};
use crate::rsa_keys;

impl Upstream {
    /// Returns a logout token (OIDC Back-Channel Logout §2.4), for the client ID of the server
    /// under test; `changes` replace its members, or remove one by [`ABSENT`].
    pub fn logout_token(&self, changes: &Value) -> String {
        let now = self.world.lock().unwrap().now;
        let event = "http://schemas.openid.net/event/backchannel-logout";
        let claims = json!({ "exp": now + 120, "events": { event: {} } });
        self.event_token("logout+jwt", &[&claims, changes])
    }

    /// Returns a security event token (RFC 8417) with an event of this type about a user of the provider; `changes`
    /// as in [`Self::logout_token`].
    pub fn signal(&self, event: &str, subject: &str, changes: &Value) -> String {
        let claims = json!({
            "events": { event: {} },
            "sub_id": { "format": "iss_sub", "iss": self.issuer(), "sub": subject },
        });
        self.event_token("secevent+jwt", &[&claims, changes])
    }

    fn event_token(&self, typ: &str, changes: &[&Value]) -> String {
        let world = self.world.lock().unwrap();
        let mut claims = json!({
            "iss": world.issuer, "aud": CLIENT_ID, "iat": world.now,
            "jti": uuid::Uuid::new_v4().to_string(),
        });
        for changes in changes {
            change(&mut claims, changes);
        }
        let header = json!({ "typ": typ });
        match world.misbehavior {
            Some(Misbehavior::ForeignKey) => {
                sign(world.shape.alg, &header, &claims, &rsa_keys::foreign())
            }
            Some(Misbehavior::Unsigned) => {
                let parts = [json!({ "alg": "none", "typ": typ }), claims];
                let parts = parts.map(|item| URL_SAFE_NO_PAD.encode(item.to_string()));
                format!("{}.", parts.join("."))
            }
            _ => sign(world.shape.alg, &header, &claims, &world.key),
        }
    }
}
