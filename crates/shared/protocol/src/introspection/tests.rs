use super::*;

#[test]
fn inactive_token_reveals_no_members() {
    let json = serde_json::to_string(&IntrospectionResponse::inactive()).unwrap();
    assert_eq!(json, r#"{"active":false}"#);
}

#[test]
fn active_token() {
    let response = IntrospectionResponse {
        active: true,
        scope: Some(Scope::parse("a b").unwrap()),
        client_id: Some("app".into()),
        exp: Some(300),
        aud: vec!["https://t.example/api".into()],
        ..IntrospectionResponse::default()
    };
    let json = serde_json::to_value(&response).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "active": true, "scope": "a b", "client_id": "app", "exp": 300,
            "aud": ["https://t.example/api"],
        })
    );
    assert_eq!(
        serde_json::from_value::<IntrospectionResponse>(json).unwrap(),
        response
    );
}
