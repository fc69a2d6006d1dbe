//! Tests that a server which accepts connections and never answers delays no other work: a logout
//! host, and a mail server that waits at one recipient.

use std::io::{BufRead as _, BufReader, Write as _};
use std::sync::mpsc::{Receiver as Messages, Sender, channel};
use std::time::{Duration, Instant};

use doorward_domain::model::{ClientId, LogoutUris};
use doorward_store::repo;
use doorward_testkit::{Authorization, Backend, Stack, UserAgent, flows_with};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::backchannel::{ALLOW_LOOPBACK, Receiver, sign_in, sign_out};

flows_with!(ALLOW_LOOPBACK; hanging_logout_hosts_delay_no_other_job);

/// Time within which jobs of others end, which is less than two timeouts of a request.
const SOON: Duration = Duration::from_secs(9);
const CLIENTS: usize = 20;

/// Starts a server that accepts connections and never answers; returns its port.
async fn silent_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut streams = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            streams.push(stream);
        }
    });
    port
}

/// Registers copies of the trusted client with this logout URI, and signs the user of the agent in
/// to each.
async fn sign_in_to_copies(stack: &Stack, agent: &UserAgent, address: &str) {
    let db = stack.db().await;
    let id = ClientId::parse(&stack.seed.trusted.id).unwrap();
    let original = repo::clients::find(db.read(), &id).await.unwrap().unwrap();
    for number in 0..CLIENTS {
        let mut copy = original.clone();
        copy.id = ClientId::parse(&format!("copy-{number}")).unwrap();
        copy.logout = LogoutUris {
            backchannel: Some(address.to_owned()),
            ..LogoutUris::default()
        };
        let tx = db.begin_write().await.unwrap();
        repo::clients::insert(&tx, &copy).await.unwrap();
        tx.commit().await.unwrap();
        let mut client = stack.seed.trusted.clone();
        client.id = copy.id.to_string();
        let request = Authorization::new(stack.issuer(), &client);
        request.complete(agent, "alice").await.code();
    }
    db.close().await.unwrap();
}

/// Waits for a message to this address in the inbox of the development instance.
async fn wait_for_mail(stack: &Stack, to: &str, start: Instant) {
    loop {
        let page = UserAgent::new()
            .get(stack.at("/dev/mail?format=json"))
            .await;
        let mails: Value = page.json();
        if mails
            .as_array()
            .unwrap()
            .iter()
            .any(|mail| mail["to"] == to)
        {
            return;
        }
        assert!(start.elapsed() < SOON, "no mail to {to}: {mails}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn request_reset(stack: &Stack, name: &str) {
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/forgot-password")).await;
    let form = page.form("#forgot").with("identifier", name);
    let page = agent.submit(&form).await;
    assert_eq!(page.status, 303, "{}", page.dump());
}

/// Checks mail of another user, looked up and sent by jobs, and the notification of another client.
async fn hanging_logout_hosts_delay_no_other_job(stack: &Stack) {
    let receiver = Receiver::start().await;
    receiver.listens_for(stack, &stack.seed.trusted.id).await;
    let (other, _) = sign_in(stack).await;
    let port = silent_server().await;
    let agent = UserAgent::new();
    let address = format!("http://127.0.0.1:{port}/bye");
    sign_in_to_copies(stack, &agent, &address).await;
    sign_out(stack, &agent).await;
    let start = Instant::now();
    request_reset(stack, "bob").await;
    sign_out(stack, &other).await;
    wait_for_mail(stack, "bob@example.org", start).await;
    receiver.tokens(1).await;
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    // The jobs of the host wait, without a worker, and have not failed.
    let db = stack.db().await;
    let waiting = repo::jobs::count_waiting(db.read()).await.unwrap();
    assert!(waiting >= CLIENTS as u64, "{waiting}");
    db.close().await.unwrap();
}

/// Starts a mail server that never answers a recipient whose address contains `slow`; returns its
/// URL and the recipients of the messages.
fn slow_mail_server() -> (String, Messages<String>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let sender = sender.clone();
            std::thread::spawn(move || converse(&stream, &sender));
        }
    });
    (url, receiver)
}

fn converse(mut stream: &std::net::TcpStream, sender: &Sender<String>) {
    let mut lines = BufReader::new(stream).lines();
    let mut recipient = String::new();
    let mut is_data = false;
    let _ = write!(stream, "220 test\r\n");
    while let Some(Ok(line)) = lines.next() {
        let answer = match line.as_str() {
            "." => {
                is_data = false;
                let _ = sender.send(std::mem::take(&mut recipient));
                "250 taken"
            }
            _ if is_data => continue,
            "DATA" => {
                is_data = true;
                "354 go on"
            }
            "QUIT" => "221 bye",
            line if line.starts_with("RCPT TO:") => {
                line.clone_into(&mut recipient);
                if recipient.contains("slow") {
                    std::thread::sleep(Duration::from_mins(1));
                }
                "250 ok"
            }
            _ => "250 ok",
        };
        let _ = write!(stream, "{answer}\r\n");
    }
}

#[test]
fn mail_server_that_waits_for_one_recipient_delays_no_other_job() {
    let (url, messages) = slow_mail_server();
    let mut settings = vec![("DOORWARD_SMTP_URL", url.as_str())];
    settings.extend(ALLOW_LOOPBACK);
    doorward_testkit::stack::run_with(Backend::SqliteMemory, &settings, async |stack| {
        let receiver = Receiver::start().await;
        receiver.listens_for(stack, &stack.seed.trusted.id).await;
        let (agent, _) = sign_in(stack).await;
        let db = stack.db().await;
        // The hostile recipient uses many subdomains.
        let tx = db.begin_write().await.unwrap();
        let alice = repo::users::find_by_identifier(&tx, "alice").await;
        let alice = alice.unwrap().unwrap();
        for number in 0..8 {
            let mut user = alice.clone();
            user.id = doorward_domain::model::UserId::generate(number, &mut rand::rng());
            user.username = format!("slow{number}");
            user.username_key.clone_from(&user.username);
            user.email = format!("slow@{number}.slow.example");
            user.email_key.clone_from(&user.email);
            repo::users::insert(&tx, &user).await.unwrap();
        }
        tx.commit().await.unwrap();
        db.close().await.unwrap();
        for number in 0..8 {
            request_reset(stack, &format!("slow{number}")).await;
        }
        let start = Instant::now();
        request_reset(stack, "bob").await;
        sign_out(stack, &agent).await;
        let recipient = messages.recv_timeout(SOON).expect("a message");
        assert!(recipient.contains("bob@example.org"), "{recipient}");
        receiver.tokens(1).await;
        assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    });
}
