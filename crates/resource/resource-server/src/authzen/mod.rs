//! The `AuthZEN` Authorization API 1.0 on the decision point of this server: a service asks what its users
//! may do. It may ask about every user of its organization, and is trusted with their properties.

mod evaluation;
mod search;
mod subject;

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header;
use actix_web::web::{Data, Payload};
use doorward_access::Principal;
use doorward_access::guard::{Allowed, Routes};
use doorward_access::permission;
use doorward_authzen::messages::Target;
use doorward_authzen::metadata::{self, Metadata};
use doorward_authzen::{Batch, Evaluation, Malformed, Search, batch};
use doorward_http_common::body::has_accepted_type;
use serde_json::json;

use crate::access_log;
use crate::body::{self, JSON};
use crate::caller::Call;
use crate::config::Config;
use crate::problem::{Answer, Problem, Result};
use evaluation::Questions;

permission!(pub(crate) EvaluateAccess = "decisions:evaluate", covered by "tasks:read");

impl From<Malformed> for Problem {
    fn from(malformed: Malformed) -> Self {
        Self::malformed(malformed.0)
    }
}

async fn show(config: Data<Config>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .json(Metadata::new(&config.public_url))
}

/// Reads a body. Another media type is a 400 here (section 10.1.2).
async fn read(call: &Call, asker: &Principal, payload: Payload) -> Result<Vec<u8>> {
    access_log::record_caller(&call.request, asker);
    if !has_accepted_type(&call.request, &[JSON]) {
        return Err(Problem::malformed("Send application/json."));
    }
    body::read(&call.request, payload).await
}

async fn evaluate(asker: Allowed<EvaluateAccess>, call: Call, payload: Payload) -> Answer {
    let evaluation = Evaluation::parse(&read(&call, &asker, payload).await?)?;
    let mut questions = Questions::new(&call, &asker);
    let decision = questions.decide(&evaluation).await?;
    questions.record().await?;
    Ok(HttpResponse::Ok().json(decision))
}

async fn evaluate_several(asker: Allowed<EvaluateAccess>, call: Call, payload: Payload) -> Answer {
    let batch = Batch::parse(&read(&call, &asker, payload).await?)?;
    let mut questions = Questions::new(&call, &asker);
    let response = match batch {
        Batch::Single(evaluation) => json!(questions.decide(&evaluation).await?),
        Batch::Several(items, semantic) => {
            let decide = async |item: &Evaluation| questions.decide(item).await;
            json!({"evaluations": batch::evaluate(&items, semantic, decide).await?})
        }
    };
    questions.record().await?;
    Ok(HttpResponse::Ok().json(response))
}

async fn search_subjects(asker: Allowed<EvaluateAccess>, call: Call, payload: Payload) -> Answer {
    let search = Search::parse(&read(&call, &asker, payload).await?, Target::Subject)?;
    let response = search::subjects(&Questions::new(&call, &asker), &search).await?;
    Ok(HttpResponse::Ok().json(response))
}

async fn search_resources(asker: Allowed<EvaluateAccess>, call: Call, payload: Payload) -> Answer {
    let search = Search::parse(&read(&call, &asker, payload).await?, Target::Resource)?;
    let response = search::resources(&Questions::new(&call, &asker), &search).await?;
    Ok(HttpResponse::Ok().json(response))
}

async fn search_actions(asker: Allowed<EvaluateAccess>, call: Call, payload: Payload) -> Answer {
    let search = Search::parse(&read(&call, &asker, payload).await?, Target::Action)?;
    let response = search::actions(&Questions::new(&call, &asker), &search).await?;
    Ok(HttpResponse::Ok().json(response))
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .public(Method::GET, metadata::WELL_KNOWN, show)
        .post(metadata::EVALUATION, evaluate)
        .post(metadata::EVALUATIONS, evaluate_several)
        .post(metadata::SEARCH_SUBJECT, search_subjects)
        .post(metadata::SEARCH_RESOURCE, search_resources)
        .post(metadata::SEARCH_ACTION, search_actions)
}
