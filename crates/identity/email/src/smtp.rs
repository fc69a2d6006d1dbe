//! Mails by SMTP (RFC 5321), over TLS unless the server is on this machine. Each mail has its own
//! connection. The library builds the message; the session is our own, because the one of the library
//! does not say which command a reply rejects (decision 142).

mod reply;
mod server;
mod session;

use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use doorward_domain::boxed;
use doorward_domain::model::job::SendError;
use doorward_rules::identifier;
use lettre::message::header::{
    ContentTransferEncoding, ContentType, ContentTypeErr, HeaderName, HeaderValue,
};
use lettre::message::{Attachment, Body, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

use self::server::Server;
use super::delivery::{Mail, MailConfigError, Mailer};

pub struct SmtpMailer {
    server: Server,
    from: Mailbox,
}

impl std::fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SmtpMailer")
    }
}

impl SmtpMailer {
    /// Opens the mailer that sends through the server at `address`, and introduces itself as `hello`.
    pub fn open(address: &str, from: &str, hello: &str) -> Result<Self, MailConfigError> {
        let from: Mailbox = from.parse().map_err(|_| MailConfigError::Sender)?;
        let email = with_ascii_domain(from.email).ok_or(MailConfigError::Sender)?;
        let from = Mailbox::new(from.name, email);
        let server = Server::parse(address, hello).map_err(MailConfigError::Server)?;
        Ok(Self { server, from })
    }

    #[cfg(test)]
    pub(super) const fn sender(&self) -> &Address {
        &self.from.email
    }
}

/// Connects to the server and disconnects, to check whether mails can be sent. The error is for the
/// operator.
#[boxed]
pub async fn greet(address: &str, from: &str, hello: &str) -> Result<(), String> {
    let mailer = SmtpMailer::open(address, from, hello).map_err(|error| error.to_string())?;
    let session = mailer.server.open().await;
    session.map_err(|failure| failure.to_string())?.quit().await;
    Ok(())
}

/// Returns the address with its domain in A-labels (RFC 5890 §2.3.2.1), which need no SMTPUTF8 (RFC
/// 6531 §3.2).
fn with_ascii_domain(address: Address) -> Option<Address> {
    if address.domain().is_ascii() {
        return Some(address);
    }
    let domain = identifier::domain_key(address.domain())?;
    Address::new(address.user(), domain).ok()
}

/// Builds the whole message (RFC 5322), with both parts.
pub(super) fn message(mail: &Mail, from: &Mailbox) -> Result<Message, SendError> {
    let never = |error: &dyn std::fmt::Display| SendError::Never(error.to_string());
    let address: Address = mail.to.parse().map_err(|error| never(&error))?;
    let address = with_ascii_domain(address).ok_or_else(|| never(&"the domain is not valid"))?;
    let seconds = u64::try_from(mail.sent_at).unwrap_or(0);
    // RFC 3834 §5: prevents automatic replies.
    let automatic = HeaderValue::new(
        HeaderName::new_from_ascii_str("Auto-Submitted"),
        "auto-generated".to_owned(),
    );
    let parts = parts(mail).map_err(|error| never(&error))?;
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, address))
        .subject(mail.subject.clone())
        .date(UNIX_EPOCH + Duration::from_secs(seconds))
        .message_id(Some(format!("<{}>", mail.message_id)))
        .raw_header(automatic)
        .multipart(parts)
        .map_err(|error| never(&error))
}

/// Returns both parts; the HTML part together with its picture (RFC 2387).
fn parts(mail: &Mail) -> Result<MultiPart, ContentTypeErr> {
    let (text, html) = (mail.text.clone(), mail.html.clone());
    let Some(picture) = &mail.picture else {
        return Ok(MultiPart::alternative_plain_html(text, html));
    };
    let png = ContentType::parse("image/png")?;
    let base64 = ContentTransferEncoding::Base64;
    let content = Body::new_with_encoding(picture.png.clone(), base64).unwrap_or_else(Body::new);
    let attached = Attachment::new_inline(picture.id.clone()).body(content, png);
    let related = MultiPart::related()
        .singlepart(SinglePart::html(html))
        .singlepart(attached);
    Ok(MultiPart::alternative()
        .singlepart(SinglePart::plain(text))
        .multipart(related))
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let message = message(mail, &self.from)?;
        self.server.open().await?.send(&message).await?;
        Ok(())
    }
}
