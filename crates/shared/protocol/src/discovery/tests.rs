use super::*;

#[test]
fn rfc_8414_3_1_unsupported_members_are_omitted() {
    let metadata = ProviderMetadata {
        issuer: "https://id.example".into(),
        response_types_supported: vec!["code".into()],
        request_uri_parameter_supported: Some(false),
        ..ProviderMetadata::default()
    };
    let json = serde_json::to_value(&metadata).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "issuer": "https://id.example",
            "response_types_supported": ["code"],
            "request_uri_parameter_supported": false,
        })
    );
    assert_eq!(
        serde_json::from_value::<ProviderMetadata>(json).unwrap(),
        metadata
    );
}

crate::sparse! {
    /// A protected resource's metadata (RFC 9728 §2).
    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    pub struct ProtectedResourceMetadata {
        pub resource: String,
        sparse {
            pub authorization_servers: Vec<String>,
            pub scopes_supported: Vec<String>,
            pub resource_name: Option<String>,
        }
    }
}

#[test]
fn protected_resource() {
    let metadata = ProtectedResourceMetadata {
        resource: "https://t.example/api".into(),
        authorization_servers: vec!["https://id.example".into()],
        ..ProtectedResourceMetadata::default()
    };
    assert_eq!(
        serde_json::to_string(&metadata).unwrap(),
        r#"{"resource":"https://t.example/api","authorization_servers":["https://id.example"]}"#
    );
}
