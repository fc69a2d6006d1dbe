//! Paged lists. A cursor is encrypted, so that clients cannot read or create one, and is valid only
//! for its list.

use actix_web::http::header::LINK;
use doorward_domain::secret::seal;
use serde::Serialize;
use serde_json::json;
use url::form_urlencoded::Serializer;
use utoipa::IntoParams;

use super::problem::Problem;
use super::request::ApiRequest;
use super::time::{TIME, parse_time};
use crate::prelude::*;

const DEFAULT: u64 = 50;
const MAX: u64 = 200;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Listing<T> {
    /// Items of this page.
    pub items: Vec<T>,
    /// Cursor of the next page; absent on the last one. `Link: rel="next"` contains it as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// The parameters of every list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what Page parses")]
pub struct PageParams {
    /// 1 to 200
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// Cursor of the page, from `next_cursor`
    cursor: Option<String>,
}

pub struct Page<'a> {
    call: &'a ApiRequest,
    owner: String,
    params: Params,
    path: String,
    pub limit: u64,
    /// Key of the last row before this page.
    pub after: Option<String>,
}

impl<'a> Page<'a> {
    /// Parses `limit`, `cursor` and the filters of this list, for a caller with this ID; the cursor is
    /// valid only for that caller.
    pub fn of(call: &'a ApiRequest, owner: &str, filters: &[&str]) -> Result<Self, Problem> {
        let known = [&["limit", "cursor"], filters].concat();
        let params = call.query(&known)?;
        let limit = match params.optional("limit").ok().flatten() {
            None => DEFAULT,
            Some(text) => limit(text)?,
        };
        let mut page = Self {
            path: call.request().path().to_owned(),
            call,
            owner: owner.to_owned(),
            params,
            limit,
            after: None,
        };
        if let Some(cursor) = page.params.optional("cursor").ok().flatten() {
            page.after = Some(page.unseal(cursor).ok_or_else(bad_cursor)?);
        }
        Ok(page)
    }

    pub const fn params(&self) -> &Params {
        &self.params
    }

    pub fn filter(&self, name: &str) -> Option<&str> {
        self.params.optional(name).ok().flatten()
    }

    pub fn time(&self, name: &str) -> Result<Option<UnixSeconds>, Problem> {
        self.read(name, parse_time, TIME)
    }

    /// Returns the value of a filter, read by `parse`.
    pub fn read<T>(
        &self,
        name: &str,
        parse: impl FnOnce(&str) -> Option<T>,
        expected: &'static str,
    ) -> Result<Option<T>, Problem> {
        self.filter(name)
            .map(|text| parse(text).ok_or_else(|| Problem::parameter(name, "invalid", expected)))
            .transpose()
    }

    /// Returns the key as an ID; a valid cursor always contains one.
    pub fn after_id<T>(&self, parse: fn(&str) -> Option<T>) -> Result<Option<T>, Problem> {
        let read = |text: &str| parse(text).ok_or_else(bad_cursor);
        self.after.as_deref().map(read).transpose()
    }

    /// Returns the number of rows to read: one more than the page, to detect a next page.
    pub const fn rows(&self) -> u64 {
        self.limit + 1
    }

    /// Returns the response for at most [`Self::rows`] rows, each with its key.
    pub fn finish<R, T: Serialize>(
        &self,
        mut rows: Vec<R>,
        key: impl Fn(&R) -> String,
        view: impl FnMut(R) -> T,
    ) -> HttpResponse {
        let next = self.cut(&mut rows, key);
        self.respond(rows, next.as_deref(), view)
    }

    /// Returns the response for a page whose next one begins after the row with the key `next`.
    pub fn respond<R, T: Serialize>(
        &self,
        rows: Vec<R>,
        next: Option<&str>,
        view: impl FnMut(R) -> T,
    ) -> HttpResponse {
        let (mut response, next_cursor) = self.builder(next);
        response.json(Listing {
            items: rows.into_iter().map(view).collect::<Vec<_>>(),
            next_cursor,
        })
    }

    /// Cuts the rows to the page; returns the key of the last one if there is a next page.
    fn cut<R>(&self, rows: &mut Vec<R>, key: impl Fn(&R) -> String) -> Option<String> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        rows.last().filter(|_| has_more).map(key)
    }

    /// Returns a response with the link to the next page, and the cursor in it.
    fn builder(&self, next: Option<&str>) -> (HttpResponseBuilder, Option<String>) {
        let cursor = next.map(|key| self.seal(key));
        let mut response = HttpResponse::Ok();
        if let Some(cursor) = &cursor {
            response.insert_header((LINK, format!("<{}>; rel=\"next\"", self.link(cursor))));
        }
        (response, cursor)
    }

    /// Returns the response with at most [`Self::rows`] rows as a plain array, for a list that had no pages
    /// at first. Only `Link: rel="next"` contains the cursor of the next page.
    pub fn finish_array<R, T: Serialize>(
        &self,
        mut rows: Vec<R>,
        key: impl Fn(&R) -> String,
        view: impl FnMut(R) -> T,
    ) -> HttpResponse {
        let next = self.cut(&mut rows, key);
        let (mut response, _) = self.builder(next.as_deref());
        response.json(rows.into_iter().map(view).collect::<Vec<_>>())
    }

    fn link(&self, cursor: &str) -> String {
        let mut query = Serializer::new(String::new());
        for (name, value) in self.params.iter().filter(|(name, _)| *name != "cursor") {
            query.append_pair(name, value);
        }
        query.append_pair("cursor", cursor);
        let issuer = self.call.context.core.issuer();
        format!("{issuer}{}?{}", self.path, query.finish())
    }

    /// Returns the context of a cursor: this list with these filters, for this caller.
    fn cursor_context(&self) -> Vec<u8> {
        let filters = self.params.iter();
        let filters: Vec<_> = filters
            .filter(|(name, _)| !["cursor", "limit"].contains(name))
            .collect();
        json!(["cursor", self.path, filters, self.owner])
            .to_string()
            .into_bytes()
    }

    fn seal(&self, key: &str) -> String {
        let secret = self.call.web.pagination_key.expose();
        URL_SAFE_NO_PAD.encode(seal(
            secret,
            key.as_bytes(),
            &self.cursor_context(),
            &mut self.call.context.core.rng(),
        ))
    }

    fn unseal(&self, cursor: &str) -> Option<String> {
        let sealed = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let keys = &self.call.web.pagination_key;
        let key = keys.open(&sealed, &self.cursor_context()).ok()?;
        String::from_utf8(key.to_vec()).ok()
    }
}

fn limit(text: &str) -> Result<u64, Problem> {
    let read = text.parse::<u64>().ok();
    let plain = text.bytes().all(|b| b.is_ascii_digit());
    read.filter(|limit| plain && (1..=MAX).contains(limit))
        .ok_or_else(|| {
            let detail = format!("Must be a number from 1 to {MAX}.");
            Problem::parameter("limit", "invalid", detail)
        })
}

pub fn bad_filter(name: &str) -> Problem {
    let detail = "Must be a value that the filter accepts.";
    Problem::parameter(name, "invalid", detail)
}

fn bad_cursor() -> Problem {
    let detail = "Must be the cursor from the previous page of the same list.";
    Problem::parameter("cursor", "invalid", detail)
}
