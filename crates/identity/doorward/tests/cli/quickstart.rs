//! Tests `docs/guides/quickstart.md`: runs its shell blocks in order against a new development
//! instance, with a user agent for the browser steps.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Stdio},
};

use doorward_testkit::UserAgent;

use super::program::Place;

/// A separator between the blocks' output.
const MARK: &str = "== block ==";

struct Instance {
    issuer: String,
    tasks: String,
    password: String,
}

fn instance(welcome: &str) -> Instance {
    let after = |label: &str| {
        let line = welcome.lines().find(|line| line.contains(label)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    Instance {
        issuer: after("Identity server"),
        tasks: after("Tasks API").replace("/api/tasks/", ""),
        password: after("Password"),
    }
}

/// Returns the page's commands for this instance's ports and this program.
fn script(instance: &Instance) -> String {
    let page = format!(
        "{}/../../../docs/guides/quickstart.md",
        env!("CARGO_MANIFEST_DIR")
    );
    let page = std::fs::read_to_string(page).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_doorward")).parent().unwrap();
    let blocks: Vec<&str> = page
        .split("```sh\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert!(blocks.len() > 6, "{} blocks", blocks.len());
    blocks
        .join(&format!("echo; echo '{MARK}'\n"))
        .replace("$PWD/target/debug", &program.display().to_string())
        .replace(
            "doorward token",
            &format!("doorward token --url {}", instance.issuer),
        )
        .replace("http://localhost:8400", &instance.issuer)
        .replace("http://localhost:8401", &instance.tasks)
}

/// Signs in and approves as the page describes; returns the code at the end of the address.
async fn sign_in(url: &str, password: &str) -> String {
    const CALLBACK: &str = "http://127.0.0.1:9000/callback";
    let agent = UserAgent::new();
    let page = agent.follow(agent.get(url).await, CALLBACK).await;
    let form = page.form("form:has([name=password])");
    let form = form.with("identifier", "alice").with("password", password);
    let page = agent.follow(agent.submit(&form).await, CALLBACK).await;
    assert!(page.text().contains("My app"), "{}", page.dump());
    let form = page
        .form("form:has([name=decision])")
        .with("decision", "allow");
    let page = agent.follow(agent.submit(&form).await, CALLBACK).await;
    let address = page.location().unwrap_or_else(|| panic!("{}", page.dump()));
    assert!(address.as_str().starts_with(CALLBACK), "{address}");
    let value = |name: &str| {
        let mut pairs = address.query_pairs();
        pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
    };
    assert_eq!(value("state").as_deref(), Some("first"));
    assert!(value("iss").is_some(), "{address}");
    value("code").unwrap()
}

fn shell(place: &Place, script: &str) -> Child {
    let mut command = std::process::Command::new("bash");
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("DOORWARD") || name.to_lowercase().ends_with("_proxy") {
            command.env_remove(&*name);
        }
    }
    command
        .args(["-eu", "-o", "pipefail", "-c", script])
        .current_dir(place.path("."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "the commands of a page in their order"
)]
async fn quickstart_commands_succeed() {
    let place = Place::new();
    let mut server = place.start(&["dev", "--port", "0", "--tasks-port", "0"], &[]);
    let instance = instance(&server.stdout_until("Stop with Ctrl-C"));
    // The page also describes a code that is sent twice.
    let again = format!(
        "echo; echo '{MARK}'\n\
         curl -s {0}/oauth2/token -d grant_type=authorization_code -d client_id=my-app \
         -d code=\"$code\" -d redirect_uri=\"$callback\" -d code_verifier=\"$verifier\"\n\
         curl -s -w '%{{http_code}}' -H \"Authorization: Bearer $token\" {0}/oauth2/userinfo\n",
        instance.issuer
    );
    let mut shell = shell(&place, &(script(&instance) + &again));
    let mut output = BufReader::new(shell.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let mut received = String::new();
    let start = format!("{}/oauth2/authorize?", instance.issuer);
    let url = loop {
        let line = output
            .next()
            .unwrap_or_else(|| panic!("ended after {received}"));
        if line.starts_with(&start) {
            break line;
        }
        received += &(line + "\n");
    };
    let code = sign_in(&url, &instance.password).await;
    writeln!(shell.stdin.take().unwrap(), "{code}").unwrap();
    received += &output.map(|line| line + "\n").collect::<String>();
    assert!(shell.wait().unwrap().success(), "{received}");

    let blocks: Vec<&str> = received.split(MARK).collect();
    let [
        list,
        projects,
        create,
        others,
        narrow,
        client,
        url,
        exchange,
        person,
        again,
    ] = blocks.as_slice()
    else {
        panic!("{} blocks: {received}", blocks.len());
    };
    let page = include_str!("../../../../../docs/guides/quickstart.md");
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    for task in [
        "Write the start page",
        "Order a second screen",
        "Measure how fast the start page loads",
    ] {
        assert!(
            list.contains(task) && page.contains(&format!("*{task}*")),
            "{task}: {list}"
        );
    }
    assert_eq!(list.matches("\"title\"").count(), 3, "{list}");
    assert!(projects.contains("Website"), "{projects}");
    assert!(!projects.contains("Budget of next year"), "{projects}");
    assert!(create.contains("Read the quickstart"), "{create}");
    let (bob, mona) = others.trim().split_once(r#""next":null}"#).unwrap();
    assert!(
        bob.contains("Measure how fast the start page loads"),
        "{bob}"
    );
    assert!(!bob.contains("Read the quickstart"), "{bob}");
    assert!(mona.contains("Read the quickstart"), "{mona}");
    assert!(
        narrow.contains("\"status\":403") && narrow.contains("tasks:write"),
        "{narrow}"
    );
    assert!(client.contains("my-app"), "{client}");
    assert_eq!(url.trim(), "", "no address remains in the output");
    for member in ["access_token", "id_token", "refresh_token"] {
        assert!(exchange.contains(&format!("\"{member}\":\"")), "{exchange}");
    }
    assert!(
        person.contains("\"preferred_username\":\"alice\""),
        "{person}"
    );
    assert!(person.contains("Read the quickstart"), "{person}");
    assert!(
        again.contains("invalid_grant") && again.trim().ends_with("401"),
        "{again}"
    );
    assert_eq!(server.terminate(), 0);
}
