//! `/dev/mail`: messages that a development instance stored instead of sending. Only accessible
//! from this machine, and only if messages are stored.

use actix_web::web::{Path, ServiceConfig, resource, to};
use doorward_store::repo;
use doorward_store::repo::dev_mail::StoredMail;
use doorward_templates::inbox::{Inbox, InboxMail, InboxPage};
use doorward_web::mail_page;
use doorward_web::page_route::{get, get_with};
use serde_json::json;

use super::prelude::*;

const MAX_MESSAGES: u64 = 50;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(page("/dev/mail").route(get(list)))
        .service(page("/dev/mail/{id}").route(get_with(show)))
        .service(page("/dev/mail/{id}/html").route(get_with(html)));
}

fn page(path: &str) -> actix_web::Resource {
    resource(path).default_service(to(get_only))
}

async fn get_only(page: Page) -> HttpResponse {
    page.method_not_allowed("GET")
}

async fn list(page: &Page) -> Answer {
    require_loopback(page)?;
    let params = page.query()?;
    let kept = repo::dev_mail::list(page.context.core.db.read(), MAX_MESSAGES)
        .await
        .map_err(ServerError::from)?;
    if params.all("format").any(|format| format == "json") {
        let mails: Vec<_> = kept.iter().map(as_json).collect();
        return Ok(HttpResponse::Ok().json(mails));
    }
    let view = Inbox {
        layout: page.layout(),
        mails: kept.into_iter().map(to_inbox_mail).collect(),
        now: page.context.core.now(),
    };
    Ok(page.html(StatusCode::OK, &view))
}

fn as_json(mail: &StoredMail) -> serde_json::Value {
    json!({
        "id": mail.id.to_string(),
        "to": mail.recipient,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "sent_at": mail.sent_at,
    })
}

fn to_inbox_mail(mail: StoredMail) -> InboxMail {
    InboxMail {
        id: mail.id.to_string(),
        to: mail.recipient,
        subject: mail.subject,
        text: mail.text,
        sent_at: mail.sent_at,
    }
}

async fn show(page: &Page, id: Path<String>) -> Answer {
    let mail = to_inbox_mail(find(page, &id).await?);
    let view = InboxPage {
        layout: page.layout(),
        link: link_of(&mail.text, page.context.core.issuer()),
        mail,
    };
    Ok(page.html(StatusCode::OK, &view))
}

fn link_of(text: &str, issuer: &str) -> Option<String> {
    let path = |line: &str| line.trim().strip_prefix(issuer).map(str::to_owned);
    text.lines()
        .filter_map(path)
        .find(|path| path.starts_with('/'))
}

async fn html(page: &Page, id: Path<String>) -> Answer {
    let mail = find(page, &id).await?;
    Ok(mail_page::respond(&page.context.core, mail.html).await?)
}

async fn find(page: &Page, id: &str) -> Result<StoredMail> {
    require_loopback(page)?;
    let id = uuid::Uuid::try_parse(id).map_err(|_| ErrorKind::NotFound)?;
    let found = repo::dev_mail::find(page.context.core.db.read(), id)
        .await
        .map_err(ServerError::from)?;
    Ok(found.ok_or(ErrorKind::NotFound)?)
}

/// Rejects requests from other machines, whatever the listener, because messages give access to
/// accounts.
fn require_loopback(page: &Page) -> Result<()> {
    if page.is_loopback() {
        Ok(())
    } else {
        Err(ErrorKind::NotFound.into())
    }
}
