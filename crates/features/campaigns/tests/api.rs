//! Tests of `/api/admin/factor-campaigns` and of exceptions.

use doorward_testkit::{Stack, flows};
use serde_json::{Value, json};

use super::world::{World, ok};

flows!(
    campaign_lists_unready_users_until_end,
    malformed_campaign_is_rejected,
);

const CAMPAIGNS: &str = "/api/admin/factor-campaigns";
const FROM: &str = "2099-01-15T00:00:00Z";

async fn campaign_lists_unready_users_until_end(stack: &Stack) {
    let world = World::new(stack).await;
    let body = json!({
        "organization": "acme", "from": FROM, "reminders": [1, 14],
    });
    let page = world.call("admin", "POST", CAMPAIGNS, Some(&body)).await;
    let made = ok(&page, 201);
    let names = ["organization", "from", "reminders", "next_reminder_at"];
    let expected = json!(["acme", FROM, [14, 1], "2099-01-01T00:00:00Z"]);
    assert_eq!(json!(names.map(|name| &made[name])), expected, "{made}");
    let page = world.call("admin", "POST", CAMPAIGNS, Some(&body)).await;
    assert_eq!(page.status, 409, "{}", page.dump());

    let mona = world.id("mona");
    let path = format!("/api/admin/users/{mona}/factor-exception");
    let exception = json!({ "until": "2099-03-01T00:00:00Z", "reason": "Waits for a key" });
    let page = world.call("admin", "PUT", &path, Some(&exception)).await;
    assert_eq!(ok(&page, 200), exception);
    let campaign = format!("{CAMPAIGNS}/{}", made["id"].as_str().unwrap());
    let mut found = Vec::new();
    let mut users = format!("{campaign}/users?limit=1");
    loop {
        let page = world.call("admin", "GET", &users, None).await;
        let page = ok(&page, 200);
        found.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        users = format!("{campaign}/users?limit=1&cursor={next}");
    }
    let mut names: Vec<&Value> = found.iter().map(|user| &user["username"]).collect();
    names.sort_by_key(ToString::to_string);
    assert_eq!(names, ["alice", "mona"]);
    let excepted = found
        .iter()
        .filter(|user| user["reason"] == exception["reason"]);
    assert_eq!(excepted.count(), 1, "{found:?}");
    let page = world.call("admin", "DELETE", &path, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());

    let moved = format!("{campaign}/reschedule");
    let start = json!({ "from": "2099-02-15T00:00:00Z" });
    let page = world.call("admin", "POST", &moved, Some(&start)).await;
    let body = ok(&page, 200);
    let expected = json!([start["from"], "2099-02-01T00:00:00Z"]);
    assert_eq!(json!([body["from"], body["next_reminder_at"]]), expected);
    let start = json!({ "from": "2019-01-15T00:00:00Z" });
    let page = world.call("admin", "POST", &moved, Some(&start)).await;
    assert_eq!(page.status, 400, "{}", page.dump());

    let end = format!("{campaign}/end");
    let page = world.call("admin", "POST", &end, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    let page = world.call("admin", "GET", &campaign, None).await;
    assert!(ok(&page, 200)["ended_at"].is_string(), "{}", page.dump());
    assert!(
        world
            .has_event("system.changed", "admin", "second factor campaign ended")
            .await
    );
}

async fn malformed_campaign_is_rejected(stack: &Stack) {
    let world = World::new(stack).await;
    for body in [
        json!({ "target": "all", "from": FROM }),
        json!({ "all": true, "organization": "acme", "from": FROM }),
        json!({ "from": FROM }),
        json!({ "all": true, "from": "2099-01-15" }),
        json!({ "all": true, "from": "2019-01-15T00:00:00Z" }),
        json!({ "all": true, "from": FROM, "reminders": [0] }),
    ] {
        let page = world.call("admin", "POST", CAMPAIGNS, Some(&body)).await;
        assert_eq!(page.status, 400, "{body}: {}", page.dump());
    }
    let page = world.call("admin", "GET", CAMPAIGNS, None).await;
    assert_eq!(ok(&page, 200)["items"], json!([]));
}
