//! The REST interface of a running suite.

use std::time::Duration;

use doorward_user_agent::UserAgent;
use serde_json::Value;
use url::Url;

use super::plans::Plan;
use crate::failure::Failure;

/// Maximum time for a response.
const LONGEST: Duration = Duration::from_mins(2);

/// A running suite in developer mode, which needs no token.
pub struct Suite {
    http: UserAgent,
    origin: String,
}

/// A module of a created plan.
pub struct Module {
    pub name: String,
    variant: Value,
}

pub struct CreatedPlan {
    id: String,
    /// Modules, in the order in which they run.
    pub modules: Vec<Module>,
}

/// The state of a running module.
pub struct State {
    /// `CREATED`, `CONFIGURED`, `WAITING`, `RUNNING`, `FINISHED` or `INTERRUPTED`.
    pub status: String,
    /// `PASSED`, `WARNING`, `REVIEW`, `SKIPPED` or `FAILED` once it is finished.
    pub result: Option<String>,
}

/// A failure or a warning of a module.
pub struct Finding {
    pub condition: String,
    /// Explanation.
    pub message: String,
}

impl Suite {
    /// Connects to the suite at an origin, with any certificate.
    ///
    /// # Errors
    ///
    /// Returns an error if no suite answers there.
    pub async fn connect(origin: &str) -> Result<Self, Failure> {
        let suite = Self {
            http: UserAgent::accepting_any_certificate(),
            origin: origin.to_owned(),
        };
        let server = suite.send("GET", "/api/server", &[], None).await;
        match server {
            Ok(server) if server["version"].is_string() => {
                println!("suite {} at {origin}", server["version"]);
                Ok(suite)
            }
            Ok(_) => Err(format!(
                "{origin} is no conformance suite: GET /api/server returned no version"
            )),
            Err(failure) => Err(format!(
                "no suite answers at {origin}: {failure}; start it in developer mode, and wait until \
                 it answers GET /api/server"
            )),
        }
    }

    /// Returns the address of a module's log.
    pub fn log_url(&self, id: &str) -> String {
        format!("{}/log-detail.html?log={id}", self.origin)
    }

    /// Creates a plan.
    ///
    /// # Errors
    ///
    /// Returns an error if the suite rejects the plan or its configuration.
    pub async fn create_plan(
        &self,
        plan: &Plan,
        configuration: &Value,
    ) -> Result<CreatedPlan, Failure> {
        let variant = serde_json::to_string(&plan.variant).map_err(|error| error.to_string())?;
        let query = [
            ("planName", plan.suite_name.as_str()),
            ("variant", variant.as_str()),
        ];
        let created = self
            .send("POST", "/api/plan", &query, Some(configuration))
            .await?;
        let modules = created["modules"].as_array().into_iter().flatten();
        let modules = modules.map(|module| Module {
            name: text(module, "testModule"),
            variant: module["variant"].clone(),
        });
        Ok(CreatedPlan {
            id: text(&created, "id"),
            modules: modules.collect(),
        })
    }

    /// Creates a module of a plan, and returns its ID.
    ///
    /// # Errors
    ///
    /// Returns an error if the suite rejects it.
    pub async fn create_module(
        &self,
        plan: &CreatedPlan,
        module: &Module,
    ) -> Result<String, Failure> {
        let variant = match &module.variant {
            Value::Null => "{}".to_owned(),
            variant => variant.to_string(),
        };
        let query = [
            ("test", module.name.as_str()),
            ("plan", plan.id.as_str()),
            ("variant", variant.as_str()),
        ];
        let created = self.send("POST", "/api/runner", &query, None).await?;
        Ok(text(&created, "id"))
    }

    /// Starts a module that is configured.
    ///
    /// # Errors
    ///
    /// Returns an error if the suite does not answer.
    pub async fn start(&self, id: &str) -> Result<(), Failure> {
        let path = format!("/api/runner/{id}");
        self.send("POST", &path, &[], None).await.map(drop)
    }

    /// Stops a module.
    ///
    /// # Errors
    ///
    /// Returns an error if the suite does not answer.
    pub async fn stop(&self, id: &str) -> Result<(), Failure> {
        let path = format!("/api/runner/{id}");
        self.send("DELETE", &path, &[], None).await.map(drop)
    }

    /// Returns the state of a module.
    ///
    /// # Errors
    ///
    /// Returns an error if the suite does not answer.
    pub async fn state(&self, id: &str) -> Result<State, Failure> {
        let info = self
            .send("GET", &format!("/api/info/{id}"), &[], None)
            .await?;
        Ok(State {
            status: text(&info, "status"),
            result: info["result"].as_str().map(str::to_owned),
        })
    }

    /// Returns the issuer of a module that is a provider.
    ///
    /// # Errors
    ///
    /// Returns an error if the suite does not answer.
    pub async fn issuer(&self, id: &str) -> Result<String, Failure> {
        let path = format!("/api/runner/{id}");
        let module = self.send("GET", &path, &[], None).await?;
        Ok(text(&module["exposed"], "issuer"))
    }

    /// Returns the ID token that a module has issued as a provider, if there is one.
    ///
    /// # Errors
    ///
    /// Returns an error if the suite does not answer.
    pub async fn id_token(&self, id: &str) -> Result<Option<String>, Failure> {
        let log = self
            .send("GET", &format!("/api/log/{id}"), &[], None)
            .await?;
        let entries = log.as_array().into_iter().flatten();
        let signed = entries.filter(|entry| text(entry, "src").contains("SignIdToken"));
        let mut tokens = signed.filter_map(|entry| {
            let token = &entry["id_token"];
            let token = token["verifiable_jws"].as_str().or_else(|| token.as_str());
            token.map(str::to_owned)
        });
        Ok(tokens.next_back())
    }

    /// Returns the failures and warnings of a module.
    ///
    /// # Errors
    ///
    /// Returns an error if the suite does not answer.
    pub async fn findings(&self, id: &str) -> Result<Vec<Finding>, Failure> {
        let log = self
            .send("GET", &format!("/api/log/{id}"), &[], None)
            .await?;
        let entries = log.as_array().into_iter().flatten();
        let bad =
            entries.filter(|entry| entry["result"] == "FAILURE" || entry["result"] == "WARNING");
        Ok(bad
            .map(|entry| Finding {
                condition: text(entry, "src"),
                message: text(entry, "msg"),
            })
            .collect())
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Value, Failure> {
        let mut url = Url::parse(&self.origin).map_err(|error| error.to_string())?;
        url.set_path(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let http = self.http.http();
        let mut request = match method {
            "POST" => http.post(url),
            "DELETE" => http.delete(url),
            _ => http.get(url),
        };
        if let Some(body) = body {
            request = request.json(body);
        }
        let failed = |error| format!("{method} {path}: {error:?}");
        let response = request.timeout(LONGEST).send().await.map_err(failed)?;
        let status = response.status();
        let text = response.text().await.map_err(failed)?;
        if !status.is_success() {
            let start: String = text.chars().take(500).collect();
            return Err(format!("{method} {path}: {status} {start}"));
        }
        if text.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&text).map_err(|error| format!("{method} {path}: {error}"))
    }
}

fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_default().to_owned()
}
