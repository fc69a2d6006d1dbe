//! Tests of `/api/admin/users/{user}/impersonations` and `/api/admin/impersonations`.

use doorward_domain::model::{Authentication, SessionId};
use doorward_store::repo;
use doorward_testkit::{Stack, flows_with, jwt};
use serde_json::json;

use super::world::{World, ok};

flows_with!(ENABLED; impersonation_is_started_listed_and_ended);

const ENABLED: &[(&str, &str)] = &[("DOORWARD__IMPERSONATION__ENABLED", "true")];

async fn impersonation_is_started_listed_and_ended(stack: &Stack) {
    let mut world = World::new(stack).await;
    world.create_user("dora").await;
    let claims = jwt::claims(&world.token("admin").await);
    let session = claims["sid"].as_str().unwrap();
    let path = format!("/api/admin/users/{}/impersonations", world.id("dora"));
    let body = json!({ "client": stack.seed.trusted.id, "session": session });
    let header = ("x-doorward-reason", "Ticket%204711");
    let fields = &[header];
    let start = async |who: &str, fields: &[(&str, &str)]| {
        world
            .call_with(who, "POST", &path, Some(&body), fields)
            .await
    };
    let page = start("admin", fields).await;
    assert_eq!(page.status, 400, "one factor: {}", page.dump());
    let proof = Authentication {
        auth_time: claims["auth_time"].as_i64().unwrap(),
        acr: "aal2".to_owned(),
        amr: Vec::new(),
    };
    let tx = world.db.begin_write().await.unwrap();
    let id = SessionId::parse(session).unwrap();
    repo::sessions::set_proof(&tx, id, &proof).await.unwrap();
    tx.commit().await.unwrap();
    let page = start("admin", &[]).await;
    assert_eq!(page.status, 400, "no reason: {}", page.dump());
    let rejected = ok(&start("helper", fields).await, 403);
    let id = rejected["decision_id"].as_str().unwrap();
    let explained = format!("/api/admin/decisions/{id}");
    let explained = ok(&world.call("admin", "GET", &explained, None).await, 200);
    assert_eq!(explained["missing"], json!(["users:impersonate"]));
    assert_eq!(explained["actor"], world.id("helper"));
    let started = ok(&start("admin", fields).await, 200);
    assert_eq!(started["administrator"], world.id("admin"));
    let listed = ok(&world.call("helper", "GET", &path, None).await, 200);
    assert_eq!(listed, json!([started]), "{listed}");
    let end = format!(
        "/api/admin/impersonations/{}",
        started["id"].as_str().unwrap()
    );
    let page = world.call("helper", "DELETE", &end, None).await;
    assert_eq!(page.status, 403, "{}", page.dump());
    let page = world.call("admin", "DELETE", &end, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    let page = world.call("admin", "DELETE", &end, None).await;
    assert_eq!(page.status, 404, "{}", page.dump());
    let listed = ok(&world.call("admin", "GET", &path, None).await, 200);
    assert_eq!(listed, json!([]), "{listed}");
}
