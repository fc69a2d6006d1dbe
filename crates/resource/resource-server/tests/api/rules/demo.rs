//! A custom service: documents in a separate table, guarded by ready-made rules.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use doorward_access::clock::Clock;
use doorward_access::guard::authenticate;
use doorward_access::{Access, Principal};
use doorward_policy::attribute_values::Attributes;
use doorward_policy::principal::Memberships;
use doorward_policy::{
    Action, Engine, Kind, Object, PolicyPrincipal, Situation, Source, Value, compile, library,
};
use jiff::tz::TimeZone;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};
use serde_json::json;
use uuid::Uuid;

use crate::database::{Backend, TestDatabase};
use crate::fixture::NOW;
use crate::issuer::{Issuer, sign_claims};

const AUDIENCE: &str = "https://documents.example/api";
const PROJECT: Uuid = Uuid::from_u128(1);

#[derive(Debug)]
struct Friday;

impl Clock for Friday {
    fn now(&self) -> i64 {
        NOW
    }
}

/// The service and its issuer.
pub struct Demo {
    issuer: Issuer,
    url: String,
    http: reqwest::Client,
    handle: ServerHandle,
    _database: TestDatabase,
}

struct Service {
    db: DatabaseConnection,
    access: Access,
    engines: BTreeMap<&'static str, Engine>,
}

impl Demo {
    pub async fn start(backend: Backend) -> Self {
        let issuer = Issuer::start().await;
        let database = TestDatabase::create(backend).await;
        let mut options = sea_orm::ConnectOptions::new(format!(
            "{}{}",
            database.url(),
            match backend {
                Backend::Sqlite => "?mode=rwc",
                Backend::Postgres => "",
            }
        ));
        options.max_connections(1);
        let db = crate::database::connect(options).await;
        let table = "CREATE TABLE documents (id TEXT PRIMARY KEY, org TEXT NOT NULL, \
                     owner TEXT NOT NULL, level TEXT NOT NULL, plan TEXT, version INTEGER NOT NULL)";
        db.execute_unprepared(table).await.unwrap();
        let access = Access::builder(issuer.url(), AUDIENCE)
            .clock(Arc::new(Friday))
            .build()
            .unwrap();
        let engines = library::FILES.map(|(name, text)| {
            let restricts = name != "allow_any" && !name.starts_with("permit_");
            let rule = Source {
                file: format!("{name}.cedar"),
                text: text.to_owned(),
            };
            let (file, text) = compile::BUILT_IN[0];
            let tenant = Source {
                file: file.to_owned(),
                text: text.to_owned(),
            };
            let mut sources = vec![tenant, rule];
            if restricts {
                let (_, text) = library::FILES
                    .iter()
                    .find(|(name, _)| *name == "allow_any")
                    .unwrap();
                sources.push(Source {
                    file: "allow_any.cedar".to_owned(),
                    text: (*text).to_owned(),
                });
            }
            (name, Engine::with(sources, None).unwrap())
        });
        let service = web::Data::new(Service {
            db,
            access,
            engines: engines.into(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(service.clone())
                .route("/{rule}/{special}/", web::post().to(create))
                .route("/{rule}/{special}/{id}", web::get().to(read))
                .route("/{rule}/{special}/{id}", web::put().to(update))
                .route("/{rule}/{special}/{id}", web::delete().to(delete))
        })
        .workers(1)
        .listen(listener)
        .unwrap()
        .run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self {
            issuer,
            url,
            http: reqwest::Client::builder().build().unwrap(),
            handle,
            _database: database,
        }
    }

    /// Resets the document and returns the status of this actor's request.
    pub async fn ask(&self, rule: &str, special: &str, actor: &str, action: &str) -> u16 {
        let special = if special.is_empty() { "-" } else { special };
        let base = format!("{}/{rule}/{special}/", self.url);
        let request = match action {
            "read" => self.http.get(format!("{base}d1")),
            "create" => self.http.post(base),
            "update" => self.http.put(format!("{base}d1")),
            _ => self.http.delete(format!("{base}d1")),
        };
        let request = match self.token(actor, special) {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        request.send().await.unwrap().status().as_u16()
    }

    fn token(&self, actor: &str, special: &str) -> Option<String> {
        let (subject, entitlements, more) = match actor {
            "nobody" => return None,
            "other" => ("other", "documents:read", json!({"roles": ["developer"]})),
            "manager" => (
                "manager",
                "documents:read",
                json!({"roles": ["manager"], "email_verified": true,
                       "groups": ["/engineering/backend"],
                       "managed_groups": ["/engineering", "/engineering/backend"]}),
            ),
            "admin" => (
                "admin",
                "documents:read documents:write documents:delete subscription:pro",
                json!({"roles": ["admin", "24x7_access"], "acr": "aal2", "auth_time": NOW - 60}),
            ),
            _ => (
                "owner",
                "documents:read documents:write",
                json!({"roles": ["developer"], "email_verified": true,
                       "groups": ["/engineering/backend"]}),
            ),
        };
        let scope = "documents:read documents:write documents:delete";
        let mut claims = self
            .issuer
            .access_claims(AUDIENCE, subject, entitlements, scope, NOW);
        for (name, value) in more.as_object().unwrap() {
            claims[name] = value.clone();
        }
        if actor == "tenant" {
            claims["org"] = json!("elsewhere");
        }
        if special == "suspended" {
            claims["roles"]
                .as_array_mut()
                .unwrap()
                .push(json!("suspended"));
        }
        if special == "later" && claims.get("auth_time").is_some() {
            claims["auth_time"] = json!(NOW - 601);
        }
        Some(sign_claims("at+jwt", &claims))
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

/// The actor of a request; the owner leads the project and the manager reviews it.
struct Caller {
    person: PolicyPrincipal,
    situation: Situation,
    rule: String,
}

impl Service {
    async fn caller(&self, request: &HttpRequest) -> Result<Caller, actix_web::Error> {
        let special = request.match_info().get("special").unwrap();
        let hours = if special == "night" { 12 } else { 0 };
        let address = if special == "outside" {
            "203.0.113.7"
        } else {
            "10.1.2.3"
        };
        let method = request.method().as_str();
        let situation = Situation::new(NOW + hours * 3600, &TimeZone::UTC, method)
            .from_address(address.parse().ok());
        let rule = request.match_info().get("rule").unwrap().to_owned();
        if request.headers().get("authorization").is_none() {
            return Ok(Caller {
                person: PolicyPrincipal::anonymous(),
                situation,
                rule,
            });
        }
        let principal: Arc<Principal> = authenticate(&self.access, request).await?;
        let mut memberships = Memberships::default();
        if principal.org.is_none() && principal.subject == "owner" {
            memberships.projects.insert(PROJECT);
            memberships.leads.insert(PROJECT);
        }
        if principal.org.is_none() && principal.subject == "manager" {
            memberships.projects.insert(PROJECT);
            memberships.reviews.insert(PROJECT);
        }
        Ok(Caller {
            person: PolicyPrincipal::new(&principal, &memberships),
            situation: situation.signed_in_as(&principal),
            rule,
        })
    }

    /// Resets the document to its initial state.
    async fn reset(&self, special: &str) {
        let level = match special {
            "public" | "internal" | "restricted" => special,
            _ => "confidential",
        };
        let plan = if special == "free" { "NULL" } else { "'pro'" };
        self.run("DELETE FROM documents").await;
        let insert = format!(
            "INSERT INTO documents (id, org, owner, level, plan, version) \
             VALUES ('d1', '', 'owner', '{level}', {plan}, 1)"
        );
        self.run(&insert).await;
    }

    async fn run(&self, sql: &str) -> u64 {
        let done = self.db.execute_unprepared(sql).await.unwrap();
        done.rows_affected()
    }

    /// Returns the document of the caller's organization, as policies see it.
    async fn find(&self, id: &str, org: &str) -> Option<Object> {
        let backend = self.db.get_database_backend();
        let sql = match backend {
            sea_orm::DbBackend::Postgres => {
                "SELECT owner, level, plan FROM documents WHERE id = $1 AND org = $2"
            }
            _ => "SELECT owner, level, plan FROM documents WHERE id = ? AND org = ?",
        };
        let values = [id.into(), org.into()];
        let statement = Statement::from_sql_and_values(backend, sql, values);
        let row = self.db.query_one_raw(statement).await.unwrap()?;
        let owner: String = row.try_get_by_index(0).unwrap();
        let level: String = row.try_get_by_index(1).unwrap();
        let plan: Option<String> = row.try_get_by_index(2).unwrap();
        Some(document(id, org, &owner, &level, plan.as_deref()))
    }
}

fn document(id: &str, org: &str, owner: &str, level: &str, plan: Option<&str>) -> Object {
    let mut attributes = Attributes::from([
        ("owner", Value::user(owner)),
        ("org", Value::text(org)),
        ("manager", Value::user("manager")),
        ("department", Value::text("engineering/backend")),
        ("project", Value::Entity(Kind::Project, PROJECT.to_string())),
        ("category", Value::Entity(Kind::Category, "c".to_owned())),
        ("confidentiality", Value::text(level)),
    ]);
    if let Some(plan) = plan {
        attributes.insert("plan", Value::text(plan));
    }
    let project = Attributes::from([
        ("owner", Value::user("somebody")),
        ("org", Value::text(org)),
        ("confidentiality", Value::text("internal")),
    ]);
    let editors = Value::entities(Kind::Person, ["manager"]);
    Object {
        related: vec![
            Object::new(Kind::Project, PROJECT, project),
            Object::new(
                Kind::Category,
                "c",
                Attributes::from([("editors", editors)]),
            ),
        ],
        ..Object::new(Kind::Document, id, attributes)
    }
}

type Answer = Result<HttpResponse, actix_web::Error>;

async fn read(request: HttpRequest, service: web::Data<Service>) -> Answer {
    act(&request, &service, Action::Read).await
}

async fn update(request: HttpRequest, service: web::Data<Service>) -> Answer {
    act(&request, &service, Action::Update).await
}

async fn delete(request: HttpRequest, service: web::Data<Service>) -> Answer {
    act(&request, &service, Action::Delete).await
}

async fn act(request: &HttpRequest, service: &Service, action: Action) -> Answer {
    service
        .reset(request.match_info().get("special").unwrap())
        .await;
    let caller = service.caller(request).await?;
    let engine = &service.engines[caller.rule.as_str()];
    let id = request.match_info().get("id").unwrap();
    let found = service.find(id, &caller.person.org).await;
    let asks = |action, object: &Object| {
        engine
            .decide(&caller.person, action, object, &caller.situation)
            .allowed
    };
    let Some(object) = found else {
        return Ok(HttpResponse::NotFound().finish());
    };
    if asks(action, &object) {
        let changed = match action {
            Action::Update => {
                service
                    .run("UPDATE documents SET version = version + 1")
                    .await
            }
            Action::Delete => service.run("DELETE FROM documents").await,
            _ => 1,
        };
        assert_eq!(changed, 1);
        return Ok(HttpResponse::Ok().finish());
    }
    Ok(if request.headers().get("authorization").is_none() {
        HttpResponse::Unauthorized().finish()
    } else if asks(Action::Read, &object) {
        HttpResponse::Forbidden().finish()
    } else {
        HttpResponse::NotFound().finish()
    })
}

async fn create(request: HttpRequest, service: web::Data<Service>) -> Answer {
    let caller = service.caller(&request).await?;
    let engine = &service.engines[caller.rule.as_str()];
    let PolicyPrincipal { subject, org, .. } = &caller.person;
    let object = document("new", org, subject, "confidential", Some("pro"));
    let decision = engine.decide(&caller.person, Action::Create, &object, &caller.situation);
    Ok(if decision.allowed {
        HttpResponse::Created().finish()
    } else if subject.is_empty() {
        HttpResponse::Unauthorized().finish()
    } else {
        HttpResponse::Forbidden().finish()
    })
}
