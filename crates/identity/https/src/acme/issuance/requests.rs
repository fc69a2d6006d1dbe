//! The request in each state.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{Issuance, State};
use crate::acme::account_key::bind_external;
use crate::acme::authority_error::AcmeError;
use crate::acme::message::Directory;
use crate::acme::request_key;

impl Issuance {
    /// Returns the URL and the payload of the request in this state; without a payload, it is
    /// POST-as-GET (RFC 8555 §6.3).
    pub(super) fn request(
        &self,
        directory: &Directory,
    ) -> Result<(String, Option<Value>), AcmeError> {
        let (placed_at, placed) = match &self.placed {
            Some((url, order)) => (url.clone(), Some(order)),
            None => (String::new(), None),
        };
        Ok(match &self.state {
            State::Account => (
                directory.new_account.clone(),
                Some(self.account_request(directory)?),
            ),
            State::Authorizations(place) => {
                let listed = placed.map_or(&[][..], |order| order.authorizations.as_slice());
                (listed.get(*place).cloned().unwrap_or_default(), None)
            }
            State::Respond(place) => {
                let open = self.open.get(*place);
                let url = open.map(|open| open.url.clone());
                (url.unwrap_or_default(), Some(json!({})))
            }
            State::Verify(place) => {
                let open = self.open.get(*place);
                let url = open.map(|open| open.authorization.clone());
                (url.unwrap_or_default(), None)
            }
            State::Finalize => {
                let request = request_key::request(&self.key, &self.order.hosts);
                let request = request.map_err(|error| AcmeError::Key(error.to_string()))?;
                let url = placed.map(|order| order.finalize.clone());
                let payload = json!({ "csr": URL_SAFE_NO_PAD.encode(request) });
                (url.unwrap_or_default(), Some(payload))
            }
            State::Process => (placed_at, None),
            State::Download(url) => (url.clone(), None),
            State::Directory | State::NewOrder | State::Serve | State::Ended(_) => (
                directory.new_order.clone(),
                Some(self.order_request(directory)),
            ),
        })
    }

    fn account_request(&self, directory: &Directory) -> Result<Value, AcmeError> {
        let contacts = self.order.contacts.iter();
        let contacts: Vec<_> = contacts
            .map(|address| format!("mailto:{address}"))
            .collect();
        let mut payload = json!({ "termsOfServiceAgreed": true, "contact": contacts });
        if let Some(external) = &self.order.external {
            let url = &directory.new_account;
            let bound =
                bind_external(&self.account_key, &external.key_id, &external.hmac_key, url)?;
            payload["externalAccountBinding"] = bound;
        }
        Ok(payload)
    }

    fn order_request(&self, directory: &Directory) -> Value {
        let hosts = self.order.hosts.iter();
        let identifiers: Vec<_> = hosts
            .map(|host| json!({ "type": "dns", "value": host }))
            .collect();
        let mut payload = json!({ "identifiers": identifiers });
        // Authorities without renewal information need not know the member.
        let replaces = self.order.replaces.as_ref();
        if let Some(id) = replaces.filter(|_| directory.renewal_info.is_some()) {
            payload["replaces"] = id.as_str().into();
        }
        payload
    }
}
