//! Tests of custom claims in the introspection of API keys.

use std::collections::BTreeSet;

use doorward_admin::claims::{self, ClaimSpec};
use doorward_admin::operator::AdminContext;
use doorward_domain::model::{Case, Choice, ClaimOutput, ClaimSource};
use doorward_testkit::{Stack, flows};
use serde_json::{Value, json};

use super::{introspect, make, signed_in};

flows!(key_has_claims_of_all_clients);

async fn put(stack: &Stack, id: &str, client: Option<&str>, scope: Option<&str>) {
    let db = stack.db().await;
    let op = AdminContext::command_line(&db, &stack.clock);
    let case = Case {
        when: "developer".to_owned(),
        value: json!(id),
    };
    let spec = ClaimSpec {
        id: id.to_owned(),
        claim: id.replace('-', "_"),
        path: Vec::new(),
        client_id: client.map(str::to_owned),
        source: ClaimSource::Role(Choice {
            values: vec![case],
            otherwise: None,
        }),
        outputs: BTreeSet::from([ClaimOutput::Introspection]),
        scope: scope.map(str::to_owned),
    };
    claims::put(&op, spec).await.unwrap();
    stack.clear_caches();
}

async fn key_has_claims_of_all_clients(stack: &Stack) {
    put(stack, "common", None, None).await;
    put(stack, "scoped", None, Some("tasks:read")).await;
    put(stack, "other-scope", None, Some("tasks:write")).await;
    put(stack, "of-client", Some(&stack.seed.trusted.id), None).await;
    let alice = signed_in(stack, "alice").await;
    let key = make(stack, &alice, &["tasks:read"]).await;
    let answer = introspect(stack, &key).await;
    assert_eq!(answer["active"], true, "{answer}");
    assert_eq!(answer["common"], "common");
    assert_eq!(answer["scoped"], "scoped");
    for absent in ["other_scope", "of_client"] {
        assert_eq!(answer[absent], Value::Null, "{absent}: {answer}");
    }
}
