//! Rate limits of callers, by role and by API key.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::database::Backend;
use crate::fixture::{DEVELOPER, Fixture, header, problem};

#[actix_web::test]
async fn each_caller_has_so_many_requests() {
    let fixture = Fixture::configured(Backend::Sqlite, |config| {
        config.limits.requests = 3;
        config.limits.roles = vec![("manager".to_owned(), 5)];
        config.limits.api_key = 2;
        config.limits_multiplier = 1.0;
    })
    .await;
    let alice = fixture.person("alice", DEVELOPER);
    for left in ["2", "1", "0"] {
        let response = alice.get("/api/tasks/").await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, "ratelimit-policy"), "\"person\";q=3;w=60");
        assert_eq!(
            header(&response, "ratelimit"),
            format!("\"person\";r={left};t=60")
        );
    }
    let response = alice.get("/api/projects/").await;
    assert_eq!(header(&response, "retry-after"), "60");
    assert_eq!(header(&response, "ratelimit"), "\"person\";r=0;t=60");
    problem(response, 429).await;
    // A new token of the same user changes nothing; other users are not affected.
    problem(
        fixture.person("alice", DEVELOPER).get("/api/tasks/").await,
        429,
    )
    .await;
    let mona = fixture.caller("mona", DEVELOPER, &json!({"roles": ["manager"]}));
    let response = mona.get("/api/tasks/").await;
    assert_eq!(header(&response, "ratelimit"), "\"manager\";r=4;t=60");

    fixture.clock.advance(60);
    let response = fixture.person("alice", DEVELOPER).get("/api/tasks/").await;
    assert_eq!(header(&response, "ratelimit"), "\"person\";r=2;t=60");

    // By API key, valid or not; unknown callers are not counted.
    for status in [401, 401, 429] {
        let request = fixture
            .request(Method::GET, "/api/tasks/")
            .header("x-api-key", "dw_x");
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(
            header(&response, "ratelimit-policy"),
            "\"api_key\";q=2;w=3600"
        );
    }
    let response = fixture.get("/api/tasks/").await;
    assert_eq!(header(&response, "ratelimit"), "");
}
