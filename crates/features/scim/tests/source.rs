//! A source that sends requests, for the tests.

use doorward_admin::operator::AdminContext;
use doorward_domain::model::ScimSourceId;
use doorward_domain::model::scim::ScimSource;
use doorward_domain::random::Random;
use doorward_domain::secret::OpaqueToken;
use doorward_store::repo;
use doorward_testkit::{Page, UserAgent};
use serde_json::{Value, json};

use super::world::World;

pub const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// A source with its token.
pub struct Source<'a> {
    world: &'a World<'a>,
    pub token: String,
}

impl<'a> Source<'a> {
    /// Stores a source of this organization, or of the deployment.
    pub async fn new(world: &'a World<'a>, name: &str, org: Option<&str>) -> Self {
        let random = Random::default();
        let token = OpaqueToken::generate(&mut random.rng());
        let now = AdminContext::command_line(&world.db, &world.stack.clock).now();
        let source = ScimSource {
            id: ScimSourceId::generate(now, &mut random.rng()),
            name: name.to_owned(),
            org: org.map(str::to_owned),
            token_hash: token.hash(),
            verifies_email: org.is_none(),
            created_by: None,
            created_at: now,
            used_at: None,
            expires_at: None,
        };
        let tx = world.db.begin_write().await.unwrap();
        repo::scim::insert(&tx, &source).await.unwrap();
        tx.commit().await.unwrap();
        Self {
            world,
            token: token.expose().to_owned(),
        }
    }

    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Page {
        self.call_with(method, path, body, &[]).await
    }

    pub async fn call_with(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        fields: &[(&str, &str)],
    ) -> Page {
        let agent = UserAgent::new();
        let url = self.world.stack.at(&format!("/scim/v2{path}"));
        let mut request = agent
            .http()
            .request(method.parse().unwrap(), url)
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request
                .header("content-type", "application/scim+json")
                .body(body.to_string());
        }
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        agent.send(request).await
    }

    /// Sends a request that must succeed with this status.
    pub async fn ok(&self, method: &str, path: &str, body: Option<&Value>, status: u16) -> Value {
        let page = self.call(method, path, body).await;
        assert_eq!(page.status, status, "{method} {path} {}", page.dump());
        if status == 204 {
            return Value::Null;
        }
        assert_eq!(page.media_type(), "application/scim+json");
        page.json()
    }

    /// Sends a request that must fail with this status and keyword.
    pub async fn fails(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        (status, kind): (u16, &str),
    ) {
        let page = self.call(method, path, body).await;
        assert_eq!(page.status, status, "{method} {path} {}", page.dump());
        let error = page.json();
        assert_eq!(error["status"], status.to_string());
        assert_eq!(
            error["scimType"].as_str().unwrap_or_default(),
            kind,
            "{error}"
        );
        let schema = "urn:ietf:params:scim:api:messages:2.0:Error";
        assert_eq!(error["schemas"], json!([schema]));
    }

    /// Creates a user, and returns the resource.
    pub async fn create(&self, name: &str) -> Value {
        let body = json!({
            "schemas": [USER], "userName": name, "externalId": format!("x-{name}"),
            "name": { "givenName": "Given", "familyName": name },
            "emails": [{ "value": format!("{name}@example.net"), "type": "work", "primary": true }],
            "active": true,
        });
        self.ok("POST", "/Users", Some(&body), 201).await
    }

    pub async fn patch(&self, path: &str, operations: Value, status: u16) -> Value {
        let body = json!({ "schemas": [PATCH], "Operations": operations });
        self.ok("PATCH", path, Some(&body), status).await
    }

    /// Returns the number of resources that a list finds.
    pub async fn count(&self, path: &str, filter: &str) -> u64 {
        let filter: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        let list = self
            .ok("GET", &format!("{path}?filter={filter}"), None, 200)
            .await;
        list["totalResults"].as_u64().unwrap()
    }
}

/// Returns the path of a resource.
pub fn path(kind: &str, resource: &Value) -> String {
    format!("/{kind}/{}", resource["id"].as_str().unwrap())
}
