//! Searches: which subjects, resources or actions have a permitted decision. Pages are bounded, and a
//! page token is valid only for its request.

use std::collections::BTreeSet;

use doorward_authzen::messages::SearchResponse;
use doorward_authzen::{Entity, Malformed, Search};
use doorward_policy::{Action, Kind, Object, Value};
use uuid::Uuid;

use super::evaluation::{Questions, target};
use super::subject::USER;
use crate::articles::model::Article;
use crate::caller::Caller;
use crate::cursor::Position;
use crate::decision_point::{self, Verdict};
use crate::members;
use crate::problem::Result;
use crate::projects::model::Project;
use crate::resource::Resource;
use crate::resource::list::List;
use crate::tasks::model::Task;

const DEFAULT_LIMIT: u8 = 50;
const MAX_LIMIT: u8 = 100;

/// The page that a search asks for.
struct Paging {
    limit: u8,
    after: Option<Position>,
    context: String,
}

impl Paging {
    /// Reads the page of a search. A token has the limit of its first page, which later requests may
    /// leave out, but not change (section 8.2).
    fn new(questions: &Questions<'_>, search: &Search) -> Result<Self, Malformed> {
        let changed = || Malformed("page.token belongs to another request".to_owned());
        let asked = search.limit.map(|limit| limit.clamp(1, MAX_LIMIT.into()));
        let (limit, cursor) = match search.token.split_once('.') {
            None if search.token.is_empty() => (asked.unwrap_or(DEFAULT_LIMIT.into()), None),
            None => return Err(changed()),
            Some((limit, cursor)) => (limit.parse().map_err(|_| changed())?, Some(cursor)),
        };
        if asked.is_some_and(|asked| asked != limit) {
            return Err(changed());
        }
        let limit = u8::try_from(limit).map_err(|_| changed())?;
        let asked = Search {
            limit: None,
            token: String::new(),
            ..search.clone()
        };
        // Debug output quotes strings, so that no value can imitate another field.
        let asker = (&questions.asker.org, &questions.asker.subject);
        let context = format!("authzen/1 {asker:?} {limit} {asked:?}");
        let cursors = &questions.state().cursors;
        let open = |cursor| cursors.open(cursor, &context).ok_or_else(changed);
        let after = cursor.map(open).transpose()?;
        Ok(Self {
            limit,
            after,
            context,
        })
    }

    /// Returns the token of the page after `last`; empty without one.
    fn token(&self, questions: &Questions<'_>, last: Option<Position>) -> String {
        let cursors = &questions.state().cursors;
        let seal = |last| format!("{}.{}", self.limit, cursors.seal(&last, &self.context));
        last.map(seal).unwrap_or_default()
    }

    /// Returns the last name of the former page; empty for the first one.
    fn name(&self) -> &str {
        match &self.after {
            Some(Position::Text(name, _)) => name,
            _ => "",
        }
    }

    fn limit(&self) -> usize {
        self.limit.into()
    }
}

fn named(name: Option<String>) -> Option<Position> {
    name.map(|name| Position::Text(name, Uuid::nil()))
}

fn empty(kind: &str) -> SearchResponse {
    SearchResponse::of_entities(kind, Vec::new(), String::new())
}

/// Returns the subjects with a permitted decision. Of this server's types these are users that the
/// object or its project names, if their permissions are those in the properties of the subject.
pub(super) async fn subjects(questions: &Questions<'_>, search: &Search) -> Result<SearchResponse> {
    let (kind, paging) = (&search.subject.kind, Paging::new(questions, search)?);
    if let Some(own) = questions.own_types(&search.resource) {
        let Some(scene) = own.scene(&[&search.resource], &search.context) else {
            return Ok(empty(kind));
        };
        let may = |subject: &Entity| {
            scene
                .decide(subject, &search.action, &search.resource)
                .allowed
        };
        let (ids, last) = scene.find(kind, paging.name(), paging.limit(), may);
        return Ok(SearchResponse::of_entities(
            kind,
            ids,
            paging.token(questions, named(last)),
        ));
    }
    let Some((action, object)) = object(questions, search).await? else {
        return Ok(empty(kind));
    };
    if kind != USER {
        return Ok(empty(kind));
    }
    let mut candidates = candidates(questions, &object, &paging).await?;
    let more = candidates.len() > paging.limit();
    candidates.truncate(paging.limit());
    let mut ids = Vec::new();
    for id in &candidates {
        let subject = Entity {
            id: id.clone(),
            ..search.subject.clone()
        };
        let caller = questions
            .caller(&subject, action, &search.context)
            .await??;
        if let Some(caller) = caller
            && allows(&caller, action, &object).await?
        {
            ids.push(id.clone());
        }
    }
    let last = candidates.pop().filter(|_| more);
    Ok(SearchResponse::of_entities(
        kind,
        ids,
        paging.token(questions, named(last)),
    ))
}

/// Returns the next users that the object or its project names, one more than the page has, in order.
async fn candidates(
    questions: &Questions<'_>,
    object: &Object,
    paging: &Paging,
) -> Result<Vec<String>> {
    let (after, most) = (paging.name(), paging.limit() + 1);
    let objects = || std::iter::once(object).chain(&object.related);
    let users = objects().flat_map(|object| object.facts.values());
    let users = users.filter_map(|value| match value {
        Value::Entity(Kind::Person, id) => Some(id.clone()),
        _ => None,
    });
    let mut all: BTreeSet<String> = users.filter(|id| id.as_str() > after).collect();
    let project = objects().find(|object| object.kind == Kind::Project);
    if let Some(project) = project.and_then(|project| Uuid::try_parse(&project.id).ok()) {
        let (db, org) = (&questions.state().db, questions.org());
        let after = Some(after).filter(|after| !after.is_empty());
        let members = members::list(db, org, project, after, most as u64).await?;
        all.extend(members.into_iter().map(|member| member.subject));
    }
    Ok(all.into_iter().take(most).collect())
}

/// Returns the resources with a permitted decision, by the policies as a condition of the database.
pub(super) async fn resources(
    questions: &Questions<'_>,
    search: &Search,
) -> Result<SearchResponse> {
    let (kind, paging) = (&search.resource.kind, Paging::new(questions, search)?);
    if let Some(own) = questions.own_types(&search.resource) {
        let Some(scene) = own.scene(&[&search.subject], &search.context) else {
            return Ok(empty(kind));
        };
        let may = |resource: &Entity| {
            scene
                .decide(&search.subject, &search.action, resource)
                .allowed
        };
        let (ids, last) = scene.find(kind, paging.name(), paging.limit(), may);
        return Ok(SearchResponse::of_entities(
            kind,
            ids,
            paging.token(questions, named(last)),
        ));
    }
    let Some((object_kind, action)) = decision_point::kind(kind).zip(action_of(search)) else {
        return Ok(empty(kind));
    };
    let caller = questions
        .caller(&search.subject, action, &search.context)
        .await??;
    let Some(caller) = caller else {
        return Ok(empty(kind));
    };
    if !decision_point::decide_route(&caller.principal, action, object_kind).is_allowed() {
        return Ok(empty(kind));
    }
    let (ids, last) = match object_kind {
        Kind::Project => page::<Project>(questions, &caller, action, &paging).await?,
        Kind::Document => page::<Article>(questions, &caller, action, &paging).await?,
        _ => page::<Task>(questions, &caller, action, &paging).await?,
    };
    Ok(SearchResponse::of_entities(
        kind,
        ids,
        paging.token(questions, last),
    ))
}

async fn page<R: Resource>(
    questions: &Questions<'_>,
    caller: &Caller<'_>,
    action: Action,
    paging: &Paging,
) -> Result<(Vec<String>, Option<Position>)> {
    let list = List::<R>::of_organization(caller.org(), paging.limit, paging.after.clone());
    // A service asks for many users at once.
    let turn = format!("{} {}", questions.asker.subject, caller.subject());
    let (objects, last) = list
        .permitted(questions.state(), caller, action, &turn)
        .await?;
    let ids = objects.iter().map(|object| object.id().to_string());
    Ok((ids.collect(), last))
}

/// Returns all actions with a permitted decision.
pub(super) async fn actions(questions: &Questions<'_>, search: &Search) -> Result<SearchResponse> {
    if let Some(own) = questions.own_types(&search.resource) {
        let (subject, resource) = (&search.subject, &search.resource);
        let scene = own.scene(&[subject, resource], &search.context);
        let names = scene.map(|scene| scene.actions(subject, resource));
        return Ok(SearchResponse::of_actions(names.unwrap_or_default()));
    }
    let mut names = Vec::new();
    if let Some((kind, id)) = target(&search.resource) {
        let (db, org) = (&questions.state().db, questions.org());
        if let Some(object) = decision_point::find(db, kind, id, Some(org)).await? {
            for action in Action::on(kind) {
                let caller = questions
                    .caller(&search.subject, *action, &search.context)
                    .await??;
                if let Some(caller) = caller
                    && allows(&caller, *action, &object).await?
                {
                    names.push(action.as_str().to_owned());
                }
            }
        }
    }
    Ok(SearchResponse::of_actions(names))
}

async fn allows(caller: &Caller<'_>, action: Action, object: &Object) -> Result<bool> {
    match decision_point::decide(caller, action, object).await? {
        Verdict::Rules(decision) => Ok(decision.allowed),
        Verdict::Route(_) => Ok(false),
    }
}

fn action_of(search: &Search) -> Option<Action> {
    Action::parse(&search.action.name)
}

async fn object(questions: &Questions<'_>, search: &Search) -> Result<Option<(Action, Object)>> {
    let Some(((kind, id), action)) = target(&search.resource).zip(action_of(search)) else {
        return Ok(None);
    };
    let (db, org) = (&questions.state().db, questions.org());
    let object = decision_point::find(db, kind, id, Some(org)).await?;
    Ok(object.map(|object| (action, object)))
}
