//! Identity providers, configured as by an operator.

use doorward_admin::operator::AdminContext;
use doorward_admin::providers::{self, ProviderSpec};
use doorward_domain::derived_keys::ProviderKey;
use doorward_domain::secret::MasterKey;

use crate::Stack;
use crate::upstream::{CLIENT_ID, CLIENT_SECRET, Upstream};

impl Upstream {
    /// Returns the configuration of this provider.
    pub fn spec(&self) -> ProviderSpec {
        ProviderSpec {
            issuer: Some(self.issuer().to_owned()),
            client_id: CLIENT_ID.to_owned(),
            client_secret: Some(CLIENT_SECRET.to_owned()),
            ..ProviderSpec::default()
        }
    }
}

impl Stack {
    /// Stores a provider, as its operator does.
    pub async fn put_provider(&self, id: &str, spec: &ProviderSpec) {
        let (config, _) = self.mail_parts();
        let master = config.secret_key.as_ref().expect("a key").expose();
        let key = MasterKey::from_base64(master).expect("a key");
        let key = ProviderKey::derive(&key);
        let db = self.db().await;
        let operator = AdminContext::command_line(&db, &self.clock);
        let put = providers::put(&operator, &key, id, spec).await;
        put.expect("a provider");
    }
}
