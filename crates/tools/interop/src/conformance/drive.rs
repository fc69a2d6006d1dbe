//! Drives a running suite through plans.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use super::addresses::Addresses;
use super::plans::{Plan, Plans, Registration};
use super::relying_party;
use super::results::{Outcome, PlanOutcome};
use super::services;
use super::setup::Place;
use super::suite::{CreatedPlan, Module, Suite};
use crate::failure::Failure;

/// Number of plans that run at the same time. The modules of a plan run one after the other, because
/// those of a plan with an alias have the same redirect URIs.
const MAX_PARALLEL: usize = 4;
/// Maximum time in the state `WAITING`: modules wait up to 90 seconds for a response.
const LONGEST_WAIT: Duration = Duration::from_secs(200);
/// Maximum time for a module.
const LONGEST: Duration = Duration::from_secs(400);
/// Maximum time until a module that is a provider ends after the sign-in. It waits 5 seconds for a request
/// that Doorward must not send.
const LONGEST_SILENCE: Duration = Duration::from_secs(40);
const PAUSE: Duration = Duration::from_millis(400);
/// The module that expects a new signing key.
const ROTATION: &str = "oidcc-server-rotate-keys";
/// The modules that expect a changed credential and the end of a session. A new stream begins with the signals of the
/// last minutes.
const CAEP: &str = "openid-ssf-transmitter-stream-caep-interop";
/// Time until each process publishes a new signing key, or shows the button of a provider.
const PUBLICATION: Duration = Duration::from_secs(2);

/// A run of a suite against Doorward.
pub struct Run {
    /// Directory and program.
    pub place: Place,
    pub suite: Suite,
    /// Expected results.
    pub plans: Plans,
}

impl Run {
    /// Runs plans side by side, and returns their results in the given order. Those with signals come first, one after the
    /// other: a module that waits for one signal accepts no other, and every end of a session is one.
    ///
    /// # Errors
    ///
    /// Returns an error if the suite rejects a plan or does not answer.
    pub async fn all(self: &Arc<Self>, selected: Vec<Plan>) -> Result<Vec<PlanOutcome>, Failure> {
        let is_signals = |plan: &Plan| plan.registration() == Registration::Signals;
        let (first, others): (Vec<_>, Vec<_>) = selected.into_iter().partition(is_signals);
        let mut outcomes = Vec::new();
        for plan in first {
            outcomes.push(self.plan(plan).await?);
        }
        let places = Arc::new(Semaphore::new(MAX_PARALLEL));
        let mut running = Vec::new();
        for plan in others {
            let run = Arc::clone(self);
            let places = Arc::clone(&places);
            running.push(tokio::spawn(async move {
                let _place = places.acquire().await.map_err(|error| error.to_string())?;
                run.plan(plan).await
            }));
        }
        for plan in running {
            outcomes.push(plan.await.map_err(|error| error.to_string())??);
        }
        Ok(outcomes)
    }

    async fn plan(&self, plan: Plan) -> Result<PlanOutcome, Failure> {
        let start = Instant::now();
        let mut configuration = self.place.configuration(&plan)?;
        if plan.registration() == Registration::Decisions {
            services::add_token(&mut configuration).await?;
        }
        if plan.is_fapi_client() {
            relying_party::add_keys(&mut configuration).await?;
        }
        let created = self.suite.create_plan(&plan, &configuration).await;
        let created = created.map_err(|failure| format!("{}: {failure}", plan.name))?;
        let mut modules = Vec::new();
        for module in &created.modules {
            let outcome = match self.module(&plan, &created, module).await {
                Ok(outcome) => outcome,
                Err(failure) => Outcome {
                    module: module.name.clone(),
                    result: "NOT RUN".to_owned(),
                    conditions: Vec::new(),
                    details: vec![failure],
                },
            };
            println!("{:<9} {} {}", outcome.result, plan.name, outcome.module);
            if outcome.problem(&self.plans, &plan).is_some() {
                for detail in &outcome.details {
                    println!("          {detail}");
                }
            }
            modules.push(outcome);
        }
        println!("{} took {} s", plan.name, start.elapsed().as_secs());
        Ok(PlanOutcome { plan, modules })
    }

    async fn module(
        &self,
        plan: &Plan,
        created: &CreatedPlan,
        module: &Module,
    ) -> Result<Outcome, Failure> {
        if module.name == CAEP {
            self.place.sign_in_and_change_password().await?;
        }
        let id = self.suite.create_module(created, module).await?;
        let result = self.result(plan, &id, module).await?;
        let findings = self.suite.findings(&id).await?;
        let mut details: Vec<String> = findings
            .iter()
            .map(|finding| format!("{}: {}", finding.condition, finding.message))
            .collect();
        details.push(self.suite.log_url(&id));
        Ok(Outcome {
            module: module.name.clone(),
            result,
            conditions: findings.into_iter().map(|it| it.condition).collect(),
            details,
        })
    }

    /// Runs a created module to its end, and returns its result.
    async fn result(&self, plan: &Plan, id: &str, module: &Module) -> Result<String, Failure> {
        let start = Instant::now();
        let mut waiting = None;
        let mut is_started = false;
        let is_provider = plan.registration() == Registration::RelyingParty;
        let mut has_signed_in = false;
        let longest_wait = if is_provider {
            LONGEST_SILENCE
        } else {
            LONGEST_WAIT
        };
        loop {
            let state = self.suite.state(id).await?;
            match state.status.as_str() {
                "FINISHED" | "INTERRUPTED" => return Ok(state.result.unwrap_or(state.status)),
                "CONFIGURED" if !is_started => {
                    is_started = true;
                    if module.name == ROTATION {
                        self.place.run(&["key", "rotate"], "")?;
                        tokio::time::sleep(PUBLICATION).await;
                    }
                    self.suite.start(id).await?;
                }
                "WAITING" if is_provider && !has_signed_in => {
                    has_signed_in = true;
                    self.sign_in(plan, id, module).await?;
                }
                _ => {}
            }
            let since = if state.status == "WAITING" {
                Some(waiting.unwrap_or_else(Instant::now))
            } else {
                None
            };
            waiting = since;
            let waits = since.is_some_and(|since| since.elapsed() > longest_wait);
            if waits || start.elapsed() > LONGEST {
                self.suite.stop(id).await?;
                return Ok("STUCK".to_owned());
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Signs in to Doorward with a module as the provider.
    async fn sign_in(&self, plan: &Plan, id: &str, module: &Module) -> Result<(), Failure> {
        let issuer = self.suite.issuer(id).await?;
        self.place.put_provider(plan, &issuer)?;
        tokio::time::sleep(PUBLICATION).await;
        let origin = Addresses::read()?.origin();
        let visit = relying_party::sign_in(origin.clone(), plan.clone(), module.name.clone());
        // The user agent panics if a server does not answer.
        let visit = tokio::spawn(visit).await;
        visit.map_err(|error| format!("sign-in: {error}"))?;
        if !plan.signs_out() {
            return Ok(());
        }
        let Some(id_token) = self.suite.id_token(id).await? else {
            return Ok(());
        };
        let visit = tokio::spawn(relying_party::sign_out(issuer, origin, id_token)).await;
        visit.map_err(|error| format!("sign-out: {error}"))
    }
}
