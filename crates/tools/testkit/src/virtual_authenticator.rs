//! Chromium's virtual authenticator (`DevTools`, domain `WebAuthn`).

use serde_json::{Value, json};

use crate::browser::Browser;

impl Browser {
    /// Adds a device that stores passkeys and verifies its user. Returns its ID.
    pub async fn plug_in_authenticator(&self) -> String {
        self.developer_tools("WebAuthn.enable", json!({})).await;
        let options = json!({
            "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal",
            "hasResidentKey": true, "hasUserVerification": true,
            "isUserVerified": true, "automaticPresenceSimulation": true,
        });
        let answer = self
            .developer_tools(
                "WebAuthn.addVirtualAuthenticator",
                json!({"options": options}),
            )
            .await;
        let name = answer["authenticatorId"].as_str();
        name.expect("an authenticator").to_owned()
    }

    pub async fn unplug_authenticator(&self, device: &str) {
        self.developer_tools(
            "WebAuthn.removeVirtualAuthenticator",
            json!({"authenticatorId": device}),
        )
        .await;
    }

    /// Sets whether a user touches the device when asked.
    pub async fn set_presence(&self, device: &str, touches: bool) {
        self.developer_tools(
            "WebAuthn.setAutomaticPresenceSimulation",
            json!({"authenticatorId": device, "enabled": touches}),
        )
        .await;
    }

    /// Sets whether the device verifies its user.
    pub async fn set_verified(&self, device: &str, verified: bool) {
        self.developer_tools(
            "WebAuthn.setUserVerified",
            json!({"authenticatorId": device, "isUserVerified": verified}),
        )
        .await;
    }

    /// Returns the passkeys on the device.
    pub async fn credentials(&self, device: &str) -> Vec<Value> {
        let answer = self
            .developer_tools(
                "WebAuthn.getCredentials",
                json!({"authenticatorId": device}),
            )
            .await;
        answer["credentials"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }
}
