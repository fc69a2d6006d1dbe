//! The user of a client that asks elsewhere (CIBA): receives the mail of Doorward, and answers when the suite says so.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use doorward_user_agent::UserAgent;
use tokio::runtime::Handle;

use super::addresses::Addresses;
use super::browser::PASSWORD;
use crate::failure::Failure;

/// Address to which the suite posts the answer of a user.
const LISTEN: &str = "127.0.0.1:8446";
/// Path of the page that the message links.
const PAGE: &str = "/device/confirm?request=";
/// Maximum time until a message arrives.
const LONGEST_DELIVERY: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(300);

/// The newest link for each address.
type Links = Arc<Mutex<HashMap<String, String>>>;

/// Returns the URL that the suite posts to for the user of a plan, with the placeholder of the answer.
pub fn url(plan: &str) -> String {
    format!("http://{LISTEN}/{plan}/{{action}}")
}

/// Returns the address of a plan's user: plans run side by side, and a message does not name its request.
pub fn address(plan: &str) -> String {
    format!("{plan}@example.com")
}

/// Starts the mail server and the one that the suite posts to.
///
/// # Errors
///
/// Returns an error if an address is in use.
pub fn start(addresses: &Addresses) -> Result<(), Failure> {
    let links = Links::default();
    let origin = addresses.origin();
    let mail = addresses.mail.smtp_url.authority();
    let (received, own) = (Arc::clone(&links), origin.clone());
    serve(mail, move |stream| receive(stream, &own, &received))?;
    let runtime = Handle::current();
    serve(LISTEN, move |stream| {
        answer(stream, &origin, &links, &runtime)
    })
}

/// Handles each connection in another thread.
fn serve(
    address: &str,
    handle: impl Fn(&TcpStream) -> Option<()> + Clone + Send + 'static,
) -> Result<(), Failure> {
    let listener = TcpListener::bind(address).map_err(|error| format!("{address}: {error}"))?;
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let handle = handle.clone();
            std::thread::spawn(move || handle(&stream));
        }
    });
    Ok(())
}

/// Takes the messages of an SMTP session (RFC 5321 §3.3), and remembers their links.
fn receive(mut stream: &TcpStream, origin: &str, links: &Links) -> Option<()> {
    let mut lines = BufReader::new(stream).lines();
    let mut recipient = String::new();
    write!(stream, "220 suite\r\n").ok()?;
    loop {
        let line = lines.next()?.ok()?;
        let command = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let reply = match command.as_str() {
            "QUIT" => "221 bye",
            "RCPT" => {
                line.split(['<', '>']).nth(1)?.clone_into(&mut recipient);
                "250 ok"
            }
            "DATA" => {
                write!(stream, "354 go on\r\n").ok()?;
                let message = lines.by_ref().map_while(Result::ok);
                let message: String = message
                    .take_while(|line| line != ".")
                    .map(|line| line + "\n")
                    .collect();
                if let Some(link) = link(&message, origin) {
                    let mut links = links.lock().unwrap_or_else(PoisonError::into_inner);
                    links.insert(recipient.clone(), link);
                }
                "250 taken"
            }
            _ => "250 ok",
        };
        write!(stream, "{reply}\r\n").ok()?;
    }
}

/// Returns the link of a message, which is plain or quoted-printable.
pub fn link(message: &str, origin: &str) -> Option<String> {
    let text = message.replace("=\n", "").replace("=3D", "=");
    let start = format!("{origin}{PAGE}");
    let rest = &text[text.find(&start)?..];
    let end = rest.find(|it: char| it.is_whitespace() || "\"<>".contains(it));
    Some(rest[..end.unwrap_or(rest.len())].to_owned())
}

/// Answers a request of the suite, `POST /PLAN/ACTION`.
fn answer(mut stream: &TcpStream, origin: &str, links: &Links, runtime: &Handle) -> Option<()> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let first = lines.next()?;
    let _headers = lines.find(String::is_empty);
    let mut parts = first.split(' ').nth(1)?.split('/').skip(1);
    let (plan, decision) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let (links, origin) = (Arc::clone(links), origin.to_owned());
    // The user agent panics if a server does not answer.
    let visit = runtime.spawn(async move { visit(&plan, &decision, &origin, &links).await });
    let problem = match runtime.block_on(visit) {
        Ok(Ok(())) => None,
        Ok(Err(failure)) => Some(failure),
        Err(error) => Some(error.to_string()),
    };
    let status = if problem.is_none() {
        "200 OK"
    } else {
        "502 Bad Gateway"
    };
    let body = problem.unwrap_or_default();
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .ok()
}

/// Opens the newest link of a plan's user, signs in, and answers.
async fn visit(plan: &str, decision: &str, origin: &str, links: &Links) -> Result<(), Failure> {
    let address = address(plan);
    let newest = async {
        loop {
            let found = links
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&address);
            if let Some(link) = found {
                return link;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    let link = tokio::time::timeout(LONGEST_DELIVERY, newest).await;
    let link = link.map_err(|_elapsed| format!("no message arrived for {address}"))?;
    let agent = UserAgent::accepting_any_certificate();
    let mut page = agent.follow(agent.get(link).await, "").await;
    if let Some(form) = page.find_form("form:has([name=password])") {
        let form = form.with("identifier", &address).with("password", PASSWORD);
        page = agent.follow(agent.submit(&form).await, "").await;
    }
    let button = format!("button[name=decision][value={decision}]");
    if !page.has(&button) {
        return Err(format!("{origin}: the page does not ask: {}", page.url));
    }
    let answered = agent.submit(&page.press(&button)).await;
    if answered.status >= 400 {
        return Err(format!("{}: {}", answered.url, answered.status));
    }
    Ok(())
}
